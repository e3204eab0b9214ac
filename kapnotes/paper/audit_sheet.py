"""The result of a chart audit on paper: scores, findings, and what follows from them.

Charts are named by record number and infusion alone. Every value is text by the time it is here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kapnotes.paper.draw import DRAFT, Sheet, fill
from kapnotes.paper.summary import Letterhead, PaperSize

TITLE = "Chart audit"
FIGURES = (
    "Figures only.",
    (
        "Some of these charts are not within the reach of whoever asked for this document. Their "
        "numbers and what was written about them are left out."
    ),
)
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSheet:
    """An audit as cells of text. `draft` says why it is one, "" for what is final.

    `glance` and `facts` are pairs of a label and its words.
    """

    letterhead: Letterhead
    name: str
    period: str
    aim: str
    draft: str
    is_whole: bool
    glance: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    rows: Sequence[Cells]
    people: Sequence[Cells]
    charts: Sequence[Cells]
    findings: Sequence[Cells]
    actions: Sequence[Cells]


def draw_audit(told: AuditSheet, *, paper: PaperSize) -> str:
    """The audit on its pages."""
    notices = [(DRAFT, told.draft)] if told.draft else []
    sheet = Sheet(
        head=told.letterhead,
        paper=paper,
        patient=None,
        title=TITLE,
        subtitle=f"{told.name}, {told.period}",
        notices=notices if told.is_whole else [*notices, FIGURES],
    )
    return fill("chart_audit", sheet=sheet, a=told)
