"""The rubric of a chart audit: its rows, and a practice's own version of it.

The rows are what audits and peer reviews look at: time [S: h3well.com]; signature, credentials and
date, links to goals, interventions, response and progress, consent, risk and its plan [S:
overcomewithus.com]; medical necessity, which fails most often [S: icanotes.com, 5,000 charts];
repeated text [S: mentalhealthforms.com]; what belongs to ketamine sessions alone. The weights are
[B]. Codes are stored words: a row that is no longer wanted is hidden.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from kapnotes.clinic.bounds import refuse
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.tap import CONTROLS, LONGEST_CODE, OWN_CODE, own_code

LONGEST_LABEL = 120
LONGEST_HELP = 500
MOST_WEIGHT = 100
MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class RubricRow:
    """One row: the code that is stored, what people read, its weight, and whether it is asked."""

    code: str
    label: str
    help: str = ""
    weight: int = 5
    is_shown: bool = True


BUILT_IN = (
    RubricRow("timeliness", "Written and signed in time", "Within the practice's hours.", 8),
    RubricRow("signature", "Signed with credentials and date", "Co-signed where required.", 8),
    RubricRow(
        "session_facts",
        "Date, place, start and stop, people present, service code",
        "The times fit together, and fit the service code.",
        6,
    ),
    RubricRow("goals", "Linked to the goals of treatment", "Which goal, and how.", 7),
    RubricRow("interventions", "Interventions described", "What was done, and by whom.", 6),
    RubricRow("response", "Response and progress", "How the patient responded.", 7),
    RubricRow(
        "necessity",
        "Medical necessity",
        "Why this treatment, and why now: symptoms, impairment, what was tried before.",
        12,
    ),
    RubricRow("consent", "Consent, privacy notice and disclosures on file", "Before the dose.", 8),
    RubricRow("risk", "Mental status and risk", "With a safety plan where there is risk.", 10),
    RubricRow("diagnosis", "Diagnosis supported", "By history, symptoms and scales.", 5),
    RubricRow("own_text", "No cloned text", "What is written was true on that day.", 4),
    RubricRow("measures", "Measurable progress", "Scales in time, and what follows from them.", 5),
    RubricRow(
        "session_safety",
        "The session from dose to integration",
        "Dose and waste add up, vitals as scheduled, adverse events followed up, discharge with "
        "an escort, integration within days.",
        10,
    ),
    RubricRow("chart_only", "No process content in the chart", "A summary of themes is fine.", 4),
)
"""The rows that the product brings; their weights make 100."""
_BUILT_IN = frozenset(row.code for row in BUILT_IN)


def _wrong(row: RubricRow) -> dict[str, str]:
    errors = {}
    is_own = len(row.code) <= LONGEST_CODE and OWN_CODE.fullmatch(row.code) is not None
    if row.code not in _BUILT_IN and not is_own:
        errors["code"] = "This is no code of a row."
    if not row.label.strip() or len(row.label) > LONGEST_LABEL or _has_controls(row.label):
        errors["label"] = f"Enter 1 to {LONGEST_LABEL} characters."
    if len(row.help) > LONGEST_HELP or _has_controls(row.help):
        errors["help"] = f"Enter at most {LONGEST_HELP} characters."
    if not 1 <= row.weight <= MOST_WEIGHT:
        errors["weight"] = f"Enter a whole number from 1 to {MOST_WEIGHT}."
    return errors


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(letter) in CONTROLS for letter in text)


@dataclass(frozen=True, slots=True)
class Rubric:
    """The rows by which a practice judges charts, in their order; hidden ones come along."""

    rows: tuple[RubricRow, ...] = BUILT_IN

    def __post_init__(self) -> None:
        """Raise `BadInput` unless a practice can have these rows.

        Errors are named as the rows of a form: `rows.3.label`, or `rows` for the whole.
        """
        errors: dict[str, str] = {}
        codes: set[str] = set()
        labels: set[str] = set()
        for number, row in enumerate(self.rows):
            wrong = _wrong(row)
            if row.code in codes:
                wrong["code"] = "This row stands here twice."
            if row.is_shown and row.label.casefold() in labels:
                wrong.setdefault("label", "Another row has this label.")
            codes.add(row.code)
            labels |= {row.label.casefold()} if row.is_shown else set()
            errors |= {f"rows.{number}.{entry}": words for entry, words in wrong.items()}
        if not any(row.is_shown for row in self.rows) or len(self.rows) > MOST_ROWS:
            errors["rows"] = f"Show one row or more, of at most {MOST_ROWS} in all."
        refuse(errors)

    @property
    def shown(self) -> tuple[RubricRow, ...]:
        """The rows that are asked."""
        return tuple(row for row in self.rows if row.is_shown)

    def label_of(self, code: str) -> str:
        """Return what people read for a row; one that stands nowhere is read from its code."""
        labels = {row.code: row.label for row in (*BUILT_IN, *self.rows)}
        return labels.get(code) or code.replace("_", " ").strip().capitalize()


DEFAULT_RUBRIC = Rubric()


def complete(rubric: Rubric, earlier: Rubric = DEFAULT_RUBRIC) -> Rubric:
    """Return the rubric with each row that it leaves out, built-in or of an earlier one, hidden.

    No row ever vanishes: what was judged by it keeps its label.
    """
    codes = {row.code for row in rubric.rows}
    left_out = {
        row.code: replace(row, is_shown=False)
        for row in (*BUILT_IN, *earlier.rows)
        if row.code not in codes
    }
    return Rubric((*rubric.rows, *left_out.values()))


def to_plain(rubric: Rubric) -> dict[str, Any]:
    """Return a rubric as JSON can hold it: its rows in their order."""
    return {
        "rows": [{name: getattr(row, name) for name in _ENTRIES} for row in rubric.rows],
    }


def from_plain(plain: Mapping[str, Any]) -> Rubric:
    """Return the rubric of a plain form, completed, or raise `BadInput`.

    It is read strictly. A row without a code is a practice's own and is given one.
    """
    posted = plain.get("rows")
    if not isinstance(posted, list | tuple) or any(not isinstance(row, Mapping) for row in posted):
        raise BadInput({"rows": "This is no list of rows."})
    refuse(dict.fromkeys(sorted(map(str, plain.keys() - {"rows"})), "There is no such entry."))
    taken = {row["code"] for row in posted if isinstance(row.get("code"), str)} | _BUILT_IN
    rows: list[RubricRow] = []
    errors: dict[str, str] = {}
    for number, row in enumerate(posted):
        known = {
            "code": "",
            "help": "",
            **{name: one for name, one in row.items() if one is not None},
        }
        wrong = _unread(known)
        errors |= {f"rows.{number}.{name}": "This cannot be read." for name in wrong}
        if not wrong:
            code = known["code"] or own_code(known["label"], taken)
            taken.add(code)
            words = {name: known[name].strip() for name in ("label", "help")}
            rows.append(RubricRow(**{**known, **words, "code": code}))
    refuse(errors)
    return complete(Rubric(tuple(rows)))


_ENTRIES: Mapping[str, type] = {
    field.name: kind
    for field, kind in zip(fields(RubricRow), (str, str, str, int, bool), strict=True)
}


def _unread(known: Mapping[str, Any]) -> list[str]:
    """Return the entries of a posted row that are missing, not of their kind, or none of its."""
    unfit = [name for name, kind in _ENTRIES.items() if type(known.get(name)) is not kind]
    return [*unfit, *sorted(known.keys() - _ENTRIES.keys())]
