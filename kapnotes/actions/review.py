"""The supervisor's queue: what waits for a co-signature, late ones first, then the oldest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.note import Move
from kapnotes.clinic.review_queue import Waiting
from kapnotes.records import due_keeping, note_seen, queued_finding, returned_note
from kapnotes.records.kept_finding import Counts
from kapnotes.records.queued_note import Asked, Place, Queued, Share
from kapnotes.records.returned_note import ReturnedNote
from kapnotes.records.review_queue import Queue
from kapnotes.records.waiting_note import WaitingNote

PAGE = 50
"""Notes on a page."""
KEEPING = MachineReach("working out what waits for a co-signature")


@dataclass(frozen=True, slots=True)
class Row:
    """A note of the queue: how long it waits, what was found in it, what was asked about it.

    `last` is what was done last in the review of the version that waits.
    """

    note: Queued
    waiting: Waiting
    counts: Counts
    last: Move | None

    @property
    def may_together(self) -> bool:
        """Whether it can be co-signed with others: nothing was found, and this text was opened."""
        return self.waiting.is_opened and not self.counts.total


@dataclass(frozen=True, slots=True)
class QueueView:
    """A page of the queue. `found` counts what was asked for, `shares` all that waits.

    `after` is where the next page begins, None on the last; `returned` counts the notes that are
    with their authors again, `left_out` the courses that were not worked out yet.
    """

    rows: Sequence[Row]
    found: int
    after: Place | None
    shares: Sequence[Share]
    returned: int
    left_out: int

    @property
    def total(self) -> int:
        """How many notes wait in all."""
        return sum(one.waiting for one in self.shares)

    @property
    def late(self) -> int:
        """How many of them wait for longer than their hours."""
        return sum(one.late for one in self.shares)


@dataclass(frozen=True, slots=True)
class ReturnedView:
    """A page of what is with its authors again; `waiting` counts what waits meanwhile."""

    notes: Sequence[ReturnedNote]
    found: int
    after: tuple[datetime, UUID] | None
    shares: Sequence[Share]

    @property
    def waiting(self) -> int:
        """How many notes wait in all."""
        return sum(one.waiting for one in self.shares)


@looks(Did.REVIEW_VIEWED)
def queue(
    deed: Deed,
    *,
    asked: Asked | None = None,
    after: Place | None = None,
    by: Actor,
    at: datetime,
) -> QueueView:
    """A page of what waits for this person; all of it, if nothing is asked for."""
    check_role(by, Action.REVIEW_NOTE)
    reach = by.reach(at)
    waiting = Queue(deed.session, reach=reach)
    asked = asked or Asked(at=at)
    found = waiting.page(asked, most=PAGE + 1, after=after)
    here = found[:PAGE]
    shares = waiting.shares(at)
    number = counted(shares, asked)
    view = QueueView(
        _rows(deed, waiting, here, by=by),
        waiting.count(asked) if number is None else number,
        here[-1].place(asked.at) if len(found) > PAGE else None,
        shares,
        returned_note.count(deed.session, reach=reach),
        due_keeping.left_out(deed.session, reach=KEEPING),
    )
    deed.details["found"] = view.found
    return view


def counted(shares: Sequence[Share], asked: Asked) -> int | None:
    """How many notes are found, where the shares say it; None where it has to be counted."""
    if asked.has_risk or asked.findings is not None or asked.age is not None:
        return None
    return sum(
        one.waiting
        for one in shares
        if asked.author_id in {None, one.author_id} and asked.kind in {None, one.kind}
    )


def _rows(deed: Deed, waiting: Queue, notes: Sequence[Queued], *, by: Actor) -> list[Row]:
    ids = [one.note_id for one in notes]
    opened = note_seen.digests(deed.session, ids, person_id=by.id)
    counts = queued_finding.found_in(deed.session, notes)
    last = waiting.said_last(ids)
    rows = []
    for one in notes:
        move, number = last.get(one.note_id, (None, one.number))
        rows.append(
            Row(
                one,
                one.waiting(opened.get(one.note_id, "")),
                counts[one.note_id],
                move if number == one.number else None,
            )
        )
    return rows


@looks(Did.REVIEW_VIEWED)
def returned(
    deed: Deed,
    *,
    author_id: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    by: Actor,
    at: datetime,
) -> ReturnedView:
    """A page of what was sent back and is with its authors, the longest first."""
    check_role(by, Action.REVIEW_NOTE)
    reach = by.reach(at)
    found = returned_note.page(
        deed.session, reach=reach, most=PAGE + 1, author_id=author_id, after=after
    )
    here = found[:PAGE]
    view = ReturnedView(
        here,
        returned_note.count(deed.session, reach=reach, author_id=author_id),
        (here[-1].state_at, here[-1].note_id) if len(found) > PAGE else None,
        Queue(deed.session, reach=reach).shares(at),
    )
    deed.details["found"] = view.found
    return view


def place_of(note: WaitingNote, at: datetime) -> Place:
    """Where a note that waits stands in the queue as of then."""
    is_late = note.due_at < at
    return Place(is_late, note.due_at if is_late else note.signed_at, note.note_id)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands before and after a note in the queue; None at the end of it."""

    before: Queued | None
    after: Queued | None


def neighbours(waiting: Queue, asked: Asked, place: Place) -> Neighbours:
    """What stands beside a place; after the last comes the first, unless it is the note itself."""
    before = waiting.page(asked, most=1, after=place, back=True)
    after = waiting.page(asked, most=1, after=place)
    first = waiting.page(asked, most=1)
    following = [one for one in (*after, *first) if one.note_id != place.note_id]
    return Neighbours(before[0] if before else None, following[0] if following else None)


@looks(Did.REVIEW_VIEWED)
def following(deed: Deed, *, note_id: UUID, asked: Asked, by: Actor, at: datetime) -> UUID | None:
    """The note to go on with once that one is decided, None if it is the last of what is asked."""
    check_role(by, Action.REVIEW_NOTE)
    deed.keep_silent()
    waiting = Queue(deed.session, reach=by.reach(at))
    here = waiting.find(note_id)
    if here is None:
        return None
    found = neighbours(waiting, asked, place_of(here, asked.at)).after
    return found.note_id if found else None
