"""Conditions: on a question that is there, compared as its type can be, and in no circle."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms.definition import ItemType, Operator
from kapnotes.forms.linter.faults import Faults
from kapnotes.forms.linter.survey import Seen, by_link_id
from kapnotes.forms.linter.values import look_at_value

_OPERATORS = frozenset(str(each) for each in Operator)
_ORDERING = frozenset({Operator.GREATER, Operator.LESS, Operator.AT_LEAST, Operator.AT_MOST})
_ORDERED = frozenset(
    {
        ItemType.INTEGER,
        ItemType.DECIMAL,
        ItemType.QUANTITY,
        ItemType.DATE,
        ItemType.TIME,
        ItemType.DATETIME,
    }
)
_ANSWERS = ("answer", "question", "operator")


def look_at_conditions(seen: list[Seen], faults: Faults) -> None:
    """Note what is wrong with the conditions of all items."""
    index = by_link_id(seen)
    needs: dict[str, set[str]] = {}
    for item in seen:
        conditions = faults.mappings(item.mapping, "enableWhen", item.path)
        _look_at_behaviour(item, len(conditions), faults)
        for path, condition in conditions:
            question = _look_at_question(item, condition, path, index, faults)
            if question is not None:
                needs.setdefault(item.link_id, set()).add(question.link_id)
                _look_at_comparison(question, condition, path, faults)
    _look_for_circles(index, needs, faults)


def _look_at_behaviour(item: Seen, count: int, faults: Faults) -> None:
    behaviour = item.mapping.get("enableBehavior")
    path = f"{item.path}.enableBehavior"
    if behaviour is None:
        if count > 1:
            faults.add(item.path, "With several conditions say all or any: enableBehavior.")
    elif behaviour not in ("all", "any"):
        faults.add(path, "This is all or any.")
    elif not count:
        faults.add(path, "There is no condition that this could be about.")


def _look_at_question(
    item: Seen,
    condition: Mapping[str, Any],
    path: str,
    index: Mapping[str, Seen],
    faults: Faults,
) -> Seen | None:
    link_id = faults.text(condition, "question", path, needed=True)
    question = index.get(link_id)
    sentence = ""
    if link_id and question is None:
        sentence = f"There is no item “{link_id}” to depend on."
    elif question is not None and not question.is_question:
        sentence = f"Nobody answers “{link_id}”, so nothing can depend on it."
    elif question is not None and question.row_of and question.row_of != item.row_of:
        sentence = f"“{link_id}” stands in another group's rows; which row is meant is not clear."
    if sentence:
        faults.add(f"{path}.question", sentence)
        return None
    return question


def _look_at_comparison(
    question: Seen, condition: Mapping[str, Any], path: str, faults: Faults
) -> None:
    for key in condition:
        if not key.startswith(_ANSWERS):
            faults.add(f"{path}.{key}", f"“{key}” is not part of a condition.")
    operator = faults.text(condition, "operator", path, needed=True)
    if operator and operator not in _OPERATORS:
        faults.add(f"{path}.operator", f"“{operator}” is not one of {' '.join(Operator)}.")
    elif operator == Operator.EXISTS:
        if not isinstance(condition.get("answerBoolean"), bool):
            faults.add(path, "“exists” is compared with answerBoolean.")
    elif operator in _ORDERING and question.type not in _ORDERED:
        faults.add(path, f"Answers of type {question.type} are neither greater nor less.")
    elif operator:
        look_at_value(question, condition, "answer", path, faults)


def _look_for_circles(
    index: Mapping[str, Seen], needs: Mapping[str, set[str]], faults: Faults
) -> None:
    """Note items whose being asked depends, in the end, on themselves or on what is inside."""
    for link_id, item in index.items():
        reached: set[str] = set()
        waiting = sorted(needs.get(link_id, ()))
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached.add(each)
                for around in (each, *index[each].around):
                    waiting.extend(needs.get(around, ()))
                    reached.add(around)
        if needs.get(link_id) and link_id in reached:
            faults.add(item.path, f"Whether “{link_id}” is asked depends on itself.")
