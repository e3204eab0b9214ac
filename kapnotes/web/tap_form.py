"""The taps in a form: each with its place in the list, its label, and whether it is shown.

Whoever moves one writes another place: it comes to stand there, and the others make room. A
label in a blank row is a new tap of the practice's own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kapnotes import forms
from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.clinic.tap import BUILT_IN, Tap
from kapnotes.forms import Raw
from kapnotes.library import record_definition

SPARE = 3
"""Blank rows for new taps."""
PLACE = "Enter its place, a whole number from 1."
_LABEL = re.compile(r"taps\.(0|[1-9][0-9]{0,2})\.label")
_PLACE = re.compile(r"[1-9][0-9]{0,2}")
_BUILT_IN = {tap.code: tap.label for tap in BUILT_IN}


@dataclass(frozen=True, slots=True)
class Row:
    """One tap as the form has it; `name` begins the names of its entries."""

    name: str
    code: str
    place: str
    label: str
    is_shown: bool

    @property
    def is_new(self) -> bool:
        """Whether this tap is not in the practice's list yet."""
        return not self.code

    @property
    def is_blank(self) -> bool:
        """Whether this is a row for a new tap that nobody filled."""
        return self.is_new and not self.label.strip()

    @property
    def words(self) -> str:
        """What the row is called where its label is not beside."""
        return self.label.strip() or _BUILT_IN.get(self.code, "A tap without a label")

    @property
    def has_place(self) -> bool:
        """Whether its place can be read; a new tap needs none."""
        text = self.place.strip()
        return _PLACE.fullmatch(text) is not None or (self.is_new and not text)

    @property
    def about(self) -> str:
        """What the tap is by itself, where its label does not say so."""
        built_in = _BUILT_IN.get(self.code)
        if built_in is None:
            return "" if self.is_new else "Your own tap"
        return "" if built_in == self.label else f"Built in as “{built_in}”"


@dataclass(frozen=True, slots=True)
class TapForm:
    """The form as the page shows it. `errors` stand beside fields, `sentence` above them all."""

    rows: Sequence[Row]
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """What the summary of what is wrong calls each field."""
        return {
            f"{row.name}.{entry}": row.words for row in self.rows for entry in ("place", "label")
        }

    @property
    def listed(self) -> list[Row]:
        """The taps that the practice has."""
        return [row for row in self.rows if not row.is_new]

    @property
    def new(self) -> list[Row]:
        """The rows for new ones."""
        return [row for row in self.rows if row.is_new]


def blank(taps: Sequence[Tap]) -> TapForm:
    """The form of the practice's taps as they stand."""
    rows = [
        Row(f"taps.{number}", tap.code, str(number + 1), tap.label, tap.is_shown)
        for number, tap in enumerate(taps)
    ]
    spare = range(len(rows), len(rows) + SPARE)
    return TapForm([*rows, *(Row(f"taps.{number}", "", "", "", is_shown=True) for number in spare)])


def again(raw: Raw, refusal: Refusal) -> TapForm:
    """The form as it was posted, with what is wrong beside it."""
    rows = _rows(raw)
    if not isinstance(refusal, BadInput):
        return TapForm(rows, {}, refusal.sentence)
    fields = {f"{row.name}.{entry}" for row in rows for entry in ("place", "label")}
    beside = {name: text for name, text in refusal.errors.items() if name in fields}
    rest = [text for name, text in refusal.errors.items() if name not in fields]
    return TapForm(rows, beside, " ".join(dict.fromkeys(rest)))


def read(raw: Raw) -> list[Row]:
    """The posted taps in the order that their places ask for. Raises BadInput.

    What was given another place comes to stand there, the first of two that were given the same;
    the others keep their order around it. A new one without a place comes last.
    """
    rows = [row for row in _rows(raw) if not row.is_blank]
    words = forms.read(record_definition("taps"), raw).errors
    errors = {name: text for name, text in words.items() if name.endswith((".label", ".code"))}
    errors |= {f"{row.name}.place": PLACE for row in rows if not row.has_place}
    if errors:
        raise BadInput(errors)
    had = {row: number for number, row in enumerate(rows, 1)}
    moved = {row: int(row.place) for row in rows if row.place.strip() not in {"", str(had[row])}}
    order = [row for row in rows if row not in moved]
    for row in sorted(moved, key=lambda row: (moved[row], -had[row])):
        order.insert(moved[row] - 1, row)
    return order


def values(rows: Sequence[Row]) -> dict[str, Any]:
    """Taps in their order as the entries of the rule."""
    taps = [{"code": row.code, "label": row.label, "is_shown": row.is_shown} for row in rows]
    return {"taps": taps}


def as_posted(rows: Sequence[Row], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors of taps in their order under the names that they were posted by."""
    names = {f"taps.{number}": row.name for number, row in enumerate(rows)}
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
            is_shown="true" in raw.get(f"{name}.is_shown", ()),
        )
        for name in (f"taps.{number}" for number in numbers)
    ]


def _only(raw: Raw, name: str) -> str:
    return next(iter(raw.get(name, ())), "")
