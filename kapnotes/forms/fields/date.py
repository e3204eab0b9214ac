"""A day of the calendar."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kapnotes.forms import bound, calendar, element, letters, wording
from kapnotes.forms.answer import Posted, Unreadable
from kapnotes.forms.definition import Item


def read(_: Item, posted: Posted) -> date | None:
    """Read `2026-11-23`."""
    text = letters.only(posted.values).strip()
    try:
        return calendar.parse_date(text) if text else None
    except ValueError:
        raise Unreadable(wording.DATE) from None


def post(_: Item, value: date) -> Posted:
    """Return `2026-11-23`."""
    return Posted(values=(value.isoformat(),))


def check(item: Item, value: date) -> str:
    """Hold the date against its bounds."""
    return bound.check(item, value)


def show(_: Item, value: date) -> str:
    """Return `23 Nov 2026`."""
    return calendar.date_words(value)


def store(_: Item, value: date) -> str:
    """Return `2026-11-23`."""
    return value.isoformat()


def restore(_: Item, stored: Any) -> date:
    """Return the stored date."""
    return element.read_date(stored)


def export(_: Item, value: date) -> dict[str, Any]:
    """Return a FHIR valueDate."""
    return {"valueDate": value.isoformat()}


def accept(_: Item, answer: Mapping[str, Any]) -> date:
    """Return a FHIR valueDate."""
    return element.read_date(answer["valueDate"])
