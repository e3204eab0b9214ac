"""A note's life: what each state allows, and that a signature cannot be got round."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kapnotes.clinic.note import (
    TRANSITIONS,
    Move,
    NoteKind,
    NoteState,
    Owner,
    check_edit,
    check_move,
    check_records,
    is_final,
    is_locked,
    may_change_records,
    may_edit,
    may_move,
    moves_from,
    owner_of,
)
from kapnotes.clinic.refusals import Locked, WrongState

S = NoteState
ALLOWED = {
    S.DRAFT: {Move.SIGN, Move.SIGN_FOR_COSIGNATURE, Move.DISCARD},
    S.SIGNED: {Move.ADD_ADDENDUM},
    S.AWAITING_COSIGNATURE: {
        Move.COSIGN,
        Move.SEND_BACK,
        Move.WITHDRAW,
        Move.ASK,
        Move.ANSWER,
    },
    S.RETURNED: {Move.REVISE, Move.SIGN_FOR_COSIGNATURE},
    S.COSIGNED: {Move.ADD_ADDENDUM},
    S.DISCARDED: set(),
}


def test_there_are_three_kinds_of_note() -> None:
    assert [kind.value for kind in NoteKind] == ["preparation", "dosing", "integration"]


@pytest.mark.parametrize("state", S)
def test_a_state_allows_its_moves_and_no_other(state: NoteState) -> None:
    assert set(moves_from(state)) == ALLOWED[state]
    for move in set(Move) - ALLOWED[state]:
        assert not may_move(state, move)
        with pytest.raises(WrongState):
            check_move(state, move)


def test_only_deciding_and_asking_are_the_supervisors() -> None:
    theirs = {move for (_, move), to in TRANSITIONS.items() if to.owner is Owner.SUPERVISOR}
    assert theirs == {Move.COSIGN, Move.SEND_BACK, Move.ASK}
    assert owner_of(S.DRAFT, Move.SIGN) is Owner.AUTHOR
    with pytest.raises(WrongState):
        owner_of(S.SIGNED, Move.SIGN)


def test_a_refused_move_says_what_the_note_is_and_what_was_tried() -> None:
    with pytest.raises(WrongState, match="is signed and co-signed and cannot be discarded"):
        check_move(S.COSIGNED, Move.DISCARD)


@pytest.mark.parametrize("state", [S.SIGNED, S.AWAITING_COSIGNATURE, S.COSIGNED])
def test_a_signed_note_cannot_be_edited(state: NoteState) -> None:
    assert is_locked(state)
    assert not may_edit(state)
    with pytest.raises(Locked):
        check_edit(state)


def test_a_discarded_note_cannot_be_edited_but_locks_nothing() -> None:
    assert not is_locked(S.DISCARDED)
    with pytest.raises(WrongState, match="discarded"):
        check_edit(S.DISCARDED)


def test_a_draft_and_a_returned_note_can_be_edited() -> None:
    assert may_edit(S.DRAFT)
    assert may_edit(S.RETURNED)


def test_one_signed_dosing_note_locks_dose_vitals_and_events() -> None:
    assert may_change_records([])
    assert may_change_records([S.DRAFT, S.RETURNED, S.DISCARDED])
    assert not may_change_records([S.DRAFT, S.AWAITING_COSIGNATURE])
    with pytest.raises(Locked, match="vitals"):
        check_records([S.SIGNED])


def test_what_went_for_cosignature_once_is_signed_for_it_again() -> None:
    """That the requirement or the link ended meanwhile is no way round it."""
    assert not may_move(S.RETURNED, Move.SIGN)
    leads = {TRANSITIONS[S.RETURNED, move].to for move in moves_from(S.RETURNED)}
    assert leads == {S.RETURNED, S.AWAITING_COSIGNATURE}


@pytest.mark.parametrize("move", [Move.ASK, Move.ANSWER])
def test_a_question_leaves_the_note_where_it_is(move: Move) -> None:
    [(state, step)] = [(at, step) for (at, made), step in TRANSITIONS.items() if made is move]
    assert state is step.to is S.AWAITING_COSIGNATURE


class NoteLife(RuleBasedStateMachine):
    """Any moves in any order, by anyone: refused ones change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.state = NoteState.DRAFT
        self.signatures: list[Owner] = []
        self.was_signed = False
        self.text = 0
        self.signed_text = 0

    @rule(move=st.sampled_from(Move))
    def move(self, move: Move) -> None:
        if not may_move(self.state, move):
            with pytest.raises(WrongState):
                check_move(self.state, move)
            return
        owner = owner_of(self.state, move)
        self.state = check_move(self.state, move)
        if move in {Move.SIGN, Move.SIGN_FOR_COSIGNATURE}:
            self.signatures, self.was_signed = [owner], True
            self.signed_text = self.text
        elif move is Move.COSIGN:
            self.signatures.append(owner)
        elif move in {Move.SEND_BACK, Move.WITHDRAW}:
            self.signatures = []

    @rule()
    def edit(self) -> None:
        if may_edit(self.state):
            self.text += 1

    @invariant()
    def what_is_locked_is_what_was_signed(self) -> None:
        assert is_locked(self.state) == bool(self.signatures)
        if is_locked(self.state):
            assert self.text == self.signed_text

    @invariant()
    def a_note_signed_once_is_never_a_draft_or_discarded(self) -> None:
        if self.was_signed:
            assert self.state not in {NoteState.DRAFT, NoteState.DISCARDED}

    @invariant()
    def a_cosigned_note_has_both_signatures_and_a_final_one_stays(self) -> None:
        if self.state is NoteState.COSIGNED:
            assert self.signatures == [Owner.AUTHOR, Owner.SUPERVISOR]
        if is_final(self.state):
            assert {check_move(self.state, move) for move in moves_from(self.state)} == {self.state}


NoteLife.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestNoteLife = NoteLife.TestCase
