"""Amendments that a patient asks for: the list, writing one down, and answering it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import amendment
from kapnotes.actions.amendment import Told
from kapnotes.actions.amendment_answer import STEPS, Answer
from kapnotes.clinic.amendment import (
    BASES,
    OPEN,
    AmendmentMove,
    AmendmentState,
    due_on,
    said_due,
)
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach, Refusal
from kapnotes.records.amendment import Amendment
from kapnotes.web import entry
from kapnotes.web.entry import Form
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("amendments", __name__)

DONE = {
    AmendmentMove.EXTEND: "There are 30 more days. Tell the patient the reason in writing.",
    AmendmentMove.ACCEPT: "The request is accepted. Send the patient the answer in writing.",
    AmendmentMove.DENY: "The request is denied. Send the patient the answer in writing, and how to "
    "disagree with it.",
    AmendmentMove.DISAGREE: "The statement stands with the record.",
    AmendmentMove.REBUT: "The reply stands with the record. Send the patient a copy.",
}


@place.get("/patients/<uuid:patient_id>/amendments")
@needs(Action.SEE_PATIENT)
def page(patient_id: UUID) -> str:
    """Show what the patient asked for and what was answered, and the form for another."""
    return _page(patient_id)


@place.post("/patients/<uuid:patient_id>/amendments")
@needs(Action.RECORD_AMENDMENT)
def record(patient_id: UUID) -> tuple[str, int] | Response:
    """Write down what the patient asks for."""
    try:
        made = amendment.record(
            patient_id=patient_id,
            note_id=_uuid(request.form.get("note", "")),
            **entry.values("amendment"),
            by=me(),
            at=now(),
        )
    except (OutOfReach, NotAllowed):
        raise
    except Refusal as refusal:
        return _page(patient_id, entry.again("amendment", refusal)), status_of(refusal)
    flash("The request stands with the record.", "success")
    return redirect(f"/patients/{patient_id}/amendments/{made}")


def _page(patient_id: UUID, form: Form | None = None) -> str:
    view = amendment.look(patient_id=patient_id, by=me(), at=now())
    if me().can(Action.RECORD_AMENDMENT) and not me().in_emergency(patient_id, now()):
        form = form or entry.blank("amendment", {"received_on": view.today})
    return render_template(
        "amendments/page.html",
        view=view,
        form=form,
        chosen=request.form.get("note", request.args.get("note", "")),
        due_words=due_words(view.today),
    )


@place.get("/patients/<uuid:patient_id>/amendments/<uuid:amendment_id>")
@needs(Action.SEE_PATIENT)
def one(patient_id: UUID, amendment_id: UUID) -> str:
    """Show one request, and what of it is this reader's to write."""
    return _one(patient_id, amendment_id, {})


@place.post(
    "/patients/<uuid:patient_id>/amendments/<uuid:amendment_id>"
    "/<any(extend, accept, deny, rebut):move>"
)
@needs(Action.DECIDE_AMENDMENT)
def decide(patient_id: UUID, amendment_id: UUID, move: str) -> tuple[str, int] | Response:
    """Take more time, decide, or reply to the statement."""
    return _answer(patient_id, amendment_id, AmendmentMove(move))


@place.post("/patients/<uuid:patient_id>/amendments/<uuid:amendment_id>/disagree")
@needs(Action.RECORD_AMENDMENT)
def disagree(patient_id: UUID, amendment_id: UUID) -> tuple[str, int] | Response:
    """Write down the patient's statement of disagreement."""
    return _answer(patient_id, amendment_id, AmendmentMove.DISAGREE)


def _answer(
    patient_id: UUID, amendment_id: UUID, move: AmendmentMove
) -> tuple[str, int] | Response:
    answer = Answer(
        request.form.get("words", ""),
        request.form.get("basis", ""),
        _uuid(request.form.get("addendum", "")),
    )
    about = {"patient_id": patient_id, "amendment_id": amendment_id}
    try:
        STEPS[move](**about, answer=answer, by=me(), at=now())
    except (OutOfReach, NotAllowed):
        raise
    except BadInput as refusal:
        errors = {f"{move.value}-{name}": text for name, text in refusal.errors.items()}
        return _one(patient_id, amendment_id, errors), status_of(refusal)
    except Refusal as refusal:
        status = status_of(refusal)
        errors = {f"{move.value}-words": refusal.sentence}
        return _one(patient_id, amendment_id, errors, sentence=refusal.sentence), status
    flash(DONE[move], "success")
    return redirect(f"/patients/{patient_id}/amendments/{amendment_id}")


def _one(
    patient_id: UUID, amendment_id: UUID, errors: dict[str, str], *, sentence: str = ""
) -> str:
    view = amendment.open_one(patient_id=patient_id, amendment_id=amendment_id, by=me(), at=now())
    moves = {move.value for move in view.told.moves}
    return render_template(
        "amendments/one.html",
        view=view,
        told=view.told,
        moves=moves,
        may_add=_may_add(view.told),
        bases=BASES,
        errors={name: text for name, text in errors.items() if name.partition("-")[0] in moves},
        sentence=sentence if not {name.partition("-")[0] for name in errors} & moves else "",
        typed=request.form,
        addendum=request.form.get("addendum", request.args.get("addendum", "")),
        longer=due_on(view.told.row.received_on, is_extended=True),
        due_words=due_words(view.today),
    )


def _may_add(told: Told) -> bool:
    """Whether the reader can sign an addendum to the note that it is about."""
    about = told.row.note
    return told.is_open and about is not None and about.author_id == me().id


def due_words(today: date) -> Callable[[Amendment], str]:
    """How an answer's last day stands to today; nothing once it is given."""

    def said(row: Amendment) -> str:
        return said_due(row.due_on, today) if AmendmentState(row.state) in OPEN else ""

    return said


def asked() -> UUID | None:
    """The request that an addendum answers, as its address names it."""
    return _uuid(request.args.get("amendment", ""))


def asked_known(note_id: UUID) -> dict[str, str]:
    """What an addendum begins with: the request that it answers, or nothing."""
    return _asked(note_id)[1]


def asked_way(note_id: UUID) -> str:
    """Where the request is answered once its addendum is signed; "" where there is none."""
    owner, _ = _asked(note_id)
    return f"/patients/{owner}/amendments/{asked()}" if owner else ""


def _asked(note_id: UUID) -> tuple[UUID | None, dict[str, str]]:
    about = asked()
    if about is None:
        return None, {}
    return amendment.for_addendum(note_id=note_id, amendment_id=about, by=me(), at=now())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
