"""Tasks: each waits for one role, within reach, until somebody answers it in words."""

import pytest

from kapnotes.actions import misuse, task
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, ReasonNeeded, WrongState
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
