"""The rubric in a form: each row with its place, label, help, weight, and whether it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.clinic.rubric import BUILT_IN, RubricRow
from kapnotes.clinic.rubric import Rubric as Rows
from kapnotes.forms import Raw
from kapnotes.web import placed_rows
from kapnotes.web.placed_rows import NUMBER, PlacedForm, PlacedRow, only

SPARE = 2
"""Blank rows for new ones."""
GROUP = "rows"
WEIGHT = "Enter a whole number from 1 to 100."
USUAL_WEIGHT = "5"
ENTRIES = ("place", "label", "help", "weight")
_BUILT_IN = {row.code: row.label for row in BUILT_IN}
DESCRIPTION = (
    "What a chart is judged by in an audit: met, partly, not met or not applicable, each row by "
    "its weight. An audit keeps the rows that stood when its charts were drawn."
)


@dataclass(frozen=True, slots=True)
class Row(PlacedRow):
    """One row as the form has it."""

    help: str
    weight: str

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


RubricForm: TypeAlias = PlacedForm[Row]


def blank(rubric: Rows) -> RubricForm:
    """The form of the rubric as it stands."""
    rows = [_row(number, one) for number, one in enumerate(rubric.rows)]
    spare = range(len(rows), len(rows) + SPARE)
    new = [
        Row(f"{GROUP}.{number}", "", "", "", is_shown=True, help="", weight=USUAL_WEIGHT)
        for number in spare
    ]
    return PlacedForm([*rows, *new], ENTRIES)


def _row(number: int, one: RubricRow) -> Row:
    return Row(
        f"{GROUP}.{number}",
        one.code,
        str(number + 1),
        one.label,
        one.is_shown,
        one.help,
        str(one.weight),
    )


def again(raw: Raw, refusal: Refusal) -> RubricForm:
    """The form as it was posted, with what is wrong beside it."""
    return placed_rows.again(_rows(raw), ENTRIES, refusal)


def read(raw: Raw) -> list[Row]:
    """The posted rows in the order that their places ask for. Raises BadInput."""
    rows = [row for row in _rows(raw) if not row.is_blank]
    errors = placed_rows.without_place(rows)
    errors |= {
        f"{row.name}.weight": WEIGHT for row in rows if not NUMBER.fullmatch(row.weight.strip())
    }
    if errors:
        raise BadInput(errors)
    return placed_rows.in_order(rows)


def values(rows: Sequence[Row]) -> dict[str, Any]:
    """Rows in their order as the entries of the rule."""
    return {
        GROUP: [
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
    return placed_rows.as_posted(GROUP, rows, errors)


def _rows(raw: Raw) -> list[Row]:
    return [
        Row(
            name,
            code=only(raw, f"{name}.code"),
            place=only(raw, f"{name}.place"),
            label=only(raw, f"{name}.label"),
            is_shown="true" in raw.get(f"{name}.is_shown", ()),
            help=only(raw, f"{name}.help"),
            weight=only(raw, f"{name}.weight"),
        )
        for name in placed_rows.posted(GROUP, raw)
    ]
