"""Who answers for whose notes, for the administrator: links, requirements, absences."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypedDict
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import supervision
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import BadInput
from kapnotes.web.people import show, today
from kapnotes.web.session import me, now

place = Blueprint("supervision", __name__)
DAY = timedelta(days=1)
REQUIRED = {"person_id": "author_id", "starts_on": "required_from", "ends_on": "required_until"}
AWAY = {"supervisor_id": "absent_id", "starts_on": "away_from", "ends_on": "away_until"}
LINKED = {"starts_on": "linked_from", "ends_on": "linked_until"}
"""What each form calls the entries of its action: three forms stand on one page."""


class Period(TypedDict):
    """From one day to the day before another, as the actions take it."""

    starts_on: date
    ends_on: date | None


@place.post("/supervision")
@needs(Action.EDIT_PEOPLE)
def link() -> tuple[str, int] | Response:
    """Link a supervisor with a therapist."""
    try:
        found = _people("supervisor_id", "supervisee_id")
        supervision.link(
            supervisor_id=found["supervisor_id"],
            supervisee_id=found["supervisee_id"],
            **_period("linked_from", "linked_until"),
            takes_over="takes_over" in request.form,
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        return _again(refusal, LINKED)
    flash("The supervisor is linked.", "success")
    return redirect("/people#links")


@place.post("/supervision/<uuid:link_id>/end")
@needs(Action.EDIT_PEOPLE)
def end(link_id: UUID) -> Response:
    """End a link today: the supervisor's very next request is without it."""
    supervision.end_link(link_id=link_id, on=today(), by=me(), at=now())
    flash("The link has ended.", "success")
    return redirect("/people#links")


@place.post("/requirements")
@needs(Action.EDIT_PEOPLE)
def require() -> tuple[str, int] | Response:
    """Set that somebody's notes need a co-signature."""
    try:
        supervision.require(
            person_id=_people("author_id")["author_id"],
            kinds=_kinds(),
            **_period("required_from", "required_until"),
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        return _again(refusal, REQUIRED)
    flash("From then on these notes wait for a co-signature.", "success")
    return redirect("/people#requirements")


@place.post("/requirements/<uuid:requirement_id>/end")
@needs(Action.EDIT_PEOPLE)
def end_requirement(requirement_id: UUID) -> Response:
    """End a requirement today; what waits goes on waiting."""
    supervision.end_requirement(requirement_id=requirement_id, on=today(), by=me(), at=now())
    flash("Notes signed from now on need no co-signature by this.", "success")
    return redirect("/people#requirements")


@place.post("/absences")
@needs(Action.EDIT_PEOPLE)
def stand_in() -> tuple[str, int] | Response:
    """Enter a supervisor's absence, and who stands in."""
    try:
        found = _people("absent_id", "deputy_id")
        supervision.stand_in(
            supervisor_id=found["absent_id"],
            deputy_id=found["deputy_id"],
            **_period("away_from", "away_until"),
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        return _again(refusal, AWAY)
    flash("The deputy is entered for these days.", "success")
    return redirect("/people#absences")


@place.post("/absences/<uuid:absence_id>/end")
@needs(Action.EDIT_PEOPLE)
def end_absence(absence_id: UUID) -> Response:
    """End an absence today: the deputy's very next request is without it."""
    supervision.end_absence(absence_id=absence_id, on=today(), by=me(), at=now())
    flash("The absence has ended.", "success")
    return redirect("/people#absences")


def _again(refusal: BadInput, names: Mapping[str, str]) -> tuple[str, int]:
    """The page as it was posted, each sentence beside the field of its form."""
    return show({names.get(name, name): text for name, text in refusal.errors.items()}), 422


def _people(*names: str) -> dict[str, UUID]:
    """The accounts chosen; all that was not is said at once."""
    found: dict[str, UUID] = {}
    errors: dict[str, str] = {}
    for name in names:
        try:
            found[name] = UUID(request.form.get(name, ""))
        except ValueError:
            errors[name] = "Choose one from the list."
    if errors:
        raise BadInput(errors)
    return found


def _kinds() -> tuple[NoteKind, ...]:
    known = {kind.value for kind in NoteKind}
    return tuple(NoteKind(one) for one in request.form.getlist("kinds") if one in known)


def _period(first: str, last: str) -> Period:
    """The first day, today if none is written, and the day after the last one, if it has an end."""
    until = _day(last)
    return Period(starts_on=_day(first) or today(), ends_on=until + DAY if until else None)


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadInput({name: "Enter a date, as 2026-11-23."}) from None
    if found.year > today().year + 100:
        raise BadInput({name: "This day is too far ahead. Check the year."})
    return found
