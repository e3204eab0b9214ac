"""Telling: from answers to the lines that are read on the page and on paper."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kapnotes.forms import entry, row, score, wording
from kapnotes.forms.answer import Answers, Value
from kapnotes.forms.condition import Scope, asked
from kapnotes.forms.definition import Definition, Item, ItemType
from kapnotes.forms.page import Tell
from kapnotes.forms.row import rows_of


def tell(
    definition: Definition,
    answers: Answers,
    carried: Collection[str] = (),
    *,
    say_blanks: bool = False,
) -> tuple[Tell, ...]:
    """Return a note's lines, sections around them.

    Blank answers are left out, and sections that hold none; with `say_blanks` those that are
    asked stand there as "not recorded". Instructions and hidden items are left out always.
    """
    kept = asked(definition, answers)
    page = _Page(
        answers=kept,
        scope=Scope(definition, answers),
        carried=frozenset(carried),
        say_blanks=say_blanks,
        scores={each.link_id: each for each in score.scores(definition, kept)},
    )
    return _lines(page, definition.items)


def in_words(item: Item, value: Value) -> str:
    """Return an answer on one line, or the rows of a repeating group one after another."""
    if not item.has_rows:
        return ", ".join(entry.show(item, value))
    rows = rows_of({item.link_id: value}, item)
    return "; ".join(", ".join(_cells(item, each)) for each in rows)


def row_words(group: Item, answers: Answers) -> str:
    """Return one row of a repeating group with the label of each answer."""
    shown = (
        f"{question.text}: {_cell(question, answers)}"
        for question in row.questions(group)
        if question.link_id in answers
    )
    return "; ".join(shown)


@dataclass(frozen=True, slots=True)
class _Page:
    """All that the lines of one note are made from."""

    answers: Answers
    scope: Scope
    carried: frozenset[str]
    say_blanks: bool
    scores: dict[str, score.Score]


def _lines(page: _Page, items: tuple[Item, ...]) -> tuple[Tell, ...]:
    each = (_line(page, item) for item in items if not item.hidden)
    return tuple(line for line in each if line is not None)


def _line(page: _Page, item: Item) -> Tell | None:
    if item.type is ItemType.DISPLAY or not page.scope.asks(item):
        return None
    if item.calculated:
        return _score_line(page, item)
    if item.has_rows:
        return _table(page, item)
    if item.type is ItemType.GROUP:
        lines = _lines(page, item.items)
        return _tell(item, "section", items=lines) if lines else None
    return _answer_line(page, item)


def _tell(item: Item, kind: str, **details: Any) -> Tell:
    return Tell(
        link_id=item.link_id,
        type=item.type,
        label=item.text,
        level=item.level,
        prefix=item.prefix,
        kind=kind,
        **details,
    )


def _answer_line(page: _Page, item: Item) -> Tell | None:
    kind = "text" if item.type is ItemType.TEXT else "list" if item.repeats else "line"
    value = page.answers.get(item.link_id)
    if value is None:
        return _blank(page, item, kind)
    shown = entry.show(item, value)
    return _tell(
        item,
        kind,
        value=", ".join(shown),
        values=shown if item.repeats else (),
        carried=item.link_id in page.carried,
    )


def _blank(page: _Page, item: Item, kind: str) -> Tell | None:
    return _tell(item, kind, value=wording.NOT_RECORDED, blank=True) if page.say_blanks else None


def _score_line(page: _Page, item: Item) -> Tell | None:
    found = page.scores[item.link_id]
    if found.value is None and not found.answered:
        return _blank(page, item, "line")
    return _tell(item, "line", value=found.words)


def _table(page: _Page, group: Item) -> Tell | None:
    """Return the rows of a repeating group; a column without any answer is left out."""
    rows = [each for each in rows_of(page.answers, group) if each]
    if not rows:
        return _blank(page, group, "table")
    answered = {link_id for each in rows for link_id in each}
    questions = [each for each in row.questions(group) if each.link_id in answered]
    return _tell(
        group,
        "table",
        columns=tuple(each.text for each in questions),
        cells=tuple(tuple(_cell(question, each) for question in questions) for each in rows),
        carried=group.link_id in page.carried,
    )


def _cell(question: Item, answers: Answers) -> str:
    value = answers.get(question.link_id)
    return "" if value is None else ", ".join(entry.show(question, value))


def _cells(group: Item, answers: Answers) -> list[str]:
    each = (_cell(question, answers) for question in row.questions(group))
    return [cell for cell in each if cell]
