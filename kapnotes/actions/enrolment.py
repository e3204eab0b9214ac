"""Setting up a second factor: the first one at one's first sign-in, others later.

What is set up first brings recovery codes with it, which are shown once. Adding a factor ends
one's other sittings.
"""

from datetime import datetime

from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.actions import passkey, recovery_code, totp
from kapnotes.actions.factor import Answer, Code
from kapnotes.actions.sitting import token_hash
from kapnotes.actions.throttle import check_tries, count_try, of_codes
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import NotAllowed, WrongFactor
from kapnotes.records import factor as factors
from kapnotes.records import person as people
from kapnotes.records import sitting as sittings
from kapnotes.records.person import Person

_SIGNING_IN = MachineReach("signing in")


def add_app(*, code: Code, token: str, is_first: bool, by: Actor, at: datetime) -> tuple[str, ...]:
    """Confirm the app that waits by its first code; return recovery codes if they are new.

    `is_first` is for a sign-in that waits: it is refused once there is any factor. Raises
    WrongFactor or TooManyTries.
    """
    codes = of_codes(by.id)
    check_tries(**codes, at=at)
    try:
        return _add_app(code=code, token=token, is_first=is_first, by=by, at=at)
    except WrongFactor:
        count_try(**codes, by=by, at=at)
        raise


@does(Did.TOTP_ADDED)
def _add_app(
    deed: Deed, *, code: Code, token: str, is_first: bool, by: Actor, at: datetime
) -> tuple[str, ...]:
    person = _who_adds(deed, by, is_first=is_first)
    deed.on(person)
    totp.confirm_waiting(deed.session, by.id, code.typed, at=at)
    return _added(deed, token=token, by=by, at=at)


@does(Did.PASSKEY_ADDED)
def add_passkey(
    deed: Deed, *, answer: Answer, name: str, is_first: bool, by: Actor, at: datetime
) -> tuple[str, ...]:
    """Keep a passkey that the browser made; return recovery codes if they are new.

    Raises WrongFactor, or BadInput for its name.
    """
    _who_adds(deed, by, is_first=is_first)
    under = token_hash(answer.token)
    made = passkey.add(deed.session, by.id, answer.json, name=name, token_hash=under, at=at)
    deed.on(made)
    return _added(deed, token=answer.token, by=by, at=at)


def _who_adds(deed: Deed, by: Actor, *, is_first: bool) -> Person:
    """Hold the account: of two who set up a first factor at once, the second is refused."""
    person = people.by_id(deed.session, by.id, reach=_SIGNING_IN, lock=True)
    if person is None or not person.is_active:
        raise NotAllowed
    if is_first and factors.standing(deed.session, by.id, reach=_SIGNING_IN).has_any:
        raise NotAllowed("A second factor was set up already. Sign in with it.")
    return person


def _added(deed: Deed, *, token: str, by: Actor, at: datetime) -> tuple[str, ...]:
    sittings.end_all(deed.session, by.id, at=at, but=token_hash(token))
    deed.session.flush()
    if factors.standing(deed.session, by.id, reach=_SIGNING_IN).codes:
        return ()
    return recovery_code.put_new(deed.session, by.id, at=at)
