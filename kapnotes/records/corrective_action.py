"""Corrective actions: what an audit found, what is to be done about it, by whom and until when.

Each move is kept as a row that never changes. An action is reached by its owner, by those who
wrote in its chart, and by the supervisors who reach the chart; and only while its patient is
within their reach, since its words are about that patient.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.chart_audit import ActionState
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records import audit_chart
from kapnotes.records.audit_chart import AuditAnswer, AuditChart
from kapnotes.records.care_team import reaches
from kapnotes.records.chart_audit import ChartAudit
from kapnotes.records.course import Infusion
from kapnotes.records.person import Person


class CorrectiveAction(db.Base):
    """One action about one row of one chart. `closed_by_id` is who closed it last."""

    __tablename__ = "corrective_action"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("chart_audit.id"), index=True)
    chart_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_chart.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    what_sealed: Mapped[bytes]
    what = db.sealed_text("what_sealed")
    state: Mapped[str] = mapped_column(sa.String(20))
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    closed_by_id: Mapped[UUID | None]

    chart: Mapped[AuditChart] = relationship(lazy="raise")
    audit: Mapped[ChartAudit] = relationship(lazy="raise")
    owner: Mapped[Person] = relationship(lazy="raise", foreign_keys=[owner_id])
    raised_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[raised_by_id])

    __table_args__ = (sa.Index("ix_corrective_action_owner_id", "owner_id", "state", "due_on"),)


class CorrectiveMove(db.Base):
    """A move of an action: closed with what was done, reopened with why, or verified."""

    __tablename__ = "corrective_move"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    action_id: Mapped[UUID] = mapped_column(sa.ForeignKey("corrective_action.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    move: Mapped[str] = mapped_column(sa.String(20))
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))

    by: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (sa.UniqueConstraint("action_id", "number"),)


_WHOLE = (
    joinedload(CorrectiveAction.owner, innerjoin=True),
    joinedload(CorrectiveAction.raised_by, innerjoin=True),
    joinedload(CorrectiveAction.audit, innerjoin=True),
    joinedload(CorrectiveAction.chart, innerjoin=True).joinedload(
        AuditChart.patient, innerjoin=True
    ),
    joinedload(CorrectiveAction.chart, innerjoin=True)
    .joinedload(AuditChart.infusion, innerjoin=True)
    .joinedload(Infusion.course, innerjoin=True),
)


def in_reach(reach: Reach) -> sa.ColumnElement[bool]:
    """The actions within reach: one's own, and those about charts in reach."""
    if reach.span is Span.PRACTICE:
        return sa.true()
    if reach.span not in {Span.CARE_TEAM, Span.EMERGENCY, Span.SUPERVISED}:
        return sa.false()
    charts = sa.select(AuditChart.id).where(
        AuditChart.id == CorrectiveAction.chart_id, audit_chart.in_reach(reach)
    )
    return sa.and_(
        reaches(CorrectiveAction.patient_id, reach),
        sa.or_(
            CorrectiveAction.owner_id == reach.person_id,
            charts.correlate(CorrectiveAction).exists(),
        ),
    )


def fetch(
    session: Session, action_id: UUID, *, reach: Reach, lock: bool = False
) -> CorrectiveAction:
    """The action with its chart, audit and people, or OutOfReach."""
    query = (
        sa.select(CorrectiveAction)
        .options(*_WHOLE)
        .where(CorrectiveAction.id == action_id, in_reach(reach))
    )
    if lock:
        query = query.with_for_update(of=CorrectiveAction)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def owned(
    session: Session,
    states: Collection[ActionState],
    *,
    reach: Reach,
    most: int,
) -> list[CorrectiveAction]:
    """The reader's own actions in those states, what is due first before the others."""
    query = (
        sa.select(CorrectiveAction)
        .options(*_WHOLE)
        .where(
            CorrectiveAction.owner_id == reach.person_id,
            CorrectiveAction.state.in_([one.value for one in states]),
            reaches(CorrectiveAction.patient_id, reach),
        )
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
        .limit(most)
    )
    return list(session.execute(query).scalars())


