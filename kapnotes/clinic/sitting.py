"""When a sitting is open, locked or ended, and which short code may open a locked one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from kapnotes.clinic.refusals import BadInput

CODE_DIGITS = 6
CODE_TRIES = 5
"""So many wrong codes, and only a factor opens the sitting again."""
CODE_HOLDS = timedelta(hours=4)
"""A code serves one dosing session with what comes before and after it, not a working day."""

AHEAD = timedelta(minutes=5)
"""A clock may go back so far; what a sitting did later than that from now is not believed."""


class SittingState(StrEnum):
    """How a sitting stands."""

    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sitting stays open without a person's input, and how long it lasts at most."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Moments:
    """What is known of a sitting: when it began, was last used, was locked, was ended."""

    begun_at: datetime
    input_at: datetime
    locked_at: datetime | None = None
    ended_at: datetime | None = None


def state_of(known: Moments, limits: Limits, *, at: datetime) -> SittingState:
    """How a sitting stands at a time; nothing but a factor or a code leads back from locked."""
    if known.ended_at is not None or not -AHEAD <= at - known.begun_at <= limits.whole:
        return SittingState.ENDED
    if known.locked_at is not None or not -AHEAD <= at - known.input_at <= limits.idle:
        return SittingState.LOCKED
    return SittingState.OPEN


def left_of(known: Moments, limits: Limits, *, at: datetime) -> timedelta:
    """How long an open sitting stays open if nobody touches it; nothing for any other."""
    if state_of(known, limits, at=at) is not SittingState.OPEN:
        return timedelta(0)
    until = min(known.input_at + limits.idle, known.begun_at + limits.whole)
    return max(until - at, timedelta(0))


def input_of(known: Moments, *, ago: timedelta, at: datetime) -> datetime:
    """When the last input was, of which a page says how long ago it was.

    No report makes it later than now or earlier than it was.
    """
    return max(at - max(ago, timedelta(0)), known.input_at)


def check_code(code: str) -> None:
    """Raise BadInput for a code that is no six digits, or that a bystander would try first."""
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
        raise BadInput({"unlock_code": f"Choose {CODE_DIGITS} digits."})
    steps = {int(after) - int(before) for before, after in pairwise(code)}
    if len(set(code)) < CODE_DIGITS // 2 or (len(steps) == 1 and steps <= {-1, 0, 1}):
        raise BadInput({"unlock_code": "This code is too easy to guess. Choose another."})
