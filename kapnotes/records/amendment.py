"""Amendments that a patient asked for, and every step of their answer, kept for good.

Of a request only its state and, once, its last day change; a step never does. The database refuses
anything else.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach
from kapnotes.clinic.amendment import OPEN
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note, reads
from kapnotes.records.patient import Patient

MOST = 100
"""How many requests a list holds: of open ones those that are due first."""


class Amendment(db.Base):
    """One request: about a note, or without one about the record as a whole.

    `channel` is how it came (`clinic.amendment.CHANNELS`), `due_on` the last day of its answer.
    """

    __tablename__ = "amendment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    note_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("note.id"))
    received_on: Mapped[date]
    channel: Mapped[str] = mapped_column(sa.String(20))
    words_sealed: Mapped[bytes]
    words = db.sealed_text("words_sealed")
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(20))
    state_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_by: Mapped[str]

    patient: Mapped[Patient] = relationship(lazy="raise")
    note: Mapped[Note | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.Index("ix_amendment_patient_id", "patient_id", "received_on"),
        sa.Index("ix_amendment_state", "state", "due_on"),
    )


class AmendmentStep(db.Base):
    """One step: more time, the decision with its basis or addendum, a statement, a reply.

    `basis` is a word of `clinic.amendment.BASES` where it was denied, else "".
    """

    __tablename__ = "amendment_step"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    amendment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("amendment.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    move: Mapped[str] = mapped_column(sa.String(20))
    basis: Mapped[str] = mapped_column(sa.String(20))
    addendum_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("addendum.id"))
    words_sealed: Mapped[bytes]
    words = db.sealed_text("words_sealed")
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    by: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("amendment_id", "number"),)


def _within(reach: Reach) -> sa.ColumnElement[bool]:
    """What this reader reaches: of the patient's requests those whose note they reach, if any."""
    theirs = sa.select(Note.id).where(Note.id == Amendment.note_id, reads(reach))
    return sa.and_(
        reaches(Amendment.patient_id, reach),
        sa.or_(Amendment.note_id.is_(None), theirs.correlate(Amendment).exists()),
    )


_WHOLE = (
    joinedload(Amendment.patient, innerjoin=True),
    joinedload(Amendment.note).options(
        joinedload(Note.author, innerjoin=True),
        joinedload(Note.infusion, innerjoin=True).joinedload(Infusion.course, innerjoin=True),
    ),
)


def of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Amendment]:
    """The requests of a patient with their notes, in the order in which they came."""
    query = (
        sa.select(Amendment)
        .options(*_WHOLE)
        .where(Amendment.patient_id == patient_id, _within(reach))
        .order_by(Amendment.received_on, Amendment.recorded_at, Amendment.id)
    )
    return list(session.execute(query).scalars())


def of_notes(session: Session, ids: Collection[UUID]) -> list[Amendment]:
    """The requests about notes already fetched within reach, in the order in which they came."""
    if not ids:
        return []
    query = (
        sa.select(Amendment)
        .where(Amendment.note_id.in_(ids))
        .order_by(Amendment.received_on, Amendment.recorded_at, Amendment.id)
    )
    return list(session.execute(query).scalars())


def fetch(session: Session, amendment_id: UUID, *, reach: Reach, lock: bool = False) -> Amendment:
    """The request with its patient and note, or OutOfReach."""
    chosen = Amendment.id == amendment_id
    query = sa.select(Amendment).options(*_WHOLE).where(chosen, _within(reach))
    if lock:
        query = query.with_for_update(of=Amendment)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def steps(session: Session, ids: Collection[UUID]) -> list[AmendmentStep]:
    """The steps of requests already fetched within reach, in order."""
    if not ids:
        return []
    query = (
        sa.select(AmendmentStep)
        .where(AmendmentStep.amendment_id.in_(ids))
        .order_by(AmendmentStep.number)
    )
    return list(session.execute(query).scalars())


def waiting(session: Session, *, until: date, reach: Reach) -> Sequence[Amendment]:
    """The open requests within reach that are due by that day, those due first first."""
    query = (
        sa.select(Amendment)
        .options(*_WHOLE)
        .where(
            Amendment.state.in_([one.value for one in OPEN]),
            Amendment.due_on <= until,
            _within(reach),
        )
        .order_by(Amendment.due_on, Amendment.recorded_at, Amendment.id)
        .limit(MOST)
    )
    return session.execute(query).scalars().all()
