"""An exact number, its unit fixed by the definition."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kapnotes.forms import element, exact, letters, number
from kapnotes.forms.answer import Posted
from kapnotes.forms.definition import Item


def read(_: Item, posted: Posted) -> Decimal | None:
    """Read a number with a decimal point or comma."""
    text = letters.only(posted.values).strip()
    return number.parse(text) if text else None


def post(_: Item, value: Decimal) -> Posted:
    """Return the digits, trailing zeros kept."""
    return Posted(values=(exact.plain(value),))


def check(item: Item, value: Decimal) -> str:
    """Hold the number against its bounds and decimal places."""
    return number.check(item, value)


def show(item: Item, value: Decimal) -> str:
    """Return the number with its unit, exactly as it was entered."""
    return exact.measure(value, item.unit)


def store(_: Item, value: Decimal) -> str:
    """Return the digits as text, which no float can blur."""
    return exact.plain(value)


def restore(_: Item, stored: Any) -> Decimal:
    """Return the stored number."""
    return exact.parse_plain(stored)


def export(_: Item, value: Decimal) -> dict[str, Any]:
    """Return a FHIR valueDecimal."""
    return {"valueDecimal": value}


def accept(_: Item, answer: Mapping[str, Any]) -> Decimal:
    """Return a FHIR valueDecimal."""
    return element.read_decimal(answer["valueDecimal"])
