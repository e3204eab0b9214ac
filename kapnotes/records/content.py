"""The canonical content of a note: exactly what a signature is over, as bytes and as values.

Answers, the definition's version, whose note of which infusion it is, and for a dosing-session
note all that its session recorded, as it stood.
"""

import json
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from kapnotes import forms
from kapnotes.clinic.schedule import Slot
from kapnotes.forms import Answers, Definition
from kapnotes.library import note_definition
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.session_record import SessionRecord
from kapnotes.records.session_row import Row, SessionEvent, values_of

FORMAT = 2
"""1 held doses, vitals and adverse events only, without names, and no schedule: it is still read.

`records.signed_session` reads what a session recorded back from either.
"""


def canonical(
    about: Note,
    definition: Definition,
    answers: Answers,
    *,
    carried: Iterable[str],
    session: SessionRecord,
) -> str:
    """The content as canonical JSON: the same content gives the same text, to the letter."""
    content = {
        "format": FORMAT,
        "note": str(about.id),
        "kind": about.kind,
        "patient": str(about.patient_id),
        "infusion": str(about.infusion_id),
        "author": str(about.author_id),
        "definition": {
            "url": definition.url,
            "version": definition.version,
            "digest": definition.digest,
        },
        "answers": forms.store(definition, answers),
        "carried": sorted(carried),
        "session": [_row(row, session) for row in session.rows],
        "schedule": [_slot(slot) for slot in session.slots],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """SHA-256 of the canonical text."""
    return sha256(b"kapnotes note v1\x00" + text.encode()).hexdigest()


def addendum_digest(
    about: UUID, number: int, *, adds_to: str, author: UUID, reason: str, text: str
) -> str:
    """SHA-256 of what an addendum's signature is over; `adds_to` is the signed version's digest."""
    content = {
        "note": str(about),
        "number": number,
        "adds_to": adds_to,
        "author": str(author),
        "reason": reason,
        "text": text,
    }
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(b"kapnotes addendum v1\x00" + plain.encode()).hexdigest()


def plain_values(row: Row) -> dict[str, Any]:
    """A session's row as the content holds it: its fields alone."""
    return {name: _plain(value) for name, value in values_of(row).items()}


def _row(row: Row, session: SessionRecord) -> dict[str, Any]:
    """A row with what it was called and who recorded it: names and labels may change later."""
    values = plain_values(row)
    values.update(
        {
            "record": row.__tablename__,
            "id": str(row.id),
            "recorded_at": _plain(row.recorded_at),
            "recorded_by": str(row.recorded_by_id),
            "recorded_by_name": row.recorded_by.name,
            "caution_reason": row.caution_reason,
        }
    )
    if isinstance(row, SessionEvent):
        values["label"] = session.label(row)
    return values


def _slot(slot: Slot) -> dict[str, Any]:
    """A row of the vitals schedule as it was met."""
    return {
        "minutes": slot.minutes,
        "label": slot.label,
        "due_at": _plain(slot.due_at),
        "state": slot.state.value,
        "taken_at": _plain(slot.taken_at),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, UUID) else value


def answers_of(kind: str, version: NoteVersion, *, only: Collection[str] | None = None) -> Answers:
    """The answers of a signed version, read with the definition that it was written with.

    `only` leaves the rest unread: the first answers of sixty notes cost as much as one note.
    """
    definition = note_definition(kind, version.definition_version)
    stored = json.loads(version.content)["answers"]
    if only is not None:
        stored = {name: value for name, value in stored.items() if name in only}
    return forms.restore(definition, stored)


def carried_in(version: NoteVersion) -> tuple[str, ...]:
    """What a signed version carried over from an earlier note."""
    return tuple(json.loads(version.content)["carried"])
