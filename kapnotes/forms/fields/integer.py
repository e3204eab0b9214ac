"""A whole number, its unit fixed by the definition."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms import element, exact, letters, number
from kapnotes.forms.answer import Posted
from kapnotes.forms.definition import Item


def read(_: Item, posted: Posted) -> int | None:
    """Read a whole number."""
    text = letters.only(posted.values).strip()
    return number.parse_whole(text) if text else None


def post(_: Item, value: int) -> Posted:
    """Return the digits."""
    return Posted(values=(str(value),))


def check(item: Item, value: int) -> str:
    """Hold the number against its bounds."""
    return number.check(item, value)


def show(item: Item, value: int) -> str:
    """Return the number with its unit."""
    return exact.measure(value, item.unit)


def store(_: Item, value: int) -> int:
    """Return the JSON number."""
    return value


def restore(_: Item, stored: Any) -> int:
    """Return the stored number."""
    return element.read_integer(stored)


def export(_: Item, value: int) -> dict[str, Any]:
    """Return a FHIR valueInteger."""
    return {"valueInteger": value}


def accept(_: Item, answer: Mapping[str, Any]) -> int:
    """Return a FHIR valueInteger."""
    return element.read_integer(answer["valueInteger"])
