"""The charts that an audit can draw: whose they are, and how much each asks to be looked at.

A chart is of those who wrote in it; one in which nobody wrote is of the therapists who cared for
the patient on that day, so that a note that is missing is never out of an audit's sight.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.access.roles import Therapist
from kapnotes.clinic.check_rule import CheckLevel
from kapnotes.clinic.infusion import InfusionState
from kapnotes.records.alert import PatientAlert
from kapnotes.records.care_team import CareTeam, is_reached
from kapnotes.records.course import Infusion
from kapnotes.records.kept_finding import KeptFinding, within
from kapnotes.records.note import Note
from kapnotes.records.person import Person
from kapnotes.records.session_row import AdverseEvent


@dataclass(frozen=True, slots=True)
class On:
    """A therapist on a care team, from one day to the day before another."""

    person_id: UUID
    starts_on: date
    ends_on: date | None

    def is_on(self, day: date) -> bool:
        """Whether they cared for the patient on that day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class Held:
    """A session that was held: of which infusion, of whom, and when it began."""

    id: UUID
    patient_id: UUID
    started_at: datetime


def took_place(session: Session, since: datetime, until: datetime, *, reach: Reach) -> list[Held]:
    """The infusions within reach whose session began in that span and is over."""
    query = (
        sa.select(Infusion.id, Infusion.patient_id, Infusion.started_at)
        .where(
            Infusion.state == InfusionState.COMPLETED.value,
            Infusion.started_at >= since,
            Infusion.started_at < until,
            is_reached(Infusion.patient_id, reach),
        )
        .order_by(Infusion.id)
    )
    rows: Iterable[Any] = session.execute(query)
    return [Held(*row) for row in rows]


def authors(
    session: Session, since: datetime, until: datetime, people: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """Who of these people wrote in the chart of each infusion begun in that span."""
    query = (
        sa.select(Note.infusion_id, Note.author_id)
        .join(Infusion, Infusion.id == Note.infusion_id)
        .where(*_begun(since, until), Note.state != "discarded", Note.author_id.in_(people))
        .distinct()
    )
    return _gathered((row[0], row[1]) for row in session.execute(query))


def written(session: Session, since: datetime, until: datetime) -> set[UUID]:
    """The infusions begun in that span in whose chart anybody wrote."""
    query = (
        sa.select(Note.infusion_id)
        .join(Infusion, Infusion.id == Note.infusion_id)
        .where(*_begun(since, until), Note.state != "discarded")
        .distinct()
    )
    return set(session.execute(query).scalars())


def therapists(
    session: Session, since: datetime, until: datetime, people: Collection[UUID]
) -> dict[UUID, list[On]]:
    """Which of these therapists were on which patient's care team, and from when to when.

    Only of patients with an infusion begun in that span.
    """
    seen = sa.select(Infusion.patient_id).where(*_begun(since, until))
    query = (
        sa.select(CareTeam.patient_id, CareTeam.person_id, CareTeam.starts_on, CareTeam.ends_on)
        .join(Person, Person.id == CareTeam.person_id)
        .where(
            CareTeam.patient_id.in_(seen),
            CareTeam.person_id.in_(people),
            Person.role == Therapist.key,
        )
    )
    found: dict[UUID, list[On]] = {}
    for patient_id, person_id, starts_on, ends_on in session.execute(query):
        found.setdefault(patient_id, []).append(On(person_id, starts_on, ends_on))
    return found


def grave(session: Session, since: datetime, until: datetime) -> set[UUID]:
    """The infusions begun in that span with a serious adverse event that stands."""
    query = (
        sa.select(AdverseEvent.infusion_id)
        .join(Infusion, Infusion.id == AdverseEvent.infusion_id)
        .where(
            *_begun(since, until), AdverseEvent.serious.is_(True), AdverseEvent.struck_at.is_(None)
        )
        .distinct()
    )
    return set(session.execute(query).scalars())


def alerts(
    session: Session, since: datetime, until: datetime, codes: Collection[str], *, reach: Reach
) -> list[tuple[UUID, str]]:
    """The answers about risk that were raised in that span, within reach: patient and code."""
    query = (
        sa.select(PatientAlert.patient_id, PatientAlert.code)
        .where(
            PatientAlert.code.in_(codes),
            PatientAlert.raised_at >= since,
            PatientAlert.raised_at < until,
            is_reached(PatientAlert.patient_id, reach),
        )
        .distinct()
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def musts(session: Session, since: datetime, until: datetime) -> dict[UUID, int]:
    """How many findings of what must be stand in the charts of infusions begun in that span."""
    query = (
        sa.select(KeptFinding.infusion_id, sa.func.count())
        .join(Infusion, Infusion.id == KeptFinding.infusion_id)
        .where(
            *_begun(since, until),
            KeptFinding.level == CheckLevel.MUST.value,
            KeptFinding.gone_at.is_(None),
        )
        .group_by(KeptFinding.infusion_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def found_in(session: Session, infusion_id: UUID, *, reach: Reach) -> list[KeptFinding]:
    """What the documentation checks found in a chart and still stands, within reach."""
    query = (
        sa.select(KeptFinding)
        .where(
            KeptFinding.infusion_id == infusion_id,
            KeptFinding.gone_at.is_(None),
            within(reach),
        )
        .order_by(KeptFinding.first_at, KeptFinding.id)
    )
    return list(session.execute(query).scalars())


def caring(session: Session, patient_id: UUID, roles: Collection[str], *, on: date) -> list[Person]:
    """Who of those roles is on the care team of a patient fetched within reach, by name."""
    query = (
        sa.select(Person)
        .join(CareTeam, CareTeam.person_id == Person.id)
        .where(
            CareTeam.patient_id == patient_id,
            CareTeam.starts_on <= on,
            sa.or_(CareTeam.ends_on.is_(None), CareTeam.ends_on > on),
            Person.role.in_(roles),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return list(session.execute(query).scalars())


def _begun(since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Infusion.started_at >= since, Infusion.started_at < until


def _gathered(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    return found
