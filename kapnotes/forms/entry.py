"""One item's entry in the answers, be it one answer or several: the field's verbs for both."""

from collections.abc import Mapping, Sequence
from typing import Any

from kapnotes.forms import wording
from kapnotes.forms.answer import Posted, Raw, Unreadable, Value
from kapnotes.forms.definition import Item
from kapnotes.forms.fields import BESIDE, FIELDS, MANY


def suffix(item: Item) -> str:
    """Return what stands after an item's name where it posts more than its value, else ""."""
    return BESIDE.get(item.type, "")


def posted_under(item: Item, name: str, raw: Raw) -> Posted:
    """Return what was posted for an item under a name, and beside it."""
    beside = BESIDE.get(item.type)
    return Posted(values=raw.get(name, ()), beside=raw.get(name + beside, ()) if beside else ())


def read(item: Item, posted: Posted) -> Value | None:
    """Return the answer in posted text, None if it is blank; else raise Unreadable."""
    if item.repeats:
        return MANY[item.type].read_many(item, posted) or None
    answer: Value | None = FIELDS[item.type].read(item, posted)
    return answer


def post(item: Item, value: Value) -> Posted:
    """Return the text that a browser would post."""
    if item.repeats:
        return MANY[item.type].post_many(item, _several(value))
    return FIELDS[item.type].post(item, value)


def check(item: Item, value: Value) -> str:
    """Return what is wrong with an answer in a sentence, "" if nothing is."""
    if not item.repeats:
        return FIELDS[item.type].check(item, value)
    count = len(_several(value))
    if item.max_occurs is not None and count > item.max_occurs:
        return wording.too_many(count, item.max_occurs)
    return MANY[item.type].check_many(item, _several(value))


def show(item: Item, value: Value) -> tuple[str, ...]:
    """Return each answer as a person reads it."""
    field = FIELDS[item.type]
    if item.repeats:
        return tuple(field.show(item, each) for each in _several(value))
    return (field.show(item, value),)


def store(item: Item, value: Value) -> Any:
    """Return an answer as JSON that loses nothing."""
    field = FIELDS[item.type]
    if item.repeats:
        return [field.store(item, each) for each in _several(value)]
    return field.store(item, value)


def restore(item: Item, stored: Any) -> Value:
    """Return the answer in stored JSON; ValueError or KeyError if it does not fit."""
    field = FIELDS[item.type]
    if item.repeats:
        return [field.restore(item, each) for each in _several(stored)]
    answer: Value = field.restore(item, stored)
    return answer


def export(item: Item, value: Value) -> list[dict[str, Any]]:
    """Return the `answer` list of a FHIR QuestionnaireResponse item."""
    field = FIELDS[item.type]
    values = _several(value) if item.repeats else [value]
    return [field.export(item, each) for each in values]


def accept(item: Item, answers: Sequence[Mapping[str, Any]]) -> Value:
    """Return the value of a FHIR `answer` list; ValueError or KeyError if it does not fit."""
    field = FIELDS[item.type]
    values = [field.accept(item, each) for each in answers]
    if item.repeats:
        return values
    if len(values) != 1:
        raise Unreadable(wording.ONE_ANSWER)
    value: Value = values[0]
    return value


def _several(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("This must be a list.")  # noqa: TRY004 - faulty data, not a fault of code
    return value
