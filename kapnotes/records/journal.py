"""The journal of a session: which row was written when, in the order of the commits.

Everyone on the same session asks it what is new since they last looked. `seq` counts 1, 2, 3 in
each infusion, under that infusion's lock, so no entry appears behind a reader's back. `key` is
chosen by the page that sends: a delivery that comes twice is written once.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.measure_alert import CALLING
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.alert import PatientAlert, mark_of
from kapnotes.records.care_team import within
from kapnotes.records.course import Infusion
from kapnotes.records.reader import reader


class Act(StrEnum):
    """What was done with a row of a session, or with the session as a whole."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    STRUCK = "struck"
    STOPPED = "stopped"
    MOVED = "moved"
    """The infusion itself was started, completed, cancelled or reopened."""


class SessionEntry(db.Base):
    """One write of a session. `row_id` is the row that it left, or struck."""

    __tablename__ = "session_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    infusion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("infusion.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    seq: Mapped[int]
    key: Mapped[UUID]
    act: Mapped[str] = mapped_column(sa.String(20))
    noun: Mapped[str] = mapped_column(sa.String(20))
    row_id: Mapped[UUID]
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("infusion_id", "seq"),
        sa.UniqueConstraint("infusion_id", "key"),
    )


_WITH_KEY = sa.select(SessionEntry).where(
    SessionEntry.infusion_id == sa.bindparam("infusion_id"),
    SessionEntry.key == sa.bindparam("key"),
)
_LAST = sa.select(sa.func.max(SessionEntry.seq)).where(
    SessionEntry.infusion_id == sa.bindparam("infusion_id")
)


def with_key(session: Session, infusion_id: UUID, key: UUID) -> SessionEntry | None:
    """The entry of an infusion, fetched within reach, that a delivery with this key left."""
    known = {"infusion_id": infusion_id, "key": key}
    return session.execute(_WITH_KEY, known).scalar_one_or_none()


def last(session: Session, infusion_id: UUID) -> int:
    """The number of the last entry of an infusion that was fetched within reach; 0 for none."""
    return session.execute(_LAST, {"infusion_id": infusion_id}).scalar_one() or 0


@cache
def _newest(span: Span) -> sa.Select[UUID, int | None]:
    newest = (
        sa.select(sa.func.max(SessionEntry.seq))
        .where(SessionEntry.infusion_id == Infusion.id)
        .scalar_subquery()
    )
    return sa.select(Infusion.id, newest).where(
        Infusion.id == sa.bindparam("infusion_id"), within(Infusion.patient_id, span)
    )


def newest(session: Session, infusion_id: UUID, *, reach: Reach) -> int:
    """The number of the last entry of an infusion, 0 for none, or OutOfReach: one small query."""
    known = {"infusion_id": infusion_id, **reader(reach)}
    found = session.execute(_newest(reach.span), known).one_or_none()
    if found is None:
        raise OutOfReach
    return found[1] or 0


@cache
def _news(span: Span) -> sa.Select[UUID, int | None, int, datetime | None]:
    newest = sa.select(sa.func.max(SessionEntry.seq)).where(SessionEntry.infusion_id == Infusion.id)
    calls = (
        PatientAlert.patient_id == Infusion.patient_id,
        PatientAlert.resolved_at.is_(None),
        PatientAlert.code.in_(sorted(CALLING)),
    )
    return sa.select(
        Infusion.id,
        newest.scalar_subquery(),
        sa.select(sa.func.count(PatientAlert.id)).where(*calls).scalar_subquery(),
        sa.select(sa.func.max(PatientAlert.raised_at)).where(*calls).scalar_subquery(),
    ).where(Infusion.id == sa.bindparam("infusion_id"), within(Infusion.patient_id, span))


def news(session: Session, infusion_id: UUID, *, reach: Reach) -> tuple[int, str]:
    """The number of the last entry of an infusion, 0 for none, and the mark of what calls.

    A page asks it every second or two: one small query. Raises OutOfReach.
    """
    known = {"infusion_id": infusion_id, **reader(reach)}
    found = session.execute(_news(reach.span), known).one_or_none()
    if found is None:
        raise OutOfReach
    _, last_seq, count, raised_at = found
    return last_seq or 0, mark_of(count, raised_at)


@cache
def _since(span: Span) -> sa.Select[SessionEntry]:
    return (
        sa.select(SessionEntry)
        .where(
            SessionEntry.infusion_id == sa.bindparam("infusion_id"),
            SessionEntry.seq > sa.bindparam("after"),
            within(SessionEntry.patient_id, span),
        )
        .order_by(SessionEntry.seq)
    )


def since(
    session: Session, infusion_id: UUID, after: int, *, reach: Reach
) -> Sequence[SessionEntry]:
    """What was written in a session after that entry, in order."""
    known = {"infusion_id": infusion_id, "after": after, **reader(reach)}
    return session.execute(_since(reach.span), known).scalars().all()
