"""Values that a definition itself holds: answers to start with, answers to compare with."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms.answer import Coded, Quantity
from kapnotes.forms.definition import ItemType
from kapnotes.forms.element import read_element
from kapnotes.forms.linter.faults import Faults
from kapnotes.forms.linter.survey import Seen

_STEMS: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.BOOLEAN: ("Boolean",),
    ItemType.INTEGER: ("Integer",),
    ItemType.DECIMAL: ("Decimal",),
    ItemType.QUANTITY: ("Quantity",),
    ItemType.DATE: ("Date",),
    ItemType.TIME: ("Time",),
    ItemType.DATETIME: ("DateTime",),
    ItemType.STRING: ("String",),
    ItemType.TEXT: ("String",),
    ItemType.CHOICE: ("Coding",),
    ItemType.OPEN_CHOICE: ("Coding", "String"),
}


def look_at_value(
    item: Seen, element: Mapping[str, Any], stem: str, path: str, faults: Faults
) -> None:
    """Note an element whose `<stem>X` is not an answer to that item."""
    keys = [key for key in element if key.startswith(stem)]
    wanted = tuple(stem + each for each in _STEMS[item.type])
    if len(keys) != 1 or keys[0] not in wanted:
        faults.add(path, f"For “{item.link_id}” there must be one {' or '.join(wanted)}.")
        return
    try:
        value = read_element(element, stem)
    except ValueError as error:
        faults.add(f"{path}.{keys[0]}", str(error))
        return
    if isinstance(value, Coded) and value.code not in item.option_codes:
        faults.add(path, f"“{item.link_id}” has no option “{value.code}”.")
    if isinstance(value, Quantity) and value.unit not in item.unit_codes:
        faults.add(path, f"“{item.link_id}” has no unit “{value.unit}”.")


def look_at_initial(item: Seen, faults: Faults) -> None:
    """Note faulty answers to start with."""
    members = faults.mappings(item.mapping, "initial", item.path)
    if not members or item.type not in _STEMS:
        return
    if item.row_of:
        faults.add(
            members[0][0], "A row that starts with an answer is never blank: leave “initial” out."
        )
    if len(members) > 1 and not item.repeats:
        faults.add(members[1][0], "An item that does not repeat starts with one answer.")
    if item.is_calculated:
        faults.add(members[0][0], "A calculated item has no answer to start with.")
    for path, member in members:
        look_at_value(item, member, "value", path, faults)
