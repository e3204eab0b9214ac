"""The life of a course: running, paused, ended, and what each move asks for.

Every move has its reason in words. What is planned is never cancelled by a move: a person does it.
"""

from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.refusals import WrongState, check_reason, passes


class CourseState(StrEnum):
    """Where a course stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class CourseMove(StrEnum):
    """What can be done with a course as a whole."""

    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    REOPEN = "reopen"


TRANSITIONS = MappingProxyType(
    {
        (CourseState.ACTIVE, CourseMove.PAUSE): CourseState.PAUSED,
        (CourseState.PAUSED, CourseMove.RESUME): CourseState.ACTIVE,
        (CourseState.ACTIVE, CourseMove.END): CourseState.ENDED,
        (CourseState.PAUSED, CourseMove.END): CourseState.ENDED,
        (CourseState.ENDED, CourseMove.REOPEN): CourseState.ACTIVE,
    }
)

STATE_WORDS = MappingProxyType(
    {
        CourseState.ACTIVE: "running",
        CourseState.PAUSED: "paused",
        CourseState.ENDED: "ended",
    }
)
MOVE_WORDS = MappingProxyType(
    {
        CourseMove.PAUSE: "paused",
        CourseMove.RESUME: "resumed",
        CourseMove.END: "ended",
        CourseMove.REOPEN: "reopened",
    }
)
WHY = MappingProxyType(
    {
        CourseMove.PAUSE: "Please write why the course is paused.",
        CourseMove.RESUME: "Please write why the course goes on.",
        CourseMove.END: "Please write why the course ends.",
        CourseMove.REOPEN: "Please write why the course is reopened.",
    }
)

AGAINST_RUN = MappingProxyType(
    {
        CourseState.PAUSED: "This course is paused. Resume it before a session begins.",
        CourseState.ENDED: "This course has ended. Reopen it before a session begins.",
    }
)


def check_move(state: CourseState, move: CourseMove) -> CourseState:
    """Return the state that the move leads to, or raise `WrongState`."""
    to = TRANSITIONS.get((state, move))
    if to is None:
        raise WrongState(f"This course is {STATE_WORDS[state]} and cannot be {MOVE_WORDS[move]}.")
    return to


def may_move(state: CourseState, move: CourseMove) -> bool:
    """Say whether the state allows the move, leaving reasons and infusions aside."""
    return passes(check_move, state, move)


def moves_from(state: CourseState) -> tuple[CourseMove, ...]:
    """Return the moves that the state allows, in the order of `CourseMove`."""
    return tuple(move for move in CourseMove if may_move(state, move))


def check_pause(state: CourseState, *, reason: str, in_progress: int = 0) -> CourseState:
    """Return the state of a paused course; raise `WrongState` or `ReasonNeeded`.

    `in_progress` counts its infusions under way. Those that are planned stay as they are.
    """
    to = check_move(state, CourseMove.PAUSE)
    if in_progress:
        raise WrongState("An infusion is in progress. Complete or cancel it first.")
    check_reason(reason, WHY[CourseMove.PAUSE])
    return to


def check_resume(state: CourseState, *, reason: str) -> CourseState:
    """Return the state of a resumed course; raise `WrongState` or `ReasonNeeded`."""
    to = check_move(state, CourseMove.RESUME)
    check_reason(reason, WHY[CourseMove.RESUME])
    return to


def check_end(
    state: CourseState, *, reason: str, planned: int = 0, in_progress: int = 0
) -> CourseState:
    """Return the state of an ended course; raise `WrongState` or `ReasonNeeded`.

    `planned` and `in_progress` count its infusions in those states: none may be left open.
    """
    to = check_move(state, CourseMove.END)
    if planned or in_progress:
        raise WrongState(
            "An infusion is still planned or in progress. Cancel or complete it first."
        )
    check_reason(reason, WHY[CourseMove.END])
    return to


def check_reopen(state: CourseState, *, reason: str, has_open_course: bool = False) -> CourseState:
    """Return the state of a reopened course; raise `WrongState` or `ReasonNeeded`.

    `has_open_course` is whether another course of the patient was begun since and is not ended.
    """
    to = check_move(state, CourseMove.REOPEN)
    if has_open_course:
        raise WrongState("Another course of this patient is running. End that one first.")
    check_reason(reason, WHY[CourseMove.REOPEN])
    return to


def check_plan(state: CourseState) -> None:
    """Raise `WrongState` unless infusions may be planned: a paused course is resumed first."""
    if state is not CourseState.ACTIVE:
        raise WrongState(f"This course is {STATE_WORDS[state]}: no infusion can be planned in it.")


def against_run(state: CourseState) -> str:
    """Return why no session may begin in a course of that state, "" where one may."""
    return AGAINST_RUN.get(state, "")


def check_run(state: CourseState) -> None:
    """Raise `WrongState` unless a session may begin: what was planned before a pause waits."""
    if sentence := against_run(state):
        raise WrongState(sentence)


def may_run(state: CourseState) -> bool:
    """Say whether a session may begin in a course of that state."""
    return passes(check_run, state)


def may_plan(state: CourseState) -> bool:
    """Say whether infusions may be planned in a course of that state."""
    return passes(check_plan, state)
