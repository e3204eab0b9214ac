"""The items one by one: their names, types, and what may stand on which type."""

import re
from collections.abc import Mapping
from typing import Any

from kapnotes.forms.definition import ItemType
from kapnotes.forms.extension import Url
from kapnotes.forms.linter.faults import Faults
from kapnotes.forms.linter.root import look_at_codes
from kapnotes.forms.linter.survey import Seen

_KNOWN = frozenset(
    {
        "linkId", "code", "prefix", "text", "type", "enableWhen", "enableBehavior", "required",
        "repeats", "readOnly", "maxLength", "answerOption", "initial", "item", "extension",
    }
)  # fmt: skip
_LINK_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_TYPES = frozenset(str(each) for each in ItemType)
_CHOICES = frozenset({ItemType.CHOICE, ItemType.OPEN_CHOICE})
_WORDS = frozenset({ItemType.STRING, ItemType.TEXT, ItemType.OPEN_CHOICE})
_NOT_ASKED = frozenset({ItemType.GROUP, ItemType.DISPLAY})


def look_at_items(root: Mapping[str, Any], faults: Faults) -> list[Seen]:
    """Note what is wrong with each item by itself; return all that have a type."""
    seen: list[Seen] = []
    _walk(root, "", None, seen, faults)
    taken: set[str] = set()
    for each in seen:
        if each.link_id in taken:
            faults.add(each.path, f"The linkId “{each.link_id}” is used more than once.")
        taken.add(each.link_id)
    return seen


def _walk(
    owner: Mapping[str, Any], path: str, parent: Seen | None, seen: list[Seen], faults: Faults
) -> None:
    for where, mapping in faults.mappings(owner, "item", path):
        item = _see(mapping, where, parent, faults)
        if item is None:
            continue
        seen.append(item)
        _look_at(item, parent, faults)
        _walk(mapping, where, item, seen, faults)


def _see(mapping: Mapping[str, Any], path: str, parent: Seen | None, faults: Faults) -> Seen | None:
    faults.only(mapping, _KNOWN, path)
    link_id = faults.text(mapping, "linkId", path, needed=True)
    if link_id and not _LINK_ID.fullmatch(link_id):
        faults.add(
            f"{path}.linkId",
            f"“{link_id}”: a linkId starts with a small letter and holds small letters, digits, "
            "- and _ only, at most 64.",
        )
    kind = faults.text(mapping, "type", path, needed=True)
    if kind not in _TYPES:
        if kind:
            faults.add(f"{path}.type", f"“{kind}” is not a type of item used here.")
        return None
    row_of = ""
    around: tuple[str, ...] = ()
    if parent is not None:
        is_rows = parent.type is ItemType.GROUP and parent.repeats
        row_of = parent.link_id if is_rows else parent.row_of
        around = (*parent.around, parent.link_id)
    return Seen(mapping, path, ItemType(kind), link_id, row_of, around)


def _look_at(item: Seen, parent: Seen | None, faults: Faults) -> None:
    mapping, path = item.mapping, item.path
    faults.text(mapping, "text", path, needed=True)
    faults.text(mapping, "prefix", path)
    faults.flag(mapping, "readOnly", path)
    look_at_codes(mapping, path, faults)
    _look_at_required(item, faults)
    _look_at_repeats(item, faults)
    _look_at_max_length(item, faults)
    _look_at_place(item, parent, faults)


def _look_at_required(item: Seen, faults: Faults) -> None:
    if not faults.flag(item.mapping, "required", item.path):
        return
    path = f"{item.path}.required"
    if item.type is ItemType.GROUP:
        faults.add(
            path,
            "A group has no answer of its own: put “required” on the items in it, or minOccurs "
            "on a repeating group.",
        )
    elif item.type is ItemType.DISPLAY or item.is_calculated:
        faults.add(path, "Nobody answers this item, so it cannot be required.")


def _look_at_repeats(item: Seen, faults: Faults) -> None:
    if not faults.flag(item.mapping, "repeats", item.path):
        return
    path = f"{item.path}.repeats"
    if item.type is not ItemType.GROUP and item.type not in _CHOICES:
        faults.add(path, "Only groups and choices repeat; put this item into a repeating group.")
    elif item.type is ItemType.GROUP and item.row_of:
        faults.add(path, "A repeating group cannot stand in another.")


def _look_at_max_length(item: Seen, faults: Faults) -> None:
    if "maxLength" not in item.mapping:
        return
    path, length = f"{item.path}.maxLength", item.mapping["maxLength"]
    if item.type not in _WORDS:
        faults.add(path, "Only string, text and open-choice have a greatest length.")
    elif isinstance(length, bool) or not isinstance(length, int) or not 0 < length <= 20_000:  # noqa: PLR2004 - the limit that forms.md sets
        faults.add(path, "The greatest length is a whole number from 1 to 20000.")


def _look_at_place(item: Seen, parent: Seen | None, faults: Faults) -> None:
    """Note groups without items, and items where none can be."""
    if item.type is ItemType.GROUP and "item" not in item.mapping:
        faults.add(item.path, "A group holds at least one item.")
    if parent is not None and parent.type is not ItemType.GROUP and not _is_help(item):
        faults.add(item.path, "Inside a question there can only be its help text.")
    if item.type in _NOT_ASKED and "initial" in item.mapping:
        faults.add(f"{item.path}.initial", "This item has no answer to start with.")


def _is_help(item: Seen) -> bool:
    """Whether an item is the help text of the item around it."""
    return item.type is ItemType.DISPLAY and Url.CONTROL in item.extension_urls
