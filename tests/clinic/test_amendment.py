"""A request for an amendment: its states, by when it is answered, and what it can be denied on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.clinic.amendment import (
    BASES,
    MOVE_WORDS,
    OPEN,
    STATE_WORDS,
    TRANSITIONS,
    AmendmentMove,
    AmendmentState,
    Owner,
    check_amendment,
    check_extension,
    check_received,
    due_on,
    may_amend,
    owner_of,
    said_due,
)
from kapnotes.clinic.refusals import BadInput, WrongState, passes

CAME = date(2026, 11, 23)
EDGES = {
    ("received", "extend", "extended"),
    ("received", "accept", "accepted"),
    ("received", "deny", "denied"),
    ("extended", "accept", "accepted"),
    ("extended", "deny", "denied"),
    ("denied", "disagree", "disagreed"),
    ("disagreed", "rebut", "rebutted"),
}
MOVES = st.lists(st.sampled_from(list(AmendmentMove)), max_size=12)


def test_these_are_all_the_moves_that_there_are() -> None:
    assert {(state, move, one.to) for (state, move), one in TRANSITIONS.items()} == EDGES
    assert set(STATE_WORDS) == set(AmendmentState)
    assert set(MOVE_WORDS) == set(AmendmentMove)
    assert len(BASES) == 4


@given(MOVES)
def test_whatever_is_tried_there_is_one_decision_one_extension_and_no_way_back(
    moves: list[AmendmentMove],
) -> None:
    state, done = AmendmentState.RECEIVED, []
    for move in moves:
        before = state
        if may_amend(state, move):
            state = check_amendment(state, move)
            done.append(move)
            assert (before, move, state) in EDGES
        else:
            with pytest.raises(WrongState, match="cannot be"):
                check_amendment(state, move)
            assert not passes(owner_of, state, move)
    assert len(done) == len(set(done))
    assert len({AmendmentMove.ACCEPT, AmendmentMove.DENY} & set(done)) == (state not in OPEN)
    if AmendmentMove.DISAGREE in done:
        assert done.index(AmendmentMove.DISAGREE) > done.index(AmendmentMove.DENY)


def test_the_patient_s_word_is_written_down_by_others_than_who_decides() -> None:
    recorded = {move for (_, move), one in TRANSITIONS.items() if one.owner is Owner.RECORDER}
    assert recorded == {AmendmentMove.DISAGREE}
    assert owner_of(AmendmentState.RECEIVED, AmendmentMove.DENY) is Owner.DECIDER


def test_it_is_answered_within_60_days_and_with_one_extension_within_90() -> None:
    assert due_on(CAME) == CAME + timedelta(days=60)
    assert due_on(CAME, is_extended=True) == CAME + timedelta(days=90)
    check_extension(CAME, due_on(CAME))
    with pytest.raises(WrongState, match="60 days are over"):
        check_extension(CAME, due_on(CAME) + timedelta(days=1))


@pytest.mark.parametrize(("days", "fits"), [(0, True), (1, False), (-366, True), (-367, False)])
def test_it_came_on_a_day_that_can_be_meant(days: int, *, fits: bool) -> None:
    if fits:
        check_received(CAME + timedelta(days=days), CAME)
    else:
        with pytest.raises(BadInput):
            check_received(CAME + timedelta(days=days), CAME)


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "in 1 day"), (9, "in 9 days"), (-1, "1 day late")]
)
def test_how_the_last_day_stands_is_said_in_words(days: int, said: str) -> None:
    assert said_due(CAME + timedelta(days=days), CAME) == said
