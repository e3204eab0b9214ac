"""Scores: an expression that names what it adds up."""

from collections.abc import Mapping

from kapnotes.forms.arithmetic import arithmetic_of
from kapnotes.forms.definition import ItemType
from kapnotes.forms.expression import named_items, runs
from kapnotes.forms.extension import Url
from kapnotes.forms.linter.faults import Faults
from kapnotes.forms.linter.survey import Seen, by_link_id


def look_at_scores(seen: list[Seen], faults: Faults) -> None:
    """Note calculated items whose sum cannot be known to be complete."""
    index = by_link_id(seen)
    questions = {each.link_id for each in seen if each.is_question}
    for item in seen:
        if not item.is_calculated:
            continue
        expression = _expression(item)
        if expression is None:
            faults.add(item.path, "A calculated item has an expression in text/fhirpath.")
            continue
        if item.row_of:
            faults.add(item.path, "A score cannot stand in a repeating group.")
        named = named_items(expression, index, questions)
        if arithmetic_of(expression) is None and not runs(expression):
            faults.add(item.path, "The expression is not FHIRPath that can be worked out.")
        if not named:
            faults.add(item.path, "The expression names no item of this definition.")
        for link_id in named:
            _look_at_part(index[link_id], item, faults)


def _expression(item: Seen) -> str | None:
    for extension in item.extensions:
        value = extension.get("valueExpression") if extension.get("url") == Url.CALCULATED else None
        if isinstance(value, Mapping) and value.get("language") == "text/fhirpath":
            expression = value.get("expression")
            return expression if isinstance(expression, str) else None
    return None


def _look_at_part(part: Seen, item: Seen, faults: Faults) -> None:
    """Note a part of a score that nobody answers, or that has many rows."""
    if not part.is_question or part.type is ItemType.TEXT:
        faults.add(item.path, f"“{part.link_id}” has no answer that a score could use.")
    elif part.row_of:
        faults.add(item.path, f"“{part.link_id}” stands in a repeating group.")
