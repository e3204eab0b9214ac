"""Alerts of a patient: what stands, what was resolved and why, resolving one, a risk note."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import alert, risk_note
from kapnotes.clinic.refusals import ReasonNeeded, Stale, WrongState
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


@place.route("/patients/<uuid:patient_id>/risk-note", methods=["GET", "POST"])
@needs(Action.RESOLVE_ALERT)
def note(patient_id: UUID) -> tuple[str, int] | Response:
    """Ask for the risk note that answers what calls, and write it; then go back to the session."""
    words, error, sentence, status = request.form.get("words", ""), "", "", 200
    infusion_id = _uuid(request.values.get("infusion", ""))
    back = f"/infusions/{infusion_id}/session" if infusion_id else f"/patients/{patient_id}/alerts"
    if request.method == "POST":
        seen = {one for one in map(_uuid, request.form.getlist("seen")) if one}
        try:
            risk_note.write(patient_id=patient_id, words=words, seen=seen, by=me(), at=now())
            return redirect(back)
        except ReasonNeeded as refusal:
            error, status = refusal.sentence, status_of(refusal)
        except (Stale, WrongState) as refusal:
            sentence, status = refusal.sentence, status_of(refusal)
    page = render_template(
        "alerts/risk_note.html",
        view=risk_note.open_one(patient_id=patient_id, by=me(), at=now()),
        words=words,
        error=error,
        sentence=sentence,
        infusion_id=infusion_id,
        back=back,
    )
    return page, status


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
