"""What the documentation checks see of one note: its times, its words, its look at risk.

A process note is no chart note: its table is asked by nobody here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from kapnotes import forms
from kapnotes.clinic.check_facts import NoteFact, NoteText, RiskFact
from kapnotes.clinic.note import EDITABLE, NoteKind, NoteState
from kapnotes.clinic.similarity import Writing
from kapnotes.clinic.timeliness import NoteTimes
from kapnotes.forms import Answers, Coded, Definition, ItemType
from kapnotes.library import note_definition
from kapnotes.library.rules.every_note import risk_level, screener
from kapnotes.records.check_facts import NoteRows
from kapnotes.records.content import answers_of
from kapnotes.records.note import NoteVersion

WORDS = frozenset({ItemType.TEXT, ItemType.STRING})
PLANNED = frozenset({"unchanged", "updated", "made"})
"""What a note says of a safety plan that is there."""
NOT_HOME = frozenset({"hospital", "observation"})
"""How a patient left who did not go home."""


@dataclass(frozen=True, slots=True)
class NoteSeen:
    """A note as one reader has it. `answers` are the newest; its author alone reads a draft's.

    Of a draft in other hands no word is looked at: the day that it is about, how the patient left,
    and whether it says what follows from adverse events is all that counts of it.
    """

    rows: NoteRows
    answers: Answers
    definition: Definition
    is_read: bool

    @property
    def key(self) -> str:
        """The note's key."""
        return str(self.rows.note.id)

    @property
    def session_on(self) -> date | None:
        """The day that it is about."""
        found = self.answers.get("session-date")
        return found if isinstance(found, date) else None

    @property
    def has_plan(self) -> bool:
        """Whether it says that a safety plan is there."""
        state = self.answers.get("safety-plan-state")
        is_there = isinstance(state, Coded) and state.code in PLANNED
        return is_there or bool(_words(self.answers, "safety-plan"))

    @property
    def goes_home(self) -> bool | None:
        """Whether the patient went home, None where the note does not say."""
        left = self.answers.get("left")
        return left.code not in NOT_HOME if isinstance(left, Coded) else None

    @property
    def follows_up(self) -> bool:
        """Whether it says who was told of adverse events, and what follows."""
        return bool(_words(self.answers, "adverse-follow-up"))

    def is_long(self, words: int) -> bool:
        """Whether any of its texts has so many words."""
        return any(
            isinstance(one, str) and len(one.split()) >= words for one in self.answers.values()
        )

    def fact(self, earlier: Iterable[NoteVersion] = ()) -> NoteFact:
        """The note as the rules see it."""
        if not self.is_read:
            return NoteFact(times=_times(self.rows), session_on=self.session_on)
        risk = RiskFact(
            screener=screener(self.answers),
            level=risk_level(self.answers),
            has_plan=self.has_plan,
        )
        return NoteFact(
            times=_times(self.rows),
            session_on=self.session_on,
            risk=risk,
            texts=tuple(_texts(self.definition, self.answers)),
            earlier=tuple(one for version in earlier for one in writings(version)),
            templates=_templates(self.rows.note.kind, self.definition.version),
        )


def seen(rows: NoteRows, *, author_id: UUID | None) -> NoteSeen:
    """Read the newest of a note; `author_id` is who reads the drafts of their own."""
    note = rows.note
    definition = note_definition(note.kind, note.definition_version)
    is_open = note.state in EDITABLE
    draft = rows.draft if is_open else None
    if draft is not None and (rows.version is None or note.author_id == author_id):
        answers = forms.read(definition, draft.raw).answers
        return NoteSeen(rows, answers, definition, note.author_id == author_id)
    if rows.version is None:
        return NoteSeen(rows, {}, definition, is_read=False)
    signed = note_definition(note.kind, rows.version.definition_version)
    return NoteSeen(rows, answers_of(note.kind, rows.version), signed, is_read=True)


def writings(version: NoteVersion) -> tuple[Writing, ...]:
    """The texts of a signed version that are long enough to be found again."""
    answers = json.loads(version.content)["answers"]
    return tuple(
        Writing(key=f"{version.note_id}.{link_id}", text=text)
        for link_id, text in answers.items()
        if isinstance(text, str) and len(text) >= SHORTEST
    )


SHORTEST = 60
"""Fewer characters are no run of words that counts."""


def _texts(definition: Definition, answers: Answers) -> Iterator[NoteText]:
    for link_id, value in answers.items():
        item = definition.index[link_id]
        if item.type in WORDS and isinstance(value, str) and value.strip():
            yield NoteText(link_id=link_id, section=item.section, label=item.text, text=value)


@lru_cache(maxsize=16)
def _templates(kind: str, version: str) -> tuple[str, ...]:
    """What the definition itself writes into a blank note."""
    items = note_definition(kind, version).walk()
    return tuple(one for item in items for one in item.initial if isinstance(one, str))


def _times(rows: NoteRows) -> NoteTimes:
    note, newest = rows.note, rows.version
    is_again = newest is not None and newest.signed_at != rows.first_signed_at
    state = NoteState(note.state)
    return NoteTimes(
        kind=NoteKind(note.kind),
        state=state,
        signed_at=rows.first_signed_at,
        resigned_at=newest.signed_at if newest is not None and is_again else None,
        cosigned_at=note.state_at if state is NoteState.COSIGNED else None,
        key=str(note.id),
    )


def _words(answers: Mapping[str, object], link_id: str) -> str:
    found = answers.get(link_id)
    return found.strip() if isinstance(found, str) else ""


def until_of(one: NoteSeen, at: datetime) -> datetime:
    """Before when a text of the note's author counts as an earlier one."""
    is_draft = one.rows.note.state in EDITABLE
    version = one.rows.version
    return at if is_draft or version is None else version.signed_at
