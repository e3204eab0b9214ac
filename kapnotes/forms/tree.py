"""Answers as the nested items of a FHIR QuestionnaireResponse, out and back."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from kapnotes.forms import entry
from kapnotes.forms.answer import Answers, Value
from kapnotes.forms.definition import Definition, Item, ItemType
from kapnotes.forms.problem import Problem
from kapnotes.forms.row import rows_of


def bare_response(definition: Definition, answers: Answers) -> dict[str, Any]:
    """Return the least QuestionnaireResponse that holds the answers."""
    items = Outward(UTC, {}).items(definition.items, answers)
    return {"resourceType": "QuestionnaireResponse", "item": items}


class Outward:
    """Writes answers as items; wall times get the zone, scores their results."""

    def __init__(self, zone: tzinfo, results: Mapping[str, Decimal]) -> None:
        self._zone = zone
        self._results = results

    def items(self, items: tuple[Item, ...], answers: Answers) -> list[dict[str, Any]]:
        """Return those items that have an answer, or that have items which have."""
        return [written for item in items for written in self._item(item, answers)]

    def _item(self, item: Item, answers: Answers) -> Iterator[dict[str, Any]]:
        head = {"linkId": item.link_id, "text": item.text}
        if item.has_rows:
            for each in rows_of(answers, item):
                inner = self.items(item.items, each)
                yield {**head, "item": inner} if inner else head
        elif item.type is ItemType.GROUP:
            if inner := self.items(item.items, answers):
                yield {**head, "item": inner}
        elif item.link_id in self._results:
            yield {**head, "answer": [_result(item, self._results[item.link_id])]}
        elif item.link_id in answers:
            value = self._zoned(answers[item.link_id])
            yield {**head, "answer": entry.export(item, value)}

    def _zoned(self, value: Value) -> Value:
        """Return a wall time with its offset in whole minutes, as FHIR writes offsets."""
        if not isinstance(value, datetime):
            return value
        offset = self._zone.utcoffset(value) or timedelta()
        return value.replace(tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))))


def _result(item: Item, value: Decimal) -> dict[str, Any]:
    if item.type is ItemType.INTEGER and value == value.to_integral_value():
        return {"valueInteger": int(value)}
    return {"valueDecimal": value}


class Inward:
    """Reads items as answers, and notes what does not fit the definition."""

    def __init__(self, definition: Definition) -> None:
        self.problems: list[Problem] = []
        self._definition = definition

    def read(
        self, owner: Mapping[str, Any], answers: Answers, row_of: str = "", path: str = ""
    ) -> Answers:
        """Return the answers with those of the items in a response, a group or a row added."""
        members = owner.get("item", [])
        if not isinstance(members, list):
            self.problems.append(Problem(path, "“item” must be a list."))
            return answers
        for at, member in enumerate(members):
            where = f"{path}.item[{at}]".lstrip(".")
            item = self._known(member, row_of, where)
            if item is not None and not item.calculated:
                self._take(item, member, answers, where)
        return answers

    def _known(self, member: Any, row_of: str, path: str) -> Item | None:
        link_id = member.get("linkId") if isinstance(member, Mapping) else None
        item = self._definition.index.get(link_id) if isinstance(link_id, str) else None
        if item is None or item.row_of != row_of:
            self.problems.append(Problem(path, f"“{link_id}” is not an item of this place."))
            return None
        return item

    def _take(self, item: Item, member: Mapping[str, Any], answers: Answers, path: str) -> None:
        if item.has_rows:
            inner = self.read(member, {}, item.link_id, path)
            answers[item.link_id] = [*rows_of(answers, item), inner]
        elif item.type is ItemType.GROUP:
            self.read(member, answers, item.row_of, path)
        elif item.is_question and "answer" in member:
            if item.link_id in answers:
                self.problems.append(Problem(path, f"“{item.link_id}” stands here twice."))
                return
            try:
                answers[item.link_id] = entry.accept(item, member["answer"])
            except KeyError as error:
                sentence = f"For “{item.link_id}” there must be a {error.args[0]}."
                self.problems.append(Problem(path, sentence))
            except (ValueError, TypeError, AttributeError) as error:
                self.problems.append(Problem(path, f"“{item.link_id}”: {error}"))
