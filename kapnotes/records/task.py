"""Tasks: what one person asks of another about a patient, until it is answered.

A request for another dose goes to the medical professional, a misuse watch to medical and
supervisor, a risk answer to the therapist. A task is asked, then answered, and never deleted.
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches
from kapnotes.records.measure import Measure
from kapnotes.records.patient import Patient
from kapnotes.records.person import Person

MOST = 100
"""How many tasks a list holds; the oldest that wait come first."""


class Task(db.Base):
    """One task. `kind` is dose_request, misuse_watch, risk_answer or misuse_event.

    `whose` is therapist, medical or supervisor; `source_id` the note or measure that raised it.
    """

    __tablename__ = "task"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    infusion_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("infusion.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    whose: Mapped[str] = mapped_column(sa.String(20))
    source: Mapped[str] = mapped_column(sa.String(20))
    source_id: Mapped[UUID]
    words_sealed: Mapped[bytes]
    words = db.sealed_text("words_sealed")
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None]
    answer_sealed: Mapped[bytes | None]
    answer = db.sealed_text("answer_sealed")

    patient: Mapped[Patient] = relationship(lazy="raise")
    raised_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[raised_by_id])

    __table_args__ = (
        sa.Index("ix_task_patient_id", "patient_id", "answered_at"),
        sa.Index("ix_task_whose", "whose", "answered_at", "raised_at"),
    )


class MisuseEvent(db.Base):
    """A request for more or sooner, or medicine reported as lost, noted when it came."""

    __tablename__ = "misuse_event"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")
    observed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))

    recorded_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[recorded_by_id])


def open_for(session: Session, whose: str, *, reach: Reach) -> list[Task]:
    """The tasks that wait for a role, within reach, with their patients; oldest first."""
    query = (
        sa.select(Task)
        .options(
            joinedload(Task.patient, innerjoin=True), joinedload(Task.raised_by, innerjoin=True)
        )
        .where(Task.whose == whose, Task.answered_at.is_(None), reaches(Task.patient_id, reach))
        .order_by(Task.raised_at, Task.whose, Task.id)
        .limit(MOST)
    )
    return list(session.execute(query).scalars())


def answered_for(
    session: Session, whose: str, *, by_id: UUID, reach: Reach, most: int
) -> list[Task]:
    """The tasks of a role, or answered by that person, answered last, within reach."""
    query = (
        sa.select(Task)
        .options(
            joinedload(Task.patient, innerjoin=True), joinedload(Task.raised_by, innerjoin=True)
        )
        .where(
            sa.or_(Task.whose == whose, Task.answered_by_id == by_id),
            Task.answered_at.is_not(None),
            reaches(Task.patient_id, reach),
        )
        .order_by(Task.answered_at.desc(), Task.id)
        .limit(most)
    )
    return list(session.execute(query).scalars())


def open_of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Task]:
    """What waits for somebody about a patient, oldest first."""
    query = (
        sa.select(Task)
        .options(joinedload(Task.raised_by, innerjoin=True))
        .where(
            Task.patient_id == patient_id,
            Task.answered_at.is_(None),
            reaches(Task.patient_id, reach),
        )
        .order_by(Task.raised_at, Task.whose, Task.id)
    )
    return list(session.execute(query).scalars())


def fetch(session: Session, task_id: UUID, *, reach: Reach) -> Task:
    """The task with its patient, or OutOfReach."""
    query = (
        sa.select(Task)
        .options(
            joinedload(Task.patient, innerjoin=True), joinedload(Task.raised_by, innerjoin=True)
        )
        .where(Task.id == task_id, reaches(Task.patient_id, reach))
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def of_kind(session: Session, patient_id: UUID, kind: str, *, reach: Reach) -> list[Task]:
    """Every task of a kind about a patient, answered ones too, oldest first."""
    query = (
        sa.select(Task)
        .where(Task.patient_id == patient_id, Task.kind == kind, reaches(Task.patient_id, reach))
        .order_by(Task.raised_at, Task.whose, Task.id)
    )
    return list(session.execute(query).scalars())


def raise_task(
    session: Session,
    *,
    patient_id: UUID,
    kind: str,
    whose: str,
    words: str,
    source: str,
    source_id: UUID,
    infusion_id: UUID | None = None,
    by_id: UUID,
    at: datetime,
) -> Task:
    """Raise a task in the caller's transaction."""
    made = Task(
        id=uuid4(),
        patient_id=patient_id,
        infusion_id=infusion_id,
        kind=kind,
        whose=whose,
        source=source,
        source_id=source_id,
        words=words,
        raised_at=at,
        raised_by_id=by_id,
        answered_at=None,
        answered_by_id=None,
        answer_sealed=None,
    )
    session.add(made)
    return made


def events_of(session: Session, patient_id: UUID, *, reach: Reach) -> list[MisuseEvent]:
    """What was noted between sessions about a patient, with who recorded it, oldest first."""
    query = (
        sa.select(MisuseEvent)
        .options(joinedload(MisuseEvent.recorded_by, innerjoin=True))
        .where(MisuseEvent.patient_id == patient_id, reaches(MisuseEvent.patient_id, reach))
        .order_by(MisuseEvent.observed_at, MisuseEvent.id)
    )
    return list(session.execute(query).scalars())


def totals_of(session: Session, patient_id: UUID, key: str, *, reach: Reach) -> list[Measure]:
    """The complete measures of a scale that stand of a patient, oldest first."""
    query = (
        sa.select(Measure)
        .where(
            Measure.patient_id == patient_id,
            Measure.key == key,
            Measure.is_complete,
            Measure.total.is_not(None),
            Measure.struck_at.is_(None),
            reaches(Measure.patient_id, reach),
        )
        .order_by(Measure.observed_at, Measure.id)
    )
    return list(session.execute(query).scalars())
