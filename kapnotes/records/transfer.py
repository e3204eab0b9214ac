"""What an import is checked against: numbers that are taken, patients in reach, their courses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.records.care_team import reaches
from kapnotes.records.course import Course
from kapnotes.records.measure import Measure
from kapnotes.records.patient import Patient


def taken_numbers(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of the record numbers that a patient of the practice has, in reach or not."""
    query = sa.select(Patient.record_number).where(Patient.record_number.in_(set(numbers)))
    return set(session.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Known:
    """A patient as a table names one."""

    id: UUID
    birth_date: date


def by_number(session: Session, numbers: Collection[str], *, reach: Reach) -> dict[str, Known]:
    """The patients in reach who have those record numbers."""
    query = sa.select(Patient.record_number, Patient.id, Patient.birth_date).where(
        Patient.record_number.in_(set(numbers)), reaches(Patient.id, reach)
    )
    return {row[0]: Known(*row[1:]) for row in session.connection().execute(query)}


@dataclass(frozen=True, slots=True)
class CourseSpan:
    """From when to when a course ran."""

    id: UUID
    patient_id: UUID
    number: int
    started_on: date
    ended_on: date | None


def courses(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[CourseSpan]:
    """The courses of those patients."""
    query = sa.select(
        Course.id, Course.patient_id, Course.number, Course.started_on, Course.ended_on
    ).where(Course.patient_id.in_(set(ids)), reaches(Course.patient_id, reach))
    return [CourseSpan(*row) for row in session.connection().execute(query)]


def rated(
    session: Session, ids: Collection[UUID], *, reach: Reach
) -> set[tuple[UUID, str, datetime]]:
    """Which scale stands at which time for those patients."""
    query = sa.select(Measure.patient_id, Measure.key, Measure.observed_at).where(
        Measure.patient_id.in_(set(ids)),
        Measure.struck_at.is_(None),
        reaches(Measure.patient_id, reach),
    )
    return {(row[0], row[1], row[2]) for row in session.connection().execute(query)}
