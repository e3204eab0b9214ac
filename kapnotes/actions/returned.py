"""What a signed note came back to its author with."""

from collections.abc import Sequence
from dataclasses import dataclass

from kapnotes.clinic.note import Move, NoteState
from kapnotes.records.note import Note, ReviewComment


@dataclass(frozen=True, slots=True)
class Returned:
    """What was said when a signed note came back: by whom, when, and on which sections."""

    comments: Sequence[ReviewComment]

    @property
    def last(self) -> ReviewComment:
        """The last of them: by whom, when and how the note came back is the same of each."""
        return self.comments[-1]

    def about(self, section: str) -> tuple[ReviewComment, ...]:
        """What was said on that section or on a question of it; "" is the whole note."""
        return tuple(one for one in self.comments if one.section == section)


def returned_with(found: Note, comments: Sequence[ReviewComment]) -> Returned | None:
    """What a note came back with last; None unless it is back with its author."""
    back = [one for one in comments if one.move in {Move.SEND_BACK, Move.WITHDRAW}]
    if not back or found.state != NoteState.RETURNED:
        return None
    return Returned([one for one in back if one.at == back[-1].at])
