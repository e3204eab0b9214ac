"""The time axis of a session's drawing: minutes since the dose, laid across it.

Minutes are counted between instants, so that a night on which the clocks are changed adds no
hour; times are said by the clock on the wall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapnotes.clinic.instant import instant
from kapnotes.paper import words
from kapnotes.paper.drawing import Rule

WIDTH, LEFT, RIGHT = 720, 98, 6
MARGIN = 12
MOST_TICKS = 10
_STEPS = (5, 10, 15, 20, 30, 60, 120, 240, 480, 720, 1440)


@dataclass(frozen=True, slots=True)
class Axis:
    """Minutes since `zero` laid across the drawing."""

    zero: datetime
    first: float
    last: float

    def minute(self, moment: datetime) -> str:
        """How many whole minutes after `zero` a moment is, `\u22125` before it."""
        return words.minute(moment, self.zero)

    def x(self, moment: datetime) -> float:
        """Where a moment lies."""
        return self.place((instant(moment) - instant(self.zero)).total_seconds() / 60)

    def place(self, minutes: float) -> float:
        """Where a minute lies."""
        room = (WIDTH - LEFT - RIGHT - 2 * MARGIN) / (self.last - self.first)
        return round(LEFT + MARGIN + (minutes - self.first) * room, 1)

    def ticks(self) -> Iterator[Rule]:
        """A few pleasant minutes, with the time of the day under each."""
        span = self.last - self.first
        step = next((step for step in _STEPS if span / step <= MOST_TICKS), 0)
        step = step or int(span / MOST_TICKS / 1440 + 1) * 1440
        minute = int(-(-self.first // step) * step)
        while minute <= self.last:
            label = f"{minute}".replace("-", "\N{MINUS SIGN}")
            when = instant(self.zero) + timedelta(minutes=minute)
            here = when.astimezone(self.zero.tzinfo)
            yield Rule(self.place(minute), f"{label} min", words.clock(here))
            minute += step


def axis_of(moments: Sequence[datetime], *, zero: datetime | None = None) -> Axis:
    """From the first thing that happened to the last, counted from `zero` or from the first."""
    start = zero or min(moments, key=instant)
    minutes = [(instant(one) - instant(start)).total_seconds() / 60 for one in moments]
    return Axis(start, min(minutes), max(*minutes, min(minutes) + 1))
