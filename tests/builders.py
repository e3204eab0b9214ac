"""A small practice for tests: its people, a patient, an infusion, and notes in one call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

from kapnotes import db, forms
from kapnotes.access.actor import Actor, operator
from kapnotes.access.roles import role_of
from kapnotes.actions import (
    consent,
    cosigning,
    course,
    infusion,
    note,
    patient,
    people,
    practice,
    reading,
    session,
    signing,
    supervision,
)
from kapnotes.actions.password import hashed
from kapnotes.clinic.consent import POINTS
from kapnotes.clinic.note import NoteKind
from kapnotes.library import note_definition
from kapnotes.records.note import Note
from tests.factors import give_app
from tests.library.calm import CALM

PASSWORD = "a calm and long password"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LINKED = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
"""When the practice said who answers for whom."""
HERE = "127.0.0.1"


@cache
def _hash() -> str:
    return hashed(PASSWORD)


@dataclass(frozen=True, slots=True)
class Small:
    """The people and the first records of a small practice."""

    therapist: Actor
    other_therapist: Actor
    medical: Actor
    supervisor: Actor
    administrator: Actor
    patient_id: UUID
    course_id: UUID
    infusion_id: UUID

    @property
    def everyone(self) -> tuple[Actor, ...]:
        """All who have an account."""
        return (
            self.therapist,
            self.other_therapist,
            self.medical,
            self.supervisor,
            self.administrator,
        )


def add_person(name: str, role: str) -> Actor:
    """An account, as one who acts."""
    person_id = people.add(
        email=f"{name.lower()}@test.example",
        name=name,
        credentials="PhD",
        role=role,
        password_hash=_hash(),
        by=operator(),
        at=AT,
    )
    give_app(person_id)
    return Actor(person_id, name, role_of(role), "PhD")


def small_practice(*, cosigns: bool = False, is_demo: bool = False) -> Small:
    """Fill an empty database."""
    practice.create(
        name="Test practice",
        letterhead="1 Quiet Street\nTel. 555 0100",
        zone="UTC",
        is_demo=is_demo,
        by=operator(),
        at=AT,
    )
    db.current().remembered.clear()
    therapist, other = add_person("Thea", "therapist"), add_person("Otto", "therapist")
    medical, supervisor = add_person("Mina", "medical"), add_person("Sven", "supervisor")
    administrator = add_person("Ada", "administrator")
    supervision.link(
        supervisor_id=supervisor.id,
        supervisee_id=therapist.id,
        starts_on=LINKED.date(),
        by=administrator,
        at=LINKED,
    )
    if cosigns:
        require(administrator, therapist)
    patient_id = add_patient(therapist)
    patient.join_team(
        patient_id=patient_id,
        person_id=medical.id,
        starts_on=AT.date(),
        by=therapist,
        at=AT,
    )
    course_id = course.start(
        patient_id=patient_id,
        indication="ocd",
        indication_detail="Treatment-resistant",
        protocol="iv_induction_six",
        started_on=AT.date(),
        by=therapist,
        at=AT,
    )
    infusion_id = plan(course_id, therapist)
    return Small(
        therapist, other, medical, supervisor, administrator, patient_id, course_id, infusion_id
    )


def require(by: Actor, author: Actor, *kinds: str, at: datetime = LINKED) -> UUID:
    """Set that the author's notes of these kinds, or of all, need a co-signature."""
    return supervision.require(
        person_id=author.id,
        kinds=tuple(map(NoteKind, kinds)) or tuple(NoteKind),
        starts_on=at.date(),
        by=by,
        at=at,
    )


def add_patient(by: Actor, *, family_name: str = "Falk", record_number: str = "R-1") -> UUID:
    """A patient of this therapist, who has consented to treatment."""
    made = patient.add(
        family_name=family_name,
        given_name="Jördis",
        birth_date=date(1988, 2, 29),
        record_number=record_number,
        allergies="Penicillin",
        by=by,
        at=AT,
    )
    agree(made, by)
    return made


def agree(patient_id: UUID, by: Actor, *, signed_on: date | None = None) -> UUID:
    """A consent that covers everything, signed yesterday if no other day is said."""
    return consent.record(
        patient_id=patient_id,
        points=tuple(POINTS),
        signed_on=signed_on or AT.date() - timedelta(days=1),
        held_by=by.signature,
        form_version="2026-03",
        by=by,
        at=AT,
    )


def plan(course_id: UUID, by: Actor, *, route: str = "iv") -> UUID:
    """An infusion planned for an hour ago."""
    return infusion.plan(
        course_id=course_id,
        planned_for=AT - timedelta(hours=1),
        route=route,
        phase="induction",
        reason="As the patient wishes",
        by=by,
        at=AT,
    )


def minute(minutes: int) -> datetime:
    """A time of the session, which began an hour ago."""
    return AT - timedelta(hours=1) + timedelta(minutes=minutes)


