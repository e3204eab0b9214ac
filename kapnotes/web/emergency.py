"""Emergency access: asking for it, ending it, who has it, and what supervisors see of its uses."""

from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.door import fresh, needs
from kapnotes.actions import emergency
from kapnotes.actions.emergency import NoSuchRecord, Wanted
from kapnotes.clinic.refusals import OutOfReach, ReasonNeeded, Refusal, WrongPassword
from kapnotes.web.errors import status_of
from kapnotes.web.given import given
from kapnotes.web.session import address, me, now

place = Blueprint("emergency", __name__)
LONGEST = 400


@place.get("/emergency")
@needs(Action.EMERGENCY_ACCESS)
def page() -> str:
    """Show the form, to whom it was allowed beforehand."""
    emergency.open_form(by=me(), at=now())
    return _form({})


@place.post("/emergency")
@needs(Action.EMERGENCY_ACCESS)
def ask() -> tuple[str, int] | Response:
    """Open one record for an hour."""
    wanted = Wanted(
        request.form.get("record_number", "")[:LONGEST],
        request.form.get("name", "")[:LONGEST],
        _day(request.form.get("birth_date", "")),
    )
    try:
        found = emergency.grant(
            wanted=wanted,
            reason=request.form.get("reason", ""),
            password=given(),
            address=address(),
            by=me(),
            at=now(),
        )
    except OutOfReach:
        raise
    except (ReasonNeeded, WrongPassword, NoSuchRecord) as refusal:
        return _form({_field(refusal): refusal.sentence}), _status(refusal)
    except Refusal as refusal:
        return _form({}, refusal.sentence), _status(refusal)
    return redirect(f"/patients/{found}")


def _field(refusal: Refusal) -> str:
    if isinstance(refusal, WrongPassword):
        return "password"
    return "reason" if isinstance(refusal, ReasonNeeded) else "record_number"


def _status(refusal: Refusal) -> int:
    return 422 if isinstance(refusal, NoSuchRecord) else status_of(refusal)


def _form(errors: dict[str, str], sentence: str = "") -> str:
    return render_template(
        "emergency/page.html", errors=errors, sentence=sentence, typed=request.form
    )


@place.post("/emergency/end")
@needs(Action.EMERGENCY_ACCESS)
def end() -> Response:
    """End it now."""
    if emergency.end(by=me(), at=now()):
        flash("Your emergency access has ended.", "success")
    return redirect("/")


@place.get("/emergency/uses")
@needs(Action.SEE_EMERGENCIES)
def uses() -> str:
    """Show who used it for whom and why."""
    found = emergency.look(by=me(), at=now())
    return render_template("emergency/uses.html", uses=found, at=now())


@place.post("/people/<uuid:person_id>/emergency")
@needs(Action.EDIT_PEOPLE)
@fresh
def allow(person_id: UUID) -> Response:
    """Allow an account emergency access, or take it back."""
    act = emergency.withdraw if request.form.get("emergency") == "no" else emergency.allow
    act(person_id=person_id, by=me(), at=now())
    return redirect("/people")


def banner(actor: Actor, at: datetime) -> dict[str, object] | None:
    """What every page says while it lasts; nothing otherwise."""
    granted = actor.emergency
    patient_id = actor.reach(at).patient_id if granted is not None else None
    if granted is None or patient_id is None:
        return None
    minutes = max(1, -int((at - granted.until).total_seconds() // 60))
    return {
        "href": f"/patients/{patient_id}",
        "until": granted.until,
        "left": "1 minute" if minutes == 1 else f"{minutes} minutes",
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
