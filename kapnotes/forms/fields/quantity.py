"""A number with a unit that is one of those offered."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms import element, exact, letters, number, wording
from kapnotes.forms.answer import Posted, Quantity, Unreadable
from kapnotes.forms.definition import Item, Option


def read(item: Item, posted: Posted) -> Quantity | None:
    """Read a number and its unit; where only one unit is offered it need not be posted."""
    text = letters.only(posted.values).strip()
    if not text:
        return None
    value = number.parse(text)
    unit = letters.only(posted.beside)
    if not unit and len(item.units) == 1:
        unit = item.units[0].code
    if not unit:
        raise Unreadable(wording.NO_UNIT)
    return Quantity(value=value, unit=unit)


def post(_: Item, value: Quantity) -> Posted:
    """Return the digits, and the unit's code beside them."""
    return Posted(values=(exact.plain(value.value),), beside=(value.unit,))


def check(item: Item, value: Quantity) -> str:
    """Hold the number against its bounds and the unit against those offered."""
    if _unit(item, value.unit) is None:
        return wording.NOT_A_UNIT
    return number.check(item, value.value)


def show(item: Item, value: Quantity) -> str:
    """Return the number with its unit in words."""
    unit = _unit(item, value.unit)
    return exact.measure(value.value, unit.display if unit else value.unit)


def store(_: Item, value: Quantity) -> dict[str, str]:
    """Return the digits and the unit's code."""
    return {"value": exact.plain(value.value), "unit": value.unit}


def restore(_: Item, stored: Any) -> Quantity:
    """Return the stored number and unit."""
    unit = element.read_text(stored["unit"])
    return Quantity(value=exact.parse_plain(stored["value"]), unit=unit)


def export(item: Item, value: Quantity) -> dict[str, Any]:
    """Return a FHIR valueQuantity, with the system of the unit's code where there is one."""
    unit = _unit(item, value.unit)
    quantity = {"value": value.value, "unit": unit.display if unit else value.unit}
    if unit and unit.system:
        quantity["system"] = unit.system
    return {"valueQuantity": {**quantity, "code": value.unit}}


def accept(item: Item, answer: Mapping[str, Any]) -> Quantity:
    """Return a FHIR valueQuantity; a unit without a code is looked up by its name."""
    given = element.read_quantity(answer["valueQuantity"])
    named = (unit.code for unit in item.units if given.unit in (unit.code, unit.display))
    return Quantity(value=given.value, unit=next(named, given.unit))


def _unit(item: Item, code: str) -> Option | None:
    return next((unit for unit in item.units if unit.code == code), None)
