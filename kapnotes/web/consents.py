"""Consents of a patient: how consent stands, the history, recording one, and its withdrawal."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import consent
from kapnotes.clinic.consent import POINTS
from kapnotes.clinic.refusals import BadInput, ReasonNeeded, WrongState
from kapnotes.web import entry
from kapnotes.web.entry import Form
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("consents", __name__)


@place.get("/patients/<uuid:patient_id>/consents")
@needs(Action.SEE_PATIENT)
def page(patient_id: UUID) -> str:
    """Show what is in force until when, what was covered, and every consent before."""
    return _page(patient_id)


@place.post("/patients/<uuid:patient_id>/consents")
@needs(Action.RECORD_CONSENT)
def record(patient_id: UUID) -> tuple[str, int] | Response:
    """Record a consent."""
    try:
        consent.record(patient_id=patient_id, **entry.values("consent"), by=me(), at=now())
    except BadInput as refusal:
        return _page(patient_id, entry.again("consent", refusal)), 422
    return redirect(f"/patients/{patient_id}/consents")


@place.get("/patients/<uuid:patient_id>/consents/<uuid:consent_id>/withdraw")
@needs(Action.RECORD_CONSENT)
def ask(patient_id: UUID, consent_id: UUID) -> str:
    """Ask when and why it is withdrawn."""
    form = entry.blank("withdrawal", {"withdrawn_on": me().reach(now()).on})
    return _withdrawal(patient_id, consent_id, form)


@place.post("/patients/<uuid:patient_id>/consents/<uuid:consent_id>/withdraw")
@needs(Action.RECORD_CONSENT)
def withdraw(patient_id: UUID, consent_id: UUID) -> tuple[str, int] | Response:
    """Record that it was withdrawn."""
    try:
        consent.withdraw(
            patient_id=patient_id,
            consent_id=consent_id,
            **entry.values("withdrawal"),
            by=me(),
            at=now(),
        )
    except (BadInput, ReasonNeeded, WrongState) as refusal:
        form = entry.again("withdrawal", refusal)
        return _withdrawal(patient_id, consent_id, form), status_of(refusal)
    return redirect(f"/patients/{patient_id}/consents")


def _page(patient_id: UUID, form: Form | None = None) -> str:
    view = consent.look(patient_id=patient_id, by=me(), at=now())
    if me().can(Action.RECORD_CONSENT):
        form = form or entry.blank("consent", {"held_by": me().signature, **view.known})
    return render_template(
        "consents/page.html", view=view, form=form, points=POINTS, is_known=bool(view.known)
    )


def _withdrawal(patient_id: UUID, consent_id: UUID, form: Form) -> str:
    found, row = consent.open_one(patient_id=patient_id, consent_id=consent_id, by=me(), at=now())
    return render_template("consents/withdraw.html", patient=found, consent=row, form=form)
