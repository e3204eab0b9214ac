"""A session as its tables show it: which columns there are, its chart, and by whose hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kapnotes.clinic.instant import instant
from kapnotes.paper import words
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.marks import Mark
from kapnotes.paper.summary import AdverseRow, DoseRow, EventRow, InfusionSummary, VitalsRow

VITALS = (
    ("systolic", "BP", "mmHg"),
    ("heart_rate", "HR", "/min"),
    ("spo2", "SpO\u2082", "%"),
    ("respiratory_rate", "RR", "/min"),
    ("sedation", "Sedation", "0\u20135"),
    ("distress", "Distress", "0\u201310"),
    ("nausea", "Nausea", "0\u201310"),
)
LETTERS = 26


@dataclass(frozen=True, slots=True)
class Drawn:
    """What `session.html` shows. `zero` is the start of the first dose, from which minutes count.

    `vitals_by` and `events_by` name the one who recorded all of them, or are "".
    """

    doses: Sequence[DoseRow]
    total_mg: Decimal
    zero: datetime | None
    schedule: Sequence[str]
    chart: VitalsChart | None
    columns: Sequence[tuple[str, str, str]]
    vitals: Sequence[VitalsRow]
    vitals_by: str
    events: Sequence[EventRow]
    events_by: str
    adverse: Sequence[tuple[str, AdverseRow]]


def drawn_session(summary: InfusionSummary) -> Drawn:
    """The session of a summary, ready to be shown."""
    letters = _letters(len(summary.adverse))
    return Drawn(
        doses=summary.doses,
        total_mg=sum((dose.mg for dose in summary.doses), Decimal(0)),
        zero=min((dose.started_at for dose in summary.doses), key=instant, default=None),
        schedule=summary.schedule,
        chart=vitals_drawing(summary),
        columns=[one for one in VITALS if any(value_of(row, one[0]) for row in summary.vitals)],
        vitals=summary.vitals,
        vitals_by=_one_hand(row.by for row in summary.vitals),
        events=summary.events,
        events_by=_one_hand(row.by for row in summary.events),
        adverse=list(zip(letters, summary.adverse, strict=True)),
    )


def vitals_drawing(summary: InfusionSummary) -> VitalsChart | None:
    """The summary's vitals with doses and events, or None when there is nothing to draw."""
    readings = [
        Reading(row.observed_at, row.systolic, row.diastolic, row.heart_rate, row.spo2)
        for row in summary.vitals
    ]
    doses = [
        Span(dose.started_at, dose.stopped_at, f"{words.figure(dose.mg, 'mg')} {dose.route}")
        for dose in summary.doses
    ]
    letters = _letters(len(summary.adverse))
    flags = [
        Flag(event.observed_at, letter, event.kind)
        for letter, event in zip(letters, summary.adverse, strict=True)
    ]
    steps = [step for dose in summary.doses for step in dose.steps]
    marks = [Mark(row.at, row.marked or row.what) for row in (*summary.events, *steps)]
    return vitals_chart(readings, doses=doses, events=flags, marks=marks)


def value_of(row: VitalsRow, name: str) -> str:
    """One cell of the vitals table; blood pressure takes two values."""
    if name == "systolic":
        if row.systolic is None and row.diastolic is None:
            return ""
        return f"{_or_mark(row.systolic)}/{_or_mark(row.diastolic)}"
    value = getattr(row, name)
    return "" if value is None else str(value)


def minute_of(row: VitalsRow, zero: datetime | None) -> str:
    """Minutes since the first dose, or nothing."""
    return words.minute(row.observed_at, zero) if zero else ""


def _one_hand(names: Iterable[str]) -> str:
    """Who recorded all of the rows; nothing where there were several, or one row alone."""
    found = list(names)
    return found[0] if len(found) > 1 and len(set(found)) == 1 else ""


def _letters(count: int) -> list[str]:
    """A, B, C, ... for the flags on the chart and the rows of the table."""
    return [chr(ord("A") + place) if place < LETTERS else str(place + 1) for place in range(count)]


def _or_mark(value: int | None) -> str:
    return "?" if value is None else str(value)
