"""The supervisor's queue: what waits for a co-signature, oldest first."""

from collections.abc import Sequence
from datetime import datetime

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.note import NoteState
from kapnotes.records import note
from kapnotes.records.note import Note


@looks(Did.REVIEW_VIEWED)
def queue(deed: Deed, *, by: Actor, at: datetime) -> tuple[Sequence[Note], Sequence[Note]]:
    """Notes that wait, and notes that were sent back and are with their authors."""
    check_role(by, Action.REVIEW_NOTE)
    reach = by.reach(at)
    found = note.in_state(
        deed.session,
        [NoteState.AWAITING_COSIGNATURE.value, NoteState.RETURNED.value],
        reach=reach,
    )
    return (
        [one for one in found if one.state == NoteState.AWAITING_COSIGNATURE],
        [one for one in found if one.state == NoteState.RETURNED],
    )
