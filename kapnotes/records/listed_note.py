"""The notes of an infusion as its page lists them: plain values, read at every look."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach, Span
from kapnotes.records.note import Note, in_span
from kapnotes.records.person import Person
from kapnotes.records.reader import reader


@dataclass(frozen=True, slots=True)
class ListedNote:
    """A note without its text: whose it is and where it stands. `author` is a name."""

    id: UUID
    infusion_id: UUID
    kind: str
    author_id: UUID
    state: str
    state_at: datetime
    signed_versions: int
    signed_at: datetime | None
    first_signed_at: datetime | None
    author: str


_OF_NOTE = [getattr(Note, one.name) for one in fields(ListedNote) if one.name != "author"]


@cache
def _of_infusion(span: Span) -> sa.Select[Any]:
    return (
        sa.select(*_OF_NOTE, Person.name)
        .join(Person, Person.id == Note.author_id)
        .where(
            Note.infusion_id == sa.bindparam("infusion_id"),
            Note.state != "discarded",
            in_span(span),
        )
        .order_by(Note.begun_at, Note.id)
    )


def of_infusion(session: Session, infusion_id: UUID, *, reach: Reach) -> list[ListedNote]:
    """The notes of an infusion with their authors, discarded ones left out, by begin."""
    known = {"infusion_id": infusion_id, **reader(reach)}
    rows = session.connection().execute(_of_infusion(reach.span), known)
    return [ListedNote(*row) for row in rows]
