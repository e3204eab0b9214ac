"""Jobs: the making of documents, as rows of our own, so that no crash loses one.

The queue carries ids and may lose them; the rows are the truth. A job is claimed with a token in
one statement, so that of many who want it one does it; whoever holds it says that it is alive, and
a job whose holder has been silent is taken up again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.document import JobCause, JobState
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches, within
from kapnotes.records.reader import reader

OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


class Job(db.Base):
    """The making of one document. `done` of `total` steps; `failure` is a sentence, of no patient.

    `cause` is why there is one: somebody asked, or a note was signed (`clinic.document`).
    `choice` says what a letter holds; `choice_digest` tells two letters about one patient apart.
    `claim` is the token of whoever does it, and `beat_at` when they were last heard of.
    """

    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    about_id: Mapped[UUID]
    edition: Mapped[str] = mapped_column(sa.String(20))
    choice_sealed: Mapped[bytes | None]
    choice = db.sealed_json("choice_sealed")
    choice_digest: Mapped[str] = mapped_column(sa.String(64))
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20))
    tries: Mapped[int]
    claim: Mapped[UUID | None]
    beat_at: Mapped[datetime | None]
    done: Mapped[int]
    total: Mapped[int]
    failure: Mapped[str] = mapped_column(sa.String(300))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "ix_job_open",
            "kind",
            "about_id",
            "edition",
            "choice_digest",
            unique=True,
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        ),
        sa.Index("ix_job_state", "state", "asked_at"),
        sa.Index("ix_job_about_id", "about_id", "kind", "edition", "asked_at"),
    )


def open_for(
    session: Session, kind: str, about_id: UUID, edition: str, choice_digest: str
) -> Job | None:
    """The job that makes this document now, or None; there is at most one."""
    query = sa.select(Job).where(
        Job.kind == kind,
        Job.about_id == about_id,
        Job.edition == edition,
        Job.choice_digest == choice_digest,
        Job.state.in_(OPEN),
    )
    return session.execute(query).scalar_one_or_none()


def newest(
    session: Session, kind: str, about_id: UUID, edition: str, *, reach: Reach
) -> Job | None:
    """The last job for a document, within reach, or None."""
    query = (
        sa.select(Job)
        .where(
            Job.kind == kind,
            Job.about_id == about_id,
            Job.edition == edition,
            reaches(Job.patient_id, reach),
        )
        .order_by(Job.asked_at.desc(), Job.id)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Making:
    """The last job for a document as a page shows it: plain values. `failure` is a sentence."""

    id: UUID
    state: str
    failure: str


@cache
def _making(span: Span) -> sa.Select[UUID, str, str]:
    return (
        sa.select(Job.id, Job.state, Job.failure)
        .where(
            Job.kind == sa.bindparam("kind"),
            Job.about_id == sa.bindparam("about_id"),
            Job.edition == sa.bindparam("edition"),
            within(Job.patient_id, span),
        )
        .order_by(Job.asked_at.desc(), Job.id)
        .limit(1)
    )


def making(
    session: Session, kind: str, about_id: UUID, edition: str, *, reach: Reach
) -> Making | None:
    """The last job for a document unless it is done, within reach: one small query."""
    known = {"kind": kind, "about_id": about_id, "edition": edition, **reader(reach)}
    row = session.connection().execute(_making(reach.span), known).one_or_none()
    return Making(*row) if row is not None and row.state != JobState.DONE else None


def fetch(session: Session, job_id: UUID, *, reach: Reach, lock: bool = False) -> Job:
    """The job, or OutOfReach."""
    query = sa.select(Job).where(Job.id == job_id, reaches(Job.patient_id, reach))
    if lock:
        query = query.with_for_update()
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def unfinished(session: Session, patient_id: UUID, edition: str, *, reach: Reach) -> list[Job]:
    """The jobs of a patient in that edition that are open, or failed with none after; oldest first.

    Of a letter's several choices each is a job of its own.
    """
    later = sa.orm.aliased(Job)
    order = ("kind", "about_id", "edition", "choice_digest")
    is_last = ~sa.exists().where(
        *(getattr(later, name) == getattr(Job, name) for name in order),
        later.asked_at > Job.asked_at,
    )
    query = (
        sa.select(Job)
        .where(
            Job.patient_id == patient_id,
            Job.edition == edition,
            reaches(Job.patient_id, reach),
            sa.or_(Job.state.in_(OPEN), sa.and_(Job.state == JobState.FAILED.value, is_last)),
        )
        .order_by(Job.asked_at, Job.id)
    )
    return list(session.execute(query).scalars())


def waiting(session: Session) -> tuple[int, dict[UUID, int]]:
    """How many jobs that somebody asked for are open, in all and by who asked."""
    query = (
        sa.select(Job.asked_by_id, sa.func.count())
        .where(Job.state.in_(OPEN), Job.cause == JobCause.ASKED.value)
        .group_by(Job.asked_by_id)
    )
    by_person: dict[UUID, int] = {row[0]: row[1] for row in session.execute(query)}
    return sum(by_person.values()), by_person


def in_states(session: Session) -> dict[str, int]:
    """How many jobs stand in each state; of those that are over only the failed ones."""
    states = (*OPEN, JobState.FAILED.value)
    query = sa.select(Job.state, sa.func.count()).where(Job.state.in_(states)).group_by(Job.state)
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    return dict.fromkeys(states, 0) | found


def waits_since(session: Session) -> datetime | None:
    """When the oldest job was asked for that nobody has taken up."""
    query = sa.select(sa.func.min(Job.asked_at)).where(Job.state == JobState.QUEUED.value)
    found: datetime | None = session.execute(query).scalar_one()
    return found


def claim(session: Session, job_id: UUID, *, token: UUID, at: datetime, silent: timedelta) -> bool:
    """Take the job, if nobody has it or its holder was not heard of for so long."""
    query = (
        sa.update(Job)
        .where(
            Job.id == job_id,
            sa.or_(
                Job.state == JobState.QUEUED.value,
                _is_lost(at, silent),
            ),
        )
        .values(state=JobState.RUNNING.value, claim=token, beat_at=at, tries=Job.tries + 1)
        .execution_options(synchronize_session=False)
    )
    return _changed(session, query)


def beat(
    session: Session, job_id: UUID, *, token: UUID, done: int, total: int, at: datetime
) -> bool:
    """Say that its holder is alive, and how far it is; False when it is no longer theirs."""
    query = _held(job_id, token).values(beat_at=at, done=done, total=total)
    return _changed(session, query)


def pulse(session: Session, job_id: UUID, *, token: UUID, at: datetime) -> bool:
    """Say that its holder is alive, in the middle of a step; False when it is no longer theirs."""
    return _changed(session, _held(job_id, token).values(beat_at=at))


def end(
    session: Session,
    job_id: UUID,
    *,
    token: UUID,
    at: datetime,
    document_id: UUID | None = None,
    failure: str = "",
) -> bool:
    """End a job with its document or with why there is none; False when it was not theirs."""
    state = JobState.FAILED if failure else JobState.DONE
    query = _held(job_id, token).values(
        state=state.value, claim=None, document_id=document_id, failure=failure[:300], ended_at=at
    )
    return _changed(session, query)


def left_over(
    session: Session, kinds: Collection[str], *, at: datetime, silent: timedelta, most: int = 100
) -> Sequence[UUID]:
    """The jobs that nobody does, queued or with a holder silent for so long; oldest first."""
    query = (
        sa.select(Job.id)
        .where(
            Job.kind.in_(kinds),
            sa.or_(
                Job.state == JobState.QUEUED.value,
                _is_lost(at, silent),
            ),
        )
        .order_by(Job.asked_at, Job.id)
        .limit(most)
    )
    return session.execute(query).scalars().all()


def _is_lost(at: datetime, silent: timedelta) -> sa.ColumnElement[bool]:
    """Its holder is silent; one last heard of in the future was so before the clock went back."""
    return sa.and_(
        Job.state == JobState.RUNNING.value,
        sa.or_(Job.beat_at < at - silent, Job.beat_at > at + silent),
    )


def _held(job_id: UUID, token: UUID) -> sa.Update:
    return (
        sa.update(Job)
        .where(Job.id == job_id, Job.claim == token, Job.state == JobState.RUNNING.value)
        .execution_options(synchronize_session=False)
    )


def _changed(session: Session, query: sa.Update) -> bool:
    found: Any = session.execute(query)
    return bool(found.rowcount)
