"""Corrective actions: given, closed by their owner, verified by another, or opened again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import corrective_action, patient, people, supervision, today
from kapnotes.actions.corrective_action import close, open_one, reopen, verify
from kapnotes.clinic.chart_audit import ActionMove, ActionState
from kapnotes.clinic.refusals import (
    BadInput,
    NotAllowed,
    OutOfReach,
    ReasonNeeded,
    Refusal,
    WrongState,
)
from kapnotes.records.corrective_action import CorrectiveMove
from tests import audited
from tests.audited import DUE, NOT_MET, chart_ids, drawn, ended, given, held
from tests.builders import AT, Small
from tests.plumbing.role import owning


@pytest.fixture
def audit(small: Small) -> UUID:
    held(small, 2)
    return ended(small)


def test_an_action_goes_from_given_to_verified(small: Small, audit: UUID) -> None:
    made = given(small, audit)
    [mine] = corrective_action.look(by=small.therapist, at=AT).mine
    assert (mine.id, mine.what) == (made, "Add an addendum that names the goal")
    close(action_id=made, words="Added on Monday", by=small.therapist, at=AT)
    reopen(action_id=made, words="The goal is still not named", by=small.supervisor, at=AT)
    close(action_id=made, words="Named now", by=small.therapist, at=AT)
    verify(action_id=made, by=small.supervisor, at=AT)
    view = open_one(action_id=made, by=small.therapist, at=AT)
    assert [(one.move, one.words or "") for one in view.moves] == [
        ("close", "Added on Monday"),
        ("reopen", "The goal is still not named"),
        ("close", "Named now"),
        ("verify", ""),
    ]
    assert view.action.state == ActionState.VERIFIED
    assert audited.result(small, audit).is_settled


def test_only_its_owner_closes_and_only_another_supervisor_looks(small: Small, audit: UUID) -> None:
    made = given(small, audit)
    with pytest.raises(NotAllowed):
        close(action_id=made, words="Done", by=small.supervisor, at=AT)
    with pytest.raises(OutOfReach):
        close(action_id=made, words="Done", by=small.other_therapist, at=AT)
    with pytest.raises(WrongState):
        verify(action_id=made, by=small.supervisor, at=AT)
    close(action_id=made, words="Done", by=small.therapist, at=AT)
    for act in (verify, reopen):
        with pytest.raises(NotAllowed):
            act(action_id=made, words="Fine", by=small.therapist, at=AT)
    assert open_one(action_id=made, by=small.therapist, at=AT).may == frozenset()
    assert open_one(action_id=made, by=small.supervisor, at=AT).may == {
        ActionMove.VERIFY,
        ActionMove.REOPEN,
    }


@pytest.mark.parametrize("words", ["", "  "])
def test_closing_and_reopening_need_words(small: Small, audit: UUID, words: str) -> None:
    made = given(small, audit)
    with pytest.raises(ReasonNeeded):
        close(action_id=made, words=words, by=small.therapist, at=AT)
    close(action_id=made, words="Done", by=small.therapist, at=AT)
    with pytest.raises(ReasonNeeded):
        reopen(action_id=made, words=words, by=small.supervisor, at=AT)
    assert open_one(action_id=made, by=small.supervisor, at=AT).action.state == ActionState.DONE


def test_what_is_wrong_with_a_new_action_is_said_beside_its_field(
    small: Small, audit: UUID
) -> None:
    wrong = {
        "code": "risk",
        "what": " ",
        "owner_id": small.supervisor.id,
        "due_on": AT.date() - timedelta(days=1),
    }
    with pytest.raises(BadInput) as refused:
        given(small, audit, **wrong)
    assert set(refused.value.errors) == {"code", "what", "owner", "due_on"}
    assert audited.result(small, audit).actions == []


def test_medical_can_own_an_action(small: Small, audit: UUID) -> None:
    made = given(small, audit, owner_id=small.medical.id)
    assert [one.id for one in corrective_action.look(by=small.medical, at=AT).mine] == [made]
    close(action_id=made, words="Witnessed", by=small.medical, at=AT)


def test_the_audited_person_sees_what_was_found_once_the_audit_has_ended(small: Small) -> None:
    held(small)
    made = drawn(small)
    [chart] = chart_ids(small, made)
    audited.answer(small, made, chart, goals=NOT_MET)
    assert corrective_action.look(by=small.therapist, at=AT).findings == []
    audited.chart_audit.end(audit_id=made, by=small.supervisor, at=AT)
    [found] = corrective_action.look(by=small.therapist, at=AT).findings
    assert (found.label, found.answer.words) == ("Linked to the goals of treatment", NOT_MET[1])
    for by in (small.other_therapist, small.medical, small.supervisor):
        assert corrective_action.look(by=by, at=AT).findings == []


def test_what_is_overdue_rises_on_today_for_its_owner(small: Small, audit: UUID) -> None:
    late = given(small, audit)
    later = given(small, audit, due_on=DUE + timedelta(days=30))
    at = AT + timedelta(days=20)
    view = today.look(by=small.therapist, at=at)
    assert [one.id for one in view.actions] == [late, later]
    close(action_id=late, words="Done", by=small.therapist, at=at)
    assert [one.id for one in today.look(by=small.therapist, at=at).actions] == [later]
    assert [one.id for one in today.look(by=small.supervisor, at=at).actions] == [late]


def test_an_owner_who_leaves_the_care_team_reads_it_no_more_and_the_figure_stays(
    small: Small, audit: UUID
) -> None:
    made = given(small, audit, owner_id=small.medical.id)
    team = patient.look(patient_id=small.patient_id, by=small.therapist, at=AT).team
    member = next(one for one in team if one.person_id == small.medical.id)
    patient.leave_team(
        patient_id=small.patient_id, member_id=member.id, on=AT.date(), by=small.therapist, at=AT
    )
    with pytest.raises(OutOfReach):
        open_one(action_id=made, by=small.medical, at=AT)
    [figure] = audited.result(small, audit).actions
    assert (figure.owner, figure.place) == ("Mina", 1)


def test_when_the_link_ends_the_action_is_out_of_the_supervisors_reach(
    small: Small, audit: UUID
) -> None:
    made = given(small, audit)
    close(action_id=made, words="Done", by=small.therapist, at=AT)
    [link] = people.look(by=small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    with pytest.raises(OutOfReach):
        verify(action_id=made, by=small.supervisor, at=AT)
    assert open_one(action_id=made, by=small.therapist, at=AT).action.state == ActionState.DONE


def test_of_two_who_look_at_once_one_decides(small: Small, audit: UUID) -> None:
    made = given(small, audit)
    close(action_id=made, words="Done", by=small.therapist, at=AT)

    def attempt(act: Callable[..., None]) -> str:
        try:
            act(action_id=made, words="No", by=small.supervisor, at=AT)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(attempt, (verify, reopen)))
    assert answers == ["done", "wrong_state"]
    with db.current().reading() as session:
        moves = session.execute(sa.select(sa.func.count(CorrectiveMove.id))).scalar_one()
    assert moves == 2


def test_a_move_never_changes(small: Small, audit: UUID) -> None:
    made = given(small, audit)
    close(action_id=made, words="Done", by=small.therapist, at=AT)
    for change in (sa.update(CorrectiveMove).values(number=7), sa.delete(CorrectiveMove)):
        with pytest.raises(sa.exc.DBAPIError), owning() as session:
            session.execute(change)
