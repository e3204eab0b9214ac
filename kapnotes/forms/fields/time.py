"""A time of day."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from kapnotes.forms import bound, calendar, element, letters, wording
from kapnotes.forms.answer import Posted, Unreadable
from kapnotes.forms.definition import Item


def read(_: Item, posted: Posted) -> time | None:
    """Read `14:05`."""
    text = letters.only(posted.values).strip()
    try:
        return calendar.parse_time(text) if text else None
    except ValueError:
        raise Unreadable(wording.TIME) from None


def post(_: Item, value: time) -> Posted:
    """Return `14:05`."""
    return Posted(values=(calendar.clock_text(value),))


def check(item: Item, value: time) -> str:
    """Hold the time against its bounds."""
    return bound.check(item, value)


def show(_: Item, value: time) -> str:
    """Return `14:05`."""
    return calendar.time_words(value)


def store(_: Item, value: time) -> str:
    """Return `14:05`."""
    return calendar.clock_text(value)


def restore(_: Item, stored: Any) -> time:
    """Return the stored time."""
    return element.read_time(stored)


def export(_: Item, value: time) -> dict[str, Any]:
    """Return a FHIR valueTime, which always has seconds."""
    return {"valueTime": value.isoformat(timespec="seconds")}


def accept(_: Item, answer: Mapping[str, Any]) -> time:
    """Return a FHIR valueTime."""
    return element.read_time(answer["valueTime"])
