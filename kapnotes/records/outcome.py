"""What an outcome is judged by: complete scores and doses, of one course or of a whole practice."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach, Span
from kapnotes.records.care_team import reaches, within
from kapnotes.records.course import Course, Infusion
from kapnotes.records.measure import Measure, OwnMeasure
from kapnotes.records.reader import reader
from kapnotes.records.session_row import Dose


@dataclass(frozen=True, slots=True)
class Taken:
    """One scale as it was filled in; `total` is None while an answer is missing."""

    id: UUID
    course_id: UUID | None
    infusion_id: UUID | None
    key: str
    total: Decimal | None
    band: str
    scores: dict[str, Any]
    occasion: str
    recall: str
    source: str
    is_complete: bool
    rule_version: str
    observed_at: datetime
    recorded_at: datetime


_TAKEN = tuple(getattr(Measure, name) for name in Taken.__slots__)


def of_course(session: Session, course: Course, *, reach: Reach) -> list[Taken]:
    """The measures of a course by time, and those of its patient that belong to no course."""
    known = {"patient_id": course.patient_id, "course_id": course.id, **reader(reach)}
    return [Taken(*row) for row in session.connection().execute(_of_course(reach.span), known)]


@cache
def _of_course(span: Span) -> sa.Select[Any]:
    return (
        sa.select(*_TAKEN)
        .where(
            Measure.patient_id == sa.bindparam("patient_id"),
            sa.or_(Measure.course_id == sa.bindparam("course_id"), Measure.course_id.is_(None)),
            Measure.struck_at.is_(None),
            within(Measure.patient_id, span),
        )
        .order_by(Measure.observed_at, Measure.recorded_at, Measure.id)
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """When the first dose of an infusion began."""

    course_id: UUID
    infusion_id: UUID
    number: int
    route: str
    at: datetime


def begun(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[Begun]:
    """The first doses of the infusions of those courses, by time."""
    known = {"ids": list(ids), **reader(reach)}
    return [Begun(*row) for row in session.connection().execute(_begun(reach.span), known)]


@cache
def _begun(span: Span) -> sa.Select[UUID, UUID, int, str, datetime]:
    return (
        sa.select(
            Infusion.course_id,
            Infusion.id,
            Infusion.number,
            Infusion.route,
            sa.func.min(Dose.observed_at),
        )
        .join(Dose, Dose.infusion_id == Infusion.id)
        .where(
            Infusion.course_id.in_(sa.bindparam("ids", expanding=True)),
            Dose.struck_at.is_(None),
            within(Dose.patient_id, span),
        )
        .group_by(Infusion.course_id, Infusion.id, Infusion.number, Infusion.route)
        .order_by(sa.func.min(Dose.observed_at))
    )


@dataclass(frozen=True, slots=True)
class Treated:
    """A course of a patient: for counting, so without a name."""

    id: UUID
    patient_id: UUID
    number: int
    indication: str


def everyone(session: Session, *, reach: Reach) -> list[Treated]:
    """Every course in reach, each patient's first one first."""
    query = (
        sa.select(Course.id, Course.patient_id, Course.number, Course.indication)
        .where(reaches(Course.patient_id, reach))
        .order_by(Course.patient_id, Course.number)
    )
    return [Treated(*row) for row in session.connection().execute(query)]


def all_begun(session: Session, *, reach: Reach) -> list[Begun]:
    """The first doses of every infusion in reach, by time."""
    query = (
        sa.select(
            Infusion.course_id,
            Infusion.id,
            Infusion.number,
            Infusion.route,
            sa.func.min(Dose.observed_at),
        )
        .join(Dose, Dose.infusion_id == Infusion.id)
        .where(Dose.struck_at.is_(None), reaches(Infusion.patient_id, reach))
        .group_by(Infusion.course_id, Infusion.id, Infusion.number, Infusion.route)
        .order_by(sa.func.min(Dose.observed_at))
    )
    return [Begun(*row) for row in session.connection().execute(query)]


@dataclass(frozen=True, slots=True)
class Total:
    """A complete total of a scale in a course."""

    course_id: UUID
    key: str
    total: Decimal
    at: datetime


def totals(session: Session, keys: Collection[str], *, reach: Reach) -> list[Total]:
    """Every complete total of those scales in reach, by time."""
    query = (
        sa.select(Measure.course_id, Measure.key, Measure.total, Measure.observed_at)
        .where(
            Measure.key.in_(keys),
            Measure.course_id.is_not(None),
            Measure.is_complete.is_(True),
            Measure.total.is_not(None),
            Measure.struck_at.is_(None),
            reaches(Measure.patient_id, reach),
        )
        .order_by(Measure.observed_at, Measure.recorded_at, Measure.id)
    )
    found: Iterable[Any] = session.connection().execute(query)
    return [Total(*row) for row in found]


def whole(session: Session, course: Course, *, reach: Reach) -> list[Measure]:
    """The measures of a course with their answers, by time, to hand them out."""
    query = (
        sa.select(Measure)
        .where(
            Measure.course_id == course.id,
            Measure.struck_at.is_(None),
            reaches(Measure.patient_id, reach),
        )
        .order_by(Measure.observed_at, Measure.recorded_at, Measure.id)
    )
    return list(session.execute(query).scalars())


def own_definitions(session: Session, keys: Collection[str]) -> list[OwnMeasure]:
    """The practice's own scales of those keys, every version, oldest first."""
    query = (
        sa.select(OwnMeasure)
        .where(OwnMeasure.key.in_(keys))
        .order_by(OwnMeasure.imported_at, OwnMeasure.id)
    )
    return list(session.execute(query).scalars())
