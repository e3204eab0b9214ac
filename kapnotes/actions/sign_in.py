"""Signing in and out: a password, then the second factor, and the sitting of a browser.

After the password a sitting waits, and opens nothing. The second factor ends it and begins another
with a token of its own. Only in a demo practice does a password alone begin a sitting.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Role, role_of
from kapnotes.actions import enrolment, factor
from kapnotes.actions.factor import Answer, Code, Given
from kapnotes.actions.password import check_password_choice, fits, hashed, no_account
from kapnotes.actions.people import actor_of
from kapnotes.actions.sitting import presence, token_hash
from kapnotes.actions.throttle import NOBODY as NOBODY  # noqa: PLC0414 - doors without a sitting
from kapnotes.actions.throttle import check_tries, count_try, of_codes
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.factor import WAITING
from kapnotes.clinic.refusals import NotAllowed, WrongFactor, WrongPassword, WrongSignIn
from kapnotes.db import Session
from kapnotes.records import factor as factors
from kapnotes.records import person as people
from kapnotes.records import sitting as sittings
from kapnotes.records.factor import Standing
from kapnotes.records.person import Person
from kapnotes.records.practice import the_practice
from kapnotes.records.sitting import Sitting

_SIGNING_IN = MachineReach("signing in")
OVER = "This sign-in took too long. Begin again with your password."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sign-in whose password was right: who it is, and which second factors they have."""

    by: Actor
    token: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Seated:
    """A sign-in that is whole: the token of its sitting, and recovery codes if they are new."""

    token: str
    codes: tuple[str, ...] = ()


def sign_in(*, email: str, password: str, address: str, device: str = "", at: datetime) -> str:
    """Take the password and return a token: of a sitting that waits for the second factor.

    In a demo practice, for who has no second factor, it is open at once. `device` is the browser in
    words, for the person's own list of sittings. Raises WrongSignIn or TooManyTries. The slow hash
    is worked out outside of any transaction, also for an unknown account.
    """
    email = email.strip().casefold()[:254]
    check_tries(account=email, address=address, at=at)
    with db.current().reading() as session:
        is_storable = "\x00" not in email
        person = people.by_email(session, email, reach=_SIGNING_IN) if is_storable else None
    is_right = fits(person.password_hash if person else no_account(), password)
    if person is None or not is_right or not person.is_active:
        count_try(account=email, address=address, by=NOBODY, at=at)
        raise WrongSignIn
    token = secrets.token_urlsafe(32)
    begin = _begin if _waits(person.id) else _begin_in_demo
    where = {"device": device[:80], "address": address[:45]}
    begin(token=token, person=person, where=where, by=actor_of(person), at=at)
    return token


def _waits(person_id: UUID) -> bool:
    """Whether a second factor is asked: always, but for who has none in a demo practice."""
    with db.current().reading() as session:
        return not _is_enough(session, person_id)


def _is_enough(session: Session, person_id: UUID) -> bool:
    practice = the_practice(session)
    if practice is None or not practice.is_demo:
        return False
    return not factors.standing(session, person_id, reach=_SIGNING_IN).has_any


@does(Did.SIGN_IN_BEGUN)
def _begin(
    deed: Deed, *, token: str, person: Person, where: dict[str, str], by: Actor, at: datetime
) -> None:
    _sit(deed, token, person, where, factor_at=None, at=at)


@does(Did.SIGN_IN_SUCCEEDED)
def _begin_in_demo(
    deed: Deed, *, token: str, person: Person, where: dict[str, str], by: Actor, at: datetime
) -> None:
    if not _is_enough(deed.session, person.id):
        raise WrongSignIn
    _sit(deed, token, person, where, factor_at=at, at=at)


def _sit(
    deed: Deed,
    token: str,
    person: Person,
    where: dict[str, str],
    *,
    factor_at: datetime | None,
    at: datetime,
) -> None:
    now = people.by_id(deed.session, person.id, reach=_SIGNING_IN, lock=True)
    if now is None or not now.is_active or now.password_hash != person.password_hash:
        raise WrongSignIn
    deed.session.add(
        Sitting(
            token_hash=token_hash(token),
            person_id=person.id,
            begun_at=at,
            input_at=at,
            ended_at=None,
            factor_at=factor_at,
            fresh_at=factor_at,
            **where,
        )
    )


def who_waits(*, token: str, at: datetime) -> Waiting | None:
    """Whose sign-in waits for its second factor under this token, or None."""
    with db.current().reading() as session:
        seat = sittings.seat(session, token_hash(token), reach=_SIGNING_IN)
        if seat is None or seat.ended_at is not None or seat.disabled_at is not None:
            return None
        if seat.factor_at is not None or not seat.begun_at <= at < seat.begun_at + WAITING:
            return None
        standing = factors.standing(session, seat.id, reach=_SIGNING_IN)
    return Waiting(actor_of(seat), token, standing)


