"""Audits of charts: what each is to look at, what was drawn for it, and whose they are.

An audit is reached by who leads it, and by a supervisor who answers today for everyone whom it
covers. Its figures stay with it for ever; what was written about a chart is read through the
chart's own reach: see `records.audit_chart`.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.audit_state import AuditState
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.person import Person, supervisees
from kapnotes.records.reader import Who

OWN = "id"
"""An audit's own words are sealed with a data key of its own: they are of no patient."""


class ChartAudit(db.Base):
    """One audit. `sampling` and `how_many` say how charts are drawn, from `since` to `until`.

    `seed`, `algorithm` and the sealed `frame` (every chart that could be drawn, as it stood) are
    what it takes to draw the sample again; `rubric` are the rows as they stood at the drawing.
    `revision` counts the changes of the plan.
    """

    __tablename__ = "chart_audit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    led_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    name_sealed: Mapped[bytes]
    name = db.sealed_text("name_sealed", owner=OWN)
    aim_sealed: Mapped[bytes | None]
    aim = db.sealed_text("aim_sealed", owner=OWN)
    since: Mapped[date]
    until: Mapped[date]
    sampling: Mapped[str] = mapped_column(sa.String(20))
    how_many: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(20))
    revision: Mapped[int]
    planned_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    drawn_by_id: Mapped[UUID | None]
    seed: Mapped[str] = mapped_column(sa.String(100))
    algorithm: Mapped[str] = mapped_column(sa.String(10))
    frame_sealed: Mapped[bytes | None]
    frame = db.sealed_json("frame_sealed", owner=OWN)
    frame_digest: Mapped[str] = mapped_column(sa.String(64))
    frame_size: Mapped[int]
    rubric: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None]

    led_by: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (sa.Index("ix_chart_audit_planned_at", "planned_at", "id"),)


class AuditCover(db.Base):
    """A person whose charts an audit is to look at."""

    __tablename__ = "audit_cover"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("chart_audit.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))

    __table_args__ = (sa.UniqueConstraint("audit_id", "person_id"),)


def in_reach(reach: Reach) -> sa.ColumnElement[bool]:
    """The audits within reach: one's own, and those of nobody but whom one supervises today."""
    if reach.span is Span.PRACTICE:
        return sa.true()
    if reach.span is not Span.SUPERVISED:
        return sa.false()
    theirs = supervisees(Who(reach.person_id, reach.on))
    covers = sa.select(AuditCover.id).where(AuditCover.audit_id == ChartAudit.id)
    foreign = covers.where(AuditCover.person_id.not_in(theirs))
    return sa.or_(
        ChartAudit.led_by_id == reach.person_id,
        sa.and_(covers.correlate(ChartAudit).exists(), ~foreign.correlate(ChartAudit).exists()),
    )


def fetch(session: Session, audit_id: UUID, *, reach: Reach, lock: bool = False) -> ChartAudit:
    """The audit with who leads it, or OutOfReach; a dropped one is gone."""
    query = (
        sa.select(ChartAudit)
        .options(joinedload(ChartAudit.led_by, innerjoin=True))
        .where(
            ChartAudit.id == audit_id,
            ChartAudit.state != AuditState.DROPPED.value,
            in_reach(reach),
        )
    )
    if lock:
        query = query.with_for_update(of=ChartAudit)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def page(
    session: Session,
    *,
    reach: Reach,
    before: tuple[datetime, UUID] | None = None,
    most: int,
    states: Collection[AuditState] = (AuditState.PLANNED, AuditState.DRAWN, AuditState.ENDED),
) -> list[ChartAudit]:
    """Audits within reach, the newest first, from before that one on."""
    query = (
        sa.select(ChartAudit)
        .options(joinedload(ChartAudit.led_by, innerjoin=True))
        .where(ChartAudit.state.in_([one.value for one in states]), in_reach(reach))
        .order_by(ChartAudit.planned_at.desc(), ChartAudit.id.desc())
        .limit(most)
    )
    if before is not None:
        at, audit_id = before
        query = query.where(
            sa.or_(
                ChartAudit.planned_at < at,
                sa.and_(ChartAudit.planned_at == at, ChartAudit.id < audit_id),
            )
        )
    return list(session.execute(query).scalars())


def covers(session: Session, audit_ids: Collection[UUID]) -> dict[UUID, list[Person]]:
    """Whom audits that were fetched within reach cover, by name; one query for any number."""
    if not audit_ids:
        return {}
    query = (
        sa.select(AuditCover.audit_id, Person)
        .join(Person, Person.id == AuditCover.person_id)
        .where(AuditCover.audit_id.in_(audit_ids))
        .order_by(Person.name, Person.id)
    )
    found: dict[UUID, list[Person]] = {one: [] for one in audit_ids}
    for audit_id, person in session.execute(query):
        found[audit_id].append(person)
    return found


def cover(session: Session, audit_id: UUID, people: Collection[UUID]) -> None:
    """Say anew whom a planned audit covers."""
    session.execute(sa.delete(AuditCover).where(AuditCover.audit_id == audit_id))
    session.add_all(
        AuditCover(id=uuid4(), audit_id=audit_id, person_id=one) for one in sorted(people)
    )


def supervised(session: Session, *, reach: Reach) -> list[Person]:
    """The people whom a reader supervises today, by name: whose charts they can audit."""
    query = (
        sa.select(Person)
        .where(Person.id.in_(supervisees(Who(reach.person_id, reach.on))))
        .order_by(Person.name, Person.id)
    )
    return list(session.execute(query).scalars())
