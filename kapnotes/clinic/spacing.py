"""How the infusions of an induction are spaced: evenly, on working days, inside the window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from kapnotes.clinic.protocol import Protocol
from kapnotes.clinic.working_days import Allowed, next_of

A_WEEK = 7
Dates: TypeAlias = tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """What the rest of an induction is spaced by.

    `first` and `last` are the days of its first and its last infusion that stand. None of the
    rest comes before `start`, or on a day that `is_allowed` does not allow.
    """

    protocol: Protocol
    first: date
    last: date
    start: date
    is_allowed: Allowed

    @property
    def least_gap(self) -> timedelta:
        """The least time between two infusions."""
        return timedelta(days=self.protocol.least_gap_days)

    @property
    def usual_gap(self) -> float:
        """The days between two infusions if nothing stands in the way."""
        protocol = self.protocol
        if protocol.usual_gap_days is not None:
            return protocol.usual_gap_days
        if protocol.window_days is None or protocol.induction_count in {None, 1}:
            return protocol.least_gap_days
        middle = (sum(protocol.window_days) + 1) // 2 - 1
        return max(middle / ((protocol.induction_count or 2) - 1), protocol.least_gap_days)

    @property
    def last_from(self) -> date:
        """The earliest end: the window's lower end is meant in weeks begun, as in `course`."""
        weeks = self.protocol.window_days[0] // A_WEEK if self.protocol.window_days else 0
        return self.first + timedelta(days=max(weeks - 1, 0) * A_WEEK)

    @property
    def end(self) -> date | None:
        """The last day of the window, None where the protocol has no window."""
        window = self.protocol.window_days
        return None if window is None else self.first + timedelta(days=window[1] - 1)


def spread(spacing: Spacing, count: int) -> Dates | None:
    """Return the days of so many more infusions inside the window, None if it is too short.

    A protocol without a window has them one after the other.
    """
    end = spacing.end
    if not count or end is None:
        return in_turn(spacing, count)
    last_from, gap = spacing.last_from.toordinal(), spacing.usual_gap
    anchor = max(float(spacing.last.toordinal()), spacing.start.toordinal() - gap)
    span = min(max(gap * count, last_from - anchor), end.toordinal() - anchor)
    wanted = [anchor + span * place / count for place in range(1, count + 1)]
    earliest = max(spacing.start, spacing.last + spacing.least_gap)
    choice = [
        day
        for day in range(earliest.toordinal(), end.toordinal() + 1)
        if spacing.is_allowed(date.fromordinal(day))
    ]
    found = _nearest(wanted, choice, spacing.protocol.least_gap_days, last_from)
    return None if found is None else tuple(map(date.fromordinal, found))


def in_turn(spacing: Spacing, count: int) -> Dates:
    """Return the days of so many more, each the usual gap after the one before or a little more."""
    gap = timedelta(days=max(round(spacing.usual_gap), spacing.protocol.least_gap_days))
    found: list[date] = []
    for place in range(1, count + 1):
        earliest = max(spacing.start, (found[-1] if found else spacing.last) + gap)
        if place == count:
            earliest = max(earliest, spacing.last_from)
        found.append(next_of(earliest, spacing.is_allowed))
    return tuple(found)


Path: TypeAlias = tuple[float, tuple[int, ...]]
"""How far a row of days is from what was wanted, as a sum of squares, and the days."""


def _nearest(
    wanted: Sequence[float], choice: Sequence[int], gap: int, last_from: int
) -> tuple[int, ...] | None:
    """Return the days, a gap apart, that come nearest to those wanted; the earlier of equals.

    The last is not before `last_from`. For each day of the choice the best row that ends in it is
    kept, and grows by one day at a time: no row that could still win is left out.
    """
    rows: dict[int, Path] = dict.fromkeys(choice, (0.0, ()))
    for place, ideal in enumerate(wanted):
        grown: dict[int, Path] = {}
        best: Path | None = None
        behind = iter(choice)
        waiting = next(behind, None)
        for day in choice:
            while place and waiting is not None and waiting <= day - gap:
                row = rows.get(waiting)
                if row is not None and (best is None or row[0] < best[0]):
                    best = row
                waiting = next(behind, None)
            before = best if place else (0.0, ())
            if before is not None:
                grown[day] = (before[0] + (day - ideal) ** 2, (*before[1], day))
        rows = grown
    ends = [row for day, row in rows.items() if day >= last_from]
    return min(ends, key=lambda row: row[0])[1] if ends else None
