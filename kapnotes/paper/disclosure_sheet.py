"""The list of disclosures on paper: what left about a patient, to whom, why, how, by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kapnotes.paper.draw import Sheet, fill
from kapnotes.paper.summary import Letterhead, PaperSize, PatientIdentity

TITLE = "List of disclosures"
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisclosureList:
    """Each disclosure as cells: when, what, to whom, what for, how, by whom; oldest first."""

    letterhead: Letterhead
    patient: PatientIdentity
    period: str
    on: date
    rows: Sequence[Cells]


def draw_disclosures(told: DisclosureList, *, paper: PaperSize) -> str:
    """The list on its pages."""
    sheet = Sheet(
        head=told.letterhead,
        paper=paper,
        patient=told.patient,
        title=TITLE,
        subtitle=told.period,
    )
    return fill("disclosures", sheet=sheet, d=told)
