"""A few words on one line."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms import element, letters
from kapnotes.forms.answer import Posted
from kapnotes.forms.definition import Item


def read(_: Item, posted: Posted) -> str | None:
    """Read words to the letter; spaces alone are a blank."""
    text = letters.parse_line(letters.only(posted.values))
    return text if text.strip() else None


def post(_: Item, value: str) -> Posted:
    """Return the words."""
    return Posted(values=(value,))


def check(item: Item, value: str) -> str:
    """Hold the words against their greatest length."""
    return letters.check(value, item.max_length)


def show(_: Item, value: str) -> str:
    """Return the words."""
    return value


def store(_: Item, value: str) -> str:
    """Return the words."""
    return value


def restore(_: Item, stored: Any) -> str:
    """Return the stored words."""
    return element.read_text(stored)


def export(_: Item, value: str) -> dict[str, Any]:
    """Return a FHIR valueString."""
    return {"valueString": value}


def accept(_: Item, answer: Mapping[str, Any]) -> str:
    """Return a FHIR valueString."""
    return element.read_text(answer["valueString"])
