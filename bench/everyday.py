"""What people do beside the records: they sign in, look, search, and are refused now and then."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench.seed import MEDICAL, SUPERVISOR
from kapnotes.access.actor import NOBODY_ID
from kapnotes.audit.events import Did
from kapnotes.records.care_team import CareTeam
from kapnotes.records.note import Note
from kapnotes.records.person import Person

SHARES = MappingProxyType(
    {
        "therapist looks": 45,
        "medical looks": 15,
        "supervisor looks": 10,
        "lists": 20,
        "signs in": 5,
        "administers": 1,
        "does not get in": 2,
        "is refused": 2,
    }
)
"""How many of a hundred acts are of which kind."""
REASONS = MappingProxyType({"does not get in": "wrong_sign_in", "is refused": "out_of_reach"})
LOOKS = (Did.PATIENT_VIEWED, Did.NOTE_VIEWED, Did.INFUSION_VIEWED, Did.COURSE_VIEWED)
LISTS = (Did.TODAY_VIEWED, Did.DUE_LISTED, Did.PATIENTS_SEARCHED, Did.INFUSIONS_LISTED)


@dataclass(frozen=True, slots=True)
class People:
    """Who acts: each therapist with patients, and those who see more."""

    caseloads: Sequence[tuple[UUID, Sequence[UUID]]]
    medical: UUID
    supervisor: UUID
    administrator: UUID
    notes: dict[UUID, UUID]


def people_of(connection: sa.Connection) -> People:
    """The people of a seeded practice, and a note of each patient to look at."""
    query = sa.select(Person.email, Person.id, Person.role)
    everyone = connection.execute(query).all()
    by_email = {one.email: one.id for one in everyone}
    therapists = [one.id for one in everyone if one.email.startswith("therapist-")]
    team = sa.select(CareTeam.person_id, CareTeam.patient_id).where(
        CareTeam.person_id.in_(therapists)
    )
    caseloads: dict[UUID, list[UUID]] = {}
    for person, patient in connection.execute(team):
        caseloads.setdefault(person, []).append(patient)
    notes = sa.select(Note.patient_id, sa.func.max(sa.cast(Note.id, sa.String)))
    found = connection.execute(notes.group_by(Note.patient_id)).all()
    return People(
        sorted(caseloads.items()),
        by_email[MEDICAL],
        by_email[SUPERVISOR],
        next(one.id for one in everyone if one.role == "administrator"),
        {patient: UUID(note) for patient, note in found},
    )


def acts(
    people: People, count: int, *, until: datetime, days: int = 900
) -> Iterator[dict[str, Any]]:
    """So many acts over those days, by their time; what is left to fill in is the chain's."""
    dice = random.Random(11)  # noqa: S311 - the same practice every time
    step = timedelta(days=days) / max(count, 1)
    kinds = dice.choices(tuple(SHARES), weights=tuple(SHARES.values()), k=count)
    for number, kind in enumerate(kinds):
        yield _act(kind, people, dice) | {"at": until - step * (count - number)}


def _act(kind: str, people: People, dice: random.Random) -> dict[str, Any]:
    person, patients = people.caseloads[dice.randrange(len(people.caseloads))]
    patient = patients[dice.randrange(len(patients))]
    look = LOOKS[dice.randrange(len(LOOKS))]
    note = people.notes.get(patient) if look is Did.NOTE_VIEWED else None
    found = {
        "therapist looks": (look, person, "therapist", patient, note),
        "medical looks": (look, people.medical, "medical", patient, note),
        "supervisor looks": (Did.PATIENT_VIEWED, people.supervisor, "supervisor", patient),
        "lists": (LISTS[dice.randrange(len(LISTS))], person, "therapist"),
        "signs in": (Did.SIGN_IN_SUCCEEDED, person, "therapist"),
        "administers": (Did.PEOPLE_VIEWED, people.administrator, "administrator"),
        "does not get in": (Did.SIGN_IN_FAILED, NOBODY_ID, ""),
        "is refused": (Did.PATIENT_VIEWED, person, "therapist", patient),
    }[kind]
    return _entry(*found, reason=REASONS.get(kind, ""))  # type: ignore[arg-type] # of several lengths


def _entry(
    did: Did,
    who: UUID,
    role: str,
    patient: UUID | None = None,
    note: UUID | None = None,
    *,
    reason: str = "",
) -> dict[str, Any]:
    kind = "" if patient is None else "patient" if note is None else "note"
    return {
        "actor_id": who,
        "role": role,
        "event": did.value,
        "category": did.category.value,
        "outcome": "refused" if reason else "done",
        "reason": reason,
        "patient_id": patient,
        "object_kind": kind,
        "object_id": note or patient,
        "object_version": None,
        "details": {},
    }
