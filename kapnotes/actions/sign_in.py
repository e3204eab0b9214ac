"""Signing in and out: passwords (argon2id), throttling, and the sitting of a browser."""

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kapnotes import db
from kapnotes.access.actor import NOBODY_ID, Actor, Emergency
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Role, role_of
from kapnotes.actions.people import LONGEST_PASSWORD, actor_of, check_password_choice
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import TooManyTries, WrongPassword, WrongSignIn
from kapnotes.records import person as people
from kapnotes.records import sitting as sittings
from kapnotes.records.person import Person
from kapnotes.records.sitting import Seat, SignInTry, Sitting

ADDRESS_FACTOR = 10
INPUT_STEP = timedelta(seconds=60)
_HASHER = PasswordHasher()
_SIGNING_IN = MachineReach("signing in")
NOBODY = Actor(NOBODY_ID, "", Role)


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    return _HASHER.hash(password)


@cache
def _no_account() -> str:
    """A hash that no password fits, so that an unknown account takes as long as a known one."""
    return _HASHER.hash(secrets.token_hex(32))


def _fits(password_hash: str, password: str) -> bool:
    try:
        return len(password) <= LONGEST_PASSWORD and _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def token_hash(token: str) -> str:
    """Under what a token's sitting is found; the token itself is kept nowhere."""
    return db.current().ring.lookup_hash(f"sitting {token}")


def sign_in(*, email: str, password: str, address: str, at: datetime) -> str:
    """Begin a sitting and return its token. Raises WrongSignIn or TooManyTries.

    The slow hash is worked out outside of any transaction, also for an unknown account.
    """
    email = email.strip().casefold()[:254]
    _check_tries(email, address, at)
    with db.current().reading() as session:
        is_storable = "\x00" not in email
        person = people.by_email(session, email, reach=_SIGNING_IN) if is_storable else None
    fits = _fits(person.password_hash if person else _no_account(), password)
    if person is None or not fits or not person.is_active:
        _count_try(account=email, address=address, by=NOBODY, at=at)
        raise WrongSignIn
    token = secrets.token_urlsafe(32)
    _begin(token=token, person=person, by=actor_of(person), at=at)
    return token


def email_of(by: Actor) -> str:
    """The person's own address, to sign in again with."""
    with db.current().reading() as session:
        person = people.by_id(session, by.id, reach=_SIGNING_IN)
    return person.email if person else ""


def check_password(*, password: str, address: str, by: Actor, at: datetime) -> bool:
    """Whether this is the password of the person who acts, typed again to confirm.

    A wrong one counts towards the throttle. Raises TooManyTries.
    """
    with db.current().reading() as session:
        person = people.by_id(session, by.id, reach=_SIGNING_IN)
    if person is None:
        return False
    _check_tries(person.email, address, at)
    if _fits(person.password_hash, password):
        return True
    _count_try(account=person.email, address=address, by=by, at=at)
    return False


def _digests(account: str, address: str) -> tuple[str, str]:
    ring = db.current().ring
    return ring.lookup_hash(f"account {account}"), ring.lookup_hash(f"address {address}")


def _check_tries(account: str, address: str, at: datetime) -> None:
    settings = db.current().settings
    account_hash, address_hash = _digests(account, address)
    since = at - timedelta(minutes=settings.sign_in_window_minutes)
    with db.current().reading() as session:
        pair, alone = sittings.tries_since(
            session, account_hash=account_hash, address_hash=address_hash, since=since
        )
    if pair >= settings.sign_in_tries or alone >= settings.sign_in_tries * ADDRESS_FACTOR:
        raise TooManyTries


@does(Did.SIGN_IN_FAILED)
def _count_try(deed: Deed, *, account: str, address: str, by: Actor, at: datetime) -> None:
    account_hash, address_hash = _digests(account, address)
    deed.session.add(SignInTry(account_hash=account_hash, address_hash=address_hash, at=at))


@does(Did.SIGN_IN_SUCCEEDED)
def _begin(deed: Deed, *, token: str, person: Person, by: Actor, at: datetime) -> None:
    now = people.by_id(deed.session, person.id, reach=_SIGNING_IN, lock=True)
    if now is None or not now.is_active or now.password_hash != person.password_hash:
        raise WrongSignIn
    sitting = Sitting(
        token_hash=token_hash(token), person_id=person.id, begun_at=at, input_at=at, ended_at=None
    )
    deed.session.add(sitting)


def who_sits(*, token: str, at: datetime, is_input: bool) -> Actor | None:
    """The person of an open sitting, or None once it is idle, too old, ended or disabled.

    `is_input` is whether a person caused this request: polling and saving do not keep a sitting.
    """
    settings = db.current().settings
    kept_under = token_hash(token)
    with db.current().reading() as session:
        seat = sittings.seat(session, kept_under, reach=_SIGNING_IN)
    if seat is None or seat.ended_at is not None or seat.disabled_at is not None:
        return None
    if at - seat.input_at > timedelta(minutes=settings.idle_minutes):
        return None
    if at - seat.begun_at > timedelta(hours=settings.sitting_hours):
        return None
    if is_input and at - seat.input_at > INPUT_STEP:
        with db.current().writing() as session:
            sittings.keep_open(session, kept_under, at=at)
    return actor_of(seat, _granted(seat))


def _granted(seat: Seat) -> Emergency | None:
    """The emergency access of who sits; whether its hour is over is asked where it is used."""
    if not (seat.emergency_id and seat.emergency_patient_id and seat.emergency_until):
        return None
    return Emergency(seat.emergency_id, seat.emergency_patient_id, seat.emergency_until)


@does(Did.SIGN_OUT_DONE)
def sign_out(deed: Deed, *, token: str, by: Actor, at: datetime) -> None:
    """End the sitting at once."""
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
