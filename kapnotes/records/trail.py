"""Reading the trail: pages by position, narrowed by the reader's reach."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach, Span
from kapnotes.audit.trail import Entry
from kapnotes.records.care_team import reaches
from kapnotes.records.patient import Patient

PAGE = 50


def page(
    session: Session,
    *,
    reach: Reach,
    whole: bool = False,
    before: int | None = None,
    patient_id: UUID | None = None,
    actor_id: UUID | None = None,
    event: str = "",
    outcome: str = "",
) -> list[Entry]:
    """Entries, newest first, `PAGE` + 1 at most; `whole` is the administrator's trail."""
    query = sa.select(Entry).order_by(Entry.position.desc()).limit(PAGE + 1)
    if not whole and reach.span is not Span.PRACTICE:
        in_reach = sa.select(Patient.id).where(reaches(Patient.id, reach))
        query = query.where(
            sa.or_(Entry.patient_id.in_(in_reach), Entry.actor_id == reach.person_id)
        )
    if before is not None:
        query = query.where(Entry.position < before)
    if patient_id is not None:
        query = query.where(Entry.patient_id == patient_id)
    if actor_id is not None:
        query = query.where(Entry.actor_id == actor_id)
    if event:
        query = query.where(Entry.event == event)
    if outcome:
        query = query.where(Entry.outcome == outcome)
    return list(session.execute(query).scalars())


def record_numbers(session: Session, ids: set[UUID], *, reach: Reach) -> dict[UUID, str]:
    """The record numbers of patients in reach; one query for any number."""
    if not ids:
        return {}
    query = sa.select(Patient.id, Patient.record_number).where(
        Patient.id.in_(ids), reaches(Patient.id, reach)
    )
    return {row.id: row.record_number for row in session.execute(query)}
