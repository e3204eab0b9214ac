"""Infusions: planning, starting, completing, cancelling, reopening and looking."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import check
from kapnotes.actions.course import facts
from kapnotes.actions.course_plan import outside, outside_if_moved, why_outside
from kapnotes.actions.infusion_view import InfusionView, making_of, rows
from kapnotes.actions.rules import rules_at, rules_of
from kapnotes.actions.session_write import enter
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import course as course_rules
from kapnotes.clinic import infusion as clinic
from kapnotes.clinic.course import CourseFacts
from kapnotes.clinic.course_state import CourseState, check_plan, check_run
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteState, may_change_records
from kapnotes.clinic.refusals import BadInput, WrongState
from kapnotes.clinic.working_days import WorkingDays
from kapnotes.records import alert, course, document, listed_note, note, session_mark
from kapnotes.records import session as sessions
from kapnotes.records.course import Course, Infusion
from kapnotes.records.journal import Act
from kapnotes.records.session_row import Dose

FARTHEST = timedelta(days=3 * 366)


def _nothing_drawn(view: InfusionView) -> bool:
    del view
    return False


@looks(Did.INFUSION_VIEWED)
def look(
    deed: Deed,
    *,
    infusion_id: UUID,
    edition: str = "full",
    is_drawn: Callable[[InfusionView], bool] = _nothing_drawn,
    by: Actor,
    at: datetime,
) -> InfusionView:
    """The infusion with its notes, its session's records and its documents.

    `is_drawn` says of the rest of the view whether the session's rows are needed at all.
    """
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = course.fetch_infusion(deed.session, infusion_id, reach=reach)
    deed.on(found, infusion=found.number)
    infusions = tuple(course.strip(deed.session, found.course_id, reach=reach))
    rules = rules_of(deed.session, found, at=at)
    notes = tuple(listed_note.of_infusion(deed.session, infusion_id, reach=reach))
    view = InfusionView(
        found,
        infusions,
        notes,
        tuple(document.of_infusion(deed.session, infusion_id, edition, reach=reach)),
        not _is_open(deed, found),
        rules.vitals_levels,
        rules.taps,
        alert.standing(deed.session, found.patient_id, reach=reach),
        making_of(deed.session, notes, infusion_id, edition, reach=reach),
        session_mark.of_infusion(deed.session, infusion_id, reach=reach),
        found=check.count(deed.session, infusion_id, by=by, at=at),
    )
    if is_drawn(view):
        return view
    return replace(
        view,
        read=rows(deed.session, infusion_id, reach=reach),
        steps=course_rules.strip(facts(found.course, infusions, by.zone), reach.on),
    )


@looks(Did.INFUSIONS_LISTED)
def every(deed: Deed, *, by: Actor, at: datetime) -> list[Infusion]:
    """Every infusion in reach, for the command line."""
    check_role(by, Action.FIND_PATIENT)
    found = course.every_infusion(deed.session, reach=by.reach(at))
    deed.details["found"] = len(found)
    return found


@does(Did.INFUSION_PLANNED)
def plan(
    deed: Deed,
    *,
    course_id: UUID,
    planned_for: datetime,
    route: str,
    phase: str,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> UUID:
    """Plan the course's next infusion.

    Raises CautionOpen where its day, or phase, falls outside the protocol or the working days of
    the practice, and no reason is written.
    """
    check_role(by, Action.PLAN_INFUSION)
    found = course.fetch(deed.session, course_id, reach=by.reach(at), lock=True)
    deed.on(found)
    check_plan(CourseState(found.state))
    check_time(planned_for, at)
    known, days, today = _known(deed, found, by=by, at=at)
    on = planned_for.astimezone(ZoneInfo(by.zone)).date()
    why = why_outside(outside(known, [(on, clinic.Phase(phase))], days, today), reason)
    made = planned(
        found,
        course.next_infusion_number(deed.session, found.id),
        planned_for=planned_for,
        route=route,
        phase=phase,
    )
    deed.session.add(made)
    if why:
        made.plan_reason = why
    deed.on(made, infusion=made.number)
    return made.id


def planned(
    about: Course, number: int, *, planned_for: datetime, route: str, phase: str
) -> Infusion:
    """An infusion of a course as it is planned first."""
    return Infusion(
        id=uuid4(),
        course_id=about.id,
        patient_id=about.patient_id,
        version=1,
        number=number,
        phase=clinic.Phase(phase).value,
        route=clinic.Route(route).value,
        planned_for=planned_for,
        state=InfusionState.PLANNED.value,
        started_at=None,
        completed_at=None,
        state_reason_sealed=None,
        plan_reason_sealed=None,
    )


@does(Did.INFUSION_EDITED)
def edit(
    deed: Deed,
    *,
    infusion_id: UUID,
    planned_for: datetime,
    route: str,
    phase: str,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Move or change a planned infusion.

    Raises CautionOpen where another day, or phase, falls outside the protocol or the working days
    of the practice, and no reason is written.
    """
    check_role(by, Action.PLAN_INFUSION)
    found = _held(deed, infusion_id, by=by, at=at)
    if found.state != InfusionState.PLANNED:
        raise WrongState("Only a planned infusion can be moved or changed.")
    check_time(planned_for, at)
    on, was_on = (
        one.astimezone(ZoneInfo(by.zone)).date() for one in (planned_for, found.planned_for)
    )
    is_moved = on != was_on or phase != found.phase
    why = found.plan_reason
    if is_moved:
        known, days, today = _known(deed, found.course, by=by, at=at)
        moved = clinic.Phase(phase)
        against = outside_if_moved(known, found.number, on=on, phase=moved, days=days, today=today)
        why = why_outside(against, reason)
    _next_version(found)
    found.plan_reason = why or None  # type: ignore[assignment] # blank stays None
    found.planned_for = planned_for
    found.route = clinic.Route(route).value
    found.phase = clinic.Phase(phase).value
    deed.on(found, infusion=found.number)


