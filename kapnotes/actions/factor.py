"""Confirming who one is: by password, by a code, or by a passkey; and one's own factors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.actions import passkey, recovery_code, totp
from kapnotes.actions.password import fits
from kapnotes.actions.sitting import token_hash
from kapnotes.actions.throttle import check_tries, count_try, of_codes
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.factor import Factor
from kapnotes.clinic.factor import is_fresh as is_fresh  # noqa: PLC0414 - doors ask it here
from kapnotes.clinic.refusals import OutOfReach, WrongFactor, WrongPassword, WrongState
from kapnotes.db import Session
from kapnotes.records import factor as factors
from kapnotes.records import person as people
from kapnotes.records import sitting as sittings
from kapnotes.records.factor import Passkey, Standing
from kapnotes.records.practice import the_practice

_SIGNING_IN = MachineReach("signing in")


@dataclass(frozen=True, slots=True)
class Code:
    """Six digits of an authenticator app, or a recovery code, as they were typed."""

    typed: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a passkey answered in the sitting of this token, as the browser's JSON."""

    json: str
    token: str


Given: TypeAlias = str | Code | Answer
"""What somebody gives to confirm who they are; a plain text is their password."""


def take(session: Session, person_id: UUID, given: Code | Answer, *, at: datetime) -> Factor:
    """Take a second factor in the caller's transaction: it counts once. Raises WrongFactor."""
    if isinstance(given, Answer):
        under = token_hash(given.token)
        if passkey.take(session, person_id, given.json, token_hash=under, at=at):
            return Factor.PASSKEY
    elif totp.take(session, person_id, given.typed, at=at):
        return Factor.APP
    elif recovery_code.take(session, person_id, given.typed, at=at):
        return Factor.RECOVERY
    raise WrongFactor


def check(*, given: Given, address: str, by: Actor, at: datetime) -> bool:
    """Whether this confirms that it is the person who acts; a code or an answer is then spent.

    A wrong one counts towards the throttle. Raises TooManyTries.
    """
    try:
        confirm(given=given, token="", address=address, by=by, at=at)
    except WrongPassword:
        return False
    return True


def confirm(*, given: Given, token: str, address: str, by: Actor, at: datetime) -> None:
    """Confirm who one is, and keep that this sitting is fresh: `token` is the sitting's own.

    Raises WrongPassword or WrongFactor, which is one, or TooManyTries. The slow hash of a password
    is worked out outside of any transaction.
    """
    if isinstance(given, str):
        _check_password(given, address=address, by=by, at=at)
        if token:
            _confirm(given=None, token=token, by=by, at=at)
        return
    codes = of_codes(by.id)
    if isinstance(given, Code):
        check_tries(**codes, at=at)
    try:
        _confirm(given=given, token=token, by=by, at=at)
    except WrongFactor:
        count_try(**codes, by=by, at=at)
        raise


def _check_password(password: str, *, address: str, by: Actor, at: datetime) -> None:
    with db.current().reading() as session:
        person = people.by_id(session, by.id, reach=_SIGNING_IN)
    if person is None:
        raise WrongPassword
    check_tries(account=person.email, address=address, at=at)
    if not fits(person.password_hash, password):
        count_try(account=person.email, address=address, by=by, at=at)
        raise WrongPassword


@does(Did.FACTOR_CONFIRMED)
def _confirm(
    deed: Deed, *, given: Code | Answer | None, token: str, by: Actor, at: datetime
) -> None:
    """Take the factor, or None for a password that was checked, and refresh the sitting."""
    kind = Factor.PASSWORD if given is None else take(deed.session, by.id, given, at=at)
    under = token or (given.token if isinstance(given, Answer) else "")
    if under:
        sittings.refresh(deed.session, token_hash(under), at=at)
    deed.details["factor"] = kind.value


@dataclass(frozen=True, slots=True)
class Own:
    """One's own factors, for the page that shows and changes them."""

    passkeys: Sequence[Passkey]
    standing: Standing
    app_since: datetime | None
    is_demo: bool

    @property
    def may_remove(self) -> bool:
        """Whether one of several may be given up: outside of a demo one always stays."""
        many = self.standing.passkeys + self.standing.has_app
        return self.is_demo or many > 1


@looks(Did.FACTORS_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> Own:
    """One's own passkeys, app and recovery codes."""
    del at
    return _own(deed.session, by)


def _own(session: Session, by: Actor) -> Own:
    app = factors.app_of(session, by.id, reach=_SIGNING_IN)
    practice = the_practice(session)
    return Own(
        factors.passkeys_of(session, by.id, reach=_SIGNING_IN),
        factors.standing(session, by.id, reach=_SIGNING_IN),
        app.confirmed_at if app else None,
        practice is not None and practice.is_demo,
    )


def has_passkey(person_id: UUID) -> bool:
    """Whether a form offers a passkey beside the password."""
    with db.current().reading() as session:
        return factors.standing(session, person_id, reach=_SIGNING_IN).passkeys > 0


def few_codes(person_id: UUID) -> int | None:
    """How many recovery codes are left, for a person who has a second factor; None for others."""
    with db.current().reading() as session:
        found = factors.standing(session, person_id, reach=_SIGNING_IN)
    return found.codes if found.has_any else None


@does(Did.PASSKEY_REMOVED)
def remove_passkey(deed: Deed, *, passkey_id: UUID, token: str, by: Actor, at: datetime) -> None:
    """Give up a passkey of one's own; one's other sittings end."""
    person = people.by_id(deed.session, by.id, reach=_SIGNING_IN, lock=True)
    own = _own(deed.session, by)
    found = next((one for one in own.passkeys if one.id == passkey_id), None)
    if person is None or found is None:
        raise OutOfReach
    _check_may_remove(own)
    deed.on(found)
    deed.session.delete(found)
    sittings.end_all(deed.session, by.id, at=at, but=token_hash(token))


@does(Did.TOTP_REMOVED)
def remove_app(deed: Deed, *, token: str, by: Actor, at: datetime) -> None:
    """Give up one's authenticator app; one's other sittings end."""
    person = people.by_id(deed.session, by.id, reach=_SIGNING_IN, lock=True)
    own = _own(deed.session, by)
    if person is None or not own.standing.has_app:
        raise OutOfReach
    _check_may_remove(own)
    deed.on(person)
    factors.drop_apps(deed.session, by.id)
    sittings.end_all(deed.session, by.id, at=at, but=token_hash(token))


def _check_may_remove(own: Own) -> None:
    if not own.may_remove:
        raise WrongState("This is your only one. Set up another before you give it up.")
