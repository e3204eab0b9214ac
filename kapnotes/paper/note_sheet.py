"""A single note on its own pages, with the session that a dosing-session note signs for."""

from dataclasses import replace
from uuid import UUID

from kapnotes.clinic.note import NoteKind
from kapnotes.paper.draw import Sheet, fill, heading, notices
from kapnotes.paper.drawn_session import drawn_session
from kapnotes.paper.summary import InfusionSummary, NotePart, PaperSize


def part_of(told: InfusionSummary, note_id: UUID) -> NotePart | None:
    """The note among those of its infusion, or None where its reader does not see it."""
    return next((one for one in told.notes if one.note_id == note_id), None)


def draw_note(told: InfusionSummary, part: NotePart, *, draft: str, paper: PaperSize) -> str:
    """The note with its signatures and addenda."""
    sheet = Sheet(
        head=told.letterhead,
        paper=paper,
        patient=told.patient,
        title=part.title,
        subtitle=heading(told.course),
        state=part.state,
        notices=notices(told.edition, draft=draft),
    )
    is_dosing = part.kind == NoteKind.DOSING and not part.missing
    return fill(
        "note_sheet",
        sheet=sheet,
        s=told,
        note=replace(part, state=""),
        session=drawn_session(told) if is_dosing else None,
    )
