"""A page that shows a letterhead before it is set: with nobody on it."""

from datetime import date

from kapnotes.paper.draw import Sheet, fill
from kapnotes.paper.summary import Letterhead, PaperSize, PatientIdentity
from kapnotes.paper.words import day

NOBODY = PatientIdentity("Example Patient", date(1980, 1, 1), "EXAMPLE")
TITLE = "Letterhead"


def draw_sample(head: Letterhead, *, on: date, paper: PaperSize) -> str:
    """The sample as HTML for the printer."""
    sheet = Sheet(head=head, paper=paper, patient=NOBODY, title=TITLE, subtitle=day(on))
    return fill("letterhead", sheet=sheet, on=on)
