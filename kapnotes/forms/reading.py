"""Reading: from what a browser posted to answers, and back."""

from dataclasses import dataclass

from kapnotes.forms import entry, row, wording
from kapnotes.forms.answer import Answers, Coded, Raw, Unreadable
from kapnotes.forms.condition import Scope, asked
from kapnotes.forms.definition import Definition, Item
from kapnotes.forms.row import rows_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read, and a sentence for each posted name that could not.

    A row that holds only faults is an empty row of the answers.
    """

    answers: Answers
    errors: dict[str, str]


def read(definition: Definition, raw: Raw) -> Reading:
    """Read posted text. Good lines survive bad ones; unknown names are ignored.

    Items that are not asked, by their conditions, are left out with their errors: what was
    posted for them stays in the draft's own text.
    """
    answers, faults = _read_all(definition, raw)
    if not definition.is_conditional:
        return Reading(answers, {fault.name: fault.sentence for fault in faults})
    errors = {fault.name: fault.sentence for fault in _about_asked(definition, answers, faults)}
    return Reading(asked(definition, answers), errors)


def read_whole(definition: Definition, raw: Raw) -> Answers:
    """Return all answers that can be read, those of items that are not asked too."""
    return _read_all(definition, raw)[0]


def read_row(group: Item, number: int, raw: Raw) -> Answers:
    """Return all answers that can be read in one row."""
    answers: Answers = {}
    for item in row.questions(group):
        _read_one(item, number, raw, answers, [])
    return answers


def _read_all(definition: Definition, raw: Raw) -> "tuple[Answers, list[_Fault]]":
    answers: Answers = {}
    faults: list[_Fault] = []
    rows = row.numbers(definition, raw)
    for item in definition.leaves:
        if item.hidden:
            continue
        if item.has_rows:
            _read_rows(item, rows.get(item.link_id, []), raw, answers, faults)
        else:
            _read_one(item, None, raw, answers, faults)
    return answers, faults


@dataclass(frozen=True, slots=True)
class _Fault:
    """One error, with the item it is about and, in a row, the answers of that row."""

    name: str
    sentence: str
    item: Item
    row: Answers | None = None


def _about_asked(definition: Definition, answers: Answers, faults: list[_Fault]) -> list[_Fault]:
    """Return the errors of items that are asked."""
    scope = Scope(definition, answers)
    return [
        fault
        for fault in faults
        if (scope if fault.row is None else scope.row(fault.row)).asks(fault.item)
    ]


def _read_one(
    item: Item, number: int | None, raw: Raw, into: Answers, faults: list[_Fault]
) -> None:
    """Read one question into the answers, or note why it cannot be read."""
    name = row.name_of(item, number)
    posted = entry.posted_under(item, name, raw)
    if not posted.values and not posted.beside:
        return
    where = None if number is None else into
    try:
        value = entry.read(item, posted)
    except Unreadable as error:
        faults.append(_Fault(name, error.sentence, item, where))
        return
    if value is None:
        return
    if sentence := entry.check(item, value):
        faults.append(_Fault(name, sentence, item, where))
        return
    into[item.link_id] = value


def _read_rows(
    group: Item, numbers: list[int], raw: Raw, answers: Answers, faults: list[_Fault]
) -> None:
    """Read the rows of a repeating group; wholly blank ones are dropped."""
    rows: list[Answers] = []
    questions = row.questions(group)
    for number in numbers:
        before = len(faults)
        answered: Answers = {}
        for item in questions:
            if not item.hidden:
                _read_one(item, number, raw, answered, faults)
        if answered or len(faults) > before:
            rows.append(answered)
    if rows:
        answers[group.link_id] = rows
    if group.max_occurs is not None and len(rows) > group.max_occurs:
        sentence = wording.too_many(len(rows), group.max_occurs)
        faults.append(_Fault(group.link_id, sentence, group))


def to_raw(definition: Definition, answers: Answers) -> dict[str, list[str]]:
    """Return what a browser would post for these answers: reading it gives them again."""
    raw: dict[str, list[str]] = {}
    for link_id in answers:
        item = definition.index[link_id]
        if not item.has_rows:
            _post(item, None, answers, raw)
            continue
        for number, each in enumerate(rows_of(answers, item)):
            for key in each:
                _post(definition.index[key], number, each, raw)
    return raw


def _post(item: Item, number: int | None, answers: Answers, raw: dict[str, list[str]]) -> None:
    name = row.name_of(item, number)
    posted = entry.post(item, answers[item.link_id])
    if posted.values:
        raw[name] = list(posted.values)
    if posted.beside:
        raw[name + entry.suffix(item)] = list(posted.beside)


def tidy(definition: Definition, raw: Raw) -> dict[str, list[str]]:
    """Return posted text with its rows numbered without gaps, wholly blank rows left out.

    Then the n-th row of the answers has the number n in every name. Unknown names are left out.
    """
    tidied: dict[str, list[str]] = {}
    shifted: dict[tuple[str, int], int] = {}
    for group, numbers in row.numbers(definition, _filled(raw)).items():
        shifted |= {(group, number): at for at, number in enumerate(numbers)}
    for name, values in raw.items():
        place = row.located(definition, name)
        if place is None:
            continue
        item, number = place
        if number is None:
            tidied[name] = list(values)
        elif (item.row_of, number) in shifted:
            beside = "~" + name.partition("~")[2] if "~" in name else ""
            tidied[row.name_of(item, shifted[item.row_of, number]) + beside] = list(values)
    return tidied


def _filled(raw: Raw) -> list[str]:
    """Return the names that hold more than white space, units beside numbers left out."""
    return [
        name
        for name, values in raw.items()
        if not name.endswith("~unit") and any(value.strip() for value in values)
    ]


def initial_answers(definition: Definition) -> Answers:
    """Return the answers that a new note starts with, by its definition."""
    answers: Answers = {}
    for item in definition.leaves:
        if item.repeats and item.initial:
            chosen = [each for each in item.initial if isinstance(each, Coded | str)]
            answers[item.link_id] = chosen
        elif item.initial:
            answers[item.link_id] = item.initial[0]
    return answers
