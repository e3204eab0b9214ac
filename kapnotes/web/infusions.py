"""Infusions: planning, moving, starting, completing, cancelling, and the infusion's page."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import course, infusion
from kapnotes.actions.work import edition_for
from kapnotes.clinic.refusals import BadInput, ReasonNeeded, WrongState
from kapnotes.web import entry
from kapnotes.web.drawn import filled
from kapnotes.web.infusion_page import InfusionPage
from kapnotes.web.session import me, now

place = Blueprint("infusions", __name__)
USUAL_HOUR = time(10)


@place.get("/courses/<uuid:course_id>/infusions/new")
@needs(Action.PLAN_INFUSION)
def new(course_id: UUID) -> str:
    """Show the form for the next infusion, as the protocol proposes it."""
    view = course.look(course_id=course_id, by=me(), at=now())
    protocol = view.protocol
    usual = datetime.combine(view.proposal.on, USUAL_HOUR, ZoneInfo(me().zone))
    known = {
        "planned_for": usual,
        "phase": view.proposal.phase.value,
        "route": protocol.route.value if protocol.route else None,
    }
    form = entry.blank("infusion", known)
    return render_template("infusions/form.html", form=form, view=view, infusion=None)


@place.post("/courses/<uuid:course_id>/infusions/new")
@needs(Action.PLAN_INFUSION)
def plan(course_id: UUID) -> tuple[str, int] | Response:
    """Plan the next infusion."""
    try:
        values = entry.values("infusion") | {"reason": entry.reason()}
        made = infusion.plan(course_id=course_id, **values, by=me(), at=now())
    except (BadInput, ReasonNeeded) as refusal:
        view = course.look(course_id=course_id, by=me(), at=now())
        form = entry.again("infusion", refusal)
        return render_template("infusions/form.html", form=form, view=view, infusion=None), 422
    return redirect(f"/infusions/{made}")


@place.get("/infusions/<uuid:infusion_id>")
@needs(Action.SEE_PATIENT)
def page(infusion_id: UUID) -> str:
    """Show an infusion: its three notes, its session, its documents."""
    actor, at = me(), now()
    page = InfusionPage(actor, at)
    view = infusion.look(
        infusion_id=infusion_id,
        edition=edition_for(actor).value,
        is_drawn=page.is_drawn,
        by=actor,
        at=at,
    )
    main = filled(page.main(view), generate_csrf())
    return render_template("infusions/page.html", number=view.infusion.number, main=main)


@place.get("/infusions/<uuid:infusion_id>/edit")
@needs(Action.PLAN_INFUSION)
def open_plan(infusion_id: UUID) -> str:
    """Show the plan of an infusion in a form."""
    view = infusion.look(infusion_id=infusion_id, by=me(), at=now())
    found = view.infusion
    known = {"planned_for": found.planned_for, "route": found.route, "phase": found.phase}
    form = entry.blank("infusion", known)
    return render_template("infusions/form.html", form=form, view=None, infusion=found)


@place.post("/infusions/<uuid:infusion_id>/edit")
@needs(Action.PLAN_INFUSION)
def edit(infusion_id: UUID) -> tuple[str, int] | Response:
    """Move or change a planned infusion."""
    try:
        values = entry.values("infusion") | {"reason": entry.reason()}
        infusion.edit(infusion_id=infusion_id, **values, by=me(), at=now())
    except (BadInput, ReasonNeeded) as refusal:
        found = infusion.look(infusion_id=infusion_id, by=me(), at=now()).infusion
        form = entry.again("infusion", refusal)
        return render_template("infusions/form.html", form=form, view=None, infusion=found), 422
    return redirect(f"/infusions/{infusion_id}")


@place.post("/infusions/<uuid:infusion_id>/start")
@needs(Action.RUN_INFUSION)
def start(infusion_id: UUID) -> Response:
    """Start the session."""
    infusion.start(infusion_id=infusion_id, by=me(), at=now())
    return redirect(f"/infusions/{infusion_id}/session")


@place.post("/infusions/<uuid:infusion_id>/complete")
@needs(Action.RUN_INFUSION)
def complete(infusion_id: UUID) -> Response:
    """Complete the infusion."""
    infusion.complete(infusion_id=infusion_id, by=me(), at=now())
    return redirect(f"/infusions/{infusion_id}")


@place.route("/infusions/<uuid:infusion_id>/cancel", methods=["GET", "POST"])
@needs(Action.RUN_INFUSION)
def cancel(infusion_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and cancel the infusion."""
    return _with_reason(infusion_id, "cancel")


@place.route("/infusions/<uuid:infusion_id>/reopen", methods=["GET", "POST"])
@needs(Action.RUN_INFUSION)
def reopen(infusion_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and take a completion or a cancellation back."""
    return _with_reason(infusion_id, "reopen")


def _with_reason(infusion_id: UUID, verb: str) -> tuple[str, int] | Response:
    act = {"cancel": infusion.cancel, "reopen": infusion.reopen}[verb]
    reason, error, sentence, status = request.form.get("reason", ""), "", "", 200
    if request.method == "POST":
        try:
            act(infusion_id=infusion_id, reason=reason, by=me(), at=now())
            return redirect(f"/infusions/{infusion_id}")
        except ReasonNeeded as refusal:
            error, status = refusal.sentence, 422
        except WrongState as refusal:
            sentence, status = refusal.sentence, 409
    found = infusion.look(infusion_id=infusion_id, by=me(), at=now()).infusion
    page = render_template(
        "infusions/reason.html",
        infusion=found,
        verb=verb,
        reason=reason,
        error=error,
        sentence=sentence,
    )
    return page, status
