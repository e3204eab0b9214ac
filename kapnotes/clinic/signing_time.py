"""How soon notes are signed: half of them within, nine in ten within, and how many in time.

Counted from what calls for the note, the end of the session or its dose, to the author's first
signature. A preparation note is to be there before the dose, so for it only the share in time is
counted. Quantiles are of the nearest rank: a time that really was, and never a mean of two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapnotes.clinic.instant import instant
from kapnotes.clinic.note import NoteKind

HALF, NINE_IN_TEN = 50, 90
"""Percent of the notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOnce:
    """A note by its first signature: `from_at` is what it counts from, `due_at` until when.

    Both are None where the infusion does not say yet: it counts as a note, and not as late.
    """

    kind: NoteKind
    signed_at: datetime
    from_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def is_in_time(self) -> bool:
        """Whether it was signed by the time it was due."""
        return self.due_at is None or instant(self.signed_at) <= instant(self.due_at)

    @property
    def took(self) -> timedelta | None:
        """How long after the event it was signed; nothing if before; None for a preparation."""
        if self.from_at is None or self.kind is NoteKind.PREPARATION:
            return None
        return max(instant(self.signed_at) - instant(self.from_at), timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningTimes:
    """How many notes, how many in time, and within which time half and nine in ten were signed."""

    number: int = 0
    in_time: int = 0
    half: timedelta | None = None
    nine_in_ten: timedelta | None = None

    @property
    def percent_in_time(self) -> int | None:
        """The share in time in whole percent, never rounded up to all; None without a note."""
        return self.in_time * 100 // self.number if self.number else None


def signing_times(notes: Iterable[SignedOnce]) -> SigningTimes:
    """Sum up how soon these notes were signed."""
    listed = tuple(notes)
    spans = sorted(one.took for one in listed if one.took is not None)
    return SigningTimes(
        number=len(listed),
        in_time=sum(one.is_in_time for one in listed),
        half=quantile(spans, HALF),
        nine_in_ten=quantile(spans, NINE_IN_TEN),
    )


def quantile(spans: Sequence[timedelta], percent: int) -> timedelta | None:
    """Return the span within which so many percent of the sorted spans are; None of none."""
    if not spans:
        return None
    return spans[max(0, -(-len(spans) * percent // 100) - 1)]
