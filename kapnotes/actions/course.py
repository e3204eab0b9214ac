"""Courses of treatment: beginning, changing, pausing, resuming, ending, reopening and looking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.course_plan import plan_of
from kapnotes.actions.decision import Asked, asked_for
from kapnotes.actions.outcome import standing as outcome_of
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import course as clinic
from kapnotes.clinic import course_state
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.planning import Plan
from kapnotes.clinic.protocol import Protocol, plain_of, protocol_of
from kapnotes.clinic.refusals import BadInput, Caution, Stale, WrongState
from kapnotes.clinic.working_days import WorkingDays
from kapnotes.records import course, note, patient
from kapnotes.records import session as sessions
from kapnotes.records.course import Course, Infusion
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.note import Note
from kapnotes.records.scale_standing import Standing
from kapnotes.records.session_row import Dose

FIELDS = ("indication", "indication_detail", "diagnosis_code", "protocol", "goals", "started_on")
CHANGED = (
    "Somebody changed this course since you opened it. Nothing was overwritten. Look at it in "
    "another window first; saving once more puts what stands below in their place."
)


@dataclass(frozen=True, slots=True)
class CourseView:
    """What the course's page shows.

    `plan` is what the protocol proposes for the rest of it, None while nothing may be planned.
    `standing` is the practice's protocol as it is now, which need not be the one that it keeps.
    `asked` is what the newest integration note decides, None for who does not read it. `about` and
    `days` are the course and the practice's working days as the clinic's rules see them.
    """

    course: Course
    protocol: Protocol
    standing: Protocol
    infusions: Sequence[Infusion]
    notes: Sequence[Note]
    doses: Sequence[Dose]
    steps: Sequence[clinic.Step]
    proposal: clinic.Proposal
    cautions: Sequence[Caution]
    plan: Plan | None
    asked: Asked | None
    about: clinic.CourseFacts
    days: WorkingDays
    outcome: Standing

    @property
    def state(self) -> CourseState:
        """Where the course stands."""
        return CourseState(self.course.state)

    @property
    def proposed(self) -> Mapping[int, date]:
        """The days that are proposed, by the number of their infusion."""
        return {one.number: one.on for one in self.plan.infusions} if self.plan else {}


def facts(
    found: Course, infusions: Sequence[Infusion | course.Listed], zone: str
) -> clinic.CourseFacts:
    """A course as the clinic's rules see it."""
    return clinic.CourseFacts(
        protocol_of_course(found),
        tuple(
            clinic.InfusionFact(
                number=one.number,
                state=InfusionState(one.state),
                phase=Phase(one.phase),
                on=(one.started_at or one.planned_for).astimezone(ZoneInfo(zone)).date(),
            )
            for one in infusions
        ),
    )


@looks(Did.COURSE_VIEWED)
def look(deed: Deed, *, course_id: UUID, by: Actor, at: datetime) -> CourseView:
    """The course with its infusions, notes, doses and strip."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = course.fetch(deed.session, course_id, reach=reach)
    deed.on(found)
    infusions = course.infusions_of_course(deed.session, course_id, reach=reach)
    notes = note.of_infusions(deed.session, [one.id for one in infusions], reach=reach)
    doses = sessions.doses_of_patient(deed.session, found.patient_id, reach=reach)
    about = facts(found, infusions, by.zone)
    rules, today = rules_at(deed.session, at), reach.on
    asked = asked_for(deed.session, found, infusions, by=by, at=at)
    plan = None
    if course_state.may_plan(CourseState(found.state)):
        plan = plan_of(about, rules.working_days, today, asked=asked)
    return CourseView(
        found,
        about.protocol,
        rules.protocol(found.protocol),
        infusions,
        notes,
        doses,
        clinic.strip(about, today),
        clinic.propose_next(about, today),
        clinic.outside_window(about, today),
        plan,
        asked,
        about,
        rules.working_days,
        outcome=outcome_of(deed.session, found, rules.outcome, reach=reach),
    )


@does(Did.COURSE_STARTED)
def start(
    deed: Deed,
    *,
    patient_id: UUID,
    indication: str,
    protocol: str,
    started_on: date,
    indication_detail: str | None = None,
    diagnosis_code: str | None = None,
    goals: str | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Begin the patient's next course."""
    check_role(by, Action.PLAN_COURSE)
    owner = patient.fetch(deed.session, patient_id, reach=by.reach(at), lock=True)
    _check_start(owner.birth_date, started_on)
    made = Course(
        id=uuid4(),
        patient_id=owner.id,
        version=1,
        number=course.next_number(deed.session, owner.id),
        indication=indication,
        indication_detail=indication_detail,
        diagnosis_code=diagnosis_code,
        protocol=protocol_of(protocol).key,
        goals=goals,
        started_on=started_on,
        ended_on=None,
        end_reason_sealed=None,
        state=CourseState.ACTIVE.value,
        state_reason_sealed=None,
        state_at=None,
        protocol_kept=plain_of(rules_at(deed.session, at).protocol(protocol)),
    )
    deed.session.add(made)
    deed.on(made, number=made.number, protocol=protocol)
    return made.id


