"""Private process notes (45 CFR 164.501): a table and a key of their own, for the author alone.

They stand beside the chart, never in it: no document, export, search or trail holds their text.
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.keys import Purpose


class ProcessNote(db.Base):
    """One person's private note beside a chart note."""

    __tablename__ = "process_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int]
    saved_at: Mapped[datetime]
    text_sealed: Mapped[bytes]
    text = db.sealed_text("text_sealed", Purpose.PROCESS)

    __table_args__ = (sa.UniqueConstraint("note_id", "author_id"),)


def of_author(session: Session, note_id: UUID, author_id: UUID) -> ProcessNote | None:
    """The process note that this author keeps beside the note; nobody else's is ever loaded."""
    query = (
        sa.select(ProcessNote)
        .where(ProcessNote.note_id == note_id, ProcessNote.author_id == author_id)
        .with_for_update()
    )
    return session.execute(query).scalar_one_or_none()


def exists(session: Session, note_id: UUID) -> bool:
    """Whether anyone keeps a process note beside the note: that much the team may see."""
    query = sa.select(ProcessNote.id).where(ProcessNote.note_id == note_id)
    return session.execute(query).first() is not None
