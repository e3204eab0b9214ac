"""Courses of treatment: beginning, changing, ending and looking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import course as clinic
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.protocol import protocol_of
from kapnotes.clinic.refusals import BadInput, Caution, Stale, WrongState, check_reason
from kapnotes.records import course, note, patient
from kapnotes.records import session as sessions
from kapnotes.records.course import Course, Infusion
from kapnotes.records.note import Note
from kapnotes.records.session_row import Dose

FIELDS = ("indication", "indication_detail", "diagnosis_code", "protocol", "goals", "started_on")
CHANGED = (
    "Somebody changed this course since you opened it. Nothing was overwritten. Look at it in "
    "another window first; saving once more puts what stands below in their place."
)


@dataclass(frozen=True, slots=True)
class CourseView:
    """What the course's page shows."""

    course: Course
    infusions: Sequence[Infusion]
    notes: Sequence[Note]
    doses: Sequence[Dose]
    steps: Sequence[clinic.Step]
    proposal: clinic.Proposal
    cautions: Sequence[Caution]


def facts(
    found: Course, infusions: Sequence[Infusion | course.Listed], zone: str
) -> clinic.CourseFacts:
    """A course as the clinic's rules see it."""
    return clinic.CourseFacts(
        protocol_of(found.protocol),
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
    today = reach.on
    return CourseView(
        found,
        infusions,
        notes,
        doses,
        clinic.strip(about, today),
        clinic.propose_next(about, today),
        clinic.outside_window(about, today),
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
    """Change what a running course says of itself in version `base`, or raise Stale.

    None takes the version that stands.
    """
    check_role(by, Action.PLAN_COURSE)
    found = _running(deed, course_id, by=by, at=at)
    if base not in {None, found.version}:
        raise Stale(CHANGED)
    _check_start(found.patient.birth_date, started_on)
    detail, words = found.indication_detail, found.goals
    found.version += 1
    found.indication = indication
    found.indication_detail = indication_detail  # type: ignore[assignment] # None stays None
    found.diagnosis_code = diagnosis_code
    found.protocol = protocol_of(protocol).key
    found.goals = goals  # type: ignore[assignment] # None stays None
    found.started_on = started_on
    deed.on(found, goals_changed=goals != words, detail_changed=indication_detail != detail)


@does(Did.COURSE_ENDED)
def end(deed: Deed, *, course_id: UUID, on: date, reason: str, by: Actor, at: datetime) -> None:
    """End a course with its reason; no infusion may be open."""
    check_role(by, Action.PLAN_COURSE)
    found = _running(deed, course_id, by=by, at=at)
    infusions = course.infusions_of_course(deed.session, course_id, reach=by.reach(at))
    if any(one.state in {"planned", "in_progress"} for one in infusions):
        raise WrongState(
            "An infusion is still planned or in progress. Cancel or complete it first."
        )
    goals, detail = found.goals, found.indication_detail
    found.version += 1
    found.goals, found.indication_detail = goals, detail
    found.ended_on = on
    found.end_reason = check_reason(reason, "Please write why the course ends.")
    deed.on(found)


def _running(deed: Deed, course_id: UUID, *, by: Actor, at: datetime) -> Course:
    found = course.fetch(deed.session, course_id, reach=by.reach(at), lock=True)
    deed.on(found)
    if found.ended_on is not None:
        raise WrongState("This course has ended.")
    return found


def _check_start(birth_date: date, started_on: date) -> None:
    if started_on < birth_date:
        raise BadInput({"started_on": "The course would begin before the patient was born."})
