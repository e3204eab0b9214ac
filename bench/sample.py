"""What the seeded notes say: the signed notes of the demo, put down for other patients."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kapnotes import db, forms
from kapnotes.library import note_definition
from kapnotes.records.content import answers_of
from kapnotes.records.note import Note, NoteVersion

KINDS = ("preparation", "dosing", "integration")


@dataclass(frozen=True, slots=True)
class Sample:
    """A signed note of the demo: its canonical content, and its form as a browser posts it."""

    kind: str
    definition_version: str
    content: Mapping[str, Any]
    raw: Mapping[str, Sequence[str]]

    def content_for(
        self, *, note_id: UUID, patient_id: UUID, infusion_id: UUID, author_id: UUID
    ) -> str:
        """The canonical content of the same note of another patient; its session stands empty."""
        content = {
            **self.content,
            "note": str(note_id),
            "patient": str(patient_id),
            "infusion": str(infusion_id),
            "author": str(author_id),
            "session": [],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


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
            found[kind].append(Sample(kind, version.definition_version, content, raw))
    return found
