"""Courses of treatment."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import course, patient
from kapnotes.clinic.refusals import BadInput, ReasonNeeded, Stale, WrongState
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note
from kapnotes.web import entry
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("courses", __name__)


@place.get("/patients/<uuid:patient_id>/courses/new")
@needs(Action.PLAN_COURSE)
def new(patient_id: UUID) -> str:
    """Show the form for a new course."""
    owner = patient.open_details(patient_id=patient_id, by=me(), at=now())
    known = {"started_on": me().reach(now()).on, "protocol": "iv_induction_six"}
    form = entry.blank("course", known)
    return render_template("courses/form.html", form=form, patient=owner, course=None)


@place.post("/patients/<uuid:patient_id>/courses/new")
@needs(Action.PLAN_COURSE)
def start(patient_id: UUID) -> tuple[str, int] | Response:
    """Begin a course."""
    try:
        made = course.start(patient_id=patient_id, **entry.values("course"), by=me(), at=now())
    except BadInput as refusal:
        owner = patient.open_details(patient_id=patient_id, by=me(), at=now())
        form = entry.again("course", refusal)
        page = render_template("courses/form.html", form=form, patient=owner, course=None)
        return page, 422
    return redirect(f"/courses/{made}")


@place.get("/courses/<uuid:course_id>")
@needs(Action.SEE_PATIENT)
def page(course_id: UUID) -> str:
    """Show a course."""
    view = course.look(course_id=course_id, by=me(), at=now())
    return render_template(
        "courses/page.html", view=view, rows=_rows(view), may=me().can, Action=Action
    )


@dataclass(frozen=True, slots=True)
class InfusionRow:
    """One infusion of the course's table: its notes, and its dose in all (mg, None for none)."""

    infusion: Infusion
    notes: Sequence[Note]
    mg: Decimal | None


def _rows(view: course.CourseView) -> list[InfusionRow]:
    rows = []
    for one in view.infusions:
        doses = [dose.mg for dose in view.doses if dose.infusion_id == one.id]
        notes = [note for note in view.notes if note.infusion_id == one.id]
        rows.append(InfusionRow(one, notes, sum(doses, Decimal(0)) if doses else None))
    return rows


@place.get("/courses/<uuid:course_id>/edit")
@needs(Action.PLAN_COURSE)
def open_details(course_id: UUID) -> str:
    """Show what a course says of itself in a form."""
    found = course.look(course_id=course_id, by=me(), at=now()).course
    known = {name: getattr(found, name) for name in course.FIELDS}
    form = entry.blank("course", known, version=found.version)
    return render_template("courses/form.html", form=form, patient=found.patient, course=found)


@place.post("/courses/<uuid:course_id>/edit")
@needs(Action.PLAN_COURSE)
def edit(course_id: UUID) -> tuple[str, int] | Response:
    """Change what a course says of itself."""
    try:
        details = entry.values("course")
        course.edit(course_id=course_id, **details, base=entry.base(), by=me(), at=now())
    except (BadInput, Stale) as refusal:
        found = course.look(course_id=course_id, by=me(), at=now()).course
        form = entry.again("course", refusal, newest=found.version)
        page = render_template("courses/form.html", form=form, patient=found.patient, course=found)
        return page, status_of(refusal)
    return redirect(f"/courses/{course_id}")


@place.route("/courses/<uuid:course_id>/end", methods=["GET", "POST"])
@needs(Action.PLAN_COURSE)
def end(course_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and end the course."""
    error, sentence, status = "", "", 200
    if request.method == "POST":
        try:
            course.end(
                course_id=course_id,
                on=me().reach(now()).on,
                reason=request.form.get("reason", ""),
                by=me(),
                at=now(),
            )
            return redirect(f"/courses/{course_id}")
        except ReasonNeeded as refusal:
            error, status = refusal.sentence, 422
        except WrongState as refusal:
            sentence, status = refusal.sentence, 409
    found = course.look(course_id=course_id, by=me(), at=now()).course
    page = render_template(
        "courses/end.html",
        course=found,
        error=error,
        sentence=sentence,
        reason=request.form.get("reason", ""),
    )
    return page, status
