"""Values as FHIR writes them (`valueDate`, `answerCoding`), read into values of ours."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from kapnotes.forms import calendar, exact
from kapnotes.forms.answer import Coded, Quantity, Single

_Kind = TypeVar("_Kind")
_OFFSET = re.compile(r"(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?$")


def _typed(given: object, kind: type[_Kind], expected: str) -> _Kind:
    """Return what was given if it is of that kind; ValueError with the sentence if not."""
    if not isinstance(given, kind):
        raise ValueError(expected)  # noqa: TRY004 - a faulty file is a value, not a type of ours
    return given


def read_boolean(given: object) -> bool:
    """Read a JSON boolean."""
    return _typed(given, bool, "This must be true or false.")


def read_integer(given: object) -> int:
    """Read a JSON whole number."""
    if isinstance(given, bool):
        raise ValueError("This must be a whole number.")  # noqa: TRY004 - see _typed
    return _typed(given, int, "This must be a whole number.")


def read_decimal(given: object) -> Decimal:
    """Read a JSON number, exactly."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise ValueError("This must be a number.")  # noqa: TRY004 - see _typed
    return exact.decimal_of(given)


def read_text(given: object) -> str:
    """Read a JSON string that is not blank."""
    text = _typed(given, str, "This must be text.")
    if not text.strip():
        raise ValueError("This must not be blank.")
    return text


def read_date(given: object) -> date:
    """Read a full FHIR date."""
    text = read_text(given)
    try:
        return calendar.parse_date(text)
    except ValueError as error:
        raise ValueError("This must be a date such as 2026-11-23.") from error


def read_time(given: object) -> time:
    """Read a FHIR time."""
    text = _OFFSET.sub("", read_text(given))
    try:
        return calendar.parse_time(text)
    except ValueError as error:
        raise ValueError("This must be a time such as 14:05:00.") from error


def read_datetime(given: object) -> datetime:
    """Read a full FHIR dateTime as the wall time it names; its offset is left out."""
    text = _OFFSET.sub("", read_text(given))
    try:
        return calendar.parse_datetime(text)
    except ValueError as error:
        raise ValueError("This must be a time such as 2026-11-23T14:05:00Z.") from error


def read_coding(given: object) -> Coded:
    """Read the code of a FHIR Coding."""
    if not isinstance(given, Mapping) or not given.get("code"):
        raise ValueError("This must be a coding with a code.")
    return Coded(code=read_text(given.get("code")))


def read_quantity(given: object) -> Quantity:
    """Read a FHIR Quantity; its unit is the unit's code, or the unit's name where it has none."""
    if not isinstance(given, Mapping):
        raise ValueError("This must be a quantity with a value and a unit.")  # noqa: TRY004 - see _typed
    unit = given.get("code") or given.get("unit")
    return Quantity(value=read_decimal(given.get("value")), unit=read_text(unit))


READERS: Mapping[str, Callable[[Any], Single]] = {
    "Boolean": read_boolean,
    "Integer": read_integer,
    "Decimal": read_decimal,
    "Date": read_date,
    "Time": read_time,
    "DateTime": read_datetime,
    "String": read_text,
    "Coding": read_coding,
    "Quantity": read_quantity,
}
"""What follows `value` or `answer` in the name of a FHIR element, and how it is read."""


def read_element(element: Mapping[str, Any], stem: str) -> Single:
    """Read the one `<stem>X` of an element, such as the `valueDate` of an answer.

    ValueError, with a sentence, if there is none, or one that cannot be read.
    """
    for key, given in element.items():
        reader = READERS.get(key.removeprefix(stem)) if key.startswith(stem) else None
        if reader is not None:
            return reader(given)
    raise ValueError(f"There must be a {stem}, such as {stem}String.")
