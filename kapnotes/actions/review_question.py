"""A question to the author of a note that waits, and the answer: the note stays where it is."""

from datetime import datetime
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_sign_note
from kapnotes.actions import under_review
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.note import Move, NoteState, check_move
from kapnotes.clinic.refusals import WrongState
from kapnotes.records import note
from kapnotes.records.note import ReviewComment


@does(Did.NOTE_ASKED)
def ask(deed: Deed, *, note_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Ask the author something without sending the note back."""
    held = under_review.hold(deed, note_id, Move.ASK, by=by, at=at)
    said = under_review.whole(words, "Please write what you ask the author.")
    under_review.say(deed, held.version, Move.ASK, said, by=by, at=at)
    deed.on(held.note, version=held.version.number, kind=held.note.kind, **held.details())


@does(Did.NOTE_ANSWERED)
def answer(deed: Deed, *, note_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Answer what was asked last about one's own note; what was signed stays as it is."""
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_sign_note(by, found)
    check_move(NoteState(found.state), Move.ANSWER)
    version = under_review.newest(deed, found)
    if open_question(note.review_comments(deed.session, [found.id])) is None:
        raise WrongState("Nobody asked about this note, or the question is answered.")
    said = under_review.whole(words, "Please write the answer.")
    under_review.say(deed, version, Move.ANSWER, said, by=by, at=at)
    deed.on(found, version=version.number, kind=found.kind)


def open_question(comments: list[ReviewComment]) -> ReviewComment | None:
    """The question about a waiting note that nobody answered yet; its comments in their order.

    What was asked about an earlier version is closed by what sent that version back.
    """
    last = comments[-1] if comments else None
    return last if last is not None and last.move == Move.ASK else None
