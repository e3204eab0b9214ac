"""The field types, one file each with the same verbs, in one list."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms.definition import ItemType
from kapnotes.forms.fields import (
    boolean,
    choice,
    date,
    datetime,
    decimal,
    integer,
    open_choice,
    quantity,
    string,
    text,
    time,
)
from kapnotes.forms.fields.field import Field, ManyField

FIELDS: Mapping[ItemType, Field[Any]] = {
    ItemType.BOOLEAN: boolean,
    ItemType.INTEGER: integer,
    ItemType.DECIMAL: decimal,
    ItemType.QUANTITY: quantity,
    ItemType.DATE: date,
    ItemType.TIME: time,
    ItemType.DATETIME: datetime,
    ItemType.STRING: string,
    ItemType.TEXT: text,
    ItemType.CHOICE: choice,
    ItemType.OPEN_CHOICE: open_choice,
}

MANY: Mapping[ItemType, ManyField[Any]] = {
    ItemType.CHOICE: choice,
    ItemType.OPEN_CHOICE: open_choice,
}
"""The field types that can hold several answers."""

BESIDE: Mapping[ItemType, str] = {ItemType.QUANTITY: "~unit", ItemType.OPEN_CHOICE: "~other"}
"""What stands after the name under which a field posts more than its value."""
