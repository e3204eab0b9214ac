"""Which signed versions a supervisor has opened: what changed since, and what was read at all."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.records.note import NoteVersion


class NoteSeen(db.Base):
    """A signed version that a person opened for review, and when they did first."""

    __tablename__ = "note_seen"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]


def numbers(session: Session, note_id: UUID, *, person_id: UUID) -> list[int]:
    """The versions of a note within reach that this person has opened, in their order."""
    query = (
        sa.select(NoteSeen.number)
        .where(NoteSeen.person_id == person_id, NoteSeen.note_id == note_id)
        .order_by(NoteSeen.number)
    )
    return list(session.execute(query).scalars())


def digests(session: Session, note_ids: Collection[UUID], *, person_id: UUID) -> dict[UUID, str]:
    """The digest of the version that this person opened last, by note; one query for any number."""
    query = (
        sa.select(NoteSeen.note_id, NoteSeen.digest)
        .where(NoteSeen.person_id == person_id, NoteSeen.note_id.in_(note_ids))
        .order_by(NoteSeen.number)
    )
    return {row.note_id: row.digest for row in session.execute(query)}


def keep(session: Session, version: NoteVersion, *, person_id: UUID, at: datetime) -> None:
    """Keep that this person opened the version, once."""
    key = (person_id, version.note_id, version.number)
    if session.get(NoteSeen, key) is None:
        session.add(
            NoteSeen(
                person_id=person_id,
                note_id=version.note_id,
                number=version.number,
                digest=version.digest,
                at=at,
            )
        )
