"""Planning the rest of a course on one page: the proposed dates, each to be changed or left out."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import course, planning
from kapnotes.actions.course import CourseView
from kapnotes.actions.entry import local, wall
from kapnotes.actions.planning import Slot
from kapnotes.clinic.course_state import check_plan
from kapnotes.clinic.infusion import Phase, Route
from kapnotes.clinic.refusals import BadInput, CautionOpen, ReasonNeeded, Refusal, Stale
from kapnotes.library import record_definition
from kapnotes.web import entry
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("planning", __name__)
MOST = 40
"""More rows than a protocol can propose."""
WRITTEN = "%Y-%m-%dT%H:%M"
NEEDED = "Enter a day and a time, or leave this infusion out."
NOT_READ = "Enter a date and a time."


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One infusion on the page: what stands in its fields, and what speaks against its day."""

    name: str
    label: str
    phase: str
    when: str
    is_taken: bool
    mg_per_kg: Decimal | None = None
    against: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The page's form. `against` concerns the course as a whole; `reason` passes it."""

    rows: tuple[PlanRow, ...]
    route: str
    base: str
    against: tuple[str, ...] = ()
    sentence: str = ""
    route_error: str = ""
    asks_reason: bool = False
    reason: str = ""
    reason_error: str = ""

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by the name of its field."""
        found = {f"{row.name}.when": row.error for row in self.rows if row.error}
        found |= {"route": self.route_error} if self.route_error else {}
        return found | ({"_reason": self.reason_error} if self.reason_error else {})


@place.get("/courses/<uuid:course_id>/plan")
@needs(Action.PLAN_INFUSION)
def open_plan(course_id: UUID) -> str:
    """Show the proposed dates of the rest of a course."""
    view = course.look(course_id=course_id, by=me(), at=now())
    check_plan(view.state)
    return _page(view, _proposed(view))


@place.post("/courses/<uuid:course_id>/plan")
@needs(Action.PLAN_INFUSION)
def plan(course_id: UUID) -> tuple[str, int] | Response:
    """Plan the infusions that were chosen, all of them or none."""
    try:
        slots, places, route = _read()
        made = _plan(course_id, slots, places, route)
    except (BadInput, ReasonNeeded, Stale) as refusal:
        view = course.look(course_id=course_id, by=me(), at=now())
        check_plan(view.state)
        return _page(view, _again(view, refusal)), status_of(refusal)
    count = len(made)
    flash(f"{count} infusion{'' if count == 1 else 's'} planned.", "success")
    return redirect(f"/courses/{course_id}")


def _page(view: CourseView, form: PlanForm) -> str:
    routes = record_definition("infusion").item("route").options
    return render_template("courses/plan.html", view=view, form=form, routes=routes)


def _proposed(view: CourseView) -> PlanForm:
    """The form as the protocol proposes it, what lies outside of it said from the start."""
    zone = me().zone
    slots = planning.proposed_slots(view, zone=zone)
    by_slot, whole = planning.against(view, slots, zone=zone, today=me().reach(now()).on)
    infusions = view.plan.infusions if view.plan else ()
    why = tuple(one.sentence for one in view.plan.cautions) if view.plan else ()
    labels = _labels(view)
    rows = tuple(
        PlanRow(
            f"slot.{number}",
            labels.get(one.number, one.phase.value.capitalize()),
            slot.phase.value,
            wall(slot.planned_for, zone).strftime(WRITTEN),
            is_taken=True,
            mg_per_kg=one.mg_per_kg,
            against=tuple(by_slot[slot]),
        )
        for number, (one, slot) in enumerate(zip(infusions, slots, strict=True))
    )
    speaks = bool(whole or why or any(row.against for row in rows))
    return PlanForm(
        rows, _usual_route(view), str(view.about.next_number), why or whole, asks_reason=speaks
    )


def _labels(view: CourseView) -> dict[int, str]:
    return {step.number: step.label for step in view.steps}


def _usual_route(view: CourseView) -> str:
    """The route of the protocol, or of the last infusion where it leaves that open."""
    if view.protocol.route:
        return view.protocol.route.value
    return view.infusions[-1].route if view.infusions else ""


def _posted() -> dict[str, str]:
    return {name: values[0] for name, values in entry.posted().items() if values}


def _rows(typed: dict[str, str], view: CourseView) -> tuple[PlanRow, ...]:
    """The rows as they were posted; what they are called stands in the plan, where it still is."""
    infusions = view.plan.infusions if view.plan else ()
    labels = _labels(view)
    rows = []
    for number in range(MOST):
        name = f"slot.{number}"
        phase = typed.get(f"{name}.phase")
        if phase is None:
            continue
        one = infusions[number] if number < len(infusions) else None
        label = labels.get(one.number, "") if one else ""
        rows.append(
            PlanRow(
                name,
                label or phase.capitalize(),
                phase,
                typed.get(f"{name}.when", ""),
                is_taken=f"{name}.taken" in typed,
                mg_per_kg=one.mg_per_kg if one else None,
            )
        )
    return tuple(rows)


def _read() -> tuple[list[Slot], list[str], str]:
    """The slots that were chosen with the names of their rows, and the route, or BadInput."""
    typed, errors = _posted(), {}
    slots, names = [], []
    for number in range(MOST):
        name = f"slot.{number}"
        if f"{name}.phase" not in typed or f"{name}.taken" not in typed:
            continue
        try:
            slots.append(Slot(_moment(typed.get(f"{name}.when", "")), _phase(typed, name)))
            names.append(name)
        except BadInput as refusal:
            errors[name] = refusal.errors[""]
    route = typed.get("route", "")
    if route not in list(Route):
        errors["route"] = "Choose one of the answers listed."
    if errors:
        raise BadInput(errors)
    return slots, names, route


def _phase(typed: dict[str, str], name: str) -> Phase:
    try:
        return Phase(typed[f"{name}.phase"])
    except ValueError:
        raise BadInput({"": "There is no such phase."}) from None


def _moment(text: str) -> datetime:
    """The time of a row in the practice's zone."""
    if not text.strip():
        raise BadInput({"": NEEDED})
    reading = forms.read(record_definition("infusion"), {"planned_for": [text]})
    found = reading.answers.get("planned_for")
    if not isinstance(found, datetime):
        raise BadInput({"": NOT_READ})
    return local(found, ZoneInfo(me().zone))


