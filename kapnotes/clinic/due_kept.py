"""What of a course's due things can be kept: their moments. How they stand is asked of the clock.

Time alone never adds a thing to what a course is due, or takes one away: it only changes how each
stands. So what is open is known from the facts, and a list needs the clock alone.
"""

from dataclasses import replace
from datetime import UTC, datetime

from kapnotes.clinic.due import DueFacts, due
from kapnotes.clinic.due_item import DueItem, DueKind, Standing, Times

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
"""Before everything: whatever is not done stands as something of later then."""


def kept(course: DueFacts, at: datetime) -> tuple[DueItem, ...]:
    """Return what the course is due at `at` or at any time after it, vitals left out.

    Vitals follow the readings of a session minute by minute: who wants them asks `due`. The times
    of the facts are aware.
    """
    return tuple(
        item
        for item in due(course, BEGINNING)
        if item.standing is Standing.LATER
        and item.kind is not DueKind.VITALS
        and (item.over_at is None or item.over_at > at)
    )


def as_of(at: datetime, item: DueItem) -> DueItem:
    """Return a thing that was kept, as it stands at `at`."""
    times = Times(from_at=item.from_at, due_at=item.due_at, over_at=item.over_at)
    return replace(item, standing=times.standing(at, item.done_at))
