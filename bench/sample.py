"""What the seeded notes say: the signed notes of the demo, put down for other patients."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from kapnotes import db, forms
from kapnotes.library import note_definition
from kapnotes.records.content import answers_of
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.session_row import FIELDS

KINDS = ("preparation", "dosing", "integration")


@dataclass(frozen=True, slots=True)
class Sample:
    """A signed note of the demo: its canonical content, and its form as a browser posts it."""

    kind: str
    definition_version: str
    content: Mapping[str, Any]
    raw: Mapping[str, Sequence[str]]
    draft: bytes
    """The same form as a draft keeps it."""

    def content_for(self, note: Mapping[str, Any], session: Sequence[Mapping[str, Any]]) -> str:
        """The canonical content of the same note of another patient, over that session's rows."""
        content = {
            **self.content,
            "note": str(note["id"]),
            "patient": str(note["patient_id"]),
            "infusion": str(note["infusion_id"]),
            "author": str(note["author_id"]),
            "session": session,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signed_row(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A dose or a reading as the signed content has it; what is left out is the table's default."""
    given = {"is_running": False, **row}
    known = {name: _plain(given.get(name)) for name in FIELDS[table]}
    about = {"record": table, "id": str(row["id"]), "recorded_by": str(row["recorded_by_id"])}
    return {**known, **about, "recorded_at": _plain(row["recorded_at"]), "caution_reason": None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return str(value) if isinstance(value, date | Decimal) else value


def samples() -> dict[str, list[Sample]]:
    """The signed notes of the open practice by kind, every kind at least once."""
    query = (
        sa.select(Note.kind, NoteVersion)
        .join(Note, Note.id == NoteVersion.note_id)
        .order_by(NoteVersion.signed_at, NoteVersion.id)
    )
    found: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    with db.current().reading() as session:
        for kind, version in session.execute(query):
            definition = note_definition(kind, version.definition_version)
            raw = forms.to_raw(definition, answers_of(kind, version))
            content = json.loads(version.content)
            draft = json.dumps(raw, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            found[kind].append(
                Sample(kind, version.definition_version, content, raw, draft.encode())
            )
    return found
