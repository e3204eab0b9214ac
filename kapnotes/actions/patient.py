"""Patients: adding, changing, finding and looking; and who is on the care team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Medical, Therapist, role_of
from kapnotes.access.rules import check_role
from kapnotes.actions import amendment
from kapnotes.actions.amendment import Told
from kapnotes.actions.decision import Asked, asked_for
from kapnotes.actions.rules import rules_at
from kapnotes.actions.safety import Safety, safety_of
from kapnotes.actions.work import edition_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.age import check_birth_date
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import BadInput, OutOfReach, Stale
from kapnotes.clinic.working_days import WorkingDays
from kapnotes.records import care_team, course, document, note, patient, person, signed_note
from kapnotes.records.care_team import CareTeam
from kapnotes.records.course import Course, Infusion
from kapnotes.records.document import Document
from kapnotes.records.note import Note
from kapnotes.records.patient import Listed, Patient
from kapnotes.records.person import Person
from kapnotes.records.signed_note import SignedNote

FIELDS = (
    "family_name",
    "given_name",
    "birth_date",
    "record_number",
    "pronouns",
    "phone",
    "contact_name",
    "contact_phone",
    "allergies",
)
MOST_SIGNED = 60
"""How many signed notes the trends of a patient's scales are read from: twenty infusions."""
CHANGED = (
    "Somebody changed these details since you opened them. Nothing was overwritten. Look at "
    "them in another window first; saving once more puts what stands below in their place."
)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of patients, and where the next one begins."""

    patients: Sequence[Listed]
    after: str


@dataclass(frozen=True, slots=True)
class PatientView:
    """What the patient's page shows."""

    patient: Patient
    team: Sequence[CareTeam]
    courses: Sequence[Course]
    infusions: Sequence[Infusion]
    notes: Sequence[Note]
    signed: Sequence[SignedNote]
    documents: Sequence[Document]
    colleagues: Sequence[Person]
    safety: Safety
    days: WorkingDays
    asked: Mapping[UUID, Asked | None]
    amendments: Sequence[Told] = ()


@looks(Did.PATIENTS_SEARCHED)
def find(deed: Deed, *, text: str = "", after: str = "", by: Actor, at: datetime) -> Found:
    """Patients in reach by name or record number, a page at a time."""
    check_role(by, Action.FIND_PATIENT)
    rows = patient.find(deed.session, text, reach=by.reach(at), after=after)
    deed.details["found"] = len(rows[: patient.PAGE])
    more = rows[patient.PAGE - 1].search_name if len(rows) > patient.PAGE else ""
    return Found(rows[: patient.PAGE], more)


@looks(Did.PATIENT_VIEWED)
def look(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> PatientView:
    """The patient with courses, infusions, notes, kept documents and care team."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    colleagues = (
        person.everyone(deed.session, reach=MachineReach("choosing for the care team"))
        if by.can(Action.EDIT_CARE_TEAM)
        else []
    )
    infusions = course.infusions_of_patient(deed.session, patient_id, reach=reach)
    ids = [one.id for one in infusions]
    courses = course.of_patient(deed.session, patient_id, reach=reach)
    return PatientView(
        found,
        care_team.members(deed.session, patient_id, reach=reach),
        courses,
        infusions,
        note.of_patient(deed.session, patient_id, reach=reach),
        signed_note.of_patient(
            deed.session, patient_id, kinds=_kinds_read(by), reach=reach, most=MOST_SIGNED
        ),
        document.of_infusions(deed.session, ids, edition_for(by).value, reach=reach),
        [one for one in colleagues if one.is_active and _may_join(one)],
        safety_of(deed, found, courses, by=by, at=at),
        rules_at(deed.session, at).working_days,
        {
            one.id: asked_for(deed.session, one, _of(one, infusions), by=by, at=at)
            for one in courses
            if one.state == CourseState.ACTIVE
        },
        amendment.of_patient(deed.session, patient_id, by=by, at=at),
    )


def _of(found: Course, infusions: Sequence[Infusion]) -> list[Infusion]:
    return [one for one in infusions if one.course_id == found.id]


def _kinds_read(by: Actor) -> list[str]:
    """The kinds of notes whose text this person reads."""
    if not by.can(Action.READ_NOTE):
        return []
    all_of_them = by.can(Action.READ_INTEGRATION)
    return [one.value for one in NoteKind if all_of_them or one is not NoteKind.INTEGRATION]


@looks(Did.PATIENT_VIEWED)
def open_details(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> Patient:
    """The patient's details, to change them."""
    check_role(by, Action.EDIT_PATIENT)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at))
    deed.on(found)
    return found


