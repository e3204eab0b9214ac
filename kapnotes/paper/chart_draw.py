"""The front of a chart as HTML for the printer: its cover, and its contents with page numbers."""

from collections.abc import Sequence

from kapnotes.paper.chart_front import ChartFront
from kapnotes.paper.draw import Sheet, fill, notices
from kapnotes.paper.summary import PaperSize
from kapnotes.paper.words import moment

TITLE = "Chart"


def draw_cover(front: ChartFront, *, paper: PaperSize) -> str:
    """The cover: identity, the newest course at a glance, alerts, consents, courses."""
    return fill("chart_cover", sheet=_sheet(front, paper), c=front)


def draw_contents(front: ChartFront, begins: Sequence[int], *, paper: PaperSize) -> str:
    """The contents: each line opens its part, and says on which page it begins."""
    lines = [(one, begins[one.section]) for one in front.entries]
    return fill("chart_contents", sheet=_sheet(front, paper), c=front, lines=lines)


def _sheet(front: ChartFront, paper: PaperSize) -> Sheet:
    return Sheet(
        head=front.letterhead,
        paper=paper,
        patient=front.patient,
        title=TITLE,
        subtitle=f"as of {moment(front.made_at)}",
        notices=notices(front.edition, draft=front.draft_reason),
    )
