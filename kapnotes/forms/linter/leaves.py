"""The plain values at the ends: text, numbers, true and false, as JSON has them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kapnotes.forms.element import read_decimal
from kapnotes.forms.linter.faults import Faults


def look_at_leaves(value: Any, path: str, faults: Faults) -> None:
    """Note what JSON, and so a digest, cannot hold, and names that are left empty."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            look_at_leaves(each, f"{path}.{key}".lstrip("."), faults)
    elif isinstance(value, list | tuple):
        for at, each in enumerate(value):
            look_at_leaves(each, f"{path}[{at}]", faults)
    elif isinstance(value, float | Decimal):
        try:
            read_decimal(value)
        except ValueError as error:
            faults.add(path, str(error))
    elif not isinstance(value, str | int):
        faults.add(path, "Nothing stands here: give a value, or leave the name out.")
