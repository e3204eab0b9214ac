"""The rubric in a form: each row with its place, label, help, weight, and whether it is asked.

Whoever moves a row writes another place: it comes to stand there, and the others make room. A
label in a blank row is a new row of the practice's own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.clinic.rubric import BUILT_IN, RubricRow
from kapnotes.clinic.rubric import Rubric as Rows
from kapnotes.forms import Raw
from kapnotes.web.tap_form import PLACE

SPARE = 2
"""Blank rows for new ones."""
WEIGHT = "Enter a whole number from 1 to 100."
USUAL_WEIGHT = "5"
ENTRIES = ("place", "label", "help", "weight")
_LABEL = re.compile(r"rows\.(0|[1-9][0-9]{0,2})\.label")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_BUILT_IN = {row.code: row.label for row in BUILT_IN}
DESCRIPTION = (
    "What a chart is judged by in an audit: met, partly, not met or not applicable, each row by "
    "its weight. An audit keeps the rows that stood when its charts were drawn."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the form has it; `name` begins the names of its entries."""

    name: str
    code: str
    place: str
    label: str
    help: str
    weight: str
    is_shown: bool

    @property
    def is_new(self) -> bool:
        """Whether this row is not in the practice's rubric yet."""
        return not self.code

    @property
    def is_blank(self) -> bool:
        """Whether this is a row for a new one that nobody filled."""
        return self.is_new and not (self.label.strip() or self.help.strip())

    @property
    def words(self) -> str:
        """What the row is called where its label is not beside."""
        return self.label.strip() or _BUILT_IN.get(self.code, "A row without a label")

    @property
    def about(self) -> str:
        """What the row is by itself, where its label does not say so."""
        built_in = _BUILT_IN.get(self.code)
        return f"Built-in: {built_in}" if built_in and built_in != self.label.strip() else ""


@dataclass(frozen=True, slots=True)
class RubricForm:
    """The rows, what is wrong beside each by the name of its field, and a sentence above all."""

    rows: Sequence[Row]
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """What the summary of what is wrong calls each field."""
        return {f"{row.name}.{entry}": row.words for row in self.rows for entry in ENTRIES}

    @property
    def listed(self) -> list[Row]:
        """The rows that the practice has."""
        return [row for row in self.rows if not row.is_new]

    @property
    def new(self) -> list[Row]:
        """The rows for new ones."""
        return [row for row in self.rows if row.is_new]


def blank(rubric: Rows) -> RubricForm:
    """The form of the rubric as it stands."""
    rows = [_row(number, one) for number, one in enumerate(rubric.rows)]
    spare = range(len(rows), len(rows) + SPARE)
    new = [Row(f"rows.{number}", "", "", "", "", USUAL_WEIGHT, is_shown=True) for number in spare]
    return RubricForm([*rows, *new])


def _row(number: int, one: RubricRow) -> Row:
    return Row(
        f"rows.{number}",
        one.code,
        str(number + 1),
        one.label,
        one.help,
        str(one.weight),
        one.is_shown,
    )


def again(raw: Raw, refusal: Refusal) -> RubricForm:
    """The form as it was posted, with what is wrong beside it."""
    rows = _rows(raw)
    if not isinstance(refusal, BadInput):
        return RubricForm(rows, {}, refusal.sentence)
    fields = {f"{row.name}.{entry}" for row in rows for entry in ENTRIES}
    beside = {name: text for name, text in refusal.errors.items() if name in fields}
    rest = [text for name, text in refusal.errors.items() if name not in fields]
    return RubricForm(rows, beside, " ".join(dict.fromkeys(rest)))


def read(raw: Raw) -> list[Row]:
    """The posted rows in the order that their places ask for. Raises BadInput.

    What was given another place comes to stand there, the first of two that were given the same;
    the others keep their order around it. A new one without a place comes last.
    """
    rows = [row for row in _rows(raw) if not row.is_blank]
    errors = {f"{row.name}.place": PLACE for row in rows if not _has_place(row)}
    errors |= {
        f"{row.name}.weight": WEIGHT for row in rows if not _NUMBER.fullmatch(row.weight.strip())
    }
    if errors:
        raise BadInput(errors)
    had = {row.name: number for number, row in enumerate(rows, 1)}
    moved = [row for row in rows if row.place.strip() not in {"", str(had[row.name])}]
    order = [row for row in rows if row not in moved]
    for row in sorted(moved, key=lambda row: (int(row.place), -had[row.name])):
        order.insert(int(row.place) - 1, row)
    return order


def _has_place(row: Row) -> bool:
    """Whether its place can be read; a new row needs none."""
    text = row.place.strip()
    return _NUMBER.fullmatch(text) is not None or (row.is_new and not text)


def values(rows: Sequence[Row]) -> dict[str, Any]:
    """Rows in their order as the entries of the rule."""
    return {
        "rows": [
            {
                "code": row.code,
                "label": row.label,
                "help": row.help,
                "weight": int(row.weight),
                "is_shown": row.is_shown,
            }
            for row in rows
        ]
    }


def as_posted(rows: Sequence[Row], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors of rows in their order under the names that they were posted by."""
    names = {f"rows.{number}": row.name for number, row in enumerate(rows)}
    found = {}
    for name, sentence in errors.items():
        row, _, entry = name.rpartition(".")
        found[f"{names[row]}.{entry}" if row in names else name] = sentence
    return found


def _rows(raw: Raw) -> list[Row]:
    """The rows as they were posted, in the order of the page."""
    numbers = sorted(int(found[1]) for name in raw if (found := _LABEL.fullmatch(name)))
    return [
        Row(
            name,
            code=_only(raw, f"{name}.code"),
            place=_only(raw, f"{name}.place"),
            label=_only(raw, f"{name}.label"),
            help=_only(raw, f"{name}.help"),
            weight=_only(raw, f"{name}.weight"),
            is_shown="true" in raw.get(f"{name}.is_shown", ()),
        )
        for name in (f"rows.{number}" for number in numbers)
    ]


def _only(raw: Raw, name: str) -> str:
    return next(iter(raw.get(name, ())), "")
