"""What a verification of the notes reads: what was signed, by the events that say it was.

Everything is read for the whole practice and shown to nobody: a verification tells ids, versions
and words of ours.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from kapnotes.access.reach import MachineReach
from kapnotes.audit.trail import Entry
from kapnotes.records.document import Document
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion

BATCH = 250
SIGNED, COSIGNED, ADDED = "note.signed", "note.cosigned", "addendum.added"
REVIEWED = frozenset({"note.sent_back", "note.withdrawn", "note.asked", "note.answered"})
KEPT = "document.kept"
ABOUT_NOTES = frozenset({SIGNED, COSIGNED, ADDED}) | REVIEWED
EVENTS = ABOUT_NOTES | {KEPT}


@dataclass(frozen=True, slots=True)
class Told:
    """An event that says that something was signed or kept."""

    position: int
    at: datetime
    actor_id: UUID
    role: str
    event: str
    object_id: UUID | None
    number: int | None
    details: dict[str, Any]


def events(
    session: Session, *, after: int, to: int | None, reach: MachineReach
) -> Iterator[list[Told]]:
    """What the trail says was signed behind that entry, in order, so much at a time."""
    del reach
    query = (
        sa.select(
            Entry.position,
            Entry.at,
            Entry.actor_id,
            Entry.role,
            Entry.event,
            Entry.object_id,
            Entry.object_version,
            Entry.details,
        )
        .where(Entry.event.in_(sorted(EVENTS)), Entry.outcome == "done")
        .order_by(Entry.position)
        .limit(BATCH)
    )
    if to is not None:
        query = query.where(Entry.position <= to)
    while rows := session.execute(query.where(Entry.position > after)).all():
        yield [Told(*row) for row in rows]
        after = rows[-1].position


def notes(session: Session, ids: Collection[UUID], *, reach: MachineReach) -> dict[UUID, Note]:
    """The notes of these ids."""
    del reach
    query = sa.select(Note).options(defer(Note.signed_at)).where(Note.id.in_(ids))
    return {row.id: row for row in session.execute(query).scalars()}


def document(session: Session, document_id: UUID, *, reach: MachineReach) -> Document | None:
    """A kept document with its bytes."""
    del reach
    return session.get(Document, document_id)


_TOLD: dict[str, tuple[type[NoteVersion | Cosignature | Addendum], str]] = {
    "versions": (NoteVersion, SIGNED),
    "cosignatures": (Cosignature, COSIGNED),
    "addenda": (Addendum, ADDED),
}
"""Each kind of signed row, and the event that stands for one."""


def totals(session: Session, *, reach: MachineReach) -> dict[str, int]:
    """How many rows there are of each kind that an event stands for."""
    del reach
    return {
        name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for name, (table, _) in _TOLD.items()
    }


def untold(session: Session, kind: str, *, reach: MachineReach) -> tuple[UUID, int] | None:
    """The first row of that kind that no event stands for, by note and number; or None."""
    del reach
    table, event = _TOLD[kind]
    told = sa.select(Entry.object_id, Entry.object_version).where(
        Entry.event == event, Entry.outcome == "done"
    )
    known = {(row.object_id, row.object_version) for row in session.execute(told)}
    query = sa.select(table.note_id, table.number).order_by(table.signed_at, table.id)
    for row in session.execute(query):
        if (row.note_id, row.number) not in known:
            return row.note_id, row.number
    return None


def untold_document(session: Session, *, reach: MachineReach) -> UUID | None:
    """The first kept document that no event stands for; or None."""
    del reach
    told = sa.select(Entry.object_id).where(
        Entry.event.in_([KEPT, "summary.kept"]), Entry.outcome == "done"
    )
    known = set(session.execute(told).scalars())
    found = session.execute(sa.select(Document.id).order_by(Document.made_at)).scalars()
    return next((one for one in found if one not in known), None)
