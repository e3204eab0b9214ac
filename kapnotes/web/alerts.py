"""Alerts of a patient: what stands, what was resolved and why, and resolving one."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import alert
from kapnotes.clinic.refusals import ReasonNeeded, WrongState
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("alerts", __name__)


@place.get("/patients/<uuid:patient_id>/alerts")
@needs(Action.SEE_PATIENT)
def page(patient_id: UUID) -> str:
    """Show the alerts that stand, the gravest first, and those that were resolved."""
    view = alert.look(patient_id=patient_id, by=me(), at=now())
    return render_template("alerts/page.html", view=view, may=me().can, Action=Action)


@place.route("/patients/<uuid:patient_id>/alerts/<uuid:alert_id>/resolve", methods=["GET", "POST"])
@needs(Action.RESOLVE_ALERT)
def resolve(patient_id: UUID, alert_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and resolve an alert."""
    reason, error, sentence, status = request.form.get("reason", ""), "", "", 200
    if request.method == "POST":
        try:
            alert.resolve(
                patient_id=patient_id, alert_id=alert_id, reason=reason, by=me(), at=now()
            )
            return redirect(f"/patients/{patient_id}/alerts")
        except ReasonNeeded as refusal:
            error, status = refusal.sentence, status_of(refusal)
        except WrongState as refusal:
            sentence, status = refusal.sentence, status_of(refusal)
    found, row = alert.open_one(patient_id=patient_id, alert_id=alert_id, by=me(), at=now())
    page = render_template(
        "alerts/resolve.html",
        patient=found,
        alert=row,
        reason=reason,
        error=error,
        sentence=sentence,
    )
    return page, status
