"""What signed notes say of risk and plan, for the first lines of a document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kapnotes.forms import Answers, Definition, Tell


@dataclass(frozen=True, slots=True)
class Signed:
    """One signed note: of which infusion, on which day, and what was answered."""

    infusion: int
    kind: str
    on: date
    definition: Definition
    answers: Answers
    tells: tuple[Tell, ...]
    note_id: UUID | None = None


def told(tells: Iterable[Tell], link_id: str) -> str:
    """What a note says under one question, in words, or nothing."""
    for tell in tells:
        if tell.link_id == link_id:
            return tell.value or ", ".join(tell.values)
        if found := told(tell.items, link_id):
            return found
    return ""


def last_told(notes: Sequence[Signed], *link_ids: str) -> str:
    """The last of the notes that says anything under these questions, and what."""
    for note in reversed(notes):
        said = [told(note.tells, link_id) for link_id in link_ids]
        if any(said):
            return ". ".join(one.rstrip(".") for one in said if one) + "."
    return ""
