"""A day and a time of day, by the clock on the wall."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kapnotes.forms import bound, calendar, element, letters, wording
from kapnotes.forms.answer import Posted, Unreadable
from kapnotes.forms.definition import Item


def read(_: Item, posted: Posted) -> datetime | None:
    """Read `2026-11-23T14:05`."""
    text = letters.only(posted.values).strip()
    try:
        return calendar.parse_datetime(text) if text else None
    except ValueError:
        raise Unreadable(wording.DATETIME) from None


def post(_: Item, value: datetime) -> Posted:
    """Return `2026-11-23T14:05`."""
    return Posted(values=(calendar.clock_text(value),))


def check(item: Item, value: datetime) -> str:
    """Hold the time against its bounds."""
    return bound.check(item, value)


def show(_: Item, value: datetime) -> str:
    """Return `23 Nov 2026, 14:05`."""
    return calendar.datetime_words(value)


def store(_: Item, value: datetime) -> str:
    """Return `2026-11-23T14:05`."""
    return calendar.clock_text(value)


def restore(_: Item, stored: Any) -> datetime:
    """Return the stored time."""
    return element.read_datetime(stored)


def export(_: Item, value: datetime) -> dict[str, Any]:
    """Return a FHIR valueDateTime; the response has given the value its zone."""
    return {"valueDateTime": value.isoformat(timespec="seconds")}


def accept(_: Item, answer: Mapping[str, Any]) -> datetime:
    """Return a FHIR valueDateTime as the wall time that it names."""
    return element.read_datetime(answer["valueDateTime"])