@does(Did.COURSE_EDITED)
def edit(
    deed: Deed,
    *,
    course_id: UUID,
    indication: str,
    protocol: str,
    started_on: date,
    indication_detail: str | None = None,
    diagnosis_code: str | None = None,
    goals: str | None = None,
    base: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change what a course that has not ended says of itself in version `base`, or raise Stale.

    None takes the version that stands. Another protocol is kept as the practice has it now.
    """
    check_role(by, Action.PLAN_COURSE)
    found = _held(deed, course_id, by=by, at=at)
    if found.state == CourseState.ENDED:
        raise WrongState("This course has ended.")
    if base not in {None, found.version}:
        raise Stale(CHANGED)
    _check_start(found.patient.birth_date, started_on)
    detail, words = found.indication_detail, found.goals
    _next_version(found)
    if protocol != found.protocol:
        key = protocol_of(protocol).key
        found.protocol = key
        found.protocol_kept = plain_of(rules_at(deed.session, at).protocol(key))
    found.indication = indication
    found.indication_detail = indication_detail  # type: ignore[assignment] # None stays None
    found.diagnosis_code = diagnosis_code
    found.goals = goals  # type: ignore[assignment] # None stays None
    found.started_on = started_on
    deed.on(found, goals_changed=goals != words, detail_changed=indication_detail != detail)


@does(Did.COURSE_PAUSED)
def pause(deed: Deed, *, course_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Pause a course with its reason; what is planned stays, and nothing more is planned."""
    check_role(by, Action.PLAN_COURSE)
    found = _held(deed, course_id, by=by, at=at)
    states = _states(deed, found, by=by, at=at)
    to = course_state.check_pause(
        CourseState(found.state),
        reason=reason,
        in_progress=states.count(InfusionState.IN_PROGRESS),
    )
    _move(deed, found, to, reason=reason, at=at)


@does(Did.COURSE_RESUMED)
def resume(deed: Deed, *, course_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Go on with a paused course, with the reason."""
    check_role(by, Action.PLAN_COURSE)
    found = _held(deed, course_id, by=by, at=at)
    to = course_state.check_resume(CourseState(found.state), reason=reason)
    _move(deed, found, to, reason=reason, at=at)


@does(Did.COURSE_ENDED)
def end(deed: Deed, *, course_id: UUID, on: date, reason: str, by: Actor, at: datetime) -> None:
    """End a course with its reason; no infusion may be open."""
    check_role(by, Action.PLAN_COURSE)
    found = _held(deed, course_id, by=by, at=at)
    states = _states(deed, found, by=by, at=at)
    to = course_state.check_end(
        CourseState(found.state),
        reason=reason,
        planned=states.count(InfusionState.PLANNED),
        in_progress=states.count(InfusionState.IN_PROGRESS),
    )
    _move(deed, found, to, reason=reason, at=at)
    found.ended_on = on
    found.end_reason = reason.strip()


@does(Did.COURSE_REOPENED)
def reopen(deed: Deed, *, course_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Take the end of a course back, with the reason; why it had ended stays with it."""
    check_role(by, Action.PLAN_COURSE)
    found = _held(deed, course_id, by=by, at=at)
    patient.fetch(deed.session, found.patient_id, reach=by.reach(at), lock=True)
    others = course.of_patient(deed.session, found.patient_id, reach=by.reach(at))
    to = course_state.check_reopen(
        CourseState(found.state),
        reason=reason,
        has_open_course=any(
            one.number > found.number and one.state != CourseState.ENDED for one in others
        ),
    )
    _move(deed, found, to, reason=reason, at=at)
    found.ended_on = None


def _move(deed: Deed, found: Course, to: CourseState, *, reason: str, at: datetime) -> None:
    _next_version(found)
    found.state = to.value
    found.state_reason, found.state_at = reason.strip(), at
    deed.on(found, number=found.number)


def _next_version(found: Course) -> None:
    """Count the version on; what is sealed is sealed anew, being bound to it."""
    sealed = (found.indication_detail, found.goals, found.end_reason, found.state_reason)
    found.version += 1
    found.indication_detail, found.goals, found.end_reason, found.state_reason = sealed


def _held(deed: Deed, course_id: UUID, *, by: Actor, at: datetime) -> Course:
    found = course.fetch(deed.session, course_id, reach=by.reach(at), lock=True)
    deed.on(found)
    return found


def _states(deed: Deed, found: Course, *, by: Actor, at: datetime) -> list[str]:
    """The states of its infusions; a course is held before they are counted."""
    return [one.state for one in course.strip(deed.session, found.id, reach=by.reach(at))]


def _check_start(birth_date: date, started_on: date) -> None:
    if started_on < birth_date:
        raise BadInput({"started_on": "The course would begin before the patient was born."})
