"""Yes or no, or no answer yet."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms import element, letters, wording
from kapnotes.forms.answer import Posted, Unreadable
from kapnotes.forms.definition import Item

_WORDS = {"true": True, "false": False}


def read(_: Item, posted: Posted) -> bool | None:
    """Read `true` or `false`; an unanswered question is not a no."""
    text = letters.only(posted.values).strip()
    if text and text not in _WORDS:
        raise Unreadable(wording.YES_OR_NO)
    return _WORDS.get(text)


def post(_: Item, value: bool) -> Posted:  # noqa: FBT001 - the answer itself
    """Return `true` or `false`."""
    return Posted(values=("true" if value else "false",))


def check(_item: Item, _value: bool) -> str:  # noqa: FBT001 - the answer itself
    """Find nothing wrong: both answers fit."""
    return ""


def show(_: Item, value: bool) -> str:  # noqa: FBT001 - the answer itself
    """Return Yes or No."""
    return wording.YES if value else wording.NO


def store(_: Item, value: bool) -> bool:  # noqa: FBT001 - the answer itself
    """Return the JSON boolean."""
    return value


def restore(_: Item, stored: Any) -> bool:
    """Return the stored boolean."""
    return element.read_boolean(stored)


def export(_: Item, value: bool) -> dict[str, Any]:  # noqa: FBT001 - the answer itself
    """Return a FHIR valueBoolean."""
    return {"valueBoolean": value}


def accept(_: Item, answer: Mapping[str, Any]) -> bool:
    """Return a FHIR valueBoolean."""
    return element.read_boolean(answer["valueBoolean"])
