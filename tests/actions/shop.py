"""What tests make documents with: the real printer at a fixed time, or one that keeps its pages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

import pikepdf

from kapnotes.access.actor import Actor
from kapnotes.actions import document
from kapnotes.actions.attempt import Workshop
from kapnotes.actions.document import Pdf
from kapnotes.actions.work import Order, edition_for
from kapnotes.clinic.document import DocumentKind
from kapnotes.paper.binding import Binding, Pressed
from kapnotes.paper.press import Printer, PrintFailed
from tests.builders import AT, Small

VERIFY = "http://127.0.0.1:8000/verify"


@dataclass(slots=True)
class Sheets:
    """Keeps what it was given to print, and binds it without printing."""

    pages: list[str] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)

    def part(self, html: str, *, at: datetime) -> Pressed:
        """Keep the page."""
        del at
        self.pages.append(html)
        return Pressed(html.encode(), 1)

    def bind(self, binding: Binding) -> bytes:
        """Keep what was to be bound; a blank page stands for it, which can be sealed."""
        self.bindings.append(binding)
        blank, file = pikepdf.new(), BytesIO()
        blank.add_blank_page()
        blank.save(file)
        return file.getvalue()


class Jammed(Sheets):
    """A printer that prints nothing."""

    def part(self, html: str, *, at: datetime) -> Pressed:
        """Say that it is jammed."""
        del html, at
        raise PrintFailed("The printer is jammed.")


def workshop(printer: Printer | Sheets, *, minutes: int = 0) -> Workshop:
    """A workshop at the tests' time."""
    return Workshop(printer, VERIFY, lambda: AT + timedelta(minutes=minutes))  # type: ignore[arg-type] # or one that keeps its pages


def made(
    small: Small, printer: Printer | Sheets, *, by: Actor | None = None, minutes: int = 0
) -> Pdf:
    """The summary of the small practice's infusion, for the therapist or somebody else."""
    reader = by or small.therapist
    order = Order(DocumentKind.INFUSION_SUMMARY, small.infusion_id, edition_for(reader))
    at = AT + timedelta(minutes=minutes)
    found = document.hand_out(
        order=order, shop=workshop(printer, minutes=minutes), by=reader, at=at
    )
    assert isinstance(found, Pdf)
    return found
