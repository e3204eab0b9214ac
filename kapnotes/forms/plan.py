"""What of a question is the same each time it is drawn, worked out once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from kapnotes.forms import row
from kapnotes.forms.answer import Coded, Quantity, Single
from kapnotes.forms.calendar import clock_text
from kapnotes.forms.definition import Condition, Definition, Item, ItemType, Option
from kapnotes.forms.exact import plain
from kapnotes.forms.page import Choice


@dataclass(frozen=True, slots=True)
class Pair:
    """An option as it is drawn when it is chosen and when it is not."""

    code: str
    chosen: Choice
    unchosen: Choice


@dataclass(frozen=True, slots=True)
class Plan:
    """The fixed part of an Ask."""

    control: str
    required: bool
    minimum: str
    maximum: str
    step: str
    choices: tuple[Pair, ...]
    units: tuple[Pair, ...]


@lru_cache(maxsize=4096)
def plan_of(item: Item) -> Plan:
    """Return the fixed part of a question."""
    return Plan(
        control=item.control or ("check-box" if item.repeats else ""),
        required=item.required or item.min_occurs > 0,
        minimum="" if item.minimum is None else text_of(item.minimum),
        maximum="" if item.maximum is None else text_of(item.maximum),
        step=_step(item),
        choices=_pairs(item.options),
        units=_pairs(item.units if len(item.units) > 1 else ()),
    )


def _step(item: Item) -> str:
    """Return the step of a number's input, "" for what is no number."""
    if item.type is ItemType.INTEGER:
        return "1"
    if item.type not in {ItemType.DECIMAL, ItemType.QUANTITY}:
        return ""
    return "any" if item.decimals is None else plain(Decimal(1).scaleb(-item.decimals))


def _pairs(options: tuple[Option, ...]) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            each.code, Choice(each.code, each.display, True), Choice(each.code, each.display, False)
        )
        for each in options
    )


def marked(pairs: tuple[Pair, ...], values: Sequence[str]) -> tuple[Choice, ...]:
    """Return the options with those chosen that were posted."""
    return tuple([pair.chosen if pair.code in values else pair.unchosen for pair in pairs])


def text_of(value: Single) -> str:
    """Return a value as the text that HTML inputs hold and post."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Coded):
        return value.code
    if isinstance(value, Quantity):
        return plain(value.value)
    if isinstance(value, datetime | time):
        return clock_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else plain(value)


@lru_cache(maxsize=4096)
def condition_json(definition: Definition, item: Item) -> str:
    """Return an item's condition as JSON for the browser; rows have `__n__` as their number."""
    conditions = [_compared(definition, each) for each in item.when]
    return json.dumps({"any": item.when_any, "when": conditions}, ensure_ascii=False)


def _compared(definition: Definition, condition: Condition) -> dict[str, str]:
    question = definition.index[condition.question]
    return {
        "name": row.name_of(question, row.PROTOTYPE if question.row_of else None),
        "op": str(condition.operator),
        "value": text_of(condition.answer),
    }
