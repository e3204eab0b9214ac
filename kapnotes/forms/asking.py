"""Asking: from a definition and what was posted so far to the rows of the HTML form."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kapnotes.forms import entry, row, score
from kapnotes.forms.answer import Answers, Posted, Raw
from kapnotes.forms.condition import Scope
from kapnotes.forms.definition import Definition, Item, ItemType
from kapnotes.forms.page import Ask
from kapnotes.forms.plan import condition_json, marked, plan_of
from kapnotes.forms.reading import read_row, read_whole
from kapnotes.forms.telling import in_words

_NOTHING: Mapping[str, str] = {}
_BLANK = Posted()


def ask(
    definition: Definition,
    raw: Raw,
    errors: Mapping[str, str] = _NOTHING,
    earlier: Answers | None = None,
    carried: Collection[str] = (),
) -> tuple[Ask, ...]:
    """Return the form, filled with exactly what was posted, errors beside their fields.

    `earlier` are the answers of an earlier note, to be shown beside; `carried` the linkIds whose
    answers were taken over from it. Hidden items are left out.
    """
    answers = read_whole(definition, raw) if definition.is_conditional or definition.scored else {}
    scores = {each.link_id: each for each in score.scores(definition, answers)}
    page = _Page(
        definition=definition,
        raw=raw,
        errors=errors,
        earlier=earlier or {},
        carried=frozenset(carried),
        rows=row.numbers(definition, raw),
        scores=scores,
    )
    scope = Scope(definition, answers)
    return _asks(page, definition.items, _Line(scope))


@dataclass(frozen=True, slots=True)
class _Page:
    """All that one form is drawn from."""

    definition: Definition
    raw: Raw
    errors: Mapping[str, str]
    earlier: Answers
    carried: frozenset[str]
    rows: Mapping[str, list[int]]
    scores: Mapping[str, score.Score]


@dataclass(frozen=True, slots=True)
class _Line:
    """Where an item is drawn: in the row of that number, or in none."""

    scope: Scope
    number: int | str | None = None


def _asks(page: _Page, items: tuple[Item, ...], line: _Line) -> tuple[Ask, ...]:
    return tuple(_ask(page, item, line) for item in items if not item.hidden)


def _ask(page: _Page, item: Item, line: _Line) -> Ask:
    if item.calculated:
        return _ask_score(page, item, line)
    if item.has_rows:
        return _ask_rows(page, item, line)
    if item.is_question:
        return _ask_question(page, item, line)
    return Ask(
        link_id=item.link_id,
        name=row.name_of(item, line.number),
        type=item.type,
        control=item.control,
        label=item.text,
        prefix=item.prefix,
        help=item.help,
        level=item.level,
        shown=line.scope.holds(item),
        when=_when(page, item, line),
        items=_asks(page, item.items, line),
    )


def _ask_question(page: _Page, item: Item, line: _Line) -> Ask:
    """Draw one question. The whole form is drawn often, so what never changes is in its plan."""
    plan = plan_of(item)
    number = line.number
    name = item.link_id if number is None else row.name_of(item, number)
    posted = entry.posted_under(item, name, page.raw) if page.raw else _BLANK
    earlier = page.earlier.get(item.link_id) if number is None else None
    return Ask(
        item.link_id,
        name,
        item.type,
        plan.control,
        item.text,
        item.prefix,
        item.help,
        item.level,
        plan.required,
        tuple(posted.values),
        page.errors.get(name, ""),
        marked(plan.choices, posted.values),
        item.unit,
        marked(plan.units, posted.beside),
        posted.beside[0] if posted.beside and item.type is ItemType.OPEN_CHOICE else "",
        item.max_length,
        plan.minimum,
        plan.maximum,
        plan.step,
        not item.when or line.scope.holds(item),
        _when(page, item, line) if item.when else "",
        earlier="" if earlier is None else in_words(item, earlier),
        carried=item.link_id in page.carried,
    )


def _ask_score(page: _Page, item: Item, line: _Line) -> Ask:
    """Draw a score as a line of text: its result, or how much of it is answered."""
    return Ask(
        link_id=item.link_id,
        name=item.link_id,
        type=ItemType.DISPLAY,
        label=f"{item.text}: {page.scores[item.link_id].words}",
        prefix=item.prefix,
        help=item.help,
        level=item.level,
        shown=line.scope.holds(item),
        when=_when(page, item, line),
    )


def _ask_rows(page: _Page, item: Item, line: _Line) -> Ask:
    """Draw a repeating group: the rows posted, and a blank one while there is room for it."""
    numbers = list(page.rows.get(item.link_id, ()))
    if item.max_occurs is None or len(numbers) < item.max_occurs:
        numbers.append(numbers[-1] + 1 if numbers else 0)
    earlier = page.earlier.get(item.link_id)
    return Ask(
        link_id=item.link_id,
        name=item.link_id,
        type=item.type,
        control=item.control,
        label=item.text,
        prefix=item.prefix,
        help=item.help,
        level=item.level,
        required=item.min_occurs > 0,
        error=page.errors.get(item.link_id, ""),
        shown=line.scope.holds(item),
        when=_when(page, item, line),
        rows=tuple(_ask_row(page, item, line, number) for number in numbers),
        blank_row=_asks(page, item.items, _Line(line.scope.row({}), row.PROTOTYPE)),
        earlier="" if earlier is None else in_words(item, earlier),
        carried=item.link_id in page.carried,
    )


def _ask_row(page: _Page, group: Item, line: _Line, number: int) -> tuple[Ask, ...]:
    scope = line.scope
    if page.definition.is_conditional:
        answers = read_row(group, number, page.raw)
        scope = scope.row(answers)
    return _asks(page, group.items, _Line(scope, number))


def _when(page: _Page, item: Item, line: _Line) -> str:
    """Return an item's condition for the browser, about the same row if it is in one."""
    if not item.when:
        return ""
    text = condition_json(page.definition, item)
    return text.replace(row.PROTOTYPE, str(line.number)) if item.row_of else text
