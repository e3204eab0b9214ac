"""Changes: what is different between two versions of a note, in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from kapnotes.forms import entry, wording
from kapnotes.forms.answer import Answers
from kapnotes.forms.condition import asked
from kapnotes.forms.definition import Definition, Item, ItemType
from kapnotes.forms.row import rows_of
from kapnotes.forms.telling import row_words

_TOKEN = re.compile(r"\s*\S+|\s+")
_SAME, _REMOVED, _ADDED = "same", "removed", "added"
_WORDY = frozenset({ItemType.TEXT, ItemType.STRING, ItemType.OPEN_CHOICE})


class ChangeKind(StrEnum):
    """What happened to an answer."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One answer, or one row of a repeating group, that is not what it was.

    `section` is the linkId of the top group, `heading` its text. `words` is there for changed
    texts: pieces marked same, removed or added; all but the added make up the text before, all
    but the removed the text after.
    """

    section: str
    label: str
    kind: ChangeKind
    before: str
    after: str
    words: tuple[tuple[str, str], ...] = ()
    link_id: str = ""
    heading: str = ""


def difference(definition: Definition, before: Answers, after: Answers) -> tuple[Change, ...]:
    """Return what changed from one set of answers to another, in the order of the page."""
    old, new = asked(definition, before), asked(definition, after)
    changes: list[Change] = []
    for item in definition.leaves:
        if item.hidden:
            continue
        if item.has_rows:
            for label, *pair in _row_changes(item, old, new):
                changes.append(_change(definition, item, label, *pair))
        elif _exact(item, old) != _exact(item, new):
            changes.append(
                _change(definition, item, item.text, _shown(item, old), _shown(item, new))
            )
    return tuple(changes)


def _exact(item: Item, answers: Answers) -> object:
    """Return an answer in a form in which 5.1 and 5.10 differ."""
    value = answers.get(item.link_id)
    return None if value is None else entry.store(item, value)


def _shown(item: Item, answers: Answers) -> str:
    value = answers.get(item.link_id)
    return "" if value is None else ", ".join(entry.show(item, value))


def _change(definition: Definition, item: Item, label: str, before: str, after: str) -> Change:
    kind = ChangeKind.CHANGED
    if not before or not after:
        kind = ChangeKind.REMOVED if before else ChangeKind.ADDED
    is_wordy = kind is ChangeKind.CHANGED and (item.type in _WORDY or item.has_rows)
    section = definition.index.get(item.section)
    return Change(
        section=item.section,
        label=label,
        kind=kind,
        before=before,
        after=after,
        words=word_difference(before, after) if is_wordy else (),
        link_id=item.link_id,
        heading=section.text if section else "",
    )


def _row_changes(group: Item, old: Answers, new: Answers) -> Iterator[tuple[str, str, str]]:
    """Yield label, before and after of each row that is not in both, rows matched in order."""
    before = [row_words(group, each) for each in rows_of(old, group)]
    after = [row_words(group, each) for each in rows_of(new, group)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        gone, come = before[start:end], after[other_start:other_end]
        for at, (was, now) in enumerate(zip_longest(gone, come, fillvalue="")):
            number = (other_start if now else start) + at + 1
            if was or now:
                yield wording.in_row(group.text, number), was, now


def word_difference(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return the pieces of two texts, each marked same, removed or added."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    pieces: list[tuple[str, str]] = [(_SAME, "".join(old[:head]))]
    pieces.extend(_middle(old[head : len(old) - tail], new[head : len(new) - tail]))
    pieces.append((_SAME, "".join(old[len(old) - tail :])))
    return tuple(piece for piece in pieces if piece[1])


def _alike(old: list[str], new: list[str]) -> int:
    """Return how many pieces two lists have in common from their beginning."""
    pairs = zip(old, new, strict=False)
    return next((at for at, (was, now) in enumerate(pairs) if was != now), min(len(old), len(new)))


def _middle(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the pieces of what is left when the common beginning and end are gone."""
    for tag, start, end, other_start, other_end in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield _SAME, "".join(old[start:end])
        else:
            yield _REMOVED, "".join(old[start:end])
            yield _ADDED, "".join(new[other_start:other_end])
