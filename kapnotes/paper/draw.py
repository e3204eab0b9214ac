"""From plain values to HTML: the paper's own Jinja environment, in which everything is text.

Templates show and do not decide, so what needs deciding (which columns a table has, which answers
stand side by side) is decided here and in `blocks.py`. Every value passes through `quiet` on its
way out and is then escaped; there is no way to mark a person's words as markup.
"""

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kapnotes.clinic.age import age_on
from kapnotes.clinic.instant import instant
from kapnotes.paper import words
from kapnotes.paper.blocks import blocks, paired
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.marks import Mark
from kapnotes.paper.summary import InfusionSummary, PaperSize, VitalsRow
from kapnotes.paper.text import direction, pieces, quiet
from kapnotes.paper.trend import Measured, TrendChart, trend_chart

TEMPLATES = Path(__file__).parents[2] / "templates"
TITLE = "Infusion summary"
SHORT_DIGEST = 16
"""How much of a digest stands in the footer; the whole of it stands at the document's end."""

_VITALS = (
    ("systolic", "BP", "mmHg"),
    ("heart_rate", "HR", "/min"),
    ("spo2", "SpO\u2082", "%"),
    ("respiratory_rate", "RR", "/min"),
    ("sedation", "Sedation", "0\u20135"),
    ("distress", "Distress", "0\u201310"),
    ("nausea", "Nausea", "0\u201310"),
)


def draw(summary: InfusionSummary, *, paper: PaperSize = PaperSize.A4) -> str:
    """The infusion summary as HTML for the printer, without its stylesheet."""
    letters = _letters(len(summary.adverse))
    return _environment.get_template("paper/infusion_summary.html").render(
        s=summary,
        title=TITLE,
        heading=_heading(summary),
        page=f"{paper.lower()}{'-draft' if summary.draft else ''}",
        columns=[one for one in _VITALS if any(_value(row, one[0]) for row in summary.vitals)],
        chart=vitals_drawing(summary),
        trends=trend_drawings(summary),
        adverse=list(zip(letters, summary.adverse, strict=True)),
        zero=min((dose.started_at for dose in summary.doses), key=instant, default=None),
        total_mg=sum(dose.mg for dose in summary.doses),
    )


def standalone(summary: InfusionSummary, *, paper: PaperSize = PaperSize.A4) -> str:
    """The same HTML with its stylesheet inside, for any other renderer."""
    css = (TEMPLATES / "paper" / "infusion_summary.css").read_text("utf-8")
    return draw(summary, paper=paper).replace("</head>", f"<style>{css}</style></head>", 1)


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


def trend_drawings(summary: InfusionSummary) -> list[TrendChart]:
    """A drawing for each scale that was measured more than once."""
    drawn = [
        trend_chart(
            trend.scale,
            [Measured(point.label, point.on, point.total) for point in trend.points],
            highest=trend.highest,
            mark=trend.mark,
            mark_label=trend.mark_label,
        )
        for trend in summary.trends
    ]
    return [one for one in drawn if one is not None]


def _heading(summary: InfusionSummary) -> str:
    """`Infusion 3 of 6, induction, IV, 23 Nov 2026`."""
    facts = summary.course
    number = f"Infusion {facts.infusion}" + (f" of {facts.infusions}" if facts.infusions else "")
    parts = (number, facts.phase.lower(), facts.route, words.day(facts.on))
    return ", ".join(part for part in parts if part)


def _letters(count: int) -> list[str]:
    """A, B, C, ... for the flags on the chart and the rows of the table."""
    return [chr(ord("A") + place) if place < 26 else str(place + 1) for place in range(count)]  # noqa: PLR2004 - letters of the alphabet


def _value(row: VitalsRow, name: str) -> str:
    """One cell of the vitals table; blood pressure takes two values."""
    if name == "systolic":
        if row.systolic is None and row.diastolic is None:
            return ""
        return f"{_or_mark(row.systolic)}/{_or_mark(row.diastolic)}"
    value = getattr(row, name)
    return "" if value is None else str(value)


def _or_mark(value: int | None) -> str:
    return "?" if value is None else str(value)


def _minute(row: VitalsRow, zero: datetime | None) -> str:
    """Minutes since the first dose, or nothing."""
    return words.minute(row.observed_at, zero) if zero else ""


def _finalize(value: object) -> object:
    """Nothing for None; quiet text for text; markup of our own templates as it is."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return quiet(value)
    return value


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_finalize,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {
    "day": words.day,
    "clock": words.clock,
    "moment": words.moment,
    "figure": words.figure,
    "change": words.change,
    "shortened": words.shortened,
    "direction": direction,
    "blocks": blocks,
    "paired": paired,
    "pieces": lambda text: pieces(quiet(text)),
    "short": lambda digest: digest[:SHORT_DIGEST],
    "vital": _value,
    "minute": _minute,
}
_environment.globals["age"] = age_on
