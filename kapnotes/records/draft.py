"""Drafts of notes: what was typed, to the letter, earlier ones too."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.records.note import Note


class NoteDraft(db.Base):
    """What was typed, to the letter, as the browser posted it. The newest row is the draft.

    A text that came too late (saved elsewhere meanwhile) is kept aside: it is not the draft.
    """

    __tablename__ = "note_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    version: Mapped[int]
    is_aside: Mapped[bool]
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    raw_sealed: Mapped[bytes]
    raw = db.sealed_json("raw_sealed")

    __table_args__ = (sa.UniqueConstraint("note_id", "version"),)


def newest(session: Session, note: Note) -> NoteDraft | None:
    """The draft of a note already fetched within reach."""
    query = (
        sa.select(NoteDraft)
        .where(NoteDraft.note_id == note.id, NoteDraft.is_aside.is_(False))
        .order_by(NoteDraft.version.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def next_version(session: Session, note: Note) -> int:
    """The number of the next draft of a note held under lock."""
    query = sa.select(sa.func.max(NoteDraft.version)).where(NoteDraft.note_id == note.id)
    return (session.execute(query).scalar() or 0) + 1


def kept(session: Session, note: Note, *, most: int = 100) -> list[NoteDraft]:
    """The kept drafts of a note already fetched within reach, newest first, asides too."""
    query = (
        sa.select(NoteDraft)
        .where(NoteDraft.note_id == note.id)
        .order_by(NoteDraft.version.desc())
        .limit(most)
    )
    return list(session.execute(query).scalars())
