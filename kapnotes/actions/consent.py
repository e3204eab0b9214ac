"""Consents: what was covered on which form, until when it is good, and when it was withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.rules import check_role
from kapnotes.actions.rules import Rules, rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import consent as clinic
from kapnotes.clinic.consent import POINTS
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import BadInput, Caution, OutOfReach, WrongState, check_reason
from kapnotes.db import Session
from kapnotes.forms import Coded
from kapnotes.records import consent, course, patient, person, signed_note
from kapnotes.records.consent import Consent, clinical
from kapnotes.records.content import answers_of
from kapnotes.records.course import Course
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.patient import Patient
from kapnotes.records.signed_note import SIGNED

PREPARED = {"consent-points": "points", "consent-version": "form_version"}
"""What a preparation note says of the conversation, as a consent is asked for it."""


@dataclass(frozen=True, slots=True)
class ConsentState:
    """How consent stands on a day: what is in force, until when, and what speaks against a dose."""

    in_force: Consent | None
    until: date | None
    missing: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class ConsentsView:
    """What the page of a patient's consents shows; `known` begins the form of the next one.

    `consents` are all of them, the newest first; `names` those of who withdrew them.
    """

    patient: Patient
    state: ConsentState
    consents: Sequence[Consent]
    names: Mapping[UUID, str]
    known: Mapping[str, object]


def valid_days(found: Course | None) -> int | None:
    """For how many days a consent is good in this course, None for no end."""
    return None if found is None else protocol_of_course(found).consent_days


def state_of(
    rows: Sequence[Consent], rules: Rules, courses: Sequence[Course], *, on: date
) -> ConsentState:
    """How consent stands on that day by the practice's rule; the course that runs says how long."""
    running = [one for one in courses if one.ended_on is None] or list(courses)
    days = valid_days(max(running, key=lambda one: one.number, default=None))
    facts = [clinical(one) for one in rows]
    found = clinic.in_force(facts, on=on)
    row = next((one for one, fact in zip(rows, facts, strict=True) if fact is found), None)
    return ConsentState(
        row,
        clinic.expires_on(found, days) if found else None,
        clinic.missing(facts, rules.consent, valid_days=days, on=on),
    )


def missing(
    session: Session, found: Course, rules: Rules, *, on: date, reach: Reach
) -> tuple[Caution, ...]:
    """What speaks against a dose in this course on that day, by the rules of its session."""
    facts = [clinical(one) for one in consent.of_patient(session, found.patient_id, reach=reach)]
    return clinic.missing(facts, rules.consent, valid_days=valid_days(found), on=on)


@looks(Did.PATIENT_VIEWED)
def look(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> ConsentsView:
    """The consents of a patient, and how consent stands today."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    rows = consent.of_patient(deed.session, patient_id, reach=reach)
    courses = course.of_patient(deed.session, patient_id, reach=reach)
    people = person.named(
        deed.session, {one.withdrawn_by_id for one in rows if one.withdrawn_by_id is not None}
    )
    return ConsentsView(
        found,
        state_of(rows, rules_at(deed.session, at), courses, on=reach.on),
        list(reversed(rows)),
        {one.id: one.name for one in people.values()},
        _known(deed, rows, by=by, at=at, patient_id=patient_id),
    )


def _known(
    deed: Deed, rows: Sequence[Consent], *, patient_id: UUID, by: Actor, at: datetime
) -> dict[str, object]:
    """What the newest preparation note says of a consent that is not recorded yet."""
    found = signed_note.of_patient(
        deed.session,
        patient_id,
        kinds=[NoteKind.PREPARATION.value],
        reach=by.reach(at),
        most=1,
        states=SIGNED,
    )
    if not found or not by.can(Action.READ_NOTE):
        return {}
    said = answers_of(found[-1].kind, found[-1].version, only=("consent-date", *PREPARED))
    on = said.get("consent-date")
    if not isinstance(on, date) or any(one.signed_on >= on for one in rows):
        return {}
    points = said.get("consent-points")
    covered = points if isinstance(points, list) else []
    return {
        "signed_on": on,
        "held_by": found[-1].version.signer,
        "form_version": said.get("consent-version"),
        "points": [one.code for one in covered if isinstance(one, Coded) and one.code in POINTS],
    }


@does(Did.CONSENT_RECORDED)
def record(
    deed: Deed,
    *,
    patient_id: UUID,
    points: Sequence[str],
    signed_on: date,
    held_by: str,
    form_version: str | None = None,
    words: str | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Record a consent: what was covered on which form, when it was signed, and who held it."""
    check_role(by, Action.RECORD_CONSENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    if not points or set(points) - POINTS.keys():
        raise BadInput({"points": "Choose one point or more from what is listed."})
    if signed_on > reach.on:
        raise BadInput({"signed_on": "This date is in the future."})
    if signed_on < found.birth_date:
        raise BadInput({"signed_on": "This is before the patient was born."})
    made = Consent(
        id=uuid4(),
        patient_id=found.id,
        form_version=(form_version or "").strip(),
        points=[one for one in POINTS if one in points],
        signed_on=signed_on,
        held_by=held_by.strip(),
        words=words,
        recorded_at=at,
        recorded_by_id=by.id,
        withdrawn_on=None,
        withdrawn_at=None,
        withdrawn_by_id=None,
        withdrawn_reason_sealed=None,
    )
    deed.session.add(made)
    deed.on(made, points=len(made.points))
    return made.id


@looks(Did.PATIENT_VIEWED)
def open_one(
    deed: Deed, *, patient_id: UUID, consent_id: UUID, by: Actor, at: datetime
) -> tuple[Patient, Consent]:
    """One consent of a patient, to record that it was withdrawn."""
    check_role(by, Action.RECORD_CONSENT)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at))
    deed.on(found)
    return found, _of(deed, patient_id, consent_id, by=by, at=at)


@does(Did.CONSENT_WITHDRAWN)
def withdraw(
    deed: Deed,
    *,
    patient_id: UUID,
    consent_id: UUID,
    withdrawn_on: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Record that a patient took a consent back: it, and every one before it, ends that day."""
    check_role(by, Action.RECORD_CONSENT)
    found = _of(deed, patient_id, consent_id, by=by, at=at, lock=True)
    deed.on(found)
    if found.withdrawn_at is not None:
        raise WrongState("This consent was withdrawn already.")
    clinic.check_withdrawal(clinical(found), withdrawn_on, today=by.reach(at).on)
    why = check_reason(reason, "Please write what was said.")
    found.withdrawn_on = withdrawn_on
    found.withdrawn_at = at
    found.withdrawn_by_id = by.id
    found.withdrawn_reason = why


def _of(
    deed: Deed, patient_id: UUID, consent_id: UUID, *, by: Actor, at: datetime, lock: bool = False
) -> Consent:
    found = consent.fetch(deed.session, consent_id, reach=by.reach(at), lock=lock)
    if found.patient_id != patient_id:
        raise OutOfReach
    return found
