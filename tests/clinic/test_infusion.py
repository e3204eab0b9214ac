"""An infusion is planned, started, completed; or cancelled with a reason."""

import pytest

from kapnotes.clinic.infusion import (
    InfusionMove,
    InfusionState,
    check_cancel,
    check_complete,
    check_move,
    check_reopen,
    check_start,
    may_cancel,
    may_complete,
    may_move,
    may_reopen,
    may_start,
)
from kapnotes.clinic.refusals import Locked, ReasonNeeded, WrongState

S = InfusionState


def test_a_planned_infusion_is_started_and_completed() -> None:
    assert check_start(S.PLANNED) is S.IN_PROGRESS
    assert check_complete(S.IN_PROGRESS, dosed=True) is S.COMPLETED


@pytest.mark.parametrize("state", [S.IN_PROGRESS, S.COMPLETED, S.CANCELLED])
def test_only_a_planned_infusion_can_be_started(state: InfusionState) -> None:
    assert not may_start(state)
    with pytest.raises(WrongState, match="cannot be started"):
        check_start(state)


def test_an_infusion_without_a_dose_is_not_completed() -> None:
    assert may_complete(S.IN_PROGRESS, dosed=True)
    assert not may_complete(S.IN_PROGRESS, dosed=False)
    assert not may_complete(S.PLANNED, dosed=True)


def test_cancelling_needs_a_reason_and_no_dose() -> None:
    assert check_cancel(S.PLANNED, reason="Fever", dosed=False) is S.CANCELLED
    assert check_cancel(S.IN_PROGRESS, reason="Not fasting", dosed=False) is S.CANCELLED
    with pytest.raises(ReasonNeeded):
        check_cancel(S.PLANNED, reason=" ", dosed=False)
    assert may_cancel(S.PLANNED, dosed=False)
    assert not may_cancel(S.IN_PROGRESS, dosed=True)
    assert not may_cancel(S.COMPLETED, dosed=False)


def test_reopening_needs_a_reason_and_no_signature() -> None:
    assert check_reopen(S.COMPLETED, reason="Tapped", locked=False) is S.IN_PROGRESS
    assert check_reopen(S.CANCELLED, reason="Came after all", locked=False) is S.PLANNED
    with pytest.raises(ReasonNeeded):
        check_reopen(S.COMPLETED, reason="", locked=False)
    with pytest.raises(Locked):
        check_reopen(S.COMPLETED, reason="Tapped", locked=True)
    assert may_reopen(S.COMPLETED, locked=False)
    assert not may_reopen(S.PLANNED, locked=False)


def test_six_moves_are_allowed_and_the_rest_refused() -> None:
    allowed = [(state, move) for state in S for move in InfusionMove if may_move(state, move)]
    assert len(allowed) == 6
    with pytest.raises(WrongState, match="is completed and cannot be cancelled"):
        check_move(S.COMPLETED, InfusionMove.CANCEL)