def of_others(
    session: Session,
    states: Collection[ActionState],
    *,
    reach: Reach,
    most: int,
) -> list[CorrectiveAction]:
    """The actions of others in those states about charts in reach, what is due first before."""
    query = (
        sa.select(CorrectiveAction)
        .options(*_WHOLE)
        .where(
            CorrectiveAction.owner_id != reach.person_id,
            CorrectiveAction.state.in_([one.value for one in states]),
            in_reach(reach),
        )
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
        .limit(most)
    )
    return list(session.execute(query).scalars())


def of_chart(session: Session, chart_id: UUID, *, reach: Reach) -> list[CorrectiveAction]:
    """What a chart led to, within reach, oldest first."""
    query = (
        sa.select(CorrectiveAction)
        .options(*_WHOLE)
        .where(CorrectiveAction.chart_id == chart_id, in_reach(reach))
        .order_by(CorrectiveAction.raised_at, CorrectiveAction.id)
    )
    return list(session.execute(query).scalars())


def of_audit(session: Session, audit_id: UUID, *, reach: Reach) -> list[CorrectiveAction]:
    """What an audit led to, within reach, with its words; what is due first before the others."""
    query = (
        sa.select(CorrectiveAction)
        .where(CorrectiveAction.audit_id == audit_id, in_reach(reach))
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
    )
    return list(session.execute(query).scalars())


def moves(session: Session, action_ids: Collection[UUID]) -> dict[UUID, list[CorrectiveMove]]:
    """The moves of actions that were fetched within reach, oldest first."""
    if not action_ids:
        return {}
    query = (
        sa.select(CorrectiveMove)
        .options(joinedload(CorrectiveMove.by, innerjoin=True))
        .where(CorrectiveMove.action_id.in_(action_ids))
        .order_by(CorrectiveMove.action_id, CorrectiveMove.number)
    )
    found: dict[UUID, list[CorrectiveMove]] = {one: [] for one in action_ids}
    for move in session.execute(query).scalars():
        found[move.action_id].append(move)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """An action as the figures of its audit know it: no word of it, and no patient."""

    id: UUID
    audit_id: UUID
    chart_id: UUID
    code: str
    state: str
    owner_id: UUID
    due_on: date
    closed_by_id: UUID | None


def standing(session: Session, audit_ids: Collection[UUID]) -> list[Standing]:
    """What audits that were fetched within reach led to, by the day each is due."""
    if not audit_ids:
        return []
    query = (
        sa.select(*(getattr(CorrectiveAction, name) for name in Standing.__slots__))
        .where(CorrectiveAction.audit_id.in_(audit_ids))
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
    )
    return [Standing(*row) for row in session.execute(query)]


def findings(
    session: Session,
    answers: Collection[str],
    *,
    reach: Reach,
    before: tuple[datetime, UUID] | None = None,
    most: int,
) -> list[tuple[AuditAnswer, AuditChart, ChartAudit]]:
    """What ended audits found in the charts that the reader wrote in, newest first."""
    query = (
        sa.select(AuditAnswer, AuditChart, ChartAudit)
        .join(AuditChart, AuditChart.id == AuditAnswer.chart_id)
        .join(ChartAudit, ChartAudit.id == AuditChart.audit_id)
        .options(
            joinedload(AuditChart.patient, innerjoin=True),
            joinedload(AuditChart.infusion, innerjoin=True),
        )
        .where(
            AuditAnswer.locked_at.is_not(None),
            AuditAnswer.answer.in_(answers),
            audit_chart.in_reach(reach),
        )
        .order_by(AuditAnswer.locked_at.desc(), AuditAnswer.id.desc())
        .limit(most)
    )
    if before is not None:
        at, answer_id = before
        query = query.where(
            sa.or_(
                AuditAnswer.locked_at < at,
                sa.and_(AuditAnswer.locked_at == at, AuditAnswer.id < answer_id),
            )
        )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
