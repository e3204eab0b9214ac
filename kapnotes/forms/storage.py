"""Answers as JSON: kept in the database without loss, and canonical for digests."""

import json
from collections.abc import Mapping
from typing import Any

from kapnotes.forms import entry
from kapnotes.forms.answer import Answers, Value
from kapnotes.forms.definition import Definition, Item
from kapnotes.forms.problem import AnswersError, Problem
from kapnotes.forms.row import rows_of


def store(definition: Definition, answers: Answers) -> dict[str, Any]:
    """Return answers as JSON values; numbers with a fraction are texts, so none is blurred."""
    stored: dict[str, Any] = {}
    for link_id, value in answers.items():
        item = definition.index[link_id]
        if item.has_rows:
            stored[link_id] = [store(definition, each) for each in rows_of(answers, item)]
        else:
            stored[link_id] = entry.store(item, value)
    return stored


def restore(definition: Definition, stored: Mapping[str, Any]) -> Answers:
    """Return the answers in stored JSON; AnswersError with all that does not fit."""
    problems: list[Problem] = []
    answers = _restored(definition, stored, "", "", problems)
    if problems:
        raise AnswersError(tuple(problems))
    return answers


def _restored(
    definition: Definition,
    stored: Mapping[str, Any],
    row_of: str,
    path: str,
    problems: list[Problem],
) -> Answers:
    answers: Answers = {}
    for link_id, given in stored.items():
        item, where = definition.index.get(link_id), f"{path}{link_id}"
        if item is None or item.row_of != row_of or not (item.is_question or item.has_rows):
            problems.append(Problem(where, "This is not a question of this definition."))
            continue
        try:
            answers[link_id] = _value(definition, item, given, where, problems)
        except (ValueError, KeyError, TypeError) as error:
            problems.append(Problem(where, f"This answer cannot be read back: {error}"))
    return answers


def _value(
    definition: Definition, item: Item, given: Any, path: str, problems: list[Problem]
) -> Value:
    if not item.has_rows:
        return entry.restore(item, given)
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise ValueError("This must be a list of rows.")
    return [
        _restored(definition, each, item.link_id, f"{path}[{at}].", problems)
        for at, each in enumerate(given)
    ]


def canonical(definition: Definition, answers: Answers) -> bytes:
    """Return the bytes to take a digest of: the answers, and the definition they answer.

    JSON with sorted keys, without spaces, in UTF-8.
    """
    content = {
        "definition": {
            "url": definition.url,
            "version": definition.version,
            "digest": definition.digest,
        },
        "answers": store(definition, answers),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")
