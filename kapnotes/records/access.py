"""Entries of the trail as accesses to records: who, to whose, and whether they were in its care."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.actor import OPERATOR_ID
from kapnotes.access.reach import MachineReach
from kapnotes.audit.events import Did, Outcome
from kapnotes.audit.trail import Entry
from kapnotes.records.absence import Absence
from kapnotes.records.care_team import CareTeam
from kapnotes.records.patient import Patient
from kapnotes.records.person import Supervision
from kapnotes.records.practice import Practice

OPENS_NOTHING = (
    *(one.value for one in Did if one.value.partition(".")[0] in {"trail", "unusual", "proof"}),
    Did.EMERGENCY_ENDED.value,
    *(Did.PART_KEPT.value, Did.DOCUMENT_KEPT.value, Did.DOCUMENT_FAILED.value),
    *(Did.SUMMARY_KEPT.value, Did.DELIVERY_SENT.value, Did.DELIVERY_FAILED.value),
)
"""Whoever answers for the trail, or gives access back, names a patient and opens no record.

What the worker makes and sends stands under the name of who asked for it, at any hour.
"""


@dataclass(frozen=True, slots=True)
class Fresh:
    """An entry that was not asked about yet."""

    position: int
    at: datetime
    actor_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One access. Names are the patient's, blank where none was meant."""

    position: int
    at: datetime
    actor_id: UUID
    patient_id: UUID | None
    given_name: str
    family_name: str
    is_in_care: bool
    is_refused: bool
    is_emergency: bool


def after(session: Session, position: int, *, most: int, reach: MachineReach) -> list[Fresh]:
    """The entries after that one, in order."""
    del reach
    query = (
        sa.select(Entry.position, Entry.at, Entry.actor_id)
        .where(Entry.position > position)
        .order_by(Entry.position)
        .limit(most)
    )
    return [Fresh(*row) for row in session.execute(query)]


def of_people(
    session: Session,
    people: Collection[UUID],
    *,
    since: datetime,
    upto: int,
    reach: MachineReach,
) -> list[Entered]:
    """What these people did to records since then, refusals included, up to that entry."""
    del reach
    query = (
        sa.select(
            *(Entry.position, Entry.at, Entry.actor_id, Entry.patient_id, Entry.event),
            *(Entry.outcome, Patient.given_name, Patient.family_name),
        )
        .outerjoin(Patient, Patient.id == Entry.patient_id)
        .where(
            Entry.at >= since,
            Entry.position <= upto,
            Entry.actor_id.in_(people),
            Entry.actor_id != OPERATOR_ID,
            sa.or_(
                sa.and_(Entry.patient_id.is_not(None), Entry.event.not_in(OPENS_NOTHING)),
                Entry.outcome == Outcome.REFUSED.value,
            ),
        )
        .order_by(Entry.at, Entry.position)
    )
    rows = session.execute(query).all()
    care = _care_of(session, {one.patient_id for one in rows if one.patient_id})
    zone = ZoneInfo(session.execute(sa.select(Practice.zone)).scalar_one())
    return [
        Entered(
            position=one.position,
            at=one.at,
            actor_id=one.actor_id,
            patient_id=one.patient_id,
            given_name=one.given_name or "",
            family_name=one.family_name or "",
            is_in_care=care.holds(one.actor_id, one.patient_id, one.at.astimezone(zone).date()),
            is_refused=one.outcome == Outcome.REFUSED,
            is_emergency=one.event == Did.EMERGENCY_GRANTED,
        )
        for one in rows
    ]


Period = tuple[UUID, date, date | None]
"""Who, from which day, to before which day."""


@dataclass(frozen=True, slots=True)
class Care:
    """Who cared for which patient when, who supervised them, and who stood in for those."""

    teams: Mapping[UUID, list[Period]]
    supervisors: Mapping[UUID, list[Period]]
    deputies: Mapping[UUID, list[Period]]

    def holds(self, person_id: UUID, patient_id: UUID | None, on: date) -> bool:
        """Whether the person was on the team that day, or supervised somebody who was."""
        if patient_id is None:
            return True
        team = _on(self.teams.get(patient_id, ()), on)
        above = {one for each in team for one in _on(self.supervisors.get(each, ()), on)}
        beside = {one for each in above for one in _on(self.deputies.get(each, ()), on)}
        return person_id in team | above | beside


def _on(periods: Collection[Period], on: date) -> set[UUID]:
    return {who for who, begin, end in periods if begin <= on and (end is None or on < end)}


def _care_of(session: Session, patients: Collection[UUID]) -> Care:
    """The care teams of these patients, and every link, in three queries."""
    team = sa.select(
        CareTeam.patient_id, CareTeam.person_id, CareTeam.starts_on, CareTeam.ends_on
    ).where(CareTeam.patient_id.in_(patients))
    link = sa.select(
        Supervision.supervisee_id,
        Supervision.supervisor_id,
        Supervision.starts_on,
        Supervision.ends_on,
    )
    away = sa.select(Absence.supervisor_id, Absence.deputy_id, Absence.starts_on, Absence.ends_on)
    return Care(_periods(session, team), _periods(session, link), _periods(session, away))


def _periods(
    session: Session, query: sa.Select[UUID, UUID, date, date | None]
) -> dict[UUID, list[Period]]:
    found: dict[UUID, list[Period]] = {}
    for whose, who, begin, end in session.execute(query):
        found.setdefault(whose, []).append((who, begin, end))
    return found
