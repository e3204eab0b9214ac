"""One of the options that the definition lists."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms import element, letters, wording
from kapnotes.forms.answer import Coded, Posted, Unreadable
from kapnotes.forms.definition import Item
from kapnotes.forms.extension import Url


def read(item: Item, posted: Posted) -> Coded | None:
    """Read the code of an option."""
    code = letters.only(posted.values)
    if code and item.option(code) is None:
        raise Unreadable(wording.NOT_AN_OPTION)
    return Coded(code=code) if code else None


def post(_: Item, value: Coded) -> Posted:
    """Return the code."""
    return Posted(values=(value.code,))


def check(item: Item, value: Coded) -> str:
    """Hold the code against the options."""
    return "" if item.option(value.code) else wording.NOT_AN_OPTION


def show(item: Item, value: Coded) -> str:
    """Return the option in words."""
    option = item.option(value.code)
    return option.display if option else value.code


def store(_: Item, value: Coded) -> dict[str, str]:
    """Return the code, in a mapping so that it is no one's own words."""
    return {"code": value.code}


def restore(_: Item, stored: Any) -> Coded:
    """Return the stored code."""
    return element.read_coding(stored)


def export(item: Item, value: Coded) -> dict[str, Any]:
    """Return a FHIR valueCoding; the option's worth in a score goes with it."""
    option = item.option(value.code)
    if option is None:
        return {"valueCoding": {"code": value.code}}
    coding: dict[str, Any] = {"system": option.system} if option.system else {}
    coding |= {"code": option.code, "display": option.display}
    if option.ordinal is not None:
        coding["extension"] = [{"url": str(Url.ORDINAL), "valueDecimal": option.ordinal}]
    return {"valueCoding": coding}


def accept(_: Item, answer: Mapping[str, Any]) -> Coded:
    """Return the code of a FHIR valueCoding."""
    return element.read_coding(answer["valueCoding"])


def read_many(item: Item, posted: Posted) -> list[Coded]:
    """Read the codes of several options, each once, in the order of the definition."""
    chosen = {code for code in posted.values if code}
    found = [Coded(code=option.code) for option in item.options if option.code in chosen]
    if len(found) < len(chosen):
        raise Unreadable(wording.NOT_AN_OPTION)
    return found


def check_many(item: Item, values: list[Coded]) -> str:
    """Hold several codes against the options, and exclusive options against the others."""
    faults = [check(item, value) for value in values]
    if any(faults):
        return wording.NOT_AN_OPTION
    return stand_alone(item, values, count=len(values))


def stand_alone(item: Item, values: list[Coded], *, count: int) -> str:
    """Return what is wrong where an exclusive option is not alone, or ""."""
    options = (item.option(value.code) for value in values if count > 1)
    exclusive = (option.display for option in options if option and option.exclusive)
    return next((wording.stands_alone(each) for each in exclusive), "")


def post_many(_: Item, values: list[Coded]) -> Posted:
    """Return the codes."""
    return Posted(values=tuple(value.code for value in values))
