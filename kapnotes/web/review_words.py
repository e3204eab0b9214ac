"""The review pages in words: how long a note waits, who wrote what waits, what was said of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kapnotes.actions.review import Row
from kapnotes.actions.review_note import ReviewedNote
from kapnotes.clinic.lasting import lasting
from kapnotes.clinic.note import Move
from kapnotes.forms import Tell
from kapnotes.library import note_definition
from kapnotes.paper.words import opening
from kapnotes.records.kept_finding import Counts
from kapnotes.records.note import ReviewComment
from kapnotes.records.queued_note import Asked, Queued, Share
from kapnotes.web.review_asked import href

SAID = {
    Move.SEND_BACK: "sent it back",
    Move.WITHDRAW: "took it back",
    Move.ASK: "asked",
    Move.ANSWER: "answered",
}
"""How somebody spoke of a note in review."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A note of the queue as its line says it.

    `late` is by how much it is late, "" if it is not; `found` says what the checks found, "" if
    nothing; `asked` says how a question about it stands, "" if there is none.
    """

    note: Queued
    href: str
    waits: str
    late: str
    found: str
    must: int
    asked: str
    is_opened: bool
    may_together: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A note at the head of the queue, as Today says it; `late` is "" if it is not."""

    note: Queued
    href: str
    late: str


def queued(note: Queued, at: datetime) -> Head:
    """A note of the queue for Today."""
    waiting = note.waiting()
    late = f"Late by {lasting(waiting.late_by(at))}" if waiting.is_late(at) else ""
    return Head(note, f"/review/{note.note_id}", late)


def rows_of(rows: Iterable[Row], asked: Asked, at: datetime) -> list[QueueRow]:
    """The lines of a page of the queue."""
    return [_row(one, asked, at) for one in rows]


def _row(one: Row, asked: Asked, at: datetime) -> QueueRow:
    late = one.waiting.late_by(at)
    return QueueRow(
        one.note,
        href(asked, f"/review/{one.note.note_id}"),
        opening(lasting(one.waiting.waits(at))),
        f"Late by {lasting(late)}" if one.waiting.is_late(at) else "",
        _found(one.counts),
        one.counts.must,
        {Move.ASK: "You asked", Move.ANSWER: "Answered"}.get(one.last or Move.SIGN, ""),
        one.waiting.is_opened,
        one.may_together,
    )


def _found(counts: Counts) -> str:
    """What was found, the gravest first: 1 to put right, 2 to look at, 1 hint."""
    said = (
        (counts.must, "to put right"),
        (counts.should, "to look at"),
        (counts.hint, "hint" if counts.hint == 1 else "hints"),
    )
    return ", ".join(f"{number} {what}" for number, what in said if number)


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody whose notes wait, and how many."""

    id: str
    name: str
    waiting: int


def authors_of(shares: Sequence[Share]) -> list[Author]:
    """Everybody whose notes wait, by name."""
    found = []
    for (author_id, name), group in groupby(shares, key=lambda one: (one.author_id, one.author)):
        found.append(Author(str(author_id), name, sum(one.waiting for one in group)))
    return found


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the note under review, and the comment that is being written on it.

    `tell` is None where nothing is written in it: that may be what is to be said.
    """

    id: str
    label: str
    tell: Tell | None
    name: str
    typed: str
    error: str


def sections_of(
    view: ReviewedNote, typed: Mapping[str, str], errors: Mapping[str, str]
) -> list[Section]:
    """Every section of the note in its order, with the field for a comment on it."""
    definition = note_definition(view.note.kind, view.newest.version.definition_version)
    tells = {one.link_id: one for one in view.newest.tells}
    return [
        Section(
            item.link_id,
            item.text,
            tells.get(item.link_id),
            name := f"comment.{item.link_id}",
            typed.get(name, ""),
            errors.get(name, ""),
        )
        for item in definition.items
    ]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said at one time: comments, each with what it is about, "" for the whole."""

    by: str
    what: str
    at: datetime
    number: int
    is_question: bool
    comments: Sequence[tuple[str, str]]


def spoken(view: ReviewedNote) -> list[Spoken]:
    """All that was said in review, the newest first; each comment with what it is about."""
    definition = note_definition(view.note.kind, view.note.definition_version)
    labels = {item.link_id: item.text for item in definition.walk()}

    def at_once(one: ReviewComment) -> tuple[datetime, str]:
        return one.at, one.move

    found = []
    for _, group in groupby(view.comments, key=at_once):
        said = list(group)
        first = said[0]
        found.append(
            Spoken(
                first.by,
                SAID.get(Move(first.move), first.move),
                first.at,
                first.number,
                first.move == Move.ASK,
                [(labels.get(one.link_id or one.section, ""), one.comment) for one in said],
            )
        )
    return found[::-1]
