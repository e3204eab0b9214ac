"""One of the options that the definition lists, or the person's own words."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms import letters, wording
from kapnotes.forms.answer import Coded, Posted, Unreadable
from kapnotes.forms.definition import Item
from kapnotes.forms.fields import choice, string

OWN_WORDS = "~other"
"""What a radio button may post to say: see the words beside."""


def read(item: Item, posted: Posted) -> Coded | str | None:
    """Read a code, or the words beside it; both at once are refused."""
    code = letters.only(posted.values)
    words = string.read(item, Posted(values=posted.beside))
    if code == OWN_WORDS:
        return _needed(words)
    if code and words:
        raise Unreadable(wording.OPTION_AND_WORDS)
    return words or choice.read(item, Posted(values=(code,)))


def _needed(words: str | None) -> str:
    if not words:
        raise Unreadable(wording.NO_OWN_WORDS)
    return words


def post(item: Item, value: Coded | str) -> Posted:
    """Return the code, or the words beside it."""
    if isinstance(value, str):
        return Posted(beside=(value,))
    return choice.post(item, value)


def check(item: Item, value: Coded | str) -> str:
    """Hold a code against the options, and words against their greatest length."""
    return string.check(item, value) if isinstance(value, str) else choice.check(item, value)


def show(item: Item, value: Coded | str) -> str:
    """Return the option in words, or the person's own."""
    return value if isinstance(value, str) else choice.show(item, value)


def store(item: Item, value: Coded | str) -> dict[str, str] | str:
    """Return a code in a mapping, own words as text."""
    return value if isinstance(value, str) else choice.store(item, value)


def restore(item: Item, stored: Any) -> Coded | str:
    """Return the stored code or words."""
    if isinstance(stored, str):
        return string.restore(item, stored)
    return choice.restore(item, stored)


def export(item: Item, value: Coded | str) -> dict[str, Any]:
    """Return a FHIR valueCoding, or a valueString for own words."""
    return string.export(item, value) if isinstance(value, str) else choice.export(item, value)


def accept(item: Item, answer: Mapping[str, Any]) -> Coded | str:
    """Return a FHIR valueCoding or valueString."""
    if "valueString" in answer:
        return string.accept(item, answer)
    return choice.accept(item, answer)


def read_many(item: Item, posted: Posted) -> list[Coded | str]:
    """Read several codes in the order of the definition, then the words beside them."""
    codes = [code for code in posted.values if code != OWN_WORDS]
    words = string.read(item, Posted(values=posted.beside))
    if len(codes) < len(posted.values):
        _needed(words)
    return [*choice.read_many(item, Posted(values=codes)), *([words] if words else [])]


def check_many(item: Item, values: list[Coded | str]) -> str:
    """Hold each answer against the options or its length, and exclusive options against all."""
    faults = (check(item, value) for value in values)
    codes = [value for value in values if isinstance(value, Coded)]
    alone = choice.stand_alone(item, codes, count=len(values))
    return next((fault for fault in faults if fault), alone)


def post_many(_: Item, values: list[Coded | str]) -> Posted:
    """Return the codes, and own words beside them; the form has one line for these."""
    codes = tuple(value.code for value in values if isinstance(value, Coded))
    words = "; ".join(value for value in values if isinstance(value, str))
    return Posted(values=codes, beside=(words,) if words else ())
