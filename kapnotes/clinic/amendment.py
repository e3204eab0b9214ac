"""Amendments that a patient asks for: their states, who owns each move, and by when to answer.

A practice answers within 60 days and may take 30 more once, with the reason in writing; it accepts
or denies in writing, and a patient who is denied may add a statement of disagreement, to which the
practice may reply (45 CFR 164.526 [B]). Nothing is erased: every text stays with the record.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.refusals import BadInput, WrongState, passes

DAYS = 60
"""Days from the day that it came to the answer (164.526(b)(2)(i) [B])."""
MORE_DAYS = 30
"""Days that one extension adds (164.526(b)(2)(ii) [B])."""
LONG_AGO = timedelta(days=366)


class AmendmentState(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    EXTENDED = "extended"
    ACCEPTED = "accepted"
    DENIED = "denied"
    DISAGREED = "disagreed"
    REBUTTED = "rebutted"


class AmendmentMove(StrEnum):
    """What can be done with a request. What was written in a step never changes."""

    EXTEND = "extend"
    ACCEPT = "accept"
    DENY = "deny"
    DISAGREE = "disagree"
    REBUT = "rebut"


class Owner(StrEnum):
    """Whose move it is: who decides on the request, or who writes down what the patient says."""

    DECIDER = "decider"
    RECORDER = "recorder"


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a move leads, and whose move it is."""

    to: AmendmentState
    owner: Owner


_S, _M = AmendmentState, AmendmentMove
TRANSITIONS = MappingProxyType(
    {
        (_S.RECEIVED, _M.EXTEND): Transition(_S.EXTENDED, Owner.DECIDER),
        (_S.RECEIVED, _M.ACCEPT): Transition(_S.ACCEPTED, Owner.DECIDER),
        (_S.RECEIVED, _M.DENY): Transition(_S.DENIED, Owner.DECIDER),
        (_S.EXTENDED, _M.ACCEPT): Transition(_S.ACCEPTED, Owner.DECIDER),
        (_S.EXTENDED, _M.DENY): Transition(_S.DENIED, Owner.DECIDER),
        (_S.DENIED, _M.DISAGREE): Transition(_S.DISAGREED, Owner.RECORDER),
        (_S.DISAGREED, _M.REBUT): Transition(_S.REBUTTED, Owner.DECIDER),
    }
)
OPEN = frozenset({AmendmentState.RECEIVED, AmendmentState.EXTENDED})
"""The states in which the patient waits for an answer."""

STATE_WORDS = MappingProxyType(
    {
        AmendmentState.RECEIVED: "open",
        AmendmentState.EXTENDED: "open, with more time",
        AmendmentState.ACCEPTED: "accepted",
        AmendmentState.DENIED: "denied",
        AmendmentState.DISAGREED: "denied, and the patient disagrees",
        AmendmentState.REBUTTED: "denied, the patient disagrees, and the practice replied",
    }
)
MOVE_WORDS = MappingProxyType(
    {
        AmendmentMove.EXTEND: "given more time",
        AmendmentMove.ACCEPT: "accepted",
        AmendmentMove.DENY: "denied",
        AmendmentMove.DISAGREE: "given a statement of disagreement",
        AmendmentMove.REBUT: "given a reply to the statement",
    }
)
CHANNELS = MappingProxyType(
    {
        "letter": "By letter",
        "form": "On a form of the practice",
        "mail": "By e-mail",
        "told": "Told, and written down here",
    }
)
"""How a request can come."""
BASES = MappingProxyType(
    {
        "not_created_here": "It was not written by this practice",
        "not_in_record": "It is not part of the record that decisions are made from",
        "not_available": "It is not available for the patient to inspect",
        "accurate": "It is accurate and complete",
    }
)
"""On what alone a request can be denied (164.526(a)(2) [B])."""


def check_amendment(state: AmendmentState, move: AmendmentMove) -> AmendmentState:
    """Return the state that the move leads to, or raise `WrongState`."""
    transition = TRANSITIONS.get((state, move))
    if transition is None:
        raise WrongState(f"This request is {STATE_WORDS[state]} and cannot be {MOVE_WORDS[move]}.")
    return transition.to


def may_amend(state: AmendmentState, move: AmendmentMove) -> bool:
    """Say whether the state allows the move."""
    return passes(check_amendment, state, move)


def owner_of(state: AmendmentState, move: AmendmentMove) -> Owner:
    """Return whose move it is, or raise `WrongState` where there is no such move."""
    check_amendment(state, move)
    return TRANSITIONS[state, move].owner


def due_on(received_on: date, *, is_extended: bool = False) -> date:
    """Return the last day of the answer."""
    return received_on + timedelta(days=DAYS + (MORE_DAYS if is_extended else 0))


def check_received(received_on: date, today: date) -> None:
    """Raise `BadInput` for a day that is still to come or cannot be meant."""
    if received_on > today:
        raise BadInput({"received_on": "This day is still to come."})
    if received_on < today - LONG_AGO:
        raise BadInput({"received_on": "This is more than a year ago. Check the year."})


def check_extension(received_on: date, today: date) -> None:
    """Raise `WrongState` once the first 60 days are over: more time is taken within them."""
    if today > due_on(received_on):
        raise WrongState(f"The first {DAYS} days are over: no more time can be taken. Answer now.")


def said_due(last: date, today: date) -> str:
    """Say how a last day stands to today: "in 3 days", "today", "2 days late"."""
    days = (last - today).days
    if days == 0:
        return "today"
    counted = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"in {counted}" if days > 0 else f"{counted} late"
