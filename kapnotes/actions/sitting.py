"""The sitting of a browser: whose it is, how it stands, and one's own list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kapnotes import db
from kapnotes.access.actor import Actor, Emergency
from kapnotes.access.reach import MachineReach
from kapnotes.actions.people import actor_of
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.clinic.sitting import Limits, Moments, SittingState, input_of, left_of, state_of
from kapnotes.records import sitting as sittings
from kapnotes.records.sitting import Seat, Sitting

INPUT_STEP = timedelta(seconds=60)
"""A request that comes sooner after the last input than this is not worth a write."""
_SITTING = MachineReach("who sits here")


@dataclass(frozen=True, slots=True)
class Presence:
    """Who sits in a browser, and how that sitting stands; a locked one opens nothing but its lock.

    `left` is how long it stays open if nobody touches it. `factor_at` is when the second factor
    was given, `fresh_at` when any factor was given last.
    """

    actor: Actor
    id: UUID
    state: SittingState
    left: timedelta
    has_code: bool
    factor_at: datetime | None
    fresh_at: datetime | None
    has_passkey: bool

    @property
    def is_open(self) -> bool:
        """Whether it is neither locked nor ended."""
        return self.state is SittingState.OPEN


@dataclass(frozen=True, slots=True)
class OwnSitting:
    """One of a person's sittings as their own list shows it."""

    id: UUID
    device: str
    address: str
    begun_at: datetime
    input_at: datetime
    state: SittingState
    is_this: bool


def token_hash(token: str) -> str:
    """Under what a token's sitting is found; the token itself is kept nowhere."""
    return db.current().ring.lookup_hash(f"sitting {token}")


def limits() -> Limits:
    """The practice's limits."""
    settings = db.current().settings
    return Limits(timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.sitting_hours))


def presence(
    *, token: str, at: datetime, is_input: bool, ago: timedelta | None = None
) -> Presence | None:
    """Who sits under a token; None when it has ended, waits for its factor, or is disabled.

    `is_input` is whether a person caused this request: polling and saving do not keep a sitting
    open. `ago` is how long ago a page says that the input was. A locked sitting stays locked.
    """
    kept_under, limit = token_hash(token), limits()
    with db.current().reading() as session:
        seat = sittings.seat(session, kept_under, reach=_SITTING)
    if seat is None or seat.disabled_at is not None or seat.factor_at is None:
        return None
    known = _moments(seat)
    state = state_of(known, limit, at=at)
    if state is SittingState.ENDED:
        return None
    if is_input and state is SittingState.OPEN:
        known = _touched(kept_under, known, ago=ago, at=at)
    return Presence(
        actor=actor_of(seat, _granted(seat)),
        id=seat.sitting_id,
        state=state,
        left=left_of(known, limit, at=at),
        has_code=seat.unlock_until is not None and at < seat.unlock_until,
        factor_at=seat.factor_at,
        fresh_at=seat.fresh_at,
        has_passkey=seat.has_passkey,
    )


def _touched(kept_under: str, known: Moments, *, ago: timedelta | None, at: datetime) -> Moments:
    """Write down that somebody was there, unless it says nothing new."""
    said = at if ago is None else input_of(known, ago=ago, at=at)
    if said - known.input_at <= (INPUT_STEP if ago is None else timedelta(0)):
        return known
    with db.current().writing() as session:
        sittings.keep_open(session, kept_under, at=said)
    return Moments(known.begun_at, said, known.locked_at, known.ended_at)


def _moments(seat: Seat | Sitting) -> Moments:
    return Moments(seat.begun_at, seat.input_at, seat.locked_at, seat.ended_at)


def _granted(seat: Seat) -> Emergency | None:
    """The emergency access of who sits; whether its hour is over is asked where it is used."""
    if not (seat.emergency_id and seat.emergency_patient_id and seat.emergency_until):
        return None
    return Emergency(seat.emergency_id, seat.emergency_patient_id, seat.emergency_until)


@looks(Did.SITTINGS_VIEWED)
def look(deed: Deed, *, token: str, by: Actor, at: datetime) -> Sequence[OwnSitting]:
    """One's own sittings that have not ended, the newest first."""
    limit, here = limits(), token_hash(token)
    found = sittings.open_of(deed.session, by.id, since=at - limit.whole, reach=_SITTING)
    return [
        OwnSitting(
            one.id,
            one.device,
            one.address,
            one.begun_at,
            one.input_at,
            state_of(_moments(one), limit, at=at),
            one.token_hash == here,
        )
        for one in found
    ]


@does(Did.SITTING_ENDED)
def end(deed: Deed, *, sitting_id: UUID, by: Actor, at: datetime) -> None:
    """End one of one's own sittings at once. Raises OutOfReach for anybody else's."""
    found = sittings.open_of(deed.session, by.id, since=at - limits().whole, reach=_SITTING)
    ended = next((one for one in found if one.id == sitting_id), None)
    if ended is None:
        raise OutOfReach
    ended.ended_at = at
    deed.on(ended)


@does(Did.SITTINGS_ENDED)
def end_others(deed: Deed, *, token: str, by: Actor, at: datetime) -> int:
    """End all of one's own sittings but this one; how many they were."""
    here = token_hash(token)
    found = sittings.open_of(deed.session, by.id, since=at - limits().whole, reach=_SITTING)
    others = [one for one in found if one.token_hash != here]
    for one in others:
        one.ended_at = at
    deed.details["count"] = len(others)
    return len(others)
