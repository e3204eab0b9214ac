"""Conditional items: which of them are asked, given the answers so far."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from kapnotes.forms.answer import Answers, Quantity, Value
from kapnotes.forms.definition import Condition, Definition, Item, Operator
from kapnotes.forms.row import rows_of

_ORDER: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.GREATER: operator.gt,
    Operator.LESS: operator.lt,
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
}


class Scope:
    """The answers that conditions look at: those of the note, and of one row if inside one.

    An answer to a question that is itself not asked counts as blank, and a blank meets no
    condition but `exists` = false. A condition inside a row is about the questions of that row.
    """

    __slots__ = ("_answers", "_definition", "_known", "_outer")

    def __init__(
        self, definition: Definition, answers: Answers, outer: "Scope | None" = None
    ) -> None:
        self._definition = definition
        self._answers = answers
        self._outer = outer
        self._known: dict[str, bool] = {}

    def row(self, answers: Answers) -> "Scope":
        """Return the scope of one row of a repeating group."""
        return Scope(self._definition, answers, self)

    def asks(self, item: Item) -> bool:
        """Whether an item is asked: its own condition and those around it hold."""
        return not item.guards or all(self._holds(link_id) for link_id in item.guards)

    def _holds(self, link_id: str) -> bool:
        known = self._known.get(link_id)
        if known is None:
            item = self._definition.index[link_id]
            known = self._known[link_id] = self._home(item).holds(item)
        return known

    def _home(self, item: Item) -> "Scope":
        """Return the scope in which an item is answered."""
        return self if item.row_of or self._outer is None else self._outer

    def holds(self, item: Item) -> bool:
        """Whether an item's own condition holds, whatever is around it."""
        if not item.when:
            return True
        results = (self._met(each) for each in item.when)
        return any(results) if item.when_any else all(results)

    def _met(self, condition: Condition) -> bool:
        question = self._definition.index[condition.question]
        home = self._home(question)
        value = home._answers.get(question.link_id)  # noqa: SLF001 - a scope of the same kind
        if value is not None and not home.asks(question):
            value = None
        if condition.operator is Operator.EXISTS:
            return (value is not None) is condition.answer
        return value is not None and _compares(value, condition)


def _compares(value: Value, condition: Condition) -> bool:
    """Whether an answer stands to the condition's as its operator says."""
    given = value if isinstance(value, list) else [value]
    if condition.operator is Operator.EQUAL:
        return condition.answer in given
    if condition.operator is Operator.UNEQUAL:
        return condition.answer not in given
    left: Any = given[0]
    right: Any = condition.answer
    if isinstance(left, Quantity):
        if left.unit != right.unit:
            return False
        left, right = left.value, right.value
    return _ORDER[condition.operator](left, right)


def asked(definition: Definition, answers: Answers) -> Answers:
    """Return the answers without those of items that are not asked."""
    if not definition.is_conditional:
        return answers
    scope = Scope(definition, answers)
    kept: Answers = {}
    for link_id, value in answers.items():
        item = definition.index[link_id]
        if not scope.asks(item):
            continue
        if not item.has_rows:
            kept[link_id] = value
        elif rows := _asked_rows(definition, rows_of(answers, item), scope):
            kept[link_id] = rows
    return kept


def _asked_rows(definition: Definition, rows: list[Answers], scope: Scope) -> list[Answers]:
    """Return rows without what is not asked; rows of nothing else go."""
    kept = []
    for row in rows:
        inner = scope.row(row)
        left = {key: each for key, each in row.items() if inner.asks(definition.index[key])}
        if left or not row:
            kept.append(left)
    return kept