@does(Did.INFUSION_STARTED)
def start(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> None:
    """Start the dosing session, in a course that runs and is held meanwhile."""
    check_role(by, Action.RUN_INFUSION)
    found = _held(deed, infusion_id, by=by, at=at)
    state = clinic.check_start(InfusionState(found.state))
    deed.session.refresh(found.course, ["state"], with_for_update=True)
    check_run(CourseState(found.course.state))
    _next_version(found)
    found.state = state.value
    found.started_at = at
    _moved(deed, found, by=by, at=at)


@does(Did.INFUSION_COMPLETED)
def complete(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> None:
    """Complete the infusion; a dose is recorded."""
    check_role(by, Action.RUN_INFUSION)
    found = _held(deed, infusion_id, by=by, at=at)
    doses = sessions.of_infusion(deed.session, Dose, found.id, reach=by.reach(at))
    if any(one.is_running for one in doses):
        raise WrongState("The infusion of the dose still runs. Stop it, then complete the session.")
    state = clinic.check_complete(InfusionState(found.state), dosed=bool(doses))
    _next_version(found)
    found.state = state.value
    found.completed_at = at
    _moved(deed, found, by=by, at=at)


@does(Did.INFUSION_CANCELLED)
def cancel(deed: Deed, *, infusion_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Cancel the infusion with its reason."""
    check_role(by, Action.RUN_INFUSION)
    found = _held(deed, infusion_id, by=by, at=at)
    state = clinic.check_cancel(
        InfusionState(found.state), reason=reason, dosed=_is_dosed(deed, found, by, at)
    )
    _next_version(found)
    found.state = state.value
    found.state_reason = reason.strip()
    _moved(deed, found, by=by, at=at)


@does(Did.INFUSION_REOPENED)
def reopen(deed: Deed, *, infusion_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Take back a completion or a cancellation with its reason."""
    check_role(by, Action.RUN_INFUSION)
    found = _held(deed, infusion_id, by=by, at=at)
    if found.course.ended_on is not None:
        raise WrongState("This course has ended, so its infusions are not reopened.")
    if found.state == InfusionState.CANCELLED:
        check_plan(CourseState(found.course.state))
    locked = not _is_open(deed, found)
    state = clinic.check_reopen(InfusionState(found.state), reason=reason, locked=locked)
    _next_version(found)
    found.state = state.value
    found.completed_at = None
    found.state_reason = reason.strip()
    _moved(deed, found, by=by, at=at)


def _held(deed: Deed, infusion_id: UUID, *, by: Actor, at: datetime) -> Infusion:
    found = course.fetch_infusion(deed.session, infusion_id, reach=by.reach(at), lock=True)
    deed.on(found, infusion=found.number)
    return found


def _moved(deed: Deed, found: Infusion, *, by: Actor, at: datetime) -> None:
    """Tell everyone on the session, by its journal, that the infusion has another state."""
    deed.on(found, infusion=found.number)
    check.keep(deed, found.id, at=at)
    enter(deed, found, Act.MOVED, noun=found.state, row_id=found.id, by=by, at=at)


def _next_version(found: Infusion) -> None:
    """Count the version on; what is sealed is sealed anew, being bound to it."""
    sealed = found.state_reason, found.plan_reason
    found.version += 1
    found.state_reason, found.plan_reason = sealed


def _known(
    deed: Deed, about: Course, *, by: Actor, at: datetime
) -> tuple[CourseFacts, WorkingDays, date]:
    """A course as its rules see it, the working days of the practice, and today."""
    reach = by.reach(at)
    infusions = course.strip(deed.session, about.id, reach=reach)
    days = rules_at(deed.session, at).working_days
    return facts(about, infusions, by.zone), days, reach.on


def _is_dosed(deed: Deed, found: Infusion, by: Actor, at: datetime) -> bool:
    return bool(sessions.of_infusion(deed.session, Dose, found.id, reach=by.reach(at)))


def _is_open(deed: Deed, found: Infusion) -> bool:
    states = note.dosing_states(deed.session, found.id)
    return may_change_records(NoteState(state) for state in states)


def check_time(planned_for: datetime, at: datetime) -> None:
    """Raise BadInput under `planned_for` for a time that is years away."""
    if abs(planned_for - at) > FARTHEST:
        raise BadInput({"planned_for": "This is more than three years away. Check the year."})
