"""A story's answers as a browser would post them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kapnotes.actions.demo.days import Days
from kapnotes.forms import Definition, Item, ItemType


def posted(
    definition: Definition, told: Mapping[str, Any], *, days: Days, on: date
) -> dict[str, list[str]]:
    """Return the posted form of what a story tells.

    A date is told as a working day, a time of a day as a clock on `on`; own words as `{own: …}`.
    """
    items = {item.link_id: item for item in definition.walk()}
    raw: dict[str, list[str]] = {}
    for name, value in told.items():
        raw.update(_entry(items, items[name], name, value, days, on))
    return raw


def _entry(
    items: Mapping[str, Item], item: Item, name: str, value: Any, days: Days, on: date
) -> dict[str, list[str]]:
    if item.type is ItemType.GROUP:
        return {
            key: values
            for number, row in enumerate(value)
            for child, cell in row.items()
            for key, values in _entry(
                items, items[child], f"{name}.{number}.{child}", cell, days, on
            ).items()
        }
    found: dict[str, list[str]] = {}
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            found[f"{name}~other"] = [one["own"]]
        else:
            found.setdefault(name, []).append(_word(item, one, days, on))
    return found


def _word(item: Item, value: Any, days: Days, on: date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if item.type is ItemType.DATE and isinstance(value, int):
        return days.day(value).isoformat()
    if item.type is ItemType.DATETIME and "T" not in value:
        return f"{on.isoformat()}T{value}"
    return str(value).rstrip("\n")
