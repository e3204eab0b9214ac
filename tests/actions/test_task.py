"""Tasks: each waits for one role, within reach, until somebody answers it in words."""

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import misuse, people, reminder, supervision, task
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, ReasonNeeded, WrongState
from kapnotes.records.person import Supervision
from kapnotes.records.task import Task
from tests.builders import AT, Small, add_person


@pytest.fixture
def asked(small: Small) -> Task:
    """What waits for the medical professional."""
    misuse.record(
        patient_id=small.patient_id, kind="lost", observed_at=AT, by=small.therapist, at=AT
    )
    [found] = task.look(by=small.medical, at=AT).waiting
    return found


def test_a_task_waits_for_its_role_and_nobody_else(small: Small, asked: Task) -> None:
    assert task.look(by=small.therapist, at=AT).waiting == []
    [other] = task.look(by=small.supervisor, at=AT).waiting
    assert other.id != asked.id
    assert asked.patient.name == "Jördis Falk"
    with pytest.raises(NotAllowed):
        task.look(by=small.administrator, at=AT)


def test_it_waits_only_for_those_who_care_for_the_patient(small: Small, asked: Task) -> None:
    del small
    stranger = add_person("Moe", "medical")
    assert task.look(by=stranger, at=AT).waiting == []
    with pytest.raises(OutOfReach):
        task.answer(task_id=asked.id, words="Fine", by=stranger, at=AT)


def test_answered_in_words_it_waits_for_nobody(small: Small, asked: Task) -> None:
    with pytest.raises(ReasonNeeded):
        task.answer(task_id=asked.id, words=" ", by=small.medical, at=AT)
    task.answer(task_id=asked.id, words="Replaced, and kept here now", by=small.medical, at=AT)
    view = task.look(by=small.medical, at=AT)
    assert view.waiting == []
    assert [one.answer for one in view.answered] == ["Replaced, and kept here now"]
    assert view.names == {small.medical.id: "Mina"}
    with pytest.raises(WrongState):
        task.answer(task_id=asked.id, words="Again", by=small.medical, at=AT)


def test_a_task_of_another_role_is_not_answered(small: Small, asked: Task) -> None:
    for by in (small.therapist, small.supervisor):
        with pytest.raises(OutOfReach):
            task.answer(task_id=asked.id, words="Fine", by=by, at=AT)


def unsupervised(small: Small) -> None:
    """Nobody supervises anybody from today."""
    with db.current().reading() as session:
        [link] = session.execute(sa.select(Supervision.id)).scalars()
    supervision.end_link(link_id=link, on=AT.date(), by=small.administrator, at=AT)


def test_what_nobody_of_its_role_can_see_stands_with_everyone_who_cares(
    small: Small, asked: Task
) -> None:
    [for_supervisor] = task.look(by=small.supervisor, at=AT).waiting
    assert task.look(by=small.medical, at=AT).stands_in == frozenset()
    unsupervised(small)
    assert task.look(by=small.supervisor, at=AT).waiting == []
    view = task.look(by=small.medical, at=AT)
    assert [one.id for one in view.waiting] == [asked.id, for_supervisor.id]
    assert view.stands_in == {for_supervisor.id}
    assert [one.id for one in task.look(by=small.therapist, at=AT).waiting] == [for_supervisor.id]
    assert task.look(by=add_person("Moe", "medical"), at=AT).waiting == []
    task.answer(task_id=for_supervisor.id, words="Seen by me", by=small.therapist, at=AT)
    assert [one.id for one in task.look(by=small.medical, at=AT).waiting] == [asked.id]
    assert [one.answer for one in task.look(by=small.therapist, at=AT).answered] == ["Seen by me"]


def test_a_closed_account_sees_nothing_for_its_role(small: Small, asked: Task) -> None:
    people.disable(person_id=small.medical.id, by=small.administrator, at=AT)
    assert [one.id for one in task.look(by=small.therapist, at=AT).waiting] == [asked.id]
    counts = {one.email: one.tasks for one in reminder.waiting(by=operator(), at=AT)}
    assert counts["thea@test.example"] == 1


def test_the_administrator_is_told_of_them_without_a_patient(small: Small, asked: Task) -> None:
    del asked
    assert task.unseen(by=small.administrator, at=AT) == []
    unsupervised(small)
    [one] = task.unseen(by=small.administrator, at=AT)
    assert (one.whose, one.kind, one.raised_by) == ("supervisor", "misuse_watch", "Thea")
    with pytest.raises(NotAllowed):
        task.unseen(by=small.therapist, at=AT)