def give_factor(*, token: str, given: Code | Answer, at: datetime) -> Seated:
    """Give the second factor of a sign-in that waits; the sitting has a token of its own.

    Raises WrongSignIn once it waits no longer, WrongFactor or TooManyTries.
    """
    waiting = _still(token, at)
    codes = of_codes(waiting.by.id)
    if isinstance(given, Code):
        check_tries(**codes, at=at)
    fresh = secrets.token_urlsafe(32)
    try:
        _seat(old=token, new=fresh, given=given, by=waiting.by, at=at)
    except WrongFactor:
        count_try(**codes, by=waiting.by, at=at)
        raise
    return Seated(fresh)


def set_up_app(*, token: str, code: Code, at: datetime) -> Seated:
    """Confirm one's first app by a code, and sit down; raises as `give_factor` does."""
    by = _still(token, at).by
    made = enrolment.add_app(code=code, token=token, is_first=True, by=by, at=at)
    return _seat_new(token, made, by=by, at=at)


def set_up_passkey(*, answer: Answer, name: str, at: datetime) -> Seated:
    """Keep one's first passkey, and sit down; raises as `give_factor` does, and BadInput."""
    by = _still(answer.token, at).by
    made = enrolment.add_passkey(answer=answer, name=name, is_first=True, by=by, at=at)
    return _seat_new(answer.token, made, by=by, at=at)


def _seat_new(token: str, codes: tuple[str, ...], *, by: Actor, at: datetime) -> Seated:
    fresh = secrets.token_urlsafe(32)
    _seat(old=token, new=fresh, given=None, by=by, at=at)
    return Seated(fresh, codes)


def _still(token: str, at: datetime) -> Waiting:
    waiting = who_waits(token=token, at=at)
    if waiting is None:
        raise WrongSignIn(OVER)
    return waiting


@does(Did.SIGN_IN_SUCCEEDED)
def _seat(
    deed: Deed, *, old: str, new: str, given: Code | Answer | None, by: Actor, at: datetime
) -> None:
    """End the sitting that waited and begin the one that is open.

    `given` is None right after the first factor was set up in the sitting that waited: the factor
    is then of this very moment.
    """
    person = people.by_id(deed.session, by.id, reach=_SIGNING_IN, lock=True)
    waiting = sittings.find(deed.session, token_hash(old), reach=_SIGNING_IN, lock=True)
    if person is None or not person.is_active or waiting is None or waiting.ended_at is not None:
        raise WrongSignIn(OVER)
    if given is None:
        if not factors.was_set_up(deed.session, by.id, at=at):
            raise NotAllowed
        deed.details["factor"] = "set_up"
    else:
        deed.details["factor"] = factor.take(deed.session, by.id, given, at=at).value
    waiting.ended_at = at
    where = {"device": waiting.device, "address": waiting.address}
    _sit(deed, new, person, where, factor_at=at, at=at)


def email_of(by: Actor) -> str:
    """The person's own address, to sign in again with."""
    with db.current().reading() as session:
        person = people.by_id(session, by.id, reach=_SIGNING_IN)
    return person.email if person else ""


def check_password(*, password: Given, address: str, by: Actor, at: datetime) -> bool:
    """Whether this is the password, or a passkey's answer, of the person who acts.

    A wrong one counts towards the throttle. Raises TooManyTries.
    """
    return factor.check(given=password, address=address, by=by, at=at)


def who_sits(*, token: str, at: datetime, is_input: bool) -> Actor | None:
    """The person of an open sitting, or None once it is locked or has ended: `sitting.presence`."""
    found = presence(token=token, at=at, is_input=is_input)
    return found.actor if found is not None and found.is_open else None


@does(Did.SIGN_OUT_DONE)
def sign_out(deed: Deed, *, token: str, by: Actor, at: datetime) -> None:
    """End the sitting at once, also one that waits."""
    sitting = sittings.find(deed.session, token_hash(token), reach=_SIGNING_IN)
    if sitting is not None and sitting.ended_at is None:
        sitting.ended_at = at


def change_password(
    *, old: str, new: str, address: str, token: str, by: Actor, at: datetime
) -> None:
    """Change one's own password and end one's other sittings. Raises WrongPassword, BadInput."""
    is_right = check_password(password=old, address=address, by=by, at=at)
    check_password_choice(new)
    _change(is_right=is_right, password_hash=hashed(new), token=token, by=by, at=at)


@does(Did.PASSWORD_CHANGED)
def _change(
    deed: Deed, *, is_right: bool, password_hash: str, token: str, by: Actor, at: datetime
) -> None:
    if not is_right:
        raise WrongPassword
    person = people.by_id(deed.session, by.id, reach=_SIGNING_IN, lock=True)
    if person is None or role_of(person.role) is Role:
        raise WrongPassword
    person.password_hash = password_hash
    sittings.end_all(deed.session, by.id, at=at, but=token_hash(token))
    deed.on(person)
