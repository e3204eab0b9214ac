"""Scores: what a scale's answers add up to. A blank is never a zero, and no part a total."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kapnotes.forms import expression, tree, wording
from kapnotes.forms.answer import Answers, Coded, Quantity, Value
from kapnotes.forms.arithmetic import arithmetic_of
from kapnotes.forms.condition import Scope, asked
from kapnotes.forms.definition import Code, Definition, Item, ItemType
from kapnotes.forms.exact import measure


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one calculated item.

    It needs the items that its expression names; of those that are not asked, the questions that
    decide so instead. `value` is None while any of them is blank, where nothing is asked, and
    where its expression gives no number. `missing` names the blank ones. `words` is the result as
    a person reads it.
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
    kept, scope = asked(definition, answers), Scope(definition, answers)
    return tuple(_score(definition, item, kept, scope) for item in definition.scored)


def ordinals(definition: Definition, answers: Answers) -> dict[str, Decimal]:
    """Return what each answer adds to a sum, by linkId: yes 1, no 0, a number itself.

    Left out are blanks, answers without a worth, rows, and whatever is not asked.
    """
    kept = asked(definition, answers)
    found = {
        item.link_id: _worth(item, kept.get(item.link_id))
        for item in definition.leaves
        if not item.has_rows
    }
    return {link_id: worth for link_id, worth in found.items() if worth is not None}


def _score(definition: Definition, item: Item, answers: Answers, scope: Scope) -> Score:
    named = parts(definition, item)
    worths = {
        part.link_id: _worth(part, answers.get(part.link_id)) for part in named if scope.asks(part)
    }
    deciding = _deciding(definition, named, scope) - worths.keys()
    blank = {link_id for link_id, worth in worths.items() if worth is None}
    blank |= {link_id for link_id in deciding if link_id not in answers}
    missing = tuple(link_id for link_id in definition.index if link_id in blank)
    known = {link_id: worth for link_id, worth in worths.items() if worth is not None}
    value = None if missing or not worths else _value(definition, item, answers, known)
    needed = len(worths) + len(deciding)
    answered = needed - len(missing)
    return Score(
        link_id=item.link_id,
        label=item.text,
        section=item.section,
        value=value,
        answered=answered,
        needed=needed,
        missing=missing,
        words=(wording.no_total(answered, needed) if value is None else measure(value, item.unit)),
        codes=item.codes,
    )


def _deciding(definition: Definition, named: tuple[Item, ...], scope: Scope) -> set[str]:
    """Return the asked questions on whose answers it depends that other items are not asked."""
    found: set[str] = set()
    waiting = [part for part in named if not scope.asks(part)]
    while waiting:
        for guard in waiting.pop().guards:
            for condition in definition.index[guard].when:
                question = definition.index[condition.question]
                if scope.asks(question):
                    found.add(question.link_id)
                else:
                    waiting.append(question)
    return found


@lru_cache(maxsize=256)
def parts(definition: Definition, item: Item) -> tuple[Item, ...]:
    """Return the items that a calculated item needs."""
    questions = {link_id for link_id, each in definition.index.items() if each.is_question}
    named = expression.named_items(item.calculated, tuple(definition.index), questions)
    return tuple(definition.index[link_id] for link_id in named)


def _value(
    definition: Definition, item: Item, answers: Answers, worths: Mapping[str, Decimal]
) -> Decimal | None:
    own = arithmetic_of(item.calculated)
    if own is not None and own.has_highest and _holds_several(definition, worths):
        own = None
    if own is not None:
        found = own.result(worths, definition.index, worths)
    else:
        response = tree.bare_response(definition, answers)
        result = expression.evaluate(item.calculated, response)
        if result is None:
            return None
        found = result
    is_whole = item.type is ItemType.INTEGER and found == found.to_integral_value()
    return found.quantize(Decimal(1)) if is_whole else found


def _holds_several(definition: Definition, worths: Mapping[str, Decimal]) -> bool:
    """Say whether one of the items takes several choices, whose worth is their sum."""
    return any(definition.index[link_id].repeats for link_id in worths)


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
