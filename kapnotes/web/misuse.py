"""The misuse watch of a patient: the running picture, and what is noted in it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import misuse
from kapnotes.clinic.refusals import BadInput
from kapnotes.web import entry
from kapnotes.web.entry import Form
from kapnotes.web.session import me, now

place = Blueprint("misuse", __name__)


@place.get("/patients/<uuid:patient_id>/misuse")
@needs(Action.SEE_PATIENT)
def page(patient_id: UUID) -> str:
    """Show when it was asked about, what was said and seen, and who is to look at it."""
    return _page(patient_id)


@place.post("/patients/<uuid:patient_id>/misuse")
@needs(Action.RECORD_MISUSE_EVENT)
def record(patient_id: UUID) -> tuple[str, int] | Response:
    """Note a request or a loss."""
    try:
        misuse.record(patient_id=patient_id, **entry.values("misuse_event"), by=me(), at=now())
    except BadInput as refusal:
        return _page(patient_id, entry.again("misuse_event", refusal)), 422
    return redirect(f"/patients/{patient_id}/misuse")


def _page(patient_id: UUID, form: Form | None = None) -> str:
    view = misuse.look(patient_id=patient_id, by=me(), at=now())
    if me().can(Action.RECORD_MISUSE_EVENT):
        form = form or entry.blank("misuse_event", {"observed_at": now()})
    return render_template("misuse/page.html", view=view, form=form)
