"""Numbers and JSON, exact: 5.10 stays 5.10 on every path."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_SPANS = frozenset({"minutes", "hours", "days", "weeks", "months", "years"})
"""Units that are words, of which there may be one."""


def decimal_of(number: float | Decimal) -> Decimal:
    """Return a number as a decimal, a float by its shortest form; ValueError unless finite."""
    found = Decimal(str(number))
    if not found.is_finite():
        raise ValueError("This must be a finite number.")
    return found


def plain(number: Decimal | int) -> str:
    """Return a number's digits without an exponent, trailing zeros kept."""
    return str(number) if isinstance(number, int) else format(number, "f")


def write_json(value: object) -> str:
    """Return JSON text in which decimals keep all their digits (`json.dumps` refuses them)."""
    if isinstance(value, str):
        return _encode(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(key))}:{write_json(each)}" for key, each in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(write_json, value)) + "]"
    return _encode(value)


def read_json(text: str | bytes) -> Any:
    """Return the value of JSON text, with numbers that have a point as exact decimals."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number.")


def measure(number: Decimal | int, unit: str) -> str:
    """Return a number with its unit as it is printed: `72 kg`, `98%`, `3`, `1 day`."""
    space = "" if unit in {"", "%"} else " "
    one = unit[:-1] if number == 1 and unit in _SPANS else unit
    return f"{plain(number)}{space}{one}"


def parse_plain(stored: object) -> Decimal:
    """Return the number in a stored text such as `-5.10`; ValueError for anything else."""
    if isinstance(stored, str) and _PLAIN.fullmatch(stored):
        return Decimal(stored)
    raise ValueError("This must be a number in quotes, such as 5.10.")
