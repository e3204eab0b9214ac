"""Where an audit of charts stands, and what can be done with it there.

It is planned, then its charts are drawn and answered, then it is ended, and its answers are locked.
What follows from it has states of its own: see `clinic.chart_audit`.
"""

from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.refusals import Locked, WrongState, passes


class AuditState(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    DRAWN = "drawn"
    ENDED = "ended"
    DROPPED = "dropped"


class AuditMove(StrEnum):
    """What can be done with it."""

    EDIT = "edit"
    DROP = "drop"
    DRAW = "draw"
    ANSWER = "answer"
    END = "end"
    RAISE = "raise"


_S, _M = AuditState, AuditMove
TRANSITIONS = MappingProxyType(
    {
        (_S.PLANNED, _M.EDIT): _S.PLANNED,
        (_S.PLANNED, _M.DROP): _S.DROPPED,
        (_S.PLANNED, _M.DRAW): _S.DRAWN,
        (_S.DRAWN, _M.ANSWER): _S.DRAWN,
        (_S.DRAWN, _M.RAISE): _S.DRAWN,
        (_S.DRAWN, _M.END): _S.ENDED,
        (_S.ENDED, _M.RAISE): _S.ENDED,
    }
)
"""Each move from each state, and where it leads. To raise is to give a corrective action."""

STATE_WORDS = MappingProxyType(
    {
        AuditState.PLANNED: "planned",
        AuditState.DRAWN: "under way",
        AuditState.ENDED: "ended",
        AuditState.DROPPED: "dropped",
    }
)
MOVE_WORDS = MappingProxyType(
    {
        AuditMove.EDIT: "changed",
        AuditMove.DROP: "dropped",
        AuditMove.DRAW: "drawn",
        AuditMove.ANSWER: "answered",
        AuditMove.END: "ended",
        AuditMove.RAISE: "given corrective actions",
    }
)
ENDED = "This audit is ended, and its answers are locked."


def check_audit(state: AuditState, move: AuditMove) -> AuditState:
    """Return the state that the move leads to; raise `Locked` or `WrongState`."""
    to = TRANSITIONS.get((state, move))
    if to is None and state is AuditState.ENDED and move is AuditMove.ANSWER:
        raise Locked(ENDED)
    if to is None:
        raise WrongState(f"This audit is {STATE_WORDS[state]} and cannot be {MOVE_WORDS[move]}.")
    return to


def may_audit(state: AuditState, move: AuditMove) -> bool:
    """Say whether the move is open in that state."""
    return passes(check_audit, state, move)


def check_complete(unanswered: int) -> None:
    """Raise `WrongState` while charts that can still be read have rows without an answer."""
    if unanswered:
        charts = "1 chart is" if unanswered == 1 else f"{unanswered} charts are"
        raise WrongState(
            f"{charts} not yet answered in every row. Answer them, then end the audit."
        )
