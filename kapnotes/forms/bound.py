"""Smallest and largest answers of dates and times."""

from datetime import date, datetime, time
from typing import TypeVar

from kapnotes.forms import wording
from kapnotes.forms.definition import Item

_When = TypeVar("_When", date, time, datetime)


def check(item: Item, when: _When) -> str:
    """Return what is wrong with a date or time by the item's bounds, or ""."""
    least, most = item.minimum, item.maximum
    if least is not None and when < least:  # type: ignore[operator] # the linter has seen that they are of one type
        return wording.out_of_bounds(item)
    if most is not None and when > most:  # type: ignore[operator] # the same
        return wording.out_of_bounds(item)
    return ""