@does(Did.PATIENT_ADDED)
def add(
    deed: Deed,
    *,
    family_name: str,
    given_name: str,
    birth_date: date,
    record_number: str,
    pronouns: str | None = None,
    phone: str | None = None,
    contact_name: str | None = None,
    contact_phone: str | None = None,
    allergies: str | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Add a patient, with whoever adds them on the care team from today."""
    check_role(by, Action.ADD_PATIENT)
    today = at.astimezone(ZoneInfo(by.zone)).date()
    _check_details(deed, birth_date=birth_date, record_number=record_number, today=today)
    patient_id = uuid4()
    db.current().new_owner(deed.session, patient_id)
    made = Patient(
        id=patient_id,
        version=1,
        family_name=family_name,
        given_name=given_name,
        search_name=patient.search_name_of(family_name, given_name, record_number),
        birth_date=birth_date,
        record_number=record_number,
        pronouns=pronouns,
        phone=phone,
        contact_name=contact_name,
        contact_phone=contact_phone,
        allergies=allergies,
        created_at=at,
    )
    deed.session.add(made)
    deed.session.flush()
    deed.session.add(CareTeam(patient_id=made.id, person_id=by.id, starts_on=today, ends_on=None))
    deed.on(made)
    return made.id


@does(Did.PATIENT_EDITED)
def edit(
    deed: Deed,
    *,
    patient_id: UUID,
    family_name: str,
    given_name: str,
    birth_date: date,
    record_number: str,
    pronouns: str | None = None,
    phone: str | None = None,
    contact_name: str | None = None,
    contact_phone: str | None = None,
    allergies: str | None = None,
    base: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a patient's details as they were read in version `base`, or raise Stale.

    None takes the version that stands.
    """
    check_role(by, Action.EDIT_PATIENT)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at), lock=True)
    deed.on(found)
    if base not in {None, found.version}:
        raise Stale(CHANGED)
    today = at.astimezone(ZoneInfo(by.zone)).date()
    _check_details(
        deed, birth_date=birth_date, record_number=record_number, today=today, but=found.id
    )
    found.version += 1
    found.family_name = family_name
    found.given_name = given_name
    found.search_name = patient.search_name_of(family_name, given_name, record_number)
    found.birth_date = birth_date
    found.record_number = record_number
    found.pronouns = pronouns
    found.phone = phone
    found.contact_name = contact_name
    found.contact_phone = contact_phone
    found.allergies = allergies  # type: ignore[assignment] # sealed_text keeps None as None
    deed.on(found)


def _check_details(
    deed: Deed, *, birth_date: date, record_number: str, today: date, but: UUID | None = None
) -> None:
    check_birth_date(birth_date, today)
    if patient.has_record_number(deed.session, record_number, but=but):
        raise BadInput({"record_number": "Another patient has this record number."})


@does(Did.CARE_TEAM_JOINED)
def join_team(
    deed: Deed,
    *,
    patient_id: UUID,
    person_id: UUID,
    starts_on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Put a therapist or a medical professional on the care team."""
    check_role(by, Action.EDIT_CARE_TEAM)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at), lock=True)
    deed.on(found)
    joining = person.by_id(deed.session, person_id, reach=MachineReach("joining a care team"))
    if joining is None or not joining.is_active or not _may_join(joining):
        raise BadInput({"person_id": "Choose a therapist or a medical professional."})
    team = care_team.members(deed.session, patient_id, reach=by.reach(at))
    if any(one.person_id == person_id and one.ends_on is None for one in team):
        raise BadInput({"person_id": "This person is on the care team already."})
    deed.session.add(
        CareTeam(patient_id=patient_id, person_id=person_id, starts_on=starts_on, ends_on=None)
    )
    deed.on(found, person=str(person_id))


@does(Did.CARE_TEAM_LEFT)
def leave_team(
    deed: Deed, *, patient_id: UUID, member_id: UUID, on: date, by: Actor, at: datetime
) -> None:
    """End a person's place on the care team; the last one stays."""
    check_role(by, Action.EDIT_CARE_TEAM)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at), lock=True)
    deed.on(found)
    team = care_team.members(deed.session, patient_id, reach=by.reach(at))
    open_places = [one for one in team if one.ends_on is None]
    leaving = next((one for one in open_places if one.id == member_id), None)
    if leaving is None:
        raise OutOfReach
    if sum(role_of(one.person.role) is Therapist for one in open_places) == 1 and (
        role_of(leaving.person.role) is Therapist
    ):
        raise BadInput({"member_id": "A patient keeps at least one therapist on the care team."})
    leaving.ends_on = max(on, leaving.starts_on)
    deed.on(found, person=str(leaving.person_id))


def _may_join(one: Person) -> bool:
    return role_of(one.role) in {Therapist, Medical}
