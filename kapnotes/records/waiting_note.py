"""Notes that wait for a co-signature, kept by their times: what the review queue is read from.

The rows of a course are worked out in the transaction that changes its facts, with what the course
is due: see `due_keeping`. They hold no fact of their own and can be made anew at any time, so they
have no foreign keys, and a note of an infusion that was called off afterwards waits all the same.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kapnotes import db
from kapnotes.clinic.note import NoteState
from kapnotes.records.course import Course, Infusion
from kapnotes.records.kept_protocol import as_kept
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.practice import Practice

_OWN = ("author_id", "signed_on", "kind", "patient_id")


class WaitingNote(db.Base):
    """One note that waits: the version that is to be co-signed, since when, and until when.

    `signed_on` is the practice's day of `signed_at`; links of supervision count in days.
    """

    __tablename__ = "waiting_note"

    note_id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(index=True)
    infusion_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    author_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]
    signed_on: Mapped[date]
    due_at: Mapped[datetime]

    __table_args__ = (
        sa.Index("ix_waiting_note_due_at", "due_at", "note_id", *_OWN, "signed_at"),
        sa.Index("ix_waiting_note_signed_at", "signed_at", "note_id", *_OWN, "due_at"),
        sa.Index("ix_waiting_note_author_id", *_OWN, "due_at"),
    )


def keep(connection: sa.Connection, course_ids: Collection[UUID]) -> None:
    """Write which notes of those courses wait, and take out those that do not any more."""
    wanted = {row["note_id"]: row for row in _waiting(connection, course_ids)}
    query = sa.select(*WaitingNote.__table__.columns).where(WaitingNote.course_id.in_(course_ids))
    there = {row["note_id"]: dict(row) for row in connection.execute(query).mappings()}
    if gone := [key for key, row in there.items() if wanted.get(key) != row]:
        connection.execute(sa.delete(WaitingNote).where(WaitingNote.note_id.in_(gone)))
    if new := [row for key, row in wanted.items() if there.get(key) != row]:
        connection.execute(sa.insert(WaitingNote), new)


def _waiting(connection: sa.Connection, course_ids: Collection[UUID]) -> list[dict[str, Any]]:
    query = (
        sa.select(
            Note.id.label("note_id"),
            Infusion.course_id,
            Note.infusion_id,
            Note.patient_id,
            Note.author_id,
            Note.kind,
            NoteVersion.number,
            NoteVersion.digest,
            NoteVersion.signed_at,
            Course.protocol,
            Course.protocol_kept,
        )
        .join(Infusion, Infusion.id == Note.infusion_id)
        .join(Course, Course.id == Infusion.course_id)
        .join(
            NoteVersion,
            sa.and_(NoteVersion.note_id == Note.id, NoteVersion.number == Note.signed_versions),
        )
        .where(
            Infusion.course_id.in_(course_ids), Note.state == NoteState.AWAITING_COSIGNATURE.value
        )
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    zone = connection.execute(sa.select(Practice.zone)).scalar() if rows else None
    for row in rows:
        protocol = as_kept(row.pop("protocol_kept"), row.pop("protocol"))
        signed_at: datetime = row["signed_at"]
        row["signed_on"] = signed_at.astimezone(ZoneInfo(zone or "UTC")).date()
        row["due_at"] = signed_at + timedelta(hours=protocol.cosignature_hours)
    return rows
