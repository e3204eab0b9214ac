"""The rows of a rule in a form, each with its place in the list.

Whoever moves a row writes another place: it comes to stand there, and the others make room. A
label in a blank row is a new row of the practice's own.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.forms import Raw

PLACE = "Enter its place, a whole number from 1."
NUMBER = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """One row as the form has it; `name` begins the names of its entries."""

    name: str
    code: str
    place: str
    label: str
    is_shown: bool

    @property
    def is_new(self) -> bool:
        """Whether this row is not in the practice's list yet."""
        return not self.code

    @property
    def is_blank(self) -> bool:
        """Whether this is a row for a new one that nobody filled."""
        return self.is_new and not self.label.strip()

    @property
    def has_place(self) -> bool:
        """Whether its place can be read; a new row needs none."""
        text = self.place.strip()
        return NUMBER.fullmatch(text) is not None or (self.is_new and not text)

    @property
    def words(self) -> str:
        """What the row is called where its label is not beside."""
        return self.label.strip()


R = TypeVar("R", bound=PlacedRow)


@dataclass(frozen=True, slots=True)
class PlacedForm(Generic[R]):
    """The rows, what is wrong beside each by the name of its field, and a sentence above all."""

    rows: Sequence[R]
    entries: Collection[str]
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """What the summary of what is wrong calls each field."""
        return {f"{row.name}.{entry}": row.words for row in self.rows for entry in self.entries}

    @property
    def listed(self) -> list[R]:
        """The rows that the practice has."""
        return [row for row in self.rows if not row.is_new]

    @property
    def new(self) -> list[R]:
        """The rows for new ones."""
        return [row for row in self.rows if row.is_new]


def again(rows: Sequence[R], entries: Collection[str], refusal: Refusal) -> PlacedForm[R]:
    """The form as it was posted, with what is wrong beside it."""
    if not isinstance(refusal, BadInput):
        return PlacedForm(rows, entries, {}, refusal.sentence)
    fields = {f"{row.name}.{entry}" for row in rows for entry in entries}
    beside = {name: text for name, text in refusal.errors.items() if name in fields}
    rest = [text for name, text in refusal.errors.items() if name not in fields]
    return PlacedForm(rows, entries, beside, " ".join(dict.fromkeys(rest)))


def without_place(rows: Sequence[PlacedRow]) -> dict[str, str]:
    """What is wrong with the places of rows, by field."""
    return {f"{row.name}.place": PLACE for row in rows if not row.has_place}


def in_order(rows: Sequence[R]) -> list[R]:
    """The rows in the order that their places ask for.

    What was given another place comes to stand there, the first of two that were given the same;
    the others keep their order around it. A new one without a place comes last.
    """
    had = {row.name: number for number, row in enumerate(rows, 1)}
    moved = [row for row in rows if row.place.strip() not in {"", str(had[row.name])}]
    order = [row for row in rows if row not in moved]
    for row in sorted(moved, key=lambda row: (int(row.place), -had[row.name])):
        order.insert(int(row.place) - 1, row)
    return order


def as_posted(group: str, rows: Sequence[R], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors of rows in their order under the names that they were posted by."""
    names = {f"{group}.{number}": row.name for number, row in enumerate(rows)}
    found = {}
    for name, sentence in errors.items():
        row, _, entry = name.rpartition(".")
        found[f"{names[row]}.{entry}" if row in names else name] = sentence
    return found


def posted(group: str, raw: Raw) -> list[str]:
    """The names of the rows that were posted, in the order of the page."""
    label = re.compile(rf"{group}\.(0|[1-9][0-9]{{0,2}})\.label")
    numbers = sorted(int(found[1]) for name in raw if (found := label.fullmatch(name)))
    return [f"{group}.{number}" for number in numbers]


def only(raw: Raw, name: str) -> str:
    """The first value of a field, "" where there is none."""
    return next(iter(raw.get(name, ())), "")
