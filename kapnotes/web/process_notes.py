"""Private process notes, beside a chart note and never in it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import process_note
from kapnotes.clinic.refusals import BadInput, Stale
from kapnotes.web.errors import status_of
from kapnotes.web.notes import base_version
from kapnotes.web.session import me, now

place = Blueprint("process_notes", __name__)


@place.get("/notes/<uuid:note_id>/process")
@needs(Action.KEEP_PROCESS_NOTE)
def page(note_id: UUID) -> str:
    """Show one's own process note."""
    view = process_note.look(note_id=note_id, by=me(), at=now())
    return render_template(
        "process_notes/page.html", view=view, text=view.text, error="", theirs=""
    )


@place.post("/notes/<uuid:note_id>/process")
@needs(Action.KEEP_PROCESS_NOTE)
def save(note_id: UUID) -> tuple[str, int] | Response:
    """Save it; a text saved elsewhere meanwhile is shown beside this one."""
    text = request.form.get("text", "")
    try:
        process_note.save(
            note_id=note_id,
            base=base_version(),
            text=text,
            by=me(),
            at=now(),
        )
    except (BadInput, Stale) as refusal:
        view = process_note.look(note_id=note_id, by=me(), at=now())
        page = render_template(
            "process_notes/page.html",
            view=view,
            text=text,
            error=" ".join(refusal.errors.values())
            if isinstance(refusal, BadInput)
            else refusal.sentence,
            theirs="" if isinstance(refusal, BadInput) else view.text,
        )
        return page, status_of(refusal)
    flash("The process note is saved.", "success")
    return redirect(f"/notes/{note_id}/process")
