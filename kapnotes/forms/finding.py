"""What stands between a note and its signature: what is missing, refused, or to be weighed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kapnotes.forms import entry, row, wording
from kapnotes.forms.answer import Answers, Value
from kapnotes.forms.condition import Scope, asked
from kapnotes.forms.definition import Definition, Item
from kapnotes.forms.row import rows_of


class FindingKind(StrEnum):
    """How a finding bears on signing: a missing or refused answer stops it, a caution asks why."""

    MISSING = "missing"
    REFUSAL = "refusal"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to see to before signing.

    `key` stays the same from check to check, so that the reason given for a caution can be kept
    with it; `name` is the posted name of the field, `section` the linkId of the top group.
    """

    kind: FindingKind
    key: str
    name: str
    section: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What a rule returns when the note cannot be signed so."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What a rule returns when the note can be signed only with a written reason."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A claim about several answers at once.

    It is skipped while an item it needs is blank. Its finding stands at the first of these.
    """

    key: str
    needs: tuple[str, ...]
    check: Callable[[Answers], Refused | Caution | None]


def check_draft(definition: Definition, answers: Answers) -> tuple[Finding, ...]:
    """Return a refusal for each answer that does not fit its item; blanks are no fault here."""
    kept = asked(definition, answers)
    found: list[Finding] = []
    for item in definition.leaves:
        if item.link_id not in kept:
            continue
        if item.has_rows:
            found.extend(_faults_in_rows(definition, item, kept))
        elif sentence := entry.check(item, kept[item.link_id]):
            found.append(_refusal(item, item.link_id, sentence))
    return tuple(found)


def _faults_in_rows(definition: Definition, group: Item, answers: Answers) -> Iterable[Finding]:
    rows = rows_of(answers, group)
    if group.max_occurs is not None and len(rows) > group.max_occurs:
        yield _refusal(group, group.link_id, wording.too_many(len(rows), group.max_occurs))
    for number, each in enumerate(rows):
        for link_id, value in each.items():
            item = definition.index[link_id]
            if sentence := entry.check(item, value):
                yield _refusal(item, row.name_of(item, number), sentence)


def _refusal(item: Item, name: str, sentence: str) -> Finding:
    said = wording.about(item.text, sentence)
    return Finding(FindingKind.REFUSAL, f"refusal:{name}", name, item.section, said)


def check_signing(
    definition: Definition,
    answers: Answers,
    errors: Mapping[str, str],
    rules: Iterable[Rule] = (),
) -> tuple[Finding, ...]:
    """Return all that stands between a note and its signature, in the order of the page.

    `errors` are those of reading. A blank answer that could not be read is an error, not a
    blank. The findings of rules come last.
    """
    unread = _unread(definition, errors)
    unfit = [each for each in check_draft(definition, answers) if each.name not in errors]
    seen = {each.name for each in (*unread, *unfit)}
    missing = [each for each in _missing(definition, answers) if each.name not in seen]
    order = {item.link_id: at for at, item in enumerate(definition.walk())}

    def place(finding: Finding) -> int:
        located = row.located(definition, finding.name)
        return order[located[0].link_id] if located else len(order)

    sorted_findings = sorted((*unread, *unfit, *missing), key=place)
    return (*sorted_findings, *_broken(definition, answers, rules))


def _unread(definition: Definition, errors: Mapping[str, str]) -> list[Finding]:
    found = []
    for name, sentence in errors.items():
        located = row.located(definition, name)
        if located is not None:
            found.append(_refusal(located[0], name, sentence))
        else:
            found.append(Finding(FindingKind.REFUSAL, f"refusal:{name}", name, "", sentence))
    return found


def _missing(definition: Definition, answers: Answers) -> Iterable[Finding]:
    """Yield what is needed for signing and not there."""
    kept = asked(definition, answers)
    scope = Scope(definition, answers)
    for item in definition.leaves:
        if not scope.asks(item) or item.hidden:
            continue
        if not item.has_rows:
            yield from _missing_answer(item, None, kept.get(item.link_id))
            continue
        rows = rows_of(kept, item)
        if sum(map(bool, rows)) < item.min_occurs:
            sentence = wording.too_few(sum(map(bool, rows)), item.min_occurs)
            yield _lack(item, item.link_id, wording.about(item.text, sentence))
        for number, each in enumerate(rows):
            inner = scope.row(each)
            for question in row.questions(item):
                if inner.asks(question):
                    yield from _missing_answer(question, number, each.get(question.link_id))


def _missing_answer(item: Item, number: int | None, value: Value | None) -> Iterable[Finding]:
    name = row.name_of(item, number)
    if value is None:
        if item.required or item.min_occurs:
            yield _lack(item, name, wording.missing(item.text))
    elif isinstance(value, list) and len(value) < item.min_occurs:
        sentence = wording.too_few(len(value), item.min_occurs)
        yield _lack(item, name, wording.about(item.text, sentence))


def _lack(item: Item, name: str, sentence: str) -> Finding:
    return Finding(FindingKind.MISSING, f"missing:{name}", name, item.section, sentence)


def _broken(definition: Definition, answers: Answers, rules: Iterable[Rule]) -> Iterable[Finding]:
    """Yield what the rules find whose needs are all answered."""
    kept = asked(definition, answers)
    for rule in rules:
        if not all(_is_answered(definition, kept, link_id) for link_id in rule.needs):
            continue
        result = rule.check(kept)
        if result is None:
            continue
        is_caution = isinstance(result, Caution)
        kind = FindingKind.CAUTION if is_caution else FindingKind.REFUSAL
        item = definition.index[rule.needs[0]] if rule.needs else None
        name, section = (item.link_id, item.section) if item else ("", "")
        yield Finding(kind, rule.key, name, section, result.sentence)


def _is_answered(definition: Definition, answers: Answers, link_id: str) -> bool:
    """Whether an item has an answer; one inside rows has if any row has."""
    group = definition.index[link_id].row_of
    if not group:
        return link_id in answers
    return any(link_id in each for each in rows_of(answers, definition.index[group]))
