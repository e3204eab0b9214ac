"""Tasks: what waits for a person's role about the patients in their reach, and answering it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import OutOfReach, WrongState, check_reason
from kapnotes.db import Session
from kapnotes.records import person, task
from kapnotes.records.task import Task

ANSWERED = 20
"""How many of those answered last stand below the ones that wait."""


@dataclass(frozen=True, slots=True)
class TasksView:
    """What waits for this person, the oldest first, and what was answered last; names by id."""

    waiting: Sequence[Task]
    answered: Sequence[Task]
    names: Mapping[UUID, str]


def waiting(session: Session, *, by: Actor, at: datetime) -> list[Task]:
    """What waits for this person, the oldest first; nothing for a role that answers no task."""
    if not by.can(Action.ANSWER_TASK):
        return []
    return task.open_for(session, by.role.key, reach=by.reach(at))


@looks(Did.TASKS_LISTED)
def look(deed: Deed, *, by: Actor, at: datetime) -> TasksView:
    """The tasks of this person."""
    check_role(by, Action.ANSWER_TASK)
    found = waiting(deed.session, by=by, at=at)
    done = task.answered_for(deed.session, by.role.key, reach=by.reach(at), most=ANSWERED)
    people = person.named(
        deed.session, {one.answered_by_id for one in done if one.answered_by_id is not None}
    )
    deed.details["found"] = len(found)
    return TasksView(found, done, {one.id: one.name for one in people.values()})


@looks(Did.TASKS_LISTED)
def open_one(deed: Deed, *, task_id: UUID, by: Actor, at: datetime) -> Task:
    """One task, to answer it."""
    return _mine(deed, task_id, by=by, at=at)


@does(Did.TASK_ANSWERED)
def answer(deed: Deed, *, task_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Answer a task of one's own role in words; it then waits for nobody."""
    found = _mine(deed, task_id, by=by, at=at, lock=True)
    if found.answered_at is not None:
        raise WrongState("Somebody answered this task already.")
    said = check_reason(words, "Please write what you found or decided.")
    found.answered_at = at
    found.answered_by_id = by.id
    found.answer = said
    deed.on(found, task=found.kind)


def _mine(deed: Deed, task_id: UUID, *, by: Actor, at: datetime, lock: bool = False) -> Task:
    check_role(by, Action.ANSWER_TASK)
    found = task.fetch(deed.session, task_id, reach=by.reach(at), lock=lock)
    deed.on(found, task=found.kind)
    if found.whose != by.role.key:
        raise OutOfReach
    return found
