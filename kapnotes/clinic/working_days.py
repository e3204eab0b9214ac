"""The days on which a practice works, and the hour of an appointment on one of them.

Days are calendar dates of the practice, appointments are wall times of its zone: a change of the
clocks moves no appointment to another hour.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from kapnotes.clinic.bounds import refuse

Allowed: TypeAlias = Callable[[date], bool]
"""Whether a day can be taken. Some day must be, sooner or later."""

WEEKDAYS = MappingProxyType(
    {
        "mon": "Monday",
        "tue": "Tuesday",
        "wed": "Wednesday",
        "thu": "Thursday",
        "fri": "Friday",
        "sat": "Saturday",
        "sun": "Sunday",
    }
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """When a practice gives infusions: `weekdays` are keys of `WEEKDAYS`, less its closed days."""

    weekdays: frozenset[str] = frozenset({"mon", "tue", "wed", "thu", "fri"})
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Raise `BadInput` for a weekday that is none, or if there is no working day at all."""
        if not self.weekdays or self.weekdays - WEEKDAYS.keys():
            refuse({"weekdays": "Choose one day of the week or more."})

    def is_open(self, day: date) -> bool:
        """Say whether the practice works on that day."""
        return weekday(day) in self.weekdays and day not in self.closed


DEFAULT_DAYS = WorkingDays()


def weekday(day: date) -> str:
    """Return the key of a day's weekday: `mon` for a Monday."""
    return tuple(WEEKDAYS)[day.weekday()]


def each(start: date, is_allowed: Allowed) -> Iterator[date]:
    """Return the days from `start` on that can be taken, without end."""
    day = start
    while True:
        if is_allowed(day):
            yield day
        day += timedelta(days=1)


def next_of(start: date, is_allowed: Allowed) -> date:
    """Return the first day from `start` on that can be taken."""
    return next(each(start, is_allowed))


def appointment(on: date, clock: time, zone: str) -> datetime:
    """Return the instant, in UTC, of a wall time of the zone.

    Where the clocks were put back, the first of two; where they were put forward and there is no
    such time, as much later as they were put forward.
    """
    return datetime.combine(on, clock.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def said(day: date) -> str:
    """Return a day as a sentence says it: 2 March 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