def _plan(course_id: UUID, slots: list[Slot], names: list[str], route: str) -> list[UUID]:
    """Plan them. Raises BadInput, its errors by the names of the rows."""
    base = _posted().get("_base", "")
    try:
        return planning.plan(
            course_id=course_id,
            slots=slots,
            route=route,
            base=int(base)
            if base.isascii() and base.isdigit() and len(base) < entry.DIGITS
            else -1,
            reason=entry.reason(),
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        raise BadInput(
            {names[int(key)] if key else "": text for key, text in refusal.errors.items()}
        ) from None


def _again(view: CourseView, refusal: Refusal) -> PlanForm:
    """The form as it was posted, with what is wrong beside it; nothing that was typed is lost."""
    typed = _posted()
    errors = refusal.errors if isinstance(refusal, BadInput) else {}
    rows = tuple(replace(row, error=errors.get(row.name, "")) for row in _rows(typed, view))
    if not rows:
        return replace(_proposed(view), sentence=errors.get("", refusal.sentence))
    rows, whole = _weighed(view, rows)
    is_about_reason = isinstance(refusal, ReasonNeeded)
    sentence = "" if is_about_reason or isinstance(refusal, BadInput) else refusal.sentence
    return PlanForm(
        rows,
        typed.get("route", ""),
        typed.get("_base", ""),
        whole,
        sentence=sentence or errors.get("", ""),
        route_error=errors.get("route", ""),
        asks_reason=is_about_reason or bool(whole) or any(row.against for row in rows),
        reason=entry.reason(),
        reason_error=_reason_error(refusal),
    )


def _reason_error(refusal: Refusal) -> str:
    if isinstance(refusal, CautionOpen):
        return "Please write why these dates stand."
    return refusal.sentence if isinstance(refusal, ReasonNeeded) else ""


def _weighed(
    view: CourseView, rows: tuple[PlanRow, ...]
) -> tuple[tuple[PlanRow, ...], tuple[str, ...]]:
    """The rows with what speaks against those that can be read, and against them together."""
    read: dict[str, Slot] = {}
    for row in rows:
        try:
            if row.is_taken and not row.error:
                read[row.name] = Slot(_moment(row.when), Phase(row.phase))
        except (BadInput, ValueError):
            continue
    by_slot, whole = planning.against(
        view, list(read.values()), zone=me().zone, today=me().reach(now()).on
    )
    weighed = tuple(
        replace(row, against=tuple(by_slot[read[row.name]])) if row.name in read else row
        for row in rows
    )
    return weighed, whole
