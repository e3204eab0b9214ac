"""One note under review: the text that waits, what changed, the session, and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_read_note, check_review_note
from kapnotes.actions import check_view, reading
from kapnotes.actions.check_view import Shown
from kapnotes.actions.reading import SignedVersion
from kapnotes.actions.review import Neighbours, neighbours, place_of
from kapnotes.actions.review_change import Since, since
from kapnotes.actions.session_record import session_record
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.clinic.review_queue import found_in
from kapnotes.library import note_definition
from kapnotes.records import cosignature, note, note_seen, process_note
from kapnotes.records.cosignature import Reviewer
from kapnotes.records.note import Note, NoteVersion, ReviewComment
from kapnotes.records.queued_note import Asked, Place
from kapnotes.records.review_queue import Queue
from kapnotes.records.session_record import SessionValues

FIRST = datetime(1, 1, 1, tzinfo=UTC)
"""Before every note of the queue: a note that waits no more is followed by its head."""


@dataclass(frozen=True, slots=True)
class ReviewedNote:
    """A note as its supervisor reads it before deciding.

    `decides` says whether the decision is theirs today; if not, `others` names whose it is.
    `since` is None for the first version. `found` is what the checks find in it and in its chain as
    a whole, `session` what is recorded of the session now.
    """

    note: Note
    title: str
    newest: SignedVersion
    since: Since | None
    found: Sequence[Shown]
    session: SessionValues
    comments: Sequence[ReviewComment]
    has_process_note: bool
    decides: bool
    others: Sequence[Reviewer]
    beside: Neighbours
    waiting: int

    @property
    def found_here(self) -> list[Shown]:
        """What counts as found in this note, as `clinic.review_queue.found_in` says it."""
        kind = NoteKind(self.note.kind)
        mine = set(found_in([one.finding for one in self.found], key=str(self.note.id), kind=kind))
        return [one for one in self.found if one.finding in mine]

    @property
    def found_beside(self) -> list[Shown]:
        """What else was found in its chain."""
        here = self.found_here
        return [one for one in self.found if one not in here]

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its co-signature."""
        return self.note.state == NoteState.AWAITING_COSIGNATURE


def open_note(
    *, note_id: UUID, asked: Asked | None = None, by: Actor, at: datetime
) -> ReviewedNote:
    """Open a signed note for review, and keep that this person opened this version.

    `asked` says within what of the queue "next" and "previous" are. Raises `OutOfReach`,
    `NotAllowed`.
    """
    view = _look(note_id=note_id, asked=asked or Asked(at=at), by=by, at=at)
    _keep_seen(note_id=note_id, number=view.newest.number, by=by, at=at)
    return view


@looks(Did.REVIEW_OPENED)
def _look(deed: Deed, *, note_id: UUID, asked: Asked, by: Actor, at: datetime) -> ReviewedNote:
    """The event of the look is that of `_keep_seen`."""
    reach = by.reach(at)
    found = note.fetch(deed.session, note_id, reach=reach)
    deed.on(found, version=found.signed_versions, kind=found.kind)
    check_read_note(by, found)
    check_review_note(by, found)
    versions = note.versions(deed.session, [found.id])
    if not versions:
        raise OutOfReach
    newest, waiting = versions[-1], Queue(deed.session, reach=reach)
    mine = waiting.find(found.id)
    place = (
        Place(is_late=True, at=FIRST, note_id=found.id)
        if mine is None
        else place_of(mine, asked.at)
    )
    earlier = versions[-2] if len(versions) > 1 else None
    view = ReviewedNote(
        found,
        note_definition(found.kind, found.definition_version).title,
        reading.signed_version(found, newest, earlier, note.cosignatures(deed.session, [found.id])),
        _since(deed, found, versions, by=by),
        check_view.of_note(deed.session, found, by=by, at=at),
        session_record(deed.session, found.infusion, reach=reach, at=at).values(),
        note.review_comments(deed.session, [found.id]),
        process_note.exists(deed.session, found.id),
        mine is not None,
        _others(deed, found, newest, by=by, at=at) if mine is None else (),
        neighbours(waiting, asked, place),
        waiting.count(asked),
    )
    deed.keep_silent()
    return view


def _since(deed: Deed, found: Note, versions: Sequence[NoteVersion], *, by: Actor) -> Since | None:
    """What changed since the version that this person opened last, else since the one before."""
    *earlier, newest = versions
    if not earlier:
        return None
    seen = set(note_seen.numbers(deed.session, found.id, person_id=by.id))
    opened = [one for one in earlier if one.number in seen]
    before = opened[-1] if opened else earlier[-1]
    return since(found.kind, before, newest, was_opened=bool(opened), zone=by.zone)


def _others(
    deed: Deed, found: Note, version: NoteVersion, *, by: Actor, at: datetime
) -> Sequence[Reviewer]:
    """Who decides on a note that waits and is not this person's."""
    if found.state != NoteState.AWAITING_COSIGNATURE:
        return ()
    on = by.reach(at).on
    signed_on = by.reach(version.signed_at).on
    return cosignature.reviewers(
        deed.session, found.author_id, found.kind, signed_on=signed_on, on=on
    )


@does(Did.REVIEW_OPENED)
def _keep_seen(deed: Deed, *, note_id: UUID, number: int, by: Actor, at: datetime) -> None:
    """Keep which version was opened; one that was signed meanwhile was not."""
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, version=number, kind=found.kind)
    version = next(one for one in note.versions(deed.session, [found.id]) if one.number == number)
    note_seen.keep(deed.session, version, person_id=by.id, at=at)
