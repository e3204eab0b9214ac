"""What the session records: doses, vitals and adverse events, entered as plain tables."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import infusion, session
from kapnotes.actions.infusion import InfusionView
from kapnotes.clinic.refusals import OutOfReach, Refusal
from kapnotes.records.session import Row, values_of
from kapnotes.web import entry
from kapnotes.web.session import me, now

place = Blueprint("records", __name__)
NOUN = "<any(dose,vitals,adverse_event):noun>"


@place.get(f"/infusions/<uuid:infusion_id>/{NOUN}/new")
@needs(Action.RECORD_SESSION)
def new(infusion_id: UUID, noun: str) -> str:
    """Show the form for a new row, with what the session knows already."""
    view = infusion.look(infusion_id=infusion_id, by=me(), at=now())
    form = entry.blank(noun, _known(view, noun))
    return render_template("records/form.html", form=form, view=view, noun=noun, row=None)


@place.post(f"/infusions/<uuid:infusion_id>/{NOUN}/new")
@needs(Action.RECORD_SESSION)
def record(infusion_id: UUID, noun: str) -> tuple[str, int] | Response:
    """Record a row."""
    try:
        session.RECORD[noun](
            infusion_id=infusion_id,
            values=entry.values(noun),
            reason=entry.reason(),
            by=me(),
            at=now(),
        )
    except OutOfReach:
        raise
    except Refusal as refusal:
        view = infusion.look(infusion_id=infusion_id, by=me(), at=now())
        form = entry.again(noun, refusal)
        page = render_template("records/form.html", form=form, view=view, noun=noun, row=None)
        return page, 422
    return redirect(f"/infusions/{infusion_id}#{noun}")


@place.get(f"/infusions/<uuid:infusion_id>/{NOUN}/<uuid:row_id>/correct")
@needs(Action.RECORD_SESSION)
def open_row(infusion_id: UUID, noun: str, row_id: UUID) -> str:
    """Show a row in its form, to correct it."""
    view = infusion.look(infusion_id=infusion_id, by=me(), at=now())
    row = _row(view, noun, row_id)
    form = entry.blank(noun, values_of(row))
    return render_template("records/form.html", form=form, view=view, noun=noun, row=row)


@place.post(f"/infusions/<uuid:infusion_id>/{NOUN}/<uuid:row_id>/correct")
@needs(Action.RECORD_SESSION)
def correct(infusion_id: UUID, noun: str, row_id: UUID) -> tuple[str, int] | Response:
    """Correct a row, or strike it out."""
    strikes = "strike" in entry.posted()
    view = infusion.look(infusion_id=infusion_id, by=me(), at=now())
    row = _row(view, noun, row_id)
    try:
        if strikes:
            session.STRIKE[noun](row_id=row_id, why=entry.why(), by=me(), at=now())
        else:
            session.CORRECT[noun](
                row_id=row_id,
                values=entry.values(noun),
                why=entry.why(),
                reason=entry.reason(),
                by=me(),
                at=now(),
            )
    except OutOfReach:
        raise
    except Refusal as refusal:
        form = entry.again(noun, refusal)
        page = render_template("records/form.html", form=form, view=view, noun=noun, row=row)
        return page, 422
    return redirect(f"/infusions/{infusion_id}#{noun}")


def _rows(view: InfusionView, noun: str) -> list[Row]:
    return {
        "dose": list(view.doses),
        "vitals": list(view.vitals),
        "adverse_event": list(view.adverse_events),
    }[noun]  # type: ignore[return-value] # lists of each kind of row


def _row(view: InfusionView, noun: str, row_id: UUID) -> Row:
    found = next((one for one in _rows(view, noun) if one.id == row_id), None)
    if found is None:
        raise OutOfReach
    return found


def _known(view: InfusionView, noun: str) -> dict[str, Any]:
    """What a new row starts with: the time, and for a dose what the last one said."""
    known: dict[str, Any] = {"observed_at": now()}
    if noun == "dose":
        known["drug_form"] = view.doses[-1].drug_form if view.doses else "racemic"
        if view.doses:
            known |= {
                "weight_kg": view.doses[-1].weight_kg,
                "weighed_on": view.doses[-1].weighed_on,
            }
    return known
