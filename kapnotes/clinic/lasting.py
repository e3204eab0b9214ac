"""How long something lasted, as a sentence says it."""

from datetime import timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
IN_DAYS = timedelta(days=2)
"""From so long on days are said, and hours below."""


def lasting(span: timedelta) -> str:
    """Return a span in whole hours, in whole days from two days on; never longer than it was."""
    if span < HOUR:
        return "less than an hour"
    unit, name = (DAY, "day") if span >= IN_DAYS else (HOUR, "hour")
    return counted(span // unit, name)


def briefly(span: timedelta) -> str:
    """Return the same in a table's cell: `under 1 h`, `20 h`, `3 d`."""
    if span < HOUR:
        return "under 1 h"
    unit, letter = (DAY, "d") if span >= IN_DAYS else (HOUR, "h")
    return f"{span // unit:,} {letter}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 hour, 2 hours."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
