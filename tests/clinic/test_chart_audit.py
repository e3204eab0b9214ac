"""Corrective actions: open, done, verified by another; no edge but these."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kapnotes.clinic.chart_audit import (
    TRANSITIONS,
    ActionMove,
    ActionState,
    CorrectiveAction,
    Mover,
    NotTheirs,
    check_move,
    in_order,
    is_overdue,
    is_settled,
    may_move,
    moves_of,
)
from kapnotes.clinic.refusals import NotAllowed, WrongState

DUE = date(2026, 3, 31)
OPEN = CorrectiveAction(key="a", state=ActionState.OPEN, owner="ada", due_on=DUE)
DONE = replace(OPEN, state=ActionState.DONE, closed_by="ada")
M, S = ActionMove, ActionState


def test_the_owner_closes_and_another_verifies() -> None:
    assert check_move(OPEN, M.CLOSE, by="ada") is S.DONE
    assert check_move(DONE, M.VERIFY, by="sue") is S.VERIFIED
    assert check_move(DONE, M.REOPEN, by="sue") is S.OPEN


def test_nobody_verifies_what_they_own_or_closed() -> None:
    """The owner may have changed since it was closed."""
    handed_on = replace(DONE, owner="bob")
    for by in ("ada", "bob"):
        for move in (M.VERIFY, M.REOPEN):
            with pytest.raises(NotTheirs, match="somebody other than its owner"):
                check_move(handed_on, move, by=by)
    assert may_move(handed_on, M.VERIFY, by="sue")


def test_only_the_owner_closes() -> None:
    with pytest.raises(NotTheirs, match="only its owner"):
        check_move(OPEN, M.CLOSE, by="sue")
    assert issubclass(NotTheirs, NotAllowed)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("move", M)
def test_no_other_edge_exists(state: ActionState, move: ActionMove) -> None:
    action = replace(DONE, state=state)
    allowed = {
        (S.OPEN, M.CLOSE): (S.DONE, Mover.OWNER),
        (S.DONE, M.REOPEN): (S.OPEN, Mover.ANOTHER),
        (S.DONE, M.VERIFY): (S.VERIFIED, Mover.ANOTHER),
    }
    edges = {edge: (to.to, to.mover) for edge, to in TRANSITIONS.items()}
    assert edges == allowed
    if (state, move) not in allowed:
        with pytest.raises(WrongState, match=r"This action is .* and cannot be"):
            check_move(action, move, by="sue")


def test_moves_are_offered_to_whom_they_belong() -> None:
    assert moves_of(OPEN, by="ada") == (M.CLOSE,)
    assert moves_of(OPEN, by="sue") == ()
    assert moves_of(DONE, by="ada") == ()
    assert moves_of(DONE, by="sue") == (M.REOPEN, M.VERIFY)
    assert moves_of(replace(DONE, state=S.VERIFIED), by="sue") == ()


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (1, True)])
def test_an_open_action_is_overdue_after_its_day(days: int, *, is_late: bool) -> None:
    assert is_overdue(OPEN, on=DUE + timedelta(days=days)) is is_late
    assert not is_overdue(DONE, on=DUE + timedelta(days=days))


def test_what_is_open_stands_first_each_by_its_day() -> None:
    early = replace(OPEN, key="b", due_on=DUE - timedelta(days=3))
    done = replace(DONE, key="c", due_on=date(2026, 1, 1))
    verified = replace(DONE, key="d", state=S.VERIFIED)
    assert [one.key for one in in_order([verified, done, OPEN, early])] == ["b", "a", "c", "d"]
    assert is_settled([verified])
    assert is_settled([])
    assert not is_settled([verified, done])


class Corrections(RuleBasedStateMachine):
    """Three people try every move: what is verified was closed by another, and stays."""

    def __init__(self) -> None:
        super().__init__()
        self.action = OPEN
        self.verified_by = ""

    @rule(move=st.sampled_from(M), by=st.sampled_from(["ada", "bob", "sue"]))
    def tried(self, move: ActionMove, by: str) -> None:
        if not may_move(self.action, move, by=by):
            return
        state = check_move(self.action, move, by=by)
        closed_by = by if move is M.CLOSE else self.action.closed_by
        self.verified_by = by if move is M.VERIFY else self.verified_by
        self.action = replace(self.action, state=state, closed_by=closed_by)

    @rule(owner=st.sampled_from(["ada", "bob"]))
    def handed_on(self, owner: str) -> None:
        if self.action.state is not S.VERIFIED:
            self.action = replace(self.action, owner=owner)

    @invariant()
    def nobody_verified_their_own(self) -> None:
        is_verified = self.action.state is S.VERIFIED
        assert is_verified == bool(self.verified_by)
        if is_verified:
            assert self.verified_by not in {self.action.owner, self.action.closed_by}


TestCorrections = Corrections.TestCase
TestCorrections.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
