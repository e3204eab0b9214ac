"""Courses of treatment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import course, patient
from kapnotes.clinic.course_state import CourseMove, moves_from
from kapnotes.clinic.refusals import BadInput, ReasonNeeded, Stale, WrongState
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note
from kapnotes.web import entry
from kapnotes.web.course_words import sentences
from kapnotes.web.errors import status_of
from kapnotes.web.outcome_words import panel_of
from kapnotes.web.session import me, me_about, now

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
    may = me_about(view.course.patient_id).can
    return render_template(
        "courses/page.html",
        view=view,
        rows=_rows(view),
        outcome=panel_of(view.outcome, me().zone),
        moves=[one.value for one in moves_from(view.state)] if may(Action.PLAN_COURSE) else [],
        told=sentences(view.protocol),
        may=may,
        Action=Action,
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


@place.route("/courses/<uuid:course_id>/pause", methods=["GET", "POST"])
@needs(Action.PLAN_COURSE)
def pause(course_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and pause the course."""
    return _with_reason(course_id, CourseMove.PAUSE)


@place.route("/courses/<uuid:course_id>/resume", methods=["GET", "POST"])
@needs(Action.PLAN_COURSE)
def resume(course_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and go on with the course."""
    return _with_reason(course_id, CourseMove.RESUME)


@place.route("/courses/<uuid:course_id>/end", methods=["GET", "POST"])
@needs(Action.PLAN_COURSE)
def end(course_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and end the course."""
    return _with_reason(course_id, CourseMove.END)


@place.route("/courses/<uuid:course_id>/reopen", methods=["GET", "POST"])
@needs(Action.PLAN_COURSE)
def reopen(course_id: UUID) -> tuple[str, int] | Response:
    """Ask for the reason and take the end of the course back."""
    return _with_reason(course_id, CourseMove.REOPEN)


MOVES: Mapping[CourseMove, Callable[..., None]] = MappingProxyType(
    {
        CourseMove.PAUSE: course.pause,
        CourseMove.RESUME: course.resume,
        CourseMove.END: course.end,
        CourseMove.REOPEN: course.reopen,
    }
)


def _with_reason(course_id: UUID, verb: CourseMove) -> tuple[str, int] | Response:
    error, sentence, status = "", "", 200
    reason = request.form.get("reason", "")
    if request.method == "POST":
        when = {"on": me().reach(now()).on} if verb is CourseMove.END else {}
        try:
            MOVES[verb](course_id=course_id, reason=reason, **when, by=me(), at=now())
            return redirect(f"/courses/{course_id}")
        except ReasonNeeded as refusal:
            error, status = refusal.sentence, 422
        except WrongState as refusal:
            sentence, status = refusal.sentence, 409
    found = course.look(course_id=course_id, by=me(), at=now()).course
    page = render_template(
        "courses/move.html",
        course=found,
        verb=verb.value,
        error=error,
        sentence=sentence,
        reason=reason,
    )
    return page, status
