"""Appointments: the infusions that lie ahead, as a calendar asks for them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kapnotes.access.reach import Reach
from kapnotes.clinic.infusion import InfusionState
from kapnotes.records.care_team import reaches
from kapnotes.records.course import Infusion

SHOWN = (InfusionState.PLANNED.value, InfusionState.CANCELLED.value)
"""What was cancelled is shown as cancelled, so that it goes from a calendar that had it."""


def between(
    session: Session,
    since: datetime,
    until: datetime | None = None,
    *,
    course_id: UUID | None = None,
    reach: Reach,
) -> list[Infusion]:
    """The infusions planned, or cancelled, from `since` on, with their courses, by time."""
    query = (
        sa.select(Infusion)
        .options(joinedload(Infusion.course, innerjoin=True))
        .where(
            Infusion.state.in_(SHOWN),
            Infusion.planned_for >= since,
            reaches(Infusion.patient_id, reach),
        )
        .order_by(Infusion.planned_for, Infusion.id)
    )
    if until is not None:
        query = query.where(Infusion.planned_for < until)
    if course_id is not None:
        query = query.where(Infusion.course_id == course_id)
    return list(session.execute(query).scalars())
