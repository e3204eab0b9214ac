"""Courses of treatment and their numbered infusions."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches, within
from kapnotes.records.patient import Patient
from kapnotes.records.reader import reader


class Course(db.Base):
    """One course: an indication, a protocol, numbered infusions.

    `state_reason` is why it was paused, resumed, ended or reopened last, and `state_at` when.
    `protocol_kept` is the protocol as it was when the course began, in plain values; None for a
    course from before it was kept, which goes by the built-in one.
    """

    __tablename__ = "course"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    indication: Mapped[str] = mapped_column(sa.String(30))
    indication_detail_sealed: Mapped[bytes | None]
    indication_detail = db.sealed_text("indication_detail_sealed")
    diagnosis_code: Mapped[str | None] = mapped_column(sa.String(30))
    protocol: Mapped[str] = mapped_column(sa.String(40))
    goals_sealed: Mapped[bytes | None]
    goals = db.sealed_text("goals_sealed")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason_sealed: Mapped[bytes | None]
    end_reason = db.sealed_text("end_reason_sealed")
    state: Mapped[str] = mapped_column(
        sa.String(20), default=CourseState.ACTIVE.value, server_default=CourseState.ACTIVE.value
    )
    state_reason_sealed: Mapped[bytes | None]
    state_reason = db.sealed_text("state_reason_sealed")
    state_at: Mapped[datetime | None]
    protocol_kept: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    version: Mapped[int]

    patient: Mapped[Patient] = relationship(lazy="raise")

    __table_args__ = (sa.UniqueConstraint("patient_id", "number"),)


class Infusion(db.Base):
    """One dosing event, whatever its route. `planned_for` is the patient's appointment.

    `plan_reason` is why it is planned outside of the protocol, where it is.
    """

    __tablename__ = "infusion"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course_id: Mapped[UUID] = mapped_column(sa.ForeignKey("course.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"), index=True)
    number: Mapped[int]
    phase: Mapped[str] = mapped_column(sa.String(20))
    route: Mapped[str] = mapped_column(sa.String(20))
    planned_for: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(20))
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    state_reason_sealed: Mapped[bytes | None]
    state_reason = db.sealed_text("state_reason_sealed")
    plan_reason_sealed: Mapped[bytes | None]
    plan_reason = db.sealed_text("plan_reason_sealed")
    version: Mapped[int]

    course: Mapped[Course] = relationship(lazy="raise")
    patient: Mapped[Patient] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("course_id", "number"),
        sa.Index("ix_infusion_state", "state", "planned_for"),
    )


def fetch(session: Session, course_id: UUID, *, reach: Reach, lock: bool = False) -> Course:
    """The course with its patient, or OutOfReach."""
    query = (
        sa.select(Course)
        .options(joinedload(Course.patient, innerjoin=True))
        .where(Course.id == course_id, reaches(Course.patient_id, reach))
    )
    if lock:
        query = query.with_for_update(of=Course)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Course]:
    """The courses of a patient, newest first."""
    query = (
        sa.select(Course)
        .where(Course.patient_id == patient_id, reaches(Course.patient_id, reach))
        .order_by(Course.number.desc())
    )
    return list(session.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Listed:
    """An infusion as the strip of its course shows it: plain values."""

    id: UUID
    number: int
    state: str
    phase: str
    planned_for: datetime
    started_at: datetime | None


@cache
def _strip(span: Span) -> sa.Select[Any]:
    return (
        sa.select(*(getattr(Infusion, one.name) for one in fields(Listed)))
        .where(Infusion.course_id == sa.bindparam("course_id"), within(Infusion.patient_id, span))
        .order_by(Infusion.number)
    )


def strip(session: Session, course_id: UUID, *, reach: Reach) -> list[Listed]:
    """The infusions of a course as its strip shows them, by number."""
    known = {"course_id": course_id, **reader(reach)}
    return [Listed(*row) for row in session.connection().execute(_strip(reach.span), known)]


@cache
def _infusions_of_course(span: Span) -> sa.Select[Infusion]:
    return (
        sa.select(Infusion)
        .where(Infusion.course_id == sa.bindparam("course_id"), within(Infusion.patient_id, span))
        .order_by(Infusion.number)
    )


def infusions_of_course(session: Session, course_id: UUID, *, reach: Reach) -> list[Infusion]:
    """The infusions of a course by number."""
    known = {"course_id": course_id, **reader(reach)}
    return list(session.execute(_infusions_of_course(reach.span), known).scalars())


def infusions_of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Infusion]:
    """The infusions of a patient, by planned time."""
    query = (
        sa.select(Infusion)
        .where(Infusion.patient_id == patient_id, reaches(Infusion.patient_id, reach))
        .order_by(Infusion.planned_for)
    )
    return list(session.execute(query).scalars())


@cache
def _infusion(span: Span, *, lock: bool) -> sa.Select[Infusion]:
    query = (
        sa.select(Infusion)
        .options(
            joinedload(Infusion.course, innerjoin=True),
            joinedload(Infusion.patient, innerjoin=True),
        )
        .where(Infusion.id == sa.bindparam("infusion_id"), within(Infusion.patient_id, span))
    )
    return query.with_for_update(of=Infusion) if lock else query


def fetch_infusion(
    session: Session, infusion_id: UUID, *, reach: Reach, lock: bool = False
) -> Infusion:
    """The infusion with its course and patient, or OutOfReach."""
    query = _infusion(reach.span, lock=lock)
    known = {"infusion_id": infusion_id, **reader(reach)}
    found = session.execute(query, known).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def _planned(since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    """Planned in that span; every state is named, so that the index over state and time serves."""
    return sa.and_(
        Infusion.state.in_([one.value for one in InfusionState]),
        Infusion.planned_for >= since,
        Infusion.planned_for < until,
    )


def infusions_between(
    session: Session, since: datetime, until: datetime, *, reach: Reach, most: int | None
) -> list[Infusion]:
    """Infusions planned in that span, or in progress, with their patients, by time.

    Of more than `most` those that run are there, and the first of the others.
    """
    runs = Infusion.state == InfusionState.IN_PROGRESS
    query = (
        sa.select(Infusion)
        .options(
            joinedload(Infusion.patient, innerjoin=True),
            joinedload(Infusion.course, innerjoin=True),
        )
        .where(reaches(Infusion.patient_id, reach), sa.or_(_planned(since, until), runs))
        .order_by(sa.case((runs, 0), else_=1), Infusion.planned_for, Infusion.id)
        .limit(most)
    )
    found = session.execute(query).scalars()
    return sorted(found, key=lambda one: (one.planned_for, one.id))


def count_between(session: Session, since: datetime, until: datetime, *, reach: Reach) -> int:
    """How many infusions are planned in that span, or in progress."""
    runs = Infusion.state == InfusionState.IN_PROGRESS
    query = sa.select(sa.func.count()).where(
        reaches(Infusion.patient_id, reach), sa.or_(_planned(since, until), runs)
    )
    return session.connection().execute(query).scalar_one()


def in_progress(session: Session, *, reach: Reach) -> list[Infusion]:
    """The infusions whose session runs now, with patient and course, by the time they began."""
    query = (
        sa.select(Infusion)
        .options(
            joinedload(Infusion.patient, innerjoin=True),
            joinedload(Infusion.course, innerjoin=True),
        )
        .where(Infusion.state == InfusionState.IN_PROGRESS, reaches(Infusion.patient_id, reach))
        .order_by(Infusion.started_at, Infusion.id)
        .limit(200)
    )
    return list(session.execute(query).scalars())


def every_infusion(session: Session, *, reach: Reach) -> list[Infusion]:
    """Every infusion in reach, by planned time, for the command line."""
    query = (
        sa.select(Infusion)
        .where(reaches(Infusion.patient_id, reach))
        .order_by(Infusion.planned_for, Infusion.id)
    )
    return list(session.execute(query).scalars())


def next_number(session: Session, patient_id: UUID) -> int:
    """The number of a patient's next course."""
    query = sa.select(sa.func.max(Course.number)).where(Course.patient_id == patient_id)
    return (session.execute(query).scalar() or 0) + 1


def next_infusion_number(session: Session, course_id: UUID) -> int:
    """The number of a course's next infusion."""
    query = sa.select(sa.func.max(Infusion.number)).where(Infusion.course_id == course_id)
    return (session.execute(query).scalar() or 0) + 1
