"""Tasks: what waits for this person, and answering one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import task
from kapnotes.clinic.refusals import ReasonNeeded, WrongState
from kapnotes.records.task import Task
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("tasks", __name__)

TITLES = {
    "dose_request": "Another dose is asked for",
    "misuse_watch": "Look at the misuse watch",
    "misuse_event": "Look at the misuse watch",
    "risk_answer": "Look at an answer about risk",
}
ABOUT = {
    "dose_request": "/infusions/{infusion}",
    "misuse_watch": "/patients/{patient}/misuse",
    "misuse_event": "/patients/{patient}/misuse",
    "risk_answer": "/patients/{patient}/alerts",
}
"""Where the thing stands that a task asks to look at; for another kind the patient's page."""
RISK_NOTE = "/patients/{patient}/risk-note"
WHOSE = {"therapist": "the therapist", "medical": "medical", "supervisor": "the supervisor"}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as a list shows it; `patient` is "" on the patient's own page.

    `stands_in` is whether it is the reader's because nobody of its role sees the patient.
    """

    id: UUID
    title: str
    words: str
    patient: str
    patient_id: UUID
    href: str
    whose: str
    raised_at: datetime
    raised_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    is_mine: bool
    stands_in: bool


def rows_of(
    tasks: Iterable[Task],
    names: dict[UUID, str] | None = None,
    *,
    named: bool = True,
    stands_in: Collection[UUID] = (),
) -> list[TaskRow]:
    """Tasks as `templates/tasks/list.html` shows them; not `named` on the patient's own page.

    `stands_in` are those of other roles that stand with the reader.
    """
    known = names or {}
    return [
        TaskRow(
            one.id,
            TITLES.get(one.kind, "A task"),
            one.words,
            one.patient.name if named else "",
            one.patient_id,
            _about(one),
            WHOSE.get(one.whose, one.whose),
            one.raised_at,
            one.raised_by.name,
            one.answer or "",
            one.answered_at,
            known.get(one.answered_by_id, "") if one.answered_by_id else "",
            one.whose == me().role.key or one.id in stands_in,
            one.id in stands_in,
        )
        for one in tasks
    ]


def _about(one: Task) -> str:
    address = ABOUT.get(one.kind, "/patients/{patient}")
    if one.kind == "risk_answer" and me().can(Action.RESOLVE_ALERT) and one.answered_at is None:
        address = RISK_NOTE
    if "{infusion}" in address and one.infusion_id is None:
        address = "/patients/{patient}"
    return address.format(patient=one.patient_id, infusion=one.infusion_id)


@place.get("/tasks")
@needs(Action.ANSWER_TASK)
def page() -> str:
    """Show what waits for this person, and what was answered last."""
    view = task.look(by=me(), at=now())
    return render_template(
        "tasks/page.html",
        waiting=rows_of(view.waiting, stands_in=view.stands_in),
        answered=rows_of(view.answered, dict(view.names)),
    )


@place.route("/tasks/<uuid:task_id>/answer", methods=["GET", "POST"])
@needs(Action.ANSWER_TASK)
def answer(task_id: UUID) -> tuple[str, int] | Response:
    """Ask for the answer, and answer."""
    words, error, sentence, status = request.form.get("answer", ""), "", "", 200
    if request.method == "POST":
        try:
            task.answer(task_id=task_id, words=words, by=me(), at=now())
            return redirect("/tasks")
        except ReasonNeeded as refusal:
            error, status = refusal.sentence, status_of(refusal)
        except WrongState as refusal:
            sentence, status = refusal.sentence, status_of(refusal)
    found = task.open_one(task_id=task_id, by=me(), at=now())
    others = () if found.whose == me().role.key else (found.id,)
    page = render_template(
        "tasks/answer.html",
        task=found,
        row=rows_of([found], stands_in=others)[0],
        answer=words,
        error=error,
        sentence=sentence,
    )
    return page, status
