"""A story's answers as a browser would post them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kapnotes.actions.demo.days import Days
from kapnotes.forms import Definition, Item, ItemType


@dataclass(frozen=True, slots=True)
class Poster:
    """One definition's items, the calendar, and the day that a time of day is on."""

    items: Mapping[str, Item]
    days: Days
    on: date

    def entry(self, link_id: str, name: str, told: Any) -> dict[str, list[str]]:
        """Return what is posted under one name, and under those of its rows."""
        item = self.items[link_id]
        if item.type is ItemType.GROUP:
            return {
                posted: values
                for number, row in enumerate(told)
                for child, cell in row.items()
                for posted, values in self.entry(child, f"{name}.{number}.{child}", cell).items()
            }
        found: dict[str, list[str]] = {}
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, dict):
                found.setdefault(f"{name}~other", []).append(one["own"])
            else:
                found.setdefault(name, []).append(self.word(item, one))
        return found

    def word(self, item: Item, told: Any) -> str:
        """Return one value as text; a day is counted from today, a clock is on the day."""
        if isinstance(told, bool):
            return "true" if told else "false"
        if item.type is ItemType.DATE and isinstance(told, int):
            return self.days.day(told).isoformat()
        if item.type is ItemType.DATETIME and "T" not in told:
            return f"{self.on.isoformat()}T{told}"
        return str(told).strip()


def posted(
    definition: Definition, told: Mapping[str, Any], *, days: Days, on: date
) -> dict[str, list[str]]:
    """Return the posted form of what a story tells; own words are told as `{own: …}`.

    KeyError for an answer to something that the definition does not ask.
    """
    poster = Poster({item.link_id: item for item in definition.walk()}, days, on)
    return {
        name: values
        for link_id, value in told.items()
        for name, values in poster.entry(link_id, link_id, value).items()
    }
