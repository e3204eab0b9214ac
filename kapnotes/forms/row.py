"""The rows of a repeating group, by the names that they are posted under."""

import re
from collections.abc import Collection
from functools import lru_cache

from kapnotes.forms.answer import Answers
from kapnotes.forms.definition import Definition, Item

PROTOTYPE = "__n__"
"""What stands for the number in the names of a row that is not there yet."""

_NAME = re.compile(r"([a-z][a-z0-9_-]*)\.(0|[1-9][0-9]{0,5})\.([a-z][a-z0-9_-]*)(?:~[a-z]+)?")


def name_of(item: Item, number: int | str | None) -> str:
    """Return the name an item is posted under, in a row of that number or in none."""
    return item.link_id if number is None else f"{item.row_of}.{number}.{item.link_id}"


def numbers(definition: Definition, names: Collection[str]) -> dict[str, list[int]]:
    """Return the numbers of the rows of each repeating group among posted names, in order."""
    found: dict[str, set[int]] = {}
    for name in names:
        if "." in name and (match := _NAME.fullmatch(name)):
            child = definition.index.get(match[3])
            if child is not None and child.row_of == match[1]:
                found.setdefault(match[1], set()).add(int(match[2]))
    return {group: sorted(each) for group, each in found.items()}


@lru_cache(maxsize=1024)
def questions(group: Item) -> tuple[Item, ...]:
    """Return the questions of a repeating group, those inside plain groups in it too."""
    return tuple(each for each in group.walk() if each.is_question and each is not group)


def located(definition: Definition, name: str) -> tuple[Item, int | None] | None:
    """Return the item that a posted name belongs to and its row's number, or None."""
    if match := _NAME.fullmatch(name):
        item = definition.index.get(match[3])
        return (item, int(match[2])) if item is not None and item.row_of == match[1] else None
    item = definition.index.get(name.partition("~")[0])
    return None if item is None or item.row_of else (item, None)


def rows_of(answers: Answers, group: Item) -> list[Answers]:
    """Return the rows of a repeating group among the answers."""
    value = answers.get(group.link_id)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
