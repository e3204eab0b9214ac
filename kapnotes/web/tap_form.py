"""The taps in a form: each with its place in the list, its label, and whether it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from kapnotes import forms
from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.clinic.tap import BUILT_IN, Tap
from kapnotes.forms import Raw
from kapnotes.library import record_definition
from kapnotes.web import placed_rows
from kapnotes.web.placed_rows import PlacedForm, PlacedRow, only

SPARE = 3
"""Blank rows for new taps."""
GROUP = "taps"
ENTRIES = ("place", "label")
_BUILT_IN = {tap.code: tap.label for tap in BUILT_IN}


@dataclass(frozen=True, slots=True)
class Row(PlacedRow):
    """One tap as the form has it."""

    @property
    def words(self) -> str:
        """What the row is called where its label is not beside."""
        return self.label.strip() or _BUILT_IN.get(self.code, "A tap without a label")

    @property
    def about(self) -> str:
        """What the tap is by itself, where its label does not say so."""
        built_in = _BUILT_IN.get(self.code)
        if built_in is None:
            return "" if self.is_new else "Your own tap"
        return "" if built_in == self.label else f"Built in as “{built_in}”"


TapForm: TypeAlias = PlacedForm[Row]


def blank(taps: Sequence[Tap]) -> TapForm:
    """The form of the practice's taps as they stand."""
    rows = [
        Row(f"{GROUP}.{number}", tap.code, str(number + 1), tap.label, tap.is_shown)
        for number, tap in enumerate(taps)
    ]
    spare = range(len(rows), len(rows) + SPARE)
    new = [Row(f"{GROUP}.{number}", "", "", "", is_shown=True) for number in spare]
    return PlacedForm([*rows, *new], ENTRIES)


def again(raw: Raw, refusal: Refusal) -> TapForm:
    """The form as it was posted, with what is wrong beside it."""
    return placed_rows.again(_rows(raw), ENTRIES, refusal)


def read(raw: Raw) -> list[Row]:
    """The posted taps in the order that their places ask for. Raises BadInput."""
    rows = [row for row in _rows(raw) if not row.is_blank]
    words = forms.read(record_definition(GROUP), raw).errors
    errors = {name: text for name, text in words.items() if name.endswith((".label", ".code"))}
    errors |= placed_rows.without_place(rows)
    if errors:
        raise BadInput(errors)
    return placed_rows.in_order(rows)


def values(rows: Sequence[Row]) -> dict[str, Any]:
    """Taps in their order as the entries of the rule."""
    taps = [{"code": row.code, "label": row.label, "is_shown": row.is_shown} for row in rows]
    return {GROUP: taps}


def as_posted(rows: Sequence[Row], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors of taps in their order under the names that they were posted by."""
    return placed_rows.as_posted(GROUP, rows, errors)


def _rows(raw: Raw) -> list[Row]:
    return [
        Row(
            name,
            code=only(raw, f"{name}.code"),
            place=only(raw, f"{name}.place"),
            label=only(raw, f"{name}.label"),
            is_shown="true" in raw.get(f"{name}.is_shown", ()),
        )
        for name in placed_rows.posted(GROUP, raw)
    ]
