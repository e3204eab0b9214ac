"""Planning the rest of a course: the dates as proposed, and all of them planned at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.course import CourseView, facts
from kapnotes.actions.course_plan import Outside, outside, why_outside
from kapnotes.actions.infusion import check_time, planned
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.course_state import CourseState, check_plan
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.refusals import BadInput, Stale
from kapnotes.clinic.working_days import appointment
from kapnotes.records import course

USUAL_HOUR = time(10)
CHANGED = (
    "Somebody planned an infusion in this course since you opened this page. Nothing was planned. "
    "Open the page again to see what is left."
)
NOTHING = "Choose at least one infusion to plan."


@dataclass(frozen=True, slots=True)
class Slot:
    """One infusion as it is to be planned."""

    planned_for: datetime
    phase: Phase


def proposed_slots(view: CourseView, *, zone: str) -> tuple[Slot, ...]:
    """The proposed days of a course, each at the hour of its last appointment, or at ten."""
    standing = [one for one in view.infusions if one.state != InfusionState.CANCELLED]
    last = max((one.planned_for for one in standing), default=None)
    hour = last.astimezone(ZoneInfo(zone)).time() if last else USUAL_HOUR
    infusions = view.plan.infusions if view.plan else ()
    return tuple(Slot(appointment(one.on, hour, zone), one.phase) for one in infusions)


def against(
    view: CourseView, slots: Sequence[Slot], *, zone: str, today: date
) -> tuple[Mapping[Slot, Sequence[str]], tuple[str, ...]]:
    """What speaks against each slot, and against the course as a whole, in sentences."""
    in_order = sorted(slots, key=_when)
    found = outside(view.about, _days(in_order, zone), view.days, today)
    by_slot = {
        slot: [one.sentence for one in each]
        for slot, each in zip(in_order, found.days, strict=True)
    }
    return by_slot, tuple(one.sentence for one in found.course)


@does(Did.COURSE_PLANNED)
def plan(
    deed: Deed,
    *,
    course_id: UUID,
    slots: Sequence[Slot],
    route: str,
    base: int | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> list[UUID]:
    """Plan infusions of a course, all or none, numbered by their time.

    `base` is the number of the next infusion when the page was opened: Stale if it is taken.
    Raises BadInput with errors by the place of a slot, CautionOpen for what falls outside of the
    protocol or the working days without a reason.
    """
    check_role(by, Action.PLAN_INFUSION)
    reach = by.reach(at)
    found = course.fetch(deed.session, course_id, reach=reach, lock=True)
    deed.on(found)
    check_plan(CourseState(found.state))
    first = course.next_infusion_number(deed.session, found.id)
    if base not in {None, first}:
        raise Stale(CHANGED)
    _check(slots, at)
    in_order = sorted(slots, key=_when)
    about = facts(found, course.strip(deed.session, found.id, reach=reach), by.zone)
    days = rules_at(deed.session, at).working_days
    found_outside: Outside = outside(about, _days(in_order, by.zone), days, reach.on)
    why = why_outside(found_outside, reason)
    made = [
        planned(found, number, planned_for=slot.planned_for, route=route, phase=slot.phase.value)
        for number, slot in enumerate(in_order, start=first)
    ]
    for one in made:
        deed.session.add(one)
        if why:
            one.plan_reason = why
    deed.on(found, infusions=len(made), first=first)
    return [one.id for one in made]


def _check(slots: Sequence[Slot], at: datetime) -> None:
    errors = {} if slots else {"": NOTHING}
    for place, slot in enumerate(slots):
        try:
            check_time(slot.planned_for, at)
        except BadInput as refusal:
            errors[str(place)] = refusal.errors["planned_for"]
    if errors:
        raise BadInput(errors)


def _when(slot: Slot) -> datetime:
    return slot.planned_for


def _days(slots: Sequence[Slot], zone: str) -> list[tuple[date, Phase]]:
    return [(one.planned_for.astimezone(ZoneInfo(zone)).date(), one.phase) for one in slots]