DOSE = {
    "observed_at": minute(0),
    "stopped_at": minute(40),
    "drug_form": "racemic",
    "concentration_mg_per_ml": Decimal(10),
    "lot": "L7",
    "weight_kg": Decimal("71.5"),
    "weighed_on": AT.date(),
    "planned_mg_per_kg": Decimal("0.5"),
    "mg": Decimal("35.75"),
    "drawn_mg": Decimal(50),
    "wasted_mg": Decimal("14.25"),
    "wasted_by": "Mina",
    "witnessed_by": "Thea",
}


ARRIVAL = {
    "observed_at": minute(-15),
    "identity_checked": True,
    "consent_confirmed": True,
    "last_food_at": minute(-8 * 60),
    "last_drink_at": minute(-3 * 60),
    "fasting_kept": True,
    "medicines_checked": True,
    "medicines": "Sertraline 100 mg at seven",
    "escort_confirmed": True,
    "escort_name": "Runa Falk",
    "weight_kg": Decimal("71.5"),
    "weighed_on": AT.date(),
    "baseline": "acceptable",
    "baseline_by": "Mina",
    "time_out": True,
    "time_out_people": "Mina and Thea",
}


def arrive(infusion_id: UUID, by: Actor) -> None:
    """The arrival check, with nothing wanting; a dose may follow."""
    session.record_arrival(infusion_id=infusion_id, values=ARRIVAL, by=by, at=minute(-1))


def run_session(small: Small, infusion_id: UUID | None = None) -> None:
    """Arrival, start, dose, two readings, an adverse event, complete."""
    about = infusion_id or small.infusion_id
    by = small.medical
    arrive(about, by)
    infusion.start(infusion_id=about, by=by, at=minute(0))
    session.record_dose(infusion_id=about, values=DOSE, by=by, at=minute(41))
    for minutes, systolic in ((0, 124), (40, 138)):
        session.record_vitals(
            infusion_id=about,
            values={
                "observed_at": minute(minutes),
                "systolic": systolic,
                "diastolic": 80,
                "heart_rate": 72,
                "spo2": 98,
            },
            by=by,
            at=minute(41),
        )
    session.record_adverse_event(
        infusion_id=about,
        values={
            "observed_at": minute(30),
            "kind": "nausea",
            "severity": "mild",
            "serious": False,
            "action": "Ginger, slower breathing",
            "outcome": "resolved",
            "resolved_at": minute(38),
            "words": "Brief nausea",
        },
        by=by,
        at=minute(45),
    )
    infusion.complete(infusion_id=about, by=by, at=minute(55))


def raw_of(kind: str, **changed: forms.Value) -> dict[str, list[str]]:
    """A complete note as a browser would post it."""
    return forms.to_raw(note_definition(kind), {**CALM[kind], **changed})


def written(
    small: Small, kind: str, infusion_id: UUID | None = None, **changed: forms.Value
) -> UUID:
    """A complete draft."""
    note_id = note.begin(
        infusion_id=infusion_id or small.infusion_id, kind=kind, by=small.therapist, at=AT
    )
    note.save(note_id=note_id, base=1, raw=raw_of(kind, **changed), by=small.therapist, at=AT)
    return note_id


def sign(
    small: Small, note_id: UUID, *, reasons: Mapping[str, str] | None = None, at: datetime = AT
) -> Note:
    """Review and sign as the therapist."""
    shown = signing.review(note_id=note_id, by=small.therapist, at=at)
    return signing.sign(
        note_id=note_id,
        digest=shown.digest,
        password=PASSWORD,
        address=HERE,
        reasons=reasons or {},
        by=small.therapist,
        at=at,
    )


def signed(small: Small, kind: str, **changed: forms.Value) -> UUID:
    """A signed note in one call."""
    note_id = written(small, kind, **changed)
    sign(small, note_id)
    return note_id


def shown_digest(note_id: UUID, by: Actor, *, at: datetime = AT) -> str:
    """The digest of the signed version that the note's page shows; "" while nothing is signed."""
    newest = reading.look(note_id=note_id, by=by, at=at).newest
    return newest.version.digest if newest else ""


def send_back(
    small: Small,
    note_id: UUID,
    words: str = "Which goals?",
    *,
    section: str = "",
    at: datetime = AT,
) -> Note:
    """Send a note back as the supervisor, with one comment."""
    return cosigning.send_back(
        note_id=note_id,
        digest=shown_digest(note_id, small.supervisor, at=at),
        comments=(cosigning.SectionComment(section, "", words),),
        by=small.supervisor,
        at=at,
    )


def cosign(small: Small, note_id: UUID, *, at: datetime = AT) -> Note:
    """Read and co-sign as the supervisor."""
    return cosigning.cosign(
        note_id=note_id,
        digest=shown_digest(note_id, small.supervisor, at=at),
        password=PASSWORD,
        address=HERE,
        by=small.supervisor,
        at=at,
    )
