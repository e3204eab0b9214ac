"""What follows from a chart audit: a finding leads to a corrective action, until it is verified.

A corrective action has an owner and a due date, is closed by who did it, and verified by somebody
else [S: valorbh]. What was done is never verified by the person whose it was, nor by the one who
closed it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.refusals import NotAllowed, WrongState, passes


class ActionState(StrEnum):
    """Where a corrective action stands."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"


class ActionMove(StrEnum):
    """What can be done with it. Reopening takes a reason: it was not enough."""

    CLOSE = "close"
    REOPEN = "reopen"
    VERIFY = "verify"


class Mover(StrEnum):
    """Whose move it is: the owner, or another than the owner and who closed it."""

    OWNER = "owner"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class ActionTransition:
    """Where a move leads, and whose it is."""

    to: ActionState
    mover: Mover


TRANSITIONS = MappingProxyType(
    {
        (ActionState.OPEN, ActionMove.CLOSE): ActionTransition(ActionState.DONE, Mover.OWNER),
        (ActionState.DONE, ActionMove.REOPEN): ActionTransition(ActionState.OPEN, Mover.ANOTHER),
        (ActionState.DONE, ActionMove.VERIFY): ActionTransition(
            ActionState.VERIFIED, Mover.ANOTHER
        ),
    }
)

STATE_WORDS = MappingProxyType(
    {
        ActionState.OPEN: "open",
        ActionState.DONE: "done and not yet verified",
        ActionState.VERIFIED: "verified",
    }
)
MOVE_WORDS = MappingProxyType(
    {
        ActionMove.CLOSE: "closed",
        ActionMove.REOPEN: "reopened",
        ActionMove.VERIFY: "verified",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveAction:
    """One corrective action as it stands. `closed_by` is who closed it last, "" before."""

    key: str
    state: ActionState
    owner: str
    due_on: date
    closed_by: str = ""


class NotTheirs(NotAllowed):
    """The move belongs to somebody else."""

    code = "not_theirs"


LONGEST_WHAT = 2000
LONGEST_DAYS = 366
"""How far ahead an action can be due."""


def check_action(what: str, due_on: date | None, *, on: date) -> dict[str, str]:
    """Return what is wrong with an action that is to be given, by the entries of its form."""
    errors = {}
    if not what.strip():
        errors["what"] = "Write what is to be done."
    elif len(what) > LONGEST_WHAT:
        errors["what"] = f"Shorten this to {LONGEST_WHAT:,} characters."
    if due_on is None:
        errors["due_on"] = "Enter a day, as 2026-11-23."
    elif not on <= due_on <= on + timedelta(days=LONGEST_DAYS):
        errors["due_on"] = "Enter a day from today on, at most a year ahead."
    return errors


def check_move(action: CorrectiveAction, move: ActionMove, *, by: str) -> ActionState:
    """Return the state that the move leads to; raise `WrongState` or `NotTheirs`."""
    transition = TRANSITIONS.get((action.state, move))
    if transition is None:
        raise WrongState(
            f"This action is {STATE_WORDS[action.state]} and cannot be {MOVE_WORDS[move]}."
        )
    if transition.mover is Mover.OWNER and by != action.owner:
        raise NotTheirs("You may not close this: only its owner closes a corrective action.")
    if transition.mover is Mover.ANOTHER and by in {action.owner, action.closed_by}:
        raise NotTheirs(
            "You may not decide on this: somebody other than its owner, and than who closed it, "
            "looks at what was done."
        )
    return transition.to


def may_move(action: CorrectiveAction, move: ActionMove, *, by: str) -> bool:
    """Say whether the person may make the move."""
    return passes(check_move, action, move, by=by)


def moves_of(action: CorrectiveAction, *, by: str) -> tuple[ActionMove, ...]:
    """Return the moves that are the person's, in the order of `ActionMove`."""
    return tuple(move for move in ActionMove if may_move(action, move, by=by))


def is_overdue(action: CorrectiveAction, *, on: date) -> bool:
    """Say whether it is still open after its day."""
    return action.state is ActionState.OPEN and on > action.due_on


def in_order(actions: Iterable[CorrectiveAction]) -> tuple[CorrectiveAction, ...]:
    """Return what is open first, then what waits to be verified; each by its day."""
    places = {state: place for place, state in enumerate(ActionState)}
    return tuple(sorted(actions, key=lambda one: (places[one.state], one.due_on, one.key)))


def is_settled(actions: Iterable[CorrectiveAction]) -> bool:
    """Say whether every action is verified, so that nothing of an audit is left to do."""
    return all(one.state is ActionState.VERIFIED for one in actions)
