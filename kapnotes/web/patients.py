"""Patients: the list with its search, one patient, their details and their care team."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import patient, trail
from kapnotes.clinic.refusals import BadInput, Stale
from kapnotes.web import entry
from kapnotes.web.errors import status_of
from kapnotes.web.note_row import row_of
from kapnotes.web.patient_page import kept_of, newest_only, scales_of, strip_of
from kapnotes.web.session import me, me_about, now
from kapnotes.web.tasks import rows_of
from kapnotes.web.trail import days_of, position

place = Blueprint("patients", __name__)
LONGEST_SEARCH, LONGEST_PLACE = 200, 600


@place.route("/patients", methods=["GET", "POST"])
@needs(Action.FIND_PATIENT)
def find() -> str:
    """Show the patients in reach; a search is posted, so that no name stands in an address."""
    text = _words("text")[:LONGEST_SEARCH]
    after = _words("page")[:LONGEST_PLACE]
    found = patient.find(text=text, after=after, by=me(), at=now())
    template = "patients/found.html" if request.args.get("fragment") else "patients/list.html"
    return render_template(
        template,
        found=found,
        text=text,
        has_emergency=me().has_emergency,
        may=me().can,
        Action=Action,
    )


@place.get("/patients/new")
@needs(Action.ADD_PATIENT)
def new() -> str:
    """Show the form for a new patient."""
    return render_template("patients/form.html", form=entry.blank("patient"), patient=None)


@place.post("/patients/new")
@needs(Action.ADD_PATIENT)
def add() -> tuple[str, int] | Response:
    """Add a patient."""
    try:
        made = patient.add(**entry.values("patient"), by=me(), at=now())
    except BadInput as refusal:
        form = entry.again("patient", refusal)
        return render_template("patients/form.html", form=form, patient=None), 422
    return redirect(f"/patients/{made}")


@place.get("/patients/<uuid:patient_id>")
@needs(Action.SEE_PATIENT)
def page(patient_id: UUID) -> str:
    """Show a patient."""
    view = patient.look(patient_id=patient_id, by=me(), at=now())
    today = me().reach(now()).on
    strips = [strip_of(view, one, me().zone, today) for one in view.courses]
    return render_template(
        "patients/page.html",
        view=view,
        strips={one.course.id: one for one in strips},
        notes=[row_of(one, me()) for one in view.notes],
        scales=scales_of(view, me().zone),
        newest=newest_only(view),
        kept=kept_of(view),
        tasks=rows_of(view.safety.tasks, named=False, stands_in=view.safety.stands_in),
        may=me_about(patient_id).can,
        Action=Action,
    )


@place.get("/patients/<uuid:patient_id>/edit")
@needs(Action.EDIT_PATIENT)
def open_details(patient_id: UUID) -> str:
    """Show the patient's details in a form."""
    found = patient.open_details(patient_id=patient_id, by=me(), at=now())
    known = {name: getattr(found, name) for name in patient.FIELDS}
    form = entry.blank("patient", known, version=found.version)
    return render_template("patients/form.html", form=form, patient=found)


@place.post("/patients/<uuid:patient_id>/edit")
@needs(Action.EDIT_PATIENT)
def edit(patient_id: UUID) -> tuple[str, int] | Response:
    """Change the patient's details."""
    try:
        details = entry.values("patient")
        patient.edit(patient_id=patient_id, **details, base=entry.base(), by=me(), at=now())
    except (BadInput, Stale) as refusal:
        found = patient.open_details(patient_id=patient_id, by=me(), at=now())
        form = entry.again("patient", refusal, newest=found.version)
        page = render_template("patients/form.html", form=form, patient=found)
        return page, status_of(refusal)
    return redirect(f"/patients/{patient_id}")


@place.post("/patients/<uuid:patient_id>/team")
@needs(Action.EDIT_CARE_TEAM)
def join(patient_id: UUID) -> Response:
    """Put someone on the care team from today."""
    try:
        patient.join_team(
            patient_id=patient_id,
            person_id=_uuid("person_id"),
            starts_on=me().reach(now()).on,
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        flash(" ".join(refusal.errors.values()), "error")
    return redirect(f"/patients/{patient_id}")


@place.post("/patients/<uuid:patient_id>/team/<uuid:member_id>/leave")
@needs(Action.EDIT_CARE_TEAM)
def leave(patient_id: UUID, member_id: UUID) -> Response:
    """Take someone off the care team from today."""
    try:
        patient.leave_team(
            patient_id=patient_id,
            member_id=member_id,
            on=me().reach(now()).on,
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        flash(" ".join(refusal.errors.values()), "error")
    return redirect(f"/patients/{patient_id}")


@place.get("/patients/<uuid:patient_id>/trail")
@needs(Action.SEE_PATIENT)
def who_looked(patient_id: UUID) -> str:
    """Show who read and changed the record of a patient."""
    found, shown = trail.of_patient(
        patient_id=patient_id,
        before=position("before"),
        after=position("after"),
        by=me(),
        at=now(),
    )
    return render_template(
        "patients/trail.html",
        patient=found,
        page=shown,
        days=days_of(shown),
        reports=me().can(Action.PRINT_SUMMARY),
    )


def _words(name: str) -> str:
    """What was typed, without what no name holds and no database takes."""
    return request.form.get(name, "").replace("\x00", "")


def _uuid(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise BadInput({name: "Choose one from the list."}) from None
