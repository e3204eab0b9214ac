"""Unusual access: each item until somebody closes it with a word, and how far the trail was read.

An item names a person and at most one patient; its sentence tells nothing of a patient, and the
word that closes it is sealed. What was closed is never changed: more of the same is a new item.
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import MachineReach, Reach, Span
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches
from kapnotes.records.patient import Patient
from kapnotes.records.person import supervisees
from kapnotes.records.reader import Who

OWN = "id"
"""The word is sealed with a data key of the item's own: not every item is about a patient."""
MOST = 100
"""How many items a list holds: of open ones those that wait longest."""


class Unusual(db.Base):
    """One item. `key` says what was seen, `number` how often it came again after it was closed.

    `entries` are the positions in the trail that it is about; of a patient it is about none or one.
    """

    __tablename__ = "unusual"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(sa.String(160))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    person_id: Mapped[UUID]
    patient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("patient.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    sentence: Mapped[str]
    entries: Mapped[list[int]] = mapped_column(sa.JSON())
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    word_sealed: Mapped[bytes | None]
    word = db.sealed_text("word_sealed", owner=OWN)

    __table_args__ = (
        sa.UniqueConstraint("key", "number"),
        sa.Index("ix_unusual_closed_at", "closed_at", "raised_at"),
        sa.Index("ix_unusual_person_id", "person_id", "kind", "until"),
    )


class UnusualMark(db.Base):
    """One row: the last entry of the trail that was asked about."""

    __tablename__ = "unusual_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(sa.BigInteger())


def mark(session: Session, *, reach: MachineReach) -> UnusualMark:
    """How far the trail was read, held under lock."""
    del reach
    return session.get_one(UnusualMark, 1, with_for_update=True)


def marked(session: Session, *, reach: MachineReach) -> int:
    """How far the trail was read."""
    del reach
    return session.execute(sa.select(UnusualMark.position)).scalar_one()


def of_person(
    session: Session, person_id: UUID, kind: str, *, since: datetime, reach: MachineReach
) -> list[Unusual]:
    """The items of a kind about a person that had not ended by then, the newest first."""
    del reach
    query = (
        sa.select(Unusual)
        .where(Unusual.person_id == person_id, Unusual.kind == kind, Unusual.until >= since)
        .order_by(Unusual.raised_at.desc(), Unusual.number.desc())
    )
    return list(session.execute(query).scalars())


def _within(reach: Reach, *, whole: bool) -> sa.ColumnElement[bool]:
    """What this reader may be shown: of patients in reach, or of people whom they supervise."""
    if whole or reach.span is Span.PRACTICE:
        return sa.true()
    who = Who(reach.person_id, reach.on)
    is_theirs = (
        Unusual.person_id.in_(supervisees(who)) if reach.span is Span.SUPERVISED else sa.false()
    )
    of_patient = sa.exists().where(Patient.id == Unusual.patient_id, reaches(Patient.id, reach))
    return sa.or_(of_patient, is_theirs)


def waiting(session: Session, *, reach: Reach, whole: bool) -> list[Unusual]:
    """The open items within reach, those that wait longest first."""
    query = (
        sa.select(Unusual)
        .where(Unusual.closed_at.is_(None), _within(reach, whole=whole))
        .order_by(Unusual.raised_at, Unusual.since, Unusual.id)
        .limit(MOST)
    )
    return list(session.execute(query).scalars())


def closed(session: Session, *, reach: Reach, whole: bool) -> list[Unusual]:
    """The items within reach that were closed, the newest first."""
    query = (
        sa.select(Unusual)
        .where(Unusual.closed_at.is_not(None), _within(reach, whole=whole))
        .order_by(Unusual.closed_at.desc(), Unusual.id)
        .limit(MOST)
    )
    return list(session.execute(query).scalars())


def count(session: Session, *, but: UUID, reach: Reach, whole: bool) -> int:
    """How many items wait within reach that are not about that person."""
    query = sa.select(sa.func.count(Unusual.id)).where(
        Unusual.closed_at.is_(None), Unusual.person_id != but, _within(reach, whole=whole)
    )
    return session.execute(query).scalar_one()


def fetch(session: Session, item_id: UUID, *, reach: Reach, whole: bool) -> Unusual:
    """One item under lock, or OutOfReach."""
    query = (
        sa.select(Unusual)
        .where(Unusual.id == item_id, _within(reach, whole=whole))
        .with_for_update()
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found
