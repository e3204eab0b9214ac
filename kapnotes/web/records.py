"""What the session records, entered in plain forms: one for each noun of `records.session_row`."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import live, session
from kapnotes.actions.live import SessionView
from kapnotes.clinic.refusals import OutOfReach, Refusal
from kapnotes.records.session_row import TABLES, Row, values_of
from kapnotes.web import entry
from kapnotes.web.session import me, now

place = Blueprint("records", __name__)
CARRIED = ("weight_kg", "weighed_on", "drug_form")
"""What the arrival check and the last dose say of the next one."""
NOUN = f"<any({','.join(TABLES)}):noun>"


@place.get(f"/infusions/<uuid:infusion_id>/{NOUN}/new")
@needs(Action.RECORD_SESSION)
def new(infusion_id: UUID, noun: str) -> str:
    """Show the form for a new row, with what the session knows already."""
    view = live.look(infusion_id=infusion_id, by=me(), at=now())
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
        view = live.look(infusion_id=infusion_id, by=me(), at=now())
        form = entry.again(noun, refusal)
        page = render_template("records/form.html", form=form, view=view, noun=noun, row=None)
        return page, 422
    return redirect(f"/infusions/{infusion_id}#{noun}")


@place.get(f"/infusions/<uuid:infusion_id>/{NOUN}/<uuid:row_id>/correct")
@needs(Action.RECORD_SESSION)
def open_row(infusion_id: UUID, noun: str, row_id: UUID) -> str:
    """Show a row in its form, to correct it."""
    view = live.look(infusion_id=infusion_id, by=me(), at=now())
    row = _row(view, noun, row_id)
    form = entry.blank(noun, values_of(row))
    return render_template("records/form.html", form=form, view=view, noun=noun, row=row)


@place.post(f"/infusions/<uuid:infusion_id>/{NOUN}/<uuid:row_id>/correct")
@needs(Action.RECORD_SESSION)
def correct(infusion_id: UUID, noun: str, row_id: UUID) -> tuple[str, int] | Response:
    """Correct a row, or strike it out."""
    strikes = "strike" in entry.posted()
    view = live.look(infusion_id=infusion_id, by=me(), at=now())
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


def _row(view: SessionView, noun: str, row_id: UUID) -> Row:
    found = next((one for one in _rows(view, noun) if one.id == row_id), None)
    if found is None:
        raise OutOfReach
    return found


def _rows(view: SessionView, noun: str) -> list[Row]:
    """The rows of a kind that stand."""
    return [one for one in view.standing_rows if one.__tablename__ == noun]


def _known(view: SessionView, noun: str) -> dict[str, Any]:
    """What a new row starts with: the time, and for a dose what the session knows already."""
    known: dict[str, Any] = {"observed_at": now()}
    if noun != "dose":
        return known
    known |= {"drug_form": "racemic", "route": view.infusion.route}
    for before in (*_rows(view, "arrival"), *_rows(view, "dose")):
        values = values_of(before)
        known |= {name: values[name] for name in CARRIED if values.get(name) is not None}
    return known
