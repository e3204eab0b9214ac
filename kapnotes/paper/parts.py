"""Everything that one infusion's summary is made of, as the record has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.note import NoteKind, NoteState, is_final
from kapnotes.library import note_definition
from kapnotes.paper import said
from kapnotes.paper.asked_lines import AmendmentWords
from kapnotes.records.content import answers_of
from kapnotes.records.course import Infusion
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion
from kapnotes.records.session_record import SessionRecord
from kapnotes.records.session_row import AdverseEvent, Dose, Vitals

ROUTES = {
    Route.IV: "IV",
    Route.IM: "IM",
    Route.SUBLINGUAL: "Sublingual",
    Route.INTRANASAL: "Intranasal",
    Route.ORAL: "Oral",
}
TITLES = {
    "preparation": "Preparation note",
    "dosing": "Dosing session note",
    "integration": "Integration note",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that one infusion's summary is made of; the notes are its own.

    `asked` is what the patient asked to have amended, by the note that it is about.
    """

    infusion: Infusion
    infusions: Sequence[Infusion]
    notes: Sequence[Note]
    versions: Mapping[UUID, NoteVersion]
    cosignatures: Sequence[Cosignature]
    addenda: Sequence[Addendum]
    session: SessionRecord
    zone: ZoneInfo
    at: datetime
    asked: Mapping[UUID | None, tuple[AmendmentWords, ...]] = field(default_factory=dict)

    @property
    def doses(self) -> list[Dose]:
        """The doses, by time."""
        return self.session.of(Dose)

    @property
    def vitals(self) -> list[Vitals]:
        """The readings, by time."""
        return self.session.of(Vitals)

    @property
    def adverse(self) -> list[AdverseEvent]:
        """The adverse events, by time."""
        return self.session.of(AdverseEvent)


def signed_notes(parts: Parts) -> list[said.Signed]:
    """The final notes of the infusion, in the order of their kinds."""
    kinds = list(NoteKind)
    found = []
    for one in parts.notes:
        version = parts.versions.get(one.id)
        if version is None or not is_final(NoteState(one.state)):
            continue
        definition = note_definition(one.kind, version.definition_version)
        answers = answers_of(one.kind, version)
        day = answers.get("session-date")
        on = day if isinstance(day, type(parts.at.date())) else version.signed_at.date()
        tells = forms.tell(definition, answers)
        number = parts.infusion.number
        found.append(said.Signed(number, one.kind, on, definition, answers, tells, one.id))
    return sorted(found, key=lambda one: (kinds.index(NoteKind(one.kind)), one.on))
