"""Makes answers to any definition, from the definition alone."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from kapnotes.forms import Answers, Coded, Definition, Item, ItemType, Single, Value
from kapnotes.library import (
    MEASURES,
    NOTES,
    RECORDS,
    measure_definition,
    note_definition,
    record_definition,
)

LIBRARY = Path(__file__).parents[2] / "kapnotes" / "library"
DAY = date(2026, 11, 23)
VARIANTS = range(8)

ALL = {
    **{
        f"notes/{kind}-{each}": (note_definition, kind, each)
        for kind in NOTES
        for each in NOTES[kind]
    },
    **{
        f"records/{noun}-{each}": (record_definition, noun, each)
        for noun in RECORDS
        for each in RECORDS[noun]
    },
    **{
        f"measures/{key}-{each}": (measure_definition, key, each)
        for key in MEASURES
        for each in MEASURES[key]
    },
}


def definition_of(name: str) -> Definition:
    """Return the definition of a name such as `notes/dosing-1`."""
    find, kind, version = ALL[name]
    return find(kind, version)


def answered(definition: Definition, variant: int, *, half: bool = False) -> Answers:
    """Answer all, or every other, question that could be asked; conditions are not looked at.

    Over the variants every option of every choice is taken, every number is its smallest and its
    largest, and every boolean is both, in many combinations: each follows one of the variant's
    three bits.
    """
    leaves = definition.leaves[variant % 2 :: 2] if half else definition.leaves
    return {item.link_id: _value(item, variant) for item in leaves}


def _value(item: Item, variant: int) -> Value:
    if item.type is ItemType.GROUP:
        return [_row(item.items, variant), _row(item.items, variant + 1)]
    return _choice(item, variant) if item.options else _single(item, variant)


def _single(item: Item, variant: int) -> Single:
    bound = item.maximum if variant >> 2 & 1 else item.minimum
    number = bound if isinstance(bound, Decimal) else Decimal(0)
    hour = time(9 + variant, 5)
    values: dict[ItemType, Single] = {
        ItemType.BOOLEAN: bool(variant >> len(item.link_id) % 3 & 1),
        ItemType.DATE: DAY,
        ItemType.TIME: hour,
        ItemType.DATETIME: datetime.combine(DAY, hour),
        ItemType.INTEGER: int(number),
        ItemType.DECIMAL: number,
        ItemType.STRING: "Größe & 👩‍⚕️",
        ItemType.TEXT: "Größe <b> & שלום\nline two",
    }
    return values[item.type]


def _row(items: Iterable[Item], variant: int) -> Answers:
    return {item.link_id: _value(item, variant) for item in items if item.is_question}


def _choice(item: Item, variant: int) -> Value:
    if not item.repeats:
        return Coded(item.options[variant % len(item.options)].code)
    several = [Coded(option.code) for option in item.options if not option.exclusive]
    alone = [Coded(option.code) for option in item.options if option.exclusive]
    if alone and variant % 2:
        return list[Coded | str](alone)
    own = ["in my own words"] if item.type is ItemType.OPEN_CHOICE else []
    return [*several, *own]
