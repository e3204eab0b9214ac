"""The life of a course: paused, resumed, ended and reopened, each with its reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.clinic import course_state
from kapnotes.clinic.course_state import (
    TRANSITIONS,
    WHY,
    CourseMove,
    CourseState,
    against_run,
    check_end,
    check_move,
    check_pause,
    check_plan,
    check_reopen,
    check_resume,
    check_run,
    may_move,
    may_plan,
    may_run,
    moves_from,
)
from kapnotes.clinic.refusals import ReasonNeeded, WrongState

ACTIVE, PAUSED, ENDED = CourseState
CHECKS = {
    CourseMove.PAUSE: check_pause,
    CourseMove.RESUME: check_resume,
    CourseMove.END: check_end,
    CourseMove.REOPEN: check_reopen,
}


def test_from_each_state_lead_its_own_moves() -> None:
    assert {state: moves_from(state) for state in CourseState} == {
        ACTIVE: (CourseMove.PAUSE, CourseMove.END),
        PAUSED: (CourseMove.RESUME, CourseMove.END),
        ENDED: (CourseMove.REOPEN,),
    }


@given(st.sampled_from(CourseState), st.sampled_from(CourseMove))
def test_a_move_is_allowed_or_refused_in_words(state: CourseState, move: CourseMove) -> None:
    assert may_move(state, move) is ((state, move) in TRANSITIONS)
    if may_move(state, move):
        assert check_move(state, move) is not state
        assert CHECKS[move](state, reason="Because.") is TRANSITIONS[state, move]
        with pytest.raises(ReasonNeeded, match=WHY[move]):
            CHECKS[move](state, reason=" ")
    else:
        with pytest.raises(WrongState, match=r"^This course is \w+ and cannot be \w+\.$"):
            CHECKS[move](state, reason="Because.")


@pytest.mark.parametrize(
    ("move", "facts"),
    [
        (CourseMove.PAUSE, {"in_progress": 1}),
        (CourseMove.END, {"in_progress": 1}),
        (CourseMove.END, {"planned": 2}),
        (CourseMove.REOPEN, {"has_open_course": True}),
    ],
)
def test_what_is_under_way_stands_in_the_way(move: CourseMove, facts: dict[str, Any]) -> None:
    state = next(state for state in CourseState if may_move(state, move))
    with pytest.raises(WrongState):
        CHECKS[move](state, reason="Because.", **facts)


def test_infusions_are_planned_in_a_running_course_only() -> None:
    assert [may_plan(state) for state in CourseState] == [True, False, False]
    with pytest.raises(WrongState, match="is paused: no infusion"):
        check_plan(PAUSED)


def test_a_session_begins_in_a_running_course_only() -> None:
    assert [may_run(state) for state in CourseState] == [True, False, False]
    with pytest.raises(WrongState, match=r"This course is paused\. Resume it before a session"):
        check_run(PAUSED)
    with pytest.raises(WrongState, match=r"This course has ended\. Reopen it before a session"):
        check_run(ENDED)
    assert [against_run(state) == "" for state in CourseState] == [True, False, False]


def test_every_state_and_move_has_its_words() -> None:
    assert set(course_state.STATE_WORDS) == set(CourseState)
    assert set(course_state.MOVE_WORDS) == set(WHY) == set(CourseMove)
