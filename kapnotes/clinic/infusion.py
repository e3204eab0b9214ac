"""The life of an infusion: the practice's word for one dosing event, whatever its route."""

from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.refusals import Locked, WrongState, check_reason, passes


class InfusionState(StrEnum):
    """Where an infusion stands."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """The part of the course that an infusion belongs to."""

    INDUCTION = "induction"
    MAINTENANCE = "maintenance"


class Route(StrEnum):
    """How the drug is given."""

    IV = "iv"
    IM = "im"
    SUBLINGUAL = "sublingual"
    INTRANASAL = "intranasal"
    ORAL = "oral"


ROUTE_WORDS = MappingProxyType(
    {
        Route.IV: "intravenous",
        Route.IM: "intramuscular",
        Route.SUBLINGUAL: "sublingual",
        Route.INTRANASAL: "intranasal",
        Route.ORAL: "oral",
    }
)


class InfusionMove(StrEnum):
    """What can be done with an infusion as a whole."""

    START = "start"
    COMPLETE = "complete"
    CANCEL = "cancel"
    REOPEN = "reopen"


TRANSITIONS = MappingProxyType(
    {
        (InfusionState.PLANNED, InfusionMove.START): InfusionState.IN_PROGRESS,
        (InfusionState.PLANNED, InfusionMove.CANCEL): InfusionState.CANCELLED,
        (InfusionState.IN_PROGRESS, InfusionMove.COMPLETE): InfusionState.COMPLETED,
        (InfusionState.IN_PROGRESS, InfusionMove.CANCEL): InfusionState.CANCELLED,
        (InfusionState.COMPLETED, InfusionMove.REOPEN): InfusionState.IN_PROGRESS,
        (InfusionState.CANCELLED, InfusionMove.REOPEN): InfusionState.PLANNED,
    }
)

STATE_WORDS = MappingProxyType(
    {
        InfusionState.PLANNED: "planned",
        InfusionState.IN_PROGRESS: "in progress",
        InfusionState.COMPLETED: "completed",
        InfusionState.CANCELLED: "cancelled",
    }
)
MOVE_WORDS = MappingProxyType(
    {
        InfusionMove.START: "started",
        InfusionMove.COMPLETE: "completed",
        InfusionMove.CANCEL: "cancelled",
        InfusionMove.REOPEN: "reopened",
    }
)


def check_move(state: InfusionState, move: InfusionMove) -> InfusionState:
    """Return the state that the move leads to, or raise `WrongState`."""
    to = TRANSITIONS.get((state, move))
    if to is None:
        raise WrongState(f"This infusion is {STATE_WORDS[state]} and cannot be {MOVE_WORDS[move]}.")
    return to


def may_move(state: InfusionState, move: InfusionMove) -> bool:
    """Say whether the state allows the move, leaving reasons and records aside."""
    return passes(check_move, state, move)


def check_start(state: InfusionState) -> InfusionState:
    """Return the state of a started infusion, or raise `WrongState`."""
    return check_move(state, InfusionMove.START)


def may_start(state: InfusionState) -> bool:
    """Say whether the infusion can be started."""
    return passes(check_start, state)


def check_complete(state: InfusionState, *, dosed: bool) -> InfusionState:
    """Return the state of a completed infusion, or raise `WrongState`.

    `dosed` is whether a dose is recorded: without one there is nothing to complete.
    """
    to = check_move(state, InfusionMove.COMPLETE)
    if not dosed:
        raise WrongState("No dose is recorded. Record the dose, or cancel the infusion.")
    return to


def may_complete(state: InfusionState, *, dosed: bool) -> bool:
    """Say whether the infusion can be completed."""
    return passes(check_complete, state, dosed=dosed)


def check_cancel(state: InfusionState, *, reason: str, dosed: bool) -> InfusionState:
    """Return the state of a cancelled infusion; raise `WrongState` or `ReasonNeeded`.

    Once a dose is recorded the infusion took place: it is completed, with what happened.
    """
    to = check_move(state, InfusionMove.CANCEL)
    if dosed:
        raise WrongState("A dose is recorded, so this infusion took place. Complete it instead.")
    check_reason(reason, "Please write why the infusion is cancelled.")
    return to


def may_cancel(state: InfusionState, *, dosed: bool) -> bool:
    """Say whether the infusion can be cancelled once a reason is written."""
    return passes(check_cancel, state, reason="to be written", dosed=dosed)


def check_reopen(state: InfusionState, *, reason: str, locked: bool) -> InfusionState:
    """Return the state of a reopened infusion; raise `WrongState`, `Locked` or `ReasonNeeded`.

    `locked` is whether its dosing note is signed: what a signature covers stays as it was.
    """
    to = check_move(state, InfusionMove.REOPEN)
    if locked:
        raise Locked("The dosing note is signed, so this infusion cannot be reopened.")
    check_reason(reason, "Please write why the infusion is reopened.")
    return to


def may_reopen(state: InfusionState, *, locked: bool) -> bool:
    """Say whether the infusion can be reopened once a reason is written."""
    return passes(check_reopen, state, reason="to be written", locked=locked)
