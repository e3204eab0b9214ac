"""The charts of an audit, whose they are, and how each row of the rubric was answered.

A chart is the chain of one infusion. Its place, answers and points are the audit's own figures;
whose chart it is and what was written about it are read within the chart's reach: its patient's,
and among supervisors that of those who answer today for somebody who wrote in it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches
from kapnotes.records.course import Infusion
from kapnotes.records.patient import Patient
from kapnotes.records.person import supervisees
from kapnotes.records.reader import Who


class AuditChart(db.Base):
    """One chart of a sample; `place` is its place in the drawing, `points` what it scores so far.

    `is_answered` says that every row has an answer. An audit that is ended locks it.
    """

    __tablename__ = "audit_chart"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("chart_audit.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    infusion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("infusion.id"), index=True)
    place: Mapped[int]
    points: Mapped[Decimal | None]
    is_answered: Mapped[bool]
    locked_at: Mapped[datetime | None]

    patient: Mapped[Patient] = relationship(lazy="raise")
    infusion: Mapped[Infusion] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("audit_id", "place"),
        sa.UniqueConstraint("audit_id", "infusion_id"),
    )


class AuditChartPerson(db.Base):
    """A person who wrote in a chart of a sample, or whose it was to write."""

    __tablename__ = "audit_chart_person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    chart_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_chart.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)

    __table_args__ = (sa.UniqueConstraint("chart_id", "person_id"),)


class AuditAnswer(db.Base):
    """How a chart stands by one row, with a word on it; `version` counts its changes."""

    __tablename__ = "audit_answer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    chart_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_chart.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    answer: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[int]
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    locked_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("chart_id", "code"),)


@dataclass(frozen=True, slots=True)
class Figure:
    """One answer without its words."""

    chart_id: UUID
    code: str
    answer: str


def in_reach(reach: Reach) -> sa.ColumnElement[bool]:
    """The charts within reach: of patients in reach, and written by oneself or whom one leads."""
    if reach.span is Span.PRACTICE:
        return sa.true()
    wrote = sa.select(AuditChartPerson.id).where(AuditChartPerson.chart_id == AuditChart.id)
    if reach.span is Span.SUPERVISED:
        theirs = supervisees(Who(reach.person_id, reach.on))
        wrote = wrote.where(AuditChartPerson.person_id.in_(theirs))
    elif reach.span in {Span.CARE_TEAM, Span.EMERGENCY}:
        wrote = wrote.where(AuditChartPerson.person_id == reach.person_id)
    else:
        return sa.false()
    return sa.and_(reaches(AuditChart.patient_id, reach), wrote.correlate(AuditChart).exists())


def fetch(session: Session, audit_id: UUID, chart_id: UUID, *, reach: Reach) -> AuditChart:
    """A chart of that audit with its patient, infusion and course, or OutOfReach."""
    query = (
        sa.select(AuditChart)
        .options(
            joinedload(AuditChart.patient, innerjoin=True),
            joinedload(AuditChart.infusion, innerjoin=True).joinedload(
                Infusion.course, innerjoin=True
            ),
        )
        .where(AuditChart.id == chart_id, AuditChart.audit_id == audit_id, in_reach(reach))
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def within_reach(session: Session, audit_id: UUID, *, reach: Reach) -> list[AuditChart]:
    """The charts of an audit that the reader reaches today, with patient and infusion, in order."""
    query = (
        sa.select(AuditChart)
        .options(
            joinedload(AuditChart.patient, innerjoin=True),
            joinedload(AuditChart.infusion, innerjoin=True),
        )
        .where(AuditChart.audit_id == audit_id, in_reach(reach))
        .order_by(AuditChart.place)
    )
    return list(session.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Placed:
    """A chart as the audit's figures know it: of nobody in particular."""

    audit_id: UUID
    id: UUID
    place: int
    points: Decimal | None
    is_answered: bool


def placed(session: Session, audit_ids: Collection[UUID]) -> list[Placed]:
    """Every chart of audits that were fetched within reach, as figures, in order."""
    if not audit_ids:
        return []
    query = (
        sa.select(
            AuditChart.audit_id,
            AuditChart.id,
            AuditChart.place,
            AuditChart.points,
            AuditChart.is_answered,
        )
        .where(AuditChart.audit_id.in_(audit_ids))
        .order_by(AuditChart.audit_id, AuditChart.place)
    )
    return [Placed(*row) for row in session.execute(query)]


def wrote(session: Session, audit_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Who wrote in each chart of audits that were fetched within reach."""
    if not audit_ids:
        return {}
    query = (
        sa.select(AuditChartPerson.chart_id, AuditChartPerson.person_id)
        .join(AuditChart, AuditChart.id == AuditChartPerson.chart_id)
        .where(AuditChart.audit_id.in_(audit_ids))
        .order_by(AuditChartPerson.person_id)
    )
    found: dict[UUID, tuple[UUID, ...]] = {}
    for chart_id, person_id in session.execute(query):
        found[chart_id] = (*found.get(chart_id, ()), person_id)
    return found


def figures(session: Session, audit_id: UUID) -> list[Figure]:
    """Every answer of an audit that was fetched within reach, without words."""
    query = (
        sa.select(AuditAnswer.chart_id, AuditAnswer.code, AuditAnswer.answer)
        .join(AuditChart, AuditChart.id == AuditAnswer.chart_id)
        .where(AuditChart.audit_id == audit_id)
        .order_by(AuditChart.place, AuditAnswer.code)
    )
    return [Figure(*row) for row in session.execute(query)]


def counts(session: Session, audit_ids: Collection[UUID]) -> list[tuple[UUID, str, str, int]]:
    """How often each row was answered how, by audit: audit, code, answer, number."""
    if not audit_ids:
        return []
    query = (
        sa.select(AuditChart.audit_id, AuditAnswer.code, AuditAnswer.answer, sa.func.count())
        .join(AuditChart, AuditChart.id == AuditAnswer.chart_id)
        .where(AuditChart.audit_id.in_(audit_ids))
        .group_by(AuditChart.audit_id, AuditAnswer.code, AuditAnswer.answer)
        .order_by(AuditChart.audit_id, AuditAnswer.code, AuditAnswer.answer)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def answers(session: Session, chart_ids: Collection[UUID]) -> list[AuditAnswer]:
    """The answers of charts that were fetched within reach, with their words."""
    if not chart_ids:
        return []
    query = (
        sa.select(AuditAnswer)
        .where(AuditAnswer.chart_id.in_(chart_ids))
        .order_by(AuditAnswer.chart_id, AuditAnswer.code)
    )
    return list(session.execute(query).scalars())


def keys(session: Session, audit_id: UUID) -> list[UUID]:
    """The infusions that were drawn for an audit fetched within reach, in order of drawing."""
    query = (
        sa.select(AuditChart.infusion_id)
        .where(AuditChart.audit_id == audit_id)
        .order_by(AuditChart.place)
    )
    return list(session.execute(query).scalars())


def lock(session: Session, audit_id: UUID, *, at: datetime) -> None:
    """Lock the answers of an audit that ends, and its charts."""
    charts = sa.select(AuditChart.id).where(AuditChart.audit_id == audit_id)
    session.execute(
        sa.update(AuditAnswer).where(AuditAnswer.chart_id.in_(charts)).values(locked_at=at)
    )
    session.execute(
        sa.update(AuditChart).where(AuditChart.audit_id == audit_id).values(locked_at=at)
    )
