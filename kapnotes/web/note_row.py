"""One note in a list: where it leads for this person, and what it says where it leads nowhere."""

from dataclasses import dataclass

from kapnotes.access.actor import Actor
from kapnotes.access.rules import may_read_note, may_review_note, may_write_note
from kapnotes.clinic.note import Move, NoteState, may_edit, may_move
from kapnotes.records.listed_note import ListedNote
from kapnotes.records.note import Note


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note and its one next step; `href` is "" where there is none, and `words` says why."""

    note: Note | ListedNote
    verb: str
    href: str
    words: str = ""

    @property
    def is_to_write(self) -> bool:
        """Whether the next step is writing."""
        return self.href.endswith("/edit")


def row_of(note: Note | ListedNote, actor: Actor) -> NoteRow:
    """The note's next step for this person."""
    state = NoteState(note.state)
    if may_write_note(actor, note) and may_edit(state):
        verb = "Revise" if state is NoteState.RETURNED else "Continue writing"
        return NoteRow(note, verb, f"/notes/{note.id}/edit")
    if not may_read_note(actor, note):
        words = "The therapist and the supervisor read its text."
        return NoteRow(note, "", "", words)
    if not note.signed_versions:
        return NoteRow(note, "", "", "Being written: it can be read once it is signed.")
    if may_review_note(actor, note) and may_move(state, Move.COSIGN):
        return NoteRow(note, "Review", f"/review/{note.id}")
    return NoteRow(note, "Read", f"/notes/{note.id}")
