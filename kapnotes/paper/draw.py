"""From plain values to HTML: the sheet of every document, and the infusion summary on it.

Templates show and do not decide, so what needs deciding (which columns a table has, which answers
stand side by side) is decided before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kapnotes.clinic.age import age_on
from kapnotes.paper import template, words
from kapnotes.paper.blocks import blocks, paired
from kapnotes.paper.drawn_session import drawn_session, minute_of, value_of
from kapnotes.paper.logo_markup import markup
from kapnotes.paper.outcome_chart import drawn
from kapnotes.paper.score import ScoreTrend
from kapnotes.paper.summary import (
    CourseFacts,
    Edition,
    InfusionSummary,
    Letterhead,
    PaperSize,
    PatientIdentity,
)
from kapnotes.paper.template import TEMPLATES, environment
from kapnotes.paper.trend import TrendChart

SHEET = "sheet"
TITLE = "Infusion summary"
MEDICAL = (
    "Medical edition.",
    "Dose, vital signs, events and scores. What the integration note says is not part of it.",
)
DRAFT = "DRAFT, not for filing."
APART = (
    "Private process notes are kept apart from the record by their author and are never part of it."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every page of a document has: who it is about, what it is, whose letterhead.

    A report is about no one patient.
    """

    head: Letterhead
    paper: PaperSize
    patient: PatientIdentity | None
    title: str
    subtitle: str
    state: str = ""
    notices: Sequence[tuple[str, str]] = ()

    @property
    def page(self) -> str:
        """The name of its page size in the stylesheet."""
        return self.paper.lower()


def fill(name: str, **values: object) -> str:
    """One of the paper's templates as HTML, with these values in it as text."""
    return template.fill(name, **values)


def draw(summary: InfusionSummary, *, paper: PaperSize = PaperSize.A4) -> str:
    """The infusion summary as HTML for the printer, without its stylesheet."""
    sheet = Sheet(
        head=summary.letterhead,
        paper=paper,
        patient=summary.patient,
        title=TITLE,
        subtitle=heading(summary.course),
        state=summary.course.state,
        notices=notices(summary.edition, draft=summary.draft_reason if summary.draft else ""),
    )
    return fill(
        "infusion_summary",
        sheet=sheet,
        s=summary,
        session=drawn_session(summary),
        trends=trend_drawings(summary.scales.trends),
    )


def standalone(summary: InfusionSummary, *, paper: PaperSize = PaperSize.A4) -> str:
    """The same HTML with its stylesheet inside, for any other renderer."""
    css = (TEMPLATES / "paper" / f"{SHEET}.css").read_text("utf-8")
    return draw(summary, paper=paper).replace("</head>", f"<style>{css}</style></head>", 1)


def notices(edition: Edition, *, draft: str) -> tuple[tuple[str, str], ...]:
    """What is said of a document before all else; `draft` are the reasons why it is one."""
    said = [(DRAFT, draft)] if draft else []
    return (*said, MEDICAL) if edition is Edition.MEDICAL else tuple(said)


def trend_drawings(trends: Sequence[ScoreTrend]) -> list[tuple[str, TrendChart]]:
    """A drawing for each scale that was rated more than once, with its name."""
    found = [(one.scale, drawn(one)) for one in trends]
    return [(scale, chart) for scale, chart in found if chart is not None]


def heading(facts: CourseFacts) -> str:
    """`Infusion 3 of 6, induction, IV, 23 Nov 2026`."""
    number = f"Infusion {facts.infusion}" + (f" of {facts.infusions}" if facts.infusions else "")
    parts = (number, facts.phase.lower(), facts.route, words.day(facts.on))
    return ", ".join(part for part in parts if part)


environment.filters |= {
    "blocks": blocks,
    "paired": paired,
    "vital": value_of,
    "minute": minute_of,
    "drawn": markup,
}
environment.globals |= {"age": age_on, "apart": APART}
