"""Review and sign; then the author's answers, withdrawing, and addenda."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import addendum, cosigning, reading
from kapnotes.actions import signing as act
from kapnotes.clinic.refusals import BadInput, OutOfReach, Refusal
from kapnotes.forms import FindingKind
from kapnotes.records.signed_session import session_of
from kapnotes.web import check_words, entry, session_rows
from kapnotes.web.amendments import asked, asked_known, asked_way
from kapnotes.web.errors import status_of
from kapnotes.web.given import given
from kapnotes.web.notes import show
from kapnotes.web.session import address, me, now

place = Blueprint("signing", __name__)
REASON = "_reason."


@place.get("/notes/<uuid:note_id>/sign")
@needs(Action.SIGN_NOTE)
def review(note_id: UUID) -> str:
    """Show the note as it will print, and what stands against signing it."""
    return _review(note_id, "")


@place.post("/notes/<uuid:note_id>/sign")
@needs(Action.SIGN_NOTE)
def sign(note_id: UUID) -> tuple[str, int] | Response:
    """Sign the text that was shown."""
    try:
        act.sign(
            note_id=note_id,
            digest=request.form.get("digest", ""),
            password=given(),
            address=address(),
            reasons=_reasons(),
            by=me(),
            at=now(),
        )
    except OutOfReach:
        raise
    except Refusal as refusal:
        return _review(note_id, refusal.sentence, refusal.code), status_of(refusal)
    flash("The note is signed.", "success")
    return redirect(f"/notes/{note_id}")


def _reasons() -> dict[str, str]:
    return {
        name.removeprefix(REASON): value
        for name, value in request.form.items()
        if name.startswith(REASON)
    }


def _review(note_id: UUID, sentence: str, code: str = "") -> str:
    shown = act.review(note_id=note_id, by=me(), at=now())
    return render_template(
        "signing/review.html",
        review=shown,
        session=session_rows.shown(session_of(shown.text), me().zone),
        tells=forms.tell(shown.definition, shown.answers, carried=shown.carried),
        missing=shown.of_kind(FindingKind.MISSING),
        refused=shown.of_kind(FindingKind.REFUSAL),
        cautions=shown.of_kind(FindingKind.CAUTION),
        reasons=_reasons() if request.method == "POST" else {},
        sentence=sentence,
        code=code,
        checks=check_words.lines(shown.checks),
    )


@place.post("/notes/<uuid:note_id>/answer")
@needs(Action.SIGN_NOTE)
def answer(note_id: UUID) -> tuple[str, int] | Response:
    """Answer what was asked about one's own note."""
    words = request.form.get("answer", "")
    try:
        cosigning.answer(note_id=note_id, words=words, by=me(), at=now())
    except OutOfReach:
        raise
    except Refusal as refusal:
        return _again(note_id, {"answer": refusal.sentence}, status_of(refusal))
    flash("Your answer is with the note.", "success")
    return redirect(f"/notes/{note_id}")


@place.post("/notes/<uuid:note_id>/withdraw")
@needs(Action.SIGN_NOTE)
def withdraw(note_id: UUID) -> tuple[str, int] | Response:
    """Take one's own note back while it waits."""
    reason = request.form.get("reason", "")
    try:
        cosigning.withdraw(note_id=note_id, reason=reason, by=me(), at=now())
    except OutOfReach:
        raise
    except Refusal as refusal:
        return _again(note_id, {"reason": refusal.sentence}, status_of(refusal))
    flash("The note is yours to edit again. What you signed is kept.", "success")
    return redirect(f"/notes/{note_id}/edit")


def _again(note_id: UUID, errors: dict[str, str], status: int) -> tuple[str, int]:
    return show(reading.look(note_id=note_id, by=me(), at=now()), errors=errors), status


@place.get("/notes/<uuid:note_id>/addendum")
@needs(Action.ADD_ADDENDUM)
def open_addendum(note_id: UUID) -> str:
    """Show the form for an addendum."""
    view = reading.look(note_id=note_id, by=me(), at=now())
    form = entry.blank("addendum", asked_known(note_id))
    return render_template(
        "signing/addendum.html", view=view, form=form, sentence="", asked=asked()
    )


@place.post("/notes/<uuid:note_id>/addendum")
@needs(Action.ADD_ADDENDUM)
def add(note_id: UUID) -> tuple[str, int] | Response:
    """Add to a signed note."""
    try:
        addendum.add(
            note_id=note_id,
            **entry.values("addendum"),
            password=given(),
            address=address(),
            by=me(),
            at=now(),
        )
    except OutOfReach:
        raise
    except Refusal as refusal:
        view = reading.look(note_id=note_id, by=me(), at=now())
        form = entry.again("addendum", refusal)
        sentence = "" if isinstance(refusal, BadInput) else refusal.sentence
        page = render_template(
            "signing/addendum.html", view=view, form=form, sentence=sentence, asked=asked()
        )
        return page, status_of(refusal)
    flash("The addendum is signed and stands with the note.", "success")
    return redirect(asked_way(note_id) or f"/notes/{note_id}")
