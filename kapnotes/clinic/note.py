"""The life of a note: its kinds, its states, and who owns the move from one to the next.

Whether this person is that owner is asked in `access`; here stands only what the state allows.
Signed content keeps its original and is corrected by addenda (CMS PIM chapter 3, 3.3.2.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.refusals import Locked, WrongState, passes


class NoteKind(StrEnum):
    """The three notes that belong to an infusion."""

    PREPARATION = "preparation"
    DOSING = "dosing"
    INTEGRATION = "integration"


class NoteState(StrEnum):
    """Where a note stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    AWAITING_COSIGNATURE = "awaiting_cosignature"
    RETURNED = "returned"
    COSIGNED = "cosigned"
    DISCARDED = "discarded"


class Move(StrEnum):
    """What can be done with a note as a whole. Editing is no move: see `check_edit`."""

    SIGN = "sign"
    SIGN_FOR_COSIGNATURE = "sign_for_cosignature"
    COSIGN = "cosign"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    ASK = "ask"
    ANSWER = "answer"
    REVISE = "revise"
    DISCARD = "discard"
    ADD_ADDENDUM = "add_addendum"


class Owner(StrEnum):
    """Whose move it is: the note's author, or the supervisor who answers for the author."""

    AUTHOR = "author"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a move leads, and whose move it is."""

    to: NoteState
    owner: Owner


# A note that was signed once is never a draft again: it comes back as "returned", which its
# author may edit and sign anew, but not discard. What was sent for co-signature once goes there
# again, whatever ended meanwhile, so that no signature on a returned note is the last word.
TRANSITIONS = MappingProxyType(
    {
        (NoteState.DRAFT, Move.SIGN): Transition(NoteState.SIGNED, Owner.AUTHOR),
        (NoteState.DRAFT, Move.SIGN_FOR_COSIGNATURE): Transition(
            NoteState.AWAITING_COSIGNATURE, Owner.AUTHOR
        ),
        (NoteState.DRAFT, Move.DISCARD): Transition(NoteState.DISCARDED, Owner.AUTHOR),
        (NoteState.AWAITING_COSIGNATURE, Move.COSIGN): Transition(
            NoteState.COSIGNED, Owner.SUPERVISOR
        ),
        (NoteState.AWAITING_COSIGNATURE, Move.SEND_BACK): Transition(
            NoteState.RETURNED, Owner.SUPERVISOR
        ),
        (NoteState.AWAITING_COSIGNATURE, Move.WITHDRAW): Transition(
            NoteState.RETURNED, Owner.AUTHOR
        ),
        (NoteState.AWAITING_COSIGNATURE, Move.ASK): Transition(
            NoteState.AWAITING_COSIGNATURE, Owner.SUPERVISOR
        ),
        (NoteState.AWAITING_COSIGNATURE, Move.ANSWER): Transition(
            NoteState.AWAITING_COSIGNATURE, Owner.AUTHOR
        ),
        (NoteState.RETURNED, Move.REVISE): Transition(NoteState.RETURNED, Owner.AUTHOR),
        (NoteState.RETURNED, Move.SIGN_FOR_COSIGNATURE): Transition(
            NoteState.AWAITING_COSIGNATURE, Owner.AUTHOR
        ),
        (NoteState.SIGNED, Move.ADD_ADDENDUM): Transition(NoteState.SIGNED, Owner.AUTHOR),
        (NoteState.COSIGNED, Move.ADD_ADDENDUM): Transition(NoteState.COSIGNED, Owner.AUTHOR),
    }
)

FINAL = frozenset({NoteState.SIGNED, NoteState.COSIGNED})
LOCKED = FINAL | {NoteState.AWAITING_COSIGNATURE}
EDITABLE = frozenset({NoteState.DRAFT, NoteState.RETURNED})

STATE_WORDS = MappingProxyType(
    {
        NoteState.DRAFT: "a draft",
        NoteState.SIGNED: "signed",
        NoteState.AWAITING_COSIGNATURE: "signed and waiting for its co-signature",
        NoteState.RETURNED: "back with its author",
        NoteState.COSIGNED: "signed and co-signed",
        NoteState.DISCARDED: "discarded",
    }
)
MOVE_WORDS = MappingProxyType(
    {
        Move.SIGN: "signed",
        Move.SIGN_FOR_COSIGNATURE: "signed for co-signature",
        Move.COSIGN: "co-signed",
        Move.SEND_BACK: "sent back",
        Move.WITHDRAW: "withdrawn",
        Move.ASK: "asked about",
        Move.ANSWER: "given an answer",
        Move.REVISE: "revised",
        Move.DISCARD: "discarded",
        Move.ADD_ADDENDUM: "given an addendum",
    }
)


def check_move(state: NoteState, move: Move) -> NoteState:
    """Return the state that the move leads to, or raise `WrongState`."""
    transition = TRANSITIONS.get((state, move))
    if transition is None:
        raise WrongState(f"This note is {STATE_WORDS[state]} and cannot be {MOVE_WORDS[move]}.")
    return transition.to


def may_move(state: NoteState, move: Move) -> bool:
    """Say whether the state allows the move."""
    return passes(check_move, state, move)


def owner_of(state: NoteState, move: Move) -> Owner:
    """Return whose move it is, or raise `WrongState` where there is no such move."""
    check_move(state, move)
    return TRANSITIONS[state, move].owner


def moves_from(state: NoteState) -> tuple[Move, ...]:
    """Return the moves that the state allows, in the order of `Move`."""
    return tuple(move for move in Move if may_move(state, move))


def check_edit(state: NoteState) -> None:
    """Raise `Locked` if the note is signed, `WrongState` if it is discarded."""
    if is_locked(state):
        raise Locked(f"This note is {STATE_WORDS[state]} and cannot be edited.")
    if state not in EDITABLE:
        raise WrongState(f"This note is {STATE_WORDS[state]} and cannot be edited.")


def may_edit(state: NoteState) -> bool:
    """Say whether the state allows the text to be edited."""
    return passes(check_edit, state)


def check_records(dosing_states: Iterable[NoteState]) -> None:
    """Raise `Locked` if any dosing note of the infusion is signed.

    A signature covers dose, vitals and adverse events as they stood, so they lock with it.
    """
    if any(is_locked(state) for state in dosing_states):
        raise Locked(
            "The dosing note is signed, and dose, vitals and events with it. "
            "Correct them by an addendum to the note."
        )


def may_change_records(dosing_states: Iterable[NoteState]) -> bool:
    """Say whether dose, vitals and adverse events can still be entered or corrected."""
    return passes(check_records, dosing_states)


def is_final(state: NoteState) -> bool:
    """Say whether the note is signed by everyone who had to sign it."""
    return state in FINAL


def is_locked(state: NoteState) -> bool:
    """Say whether at least one signature stands on the text, so that it cannot change."""
    return state in LOCKED
