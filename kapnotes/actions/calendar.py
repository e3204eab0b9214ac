"""Calendars: the appointments of a course, or of everyone in a person's care, to take along."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.rules import Rules, rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.exchange.calendar import Appointment, calendar
from kapnotes.records import appointment, course
from kapnotes.records.course import Infusion
from kapnotes.records.kept_protocol import protocol_of_course

AHEAD = timedelta(days=90)
LEAST = timedelta(hours=1)


@looks(Did.CALENDAR_EXPORTED)
def of_course(deed: Deed, *, course_id: UUID, title: str, by: Actor, at: datetime) -> str:
    """The appointments of a course from today on, as a calendar without a name in it."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = course.fetch(deed.session, course_id, reach=reach)
    deed.on(found)
    ahead = appointment.between(deed.session, _today(by, at), course_id=found.id, reach=reach)
    return _written(deed, ahead, title=title, at=at)


@looks(Did.CALENDAR_EXPORTED)
def mine(deed: Deed, *, title: str, by: Actor, at: datetime) -> str:
    """The appointments of the next 90 days within this person's reach, without a name in it."""
    check_role(by, Action.SEE_PATIENT)
    since = _today(by, at)
    ahead = appointment.between(deed.session, since, since + AHEAD, reach=by.reach(at))
    return _written(deed, ahead, title=title, at=at)


def _written(deed: Deed, ahead: list[Infusion], *, title: str, at: datetime) -> str:
    rules = rules_at(deed.session, at)
    deed.details["found"] = len(ahead)
    return calendar((_appointment(one, rules) for one in ahead), title=title, at=at)


def _appointment(one: Infusion, rules: Rules) -> Appointment:
    """The dose and the observation after it, as the protocol and the practice have them."""
    watched = rules.discharge.least_minutes[Route(one.route)]
    minutes = (protocol_of_course(one.course).minutes or 0) + watched
    return Appointment(
        id=one.id,
        revision=one.version - 1,
        starts_at=one.planned_for,
        length=max(timedelta(minutes=minutes), LEAST),
        is_cancelled=one.state == InfusionState.CANCELLED,
    )


def _today(by: Actor, at: datetime) -> datetime:
    return datetime.combine(by.reach(at).on, time(), ZoneInfo(by.zone))
