"""The sessions that run, as the rule of what is due asks for their vitals: in four queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.clinic.infusion import InfusionState
from kapnotes.records.care_team import reaches
from kapnotes.records.course import Course, Infusion
from kapnotes.records.due import CourseRow, InfusionRow
from kapnotes.records.patient import Patient
from kapnotes.records.session_row import Discharge, Dose, Vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A session that runs: its first dose, the readings, and when the patient left."""

    course: CourseRow
    infusion: InfusionRow
    phase: str
    route: str
    planned_for: datetime
    dosed_at: datetime | None
    readings: tuple[datetime, ...]
    left_at: datetime | None


def running(session: Session, *, reach: Reach) -> list[Running]:
    """The sessions that run within reach, by the time for which they were planned."""
    query = (
        sa.select(
            *(Course.id, Course.patient_id, Course.number),
            *(Patient.given_name, Patient.family_name, Patient.record_number),
            *(Infusion.id, Infusion.number, Infusion.phase, Infusion.route, Infusion.planned_for),
        )
        .join(Course, Course.id == Infusion.course_id)
        .join(Patient, Patient.id == Infusion.patient_id)
        .where(Infusion.state == InfusionState.IN_PROGRESS, reaches(Infusion.patient_id, reach))
        .order_by(Infusion.planned_for, Infusion.id)
    )
    rows: list[Any] = list(session.connection().execute(query))
    ids = [row[6] for row in rows]
    doses = _times(session, Dose.observed_at, ids, reach)
    readings = _times(session, Vitals.observed_at, ids, reach)
    left = _times(session, Discharge.left_at, ids, reach)
    return [
        Running(
            course=CourseRow(*row[:6]),
            infusion=InfusionRow(*row[6:8]),
            phase=row.phase,
            route=row.route,
            planned_for=row.planned_for,
            dosed_at=min(doses.get(row[6], ()), default=None),
            readings=tuple(readings.get(row[6], ())),
            left_at=max(left.get(row[6], ()), default=None),
        )
        for row in rows
    ]


def _times(session: Session, time: Any, ids: Collection[UUID], reach: Reach) -> dict[UUID, Any]:
    """Those times of the rows of these infusions that stand."""
    table = time.class_
    query = sa.select(table.infusion_id, time).where(
        table.infusion_id.in_(ids),
        table.struck_at.is_(None),
        time.is_not(None),
        reaches(table.patient_id, reach),
    )
    found: dict[UUID, Any] = {}
    for infusion_id, moment in session.connection().execute(query):
        found.setdefault(infusion_id, []).append(moment)
    return found
