"""Tasks: what waits for a person's role about the patients in their reach, and answering it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.actions import risk_call
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import OutOfReach, WrongState, check_reason
from kapnotes.db import Session
from kapnotes.records import patient, person, task
from kapnotes.records import unseen as unseen_tasks
from kapnotes.records.task import Task
from kapnotes.records.unseen import Unseen

ANSWERED = 20
"""How many of those answered last stand below the ones that wait."""
_UNSEEN = MachineReach("tasks that nobody of their role sees")


@dataclass(frozen=True, slots=True)
class TasksView:
    """What waits for this person, the oldest first, and what was answered last; names by id.

    `stands_in` are those that wait for a role of which nobody sees the patient.
    """

    waiting: Sequence[Task]
    answered: Sequence[Task]
    names: Mapping[UUID, str]
    stands_in: frozenset[UUID] = frozenset()


def waiting(session: Session, *, by: Actor, at: datetime) -> list[Task]:
    """What waits for this person, the oldest first; nothing for a role that answers no task.

    That is what waits for their role, and for one of which nobody sees the patient.
    """
    if not by.can(Action.ANSWER_TASK):
        return []
    reach = by.reach(at)
    found = task.open_for(session, by.role.key, reach=reach)
    found += unseen_tasks.within_reach(session, by.role.key, reach=reach)
    return sorted(found, key=lambda one: one.raised_at)


@looks(Did.TASKS_LISTED)
def look(deed: Deed, *, by: Actor, at: datetime) -> TasksView:
    """The tasks of this person."""
    check_role(by, Action.ANSWER_TASK)
    found = waiting(deed.session, by=by, at=at)
    done = task.answered_for(
        deed.session, by.role.key, by_id=by.id, reach=by.reach(at), most=ANSWERED
    )
    people = person.named(
        deed.session, {one.answered_by_id for one in done if one.answered_by_id is not None}
    )
    deed.details["found"] = len(found)
    stands_in = frozenset(one.id for one in found if one.whose != by.role.key)
    return TasksView(found, done, {one.id: one.name for one in people.values()}, stands_in)


@looks(Did.TASKS_LISTED)
def unseen(deed: Deed, *, by: Actor, at: datetime) -> list[Unseen]:
    """The tasks that wait for a role of which nobody sees the patient, for who links people."""
    check_role(by, Action.SEE_PEOPLE)
    deed.keep_silent()
    return unseen_tasks.everywhere(deed.session, on=by.reach(at).on, reach=_UNSEEN)


@looks(Did.TASKS_LISTED)
def open_one(deed: Deed, *, task_id: UUID, by: Actor, at: datetime) -> Task:
    """One task, to answer it."""
    return _mine(deed, task_id, by=by, at=at)


@does(Did.TASK_ANSWERED)
def answer(deed: Deed, *, task_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Answer a task of one's own role, or one that nobody of its role sees, in words.

    It then waits for nobody. The answer to an answer about risk is its risk note.
    """
    found = _mine(deed, task_id, by=by, at=at)
    patient.hold(deed.session, found.patient_id)
    deed.session.refresh(found, ["answered_at"])
    if found.answered_at is not None:
        raise WrongState("Somebody answered this task already.")
    said = check_reason(words, "Please write what you found or decided.")
    if found.kind == risk_call.KIND:
        risk_call.answer_task(deed, found, said, by=by, at=at)
    found.answered_at = at
    found.answered_by_id = by.id
    found.answer = said
    deed.on(found, task=found.kind)


def _mine(deed: Deed, task_id: UUID, *, by: Actor, at: datetime) -> Task:
    check_role(by, Action.ANSWER_TASK)
    found = task.fetch(deed.session, task_id, reach=by.reach(at))
    deed.on(found, task=found.kind)
    is_mine = found.whose == by.role.key
    if not is_mine and not unseen_tasks.among(deed.session, [found.id], reach=by.reach(at)):
        raise OutOfReach
    return found
