"""Today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.door import needs
from kapnotes.actions import proof_view, today, unusual
from kapnotes.actions.today import TodayView
from kapnotes.clinic.course_state import CourseState, against_run
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.clinic.schedule import SCHEDULES
from kapnotes.records.course import Infusion
from kapnotes.web.amendments import due_words
from kapnotes.web.corrective_action import rows_of as action_rows
from kapnotes.web.due_words import line_of
from kapnotes.web.filters import clock, note_title
from kapnotes.web.review_words import queued
from kapnotes.web.session import me, now
from kapnotes.web.tasks import rows_of

place = Blueprint("today", __name__)


@dataclass(frozen=True, slots=True)
class Card:
    """An infusion of today and the next thing to do with it."""

    infusion: Infusion
    words: str
    verb: str
    href: str
    is_open: bool


@place.get("/")
@needs(Action.SEE_TODAY)
def page() -> str:
    """Show today's infusions, the notes that are due, and what waits."""
    everyone = request.args.get("infusions") == "all"
    view = today.look(everyone=everyone, by=me(), at=now())
    return render_template(
        "today/page.html",
        view=view,
        cards=_cards(view, me(), now()),
        waiting=[queued(one, now()) for one in view.waiting],
        owed=[line_of(row, me()) for row in view.owed],
        due=[line_of(row, me()) for row in view.due],
        tasks=rows_of(
            view.tasks,
            stands_in={one.id for one in view.tasks if one.whose != me().role.key},
        ),
        actions=action_rows(view.actions),
        trouble=proof_view.trouble(by=me()),
        unusual=unusual.waiting_count(by=me(), at=now()),
        today=now(),
        today_day=me().reach(now()).on,
        due_words=due_words(me().reach(now()).on),
        may=me().can,
        Action=Action,
    )


def _cards(view: TodayView, actor: Actor, at: datetime) -> list[Card]:
    return [_card(one, view, actor, at) for one in view.infusions]


def _open(infusion: Infusion, view: TodayView, at: datetime) -> Card:
    """An open session: its dose, then vitals for as long as the route's schedule asks for them."""
    here = f"/infusions/{infusion.id}"
    given = [one.observed_at for one in view.doses if one.infusion_id == infusion.id]
    if not given:
        return Card(infusion, "Waits for a dose.", "Open session", f"{here}/session", True)
    last = max(given) + timedelta(minutes=SCHEDULES[Route(infusion.route)].minutes[-1])
    if at < last:
        words = f"Vitals until {clock(last)}."
        return Card(infusion, words, "Open session", f"{here}/session", True)
    return Card(
        infusion, "Waits for discharge and completion.", "Open session", f"{here}/session", True
    )


def _card(infusion: Infusion, view: TodayView, actor: Actor, at: datetime) -> Card:
    state = InfusionState(infusion.state)
    here = f"/infusions/{infusion.id}"
    owed = view.to_write.get(infusion.id)
    if state is InfusionState.IN_PROGRESS and actor.can(Action.RECORD_SESSION):
        return _open(infusion, view, at)
    if owed is not None:
        words = f"The {note_title(owed).lower()} is to be written."
        return Card(infusion, words, "Open infusion", here, True)
    against = against_run(CourseState(infusion.course.state))
    if state is InfusionState.PLANNED and against:
        return Card(infusion, against, "Look", here, False)
    if state is InfusionState.PLANNED and actor.can(Action.RUN_INFUSION):
        return Card(infusion, "Ready to start.", "Open infusion", here, True)
    words = {
        InfusionState.PLANNED: "Not started yet.",
        InfusionState.IN_PROGRESS: "The session is open.",
        InfusionState.COMPLETED: "Nothing is left to do today.",
        InfusionState.CANCELLED: "Cancelled: nothing to do.",
    }[state]
    return Card(infusion, words, "Look", here, False)
