"""The trail on paper: who did what and when, day by day, for a record or for a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kapnotes.paper.draw import Sheet, fill
from kapnotes.paper.summary import Letterhead, PaperSize, PatientIdentity

OF_A_RECORD = "Who looked at this record"
OF_A_SEARCH = "Trail"
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSheet:
    """Days with their entries as cells of text: when, who, what, and in a search which record.

    `facts` say what was asked for; `left_out` is a sentence where there is more, or "".
    """

    letterhead: Letterhead
    patient: PatientIdentity | None
    title: str
    period: str
    on: date
    facts: Sequence[tuple[str, str]]
    days: Sequence[tuple[str, Sequence[Cells]]]
    left_out: str
    head: Sequence[tuple[str, str]]


def draw_trail(told: TrailSheet, *, paper: PaperSize) -> str:
    """The trail on its pages."""
    notices = [("Not everything.", told.left_out)] if told.left_out else []
    sheet = Sheet(
        head=told.letterhead,
        paper=paper,
        patient=told.patient,
        title=told.title,
        subtitle=told.period,
        notices=notices,
    )
    return fill("trail", sheet=sheet, t=told)
