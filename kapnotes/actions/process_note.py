"""Private process notes: opened and saved by their author alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_process_note, check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import BadInput, NotAllowed, Stale
from kapnotes.records import note, process_note
from kapnotes.records.note import Note
from kapnotes.records.process_note import ProcessNote

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class PrivateView:
    """The author's private page beside a note; version 0 before the first save."""

    note: Note
    text: str
    version: int
    saved_at: datetime | None


@looks(Did.PROCESS_NOTE_VIEWED)
def look(deed: Deed, *, note_id: UUID, by: Actor, at: datetime) -> PrivateView:
    """One's own process note beside one's own note."""
    found = _own_note(deed, note_id, by=by, at=at)
    kept = process_note.of_author(deed.session, found.id, by.id)
    if kept is None:
        return PrivateView(found, "", 0, None)
    check_process_note(by, kept)
    return PrivateView(found, kept.text, kept.version, kept.saved_at)


@does(Did.PROCESS_NOTE_SAVED)
def save(
    deed: Deed, *, note_id: UUID, base: int, text: str, by: Actor, at: datetime
) -> PrivateView:
    """Save one's own process note on top of version `base`, or raise Stale."""
    found = _own_note(deed, note_id, by=by, at=at)
    note.lock(deed.session, note_id, reach=by.reach(at))
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise BadInput({"text": f"At most {LONGEST:,} characters; this is {len(text):,}."})
    if "\x00" in text:
        raise BadInput({"text": "There is a character in this text that cannot be kept."})
    kept = process_note.of_author(deed.session, found.id, by.id)
    if kept is None:
        if base != 0:
            raise Stale
        kept = ProcessNote(
            id=uuid4(),
            note_id=found.id,
            patient_id=found.patient_id,
            author_id=by.id,
            version=1,
            saved_at=at,
            text=text,
        )
        deed.session.add(kept)
        return PrivateView(found, text, 1, at)
    check_process_note(by, kept)
    if kept.text == text:
        deed.keep_silent()
        return PrivateView(found, text, kept.version, kept.saved_at)
    if kept.version != base:
        raise Stale
    kept.version = base + 1
    kept.saved_at = at
    kept.text = text
    return PrivateView(found, text, kept.version, at)


def _own_note(deed: Deed, note_id: UUID, *, by: Actor, at: datetime) -> Note:
    """The chart note that the person wrote: process notes are kept beside one's own notes."""
    check_role(by, Action.KEEP_PROCESS_NOTE)
    found = note.fetch(deed.session, note_id, reach=by.reach(at))
    deed.on(found, version=0)
    if found.author_id != by.id:
        raise NotAllowed("A process note is kept beside one's own note, and read by nobody else.")
    if by.in_emergency(found.patient_id, at):
        raise NotAllowed("Process notes stay closed under emergency access, one's own too.")
    return found
