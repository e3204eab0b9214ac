"""Scores: what a scale's answers add up to. A blank is never a zero, and no part a total."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kapnotes.forms import expression, tree, wording
from kapnotes.forms.answer import Answers, Coded, Quantity, Value
from kapnotes.forms.condition import asked
from kapnotes.forms.definition import Code, Definition, Item, ItemType
from kapnotes.forms.exact import measure


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one calculated item.

    `value` is None while any of the items it needs is blank, and where its expression gives no
    number. `missing` names the blank ones. `words` is the result as a person reads it.
    """

    link_id: str
    label: str
    section: str
    value: Decimal | None
    answered: int
    needed: int
    missing: tuple[str, ...]
    words: str
    codes: tuple[Code, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every item that the score needs is answered."""
        return not self.missing


def scores(definition: Definition, answers: Answers) -> tuple[Score, ...]:
    """Return the scores of a definition, complete or not, in the order of the page."""
    if not definition.scored:
        return ()
    kept = asked(definition, answers)
    return tuple(_score(definition, item, kept) for item in definition.scored)


def _score(definition: Definition, item: Item, answers: Answers) -> Score:
    needed = parts(definition, item)
    worths = {part.link_id: _worth(part, answers.get(part.link_id)) for part in needed}
    missing = tuple(link_id for link_id, worth in worths.items() if worth is None)
    value = None if missing else _value(definition, item, answers, worths)
    answered = len(needed) - len(missing)
    return Score(
        link_id=item.link_id,
        label=item.text,
        section=item.section,
        value=value,
        answered=answered,
        needed=len(needed),
        missing=missing,
        words=(
            wording.no_total(answered, len(needed)) if value is None else measure(value, item.unit)
        ),
        codes=item.codes,
    )


@lru_cache(maxsize=256)
def parts(definition: Definition, item: Item) -> tuple[Item, ...]:
    """Return the items that a calculated item needs."""
    questions = {link_id for link_id, each in definition.index.items() if each.is_question}
    named = expression.named_items(item.calculated, tuple(definition.index), questions)
    return tuple(definition.index[link_id] for link_id in named)


def _value(
    definition: Definition, item: Item, answers: Answers, worths: Mapping[str, Decimal | None]
) -> Decimal | None:
    if expression.is_plain_sum(item.calculated):
        found = sum((worth for worth in worths.values() if worth is not None), Decimal())
    else:
        response = tree.bare_response(definition, answers)
        result = expression.evaluate(item.calculated, response)
        if result is None:
            return None
        found = result
    is_whole = item.type is ItemType.INTEGER and found == found.to_integral_value()
    return found.quantize(Decimal(1)) if is_whole else found


def _worth(item: Item, value: Value | None) -> Decimal | None:
    """Return what an answer adds to a sum, None if it is blank or has no worth."""
    if isinstance(value, list):
        each = [_worth(item, one) for one in value if isinstance(one, Coded)]
        known = [worth for worth in each if worth is not None]
        return sum(known, Decimal()) if len(known) == len(value) else None
    if isinstance(value, Coded):
        option = item.option(value.code)
        return option.ordinal if option else None
    if isinstance(value, Quantity):
        return value.value
    return Decimal(value) if isinstance(value, int | Decimal) else None
