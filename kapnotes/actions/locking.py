"""The lock: closing a sitting, opening it with one factor or its short code, and the text between.

What stood in a locked page and could not be saved stays there, sealed by the browser to a key of
its person. The private half is derived when it is asked for and never leaves this process; what
opens one page leaves it once that person's sitting is open again.
"""

import secrets
from datetime import datetime

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.actions.factor import Given, confirm
from kapnotes.actions.sitting import token_hash
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import BadInput, OutOfReach, WrongCode
from kapnotes.clinic.sitting import CODE_HOLDS, CODE_TRIES, check_code
from kapnotes.keys.page_key import NoPoint, PageKey
from kapnotes.records import sitting as sittings
from kapnotes.records.sitting import Sitting

_LOCK = MachineReach("the lock of a sitting")


@does(Did.SITTING_LOCKED)
def lock(deed: Deed, *, token: str, by: Actor, at: datetime) -> None:
    """Lock the sitting now. One that is locked already stays as it is."""
    found = _sitting(deed, token)
    if found.locked_at is not None:
        deed.keep_silent()
        return
    found.locked_at = at
    deed.on(found)


def unlock(*, token: str, given: Given, address: str, by: Actor, at: datetime) -> None:
    """Open the sitting with one factor. Raises WrongPassword, WrongFactor or TooManyTries."""
    confirm(given=given, token=token, address=address, by=by, at=at)
    _open(token=token, way="factor", by=by, at=at)


def unlock_by_code(*, token: str, code: str, by: Actor, at: datetime) -> None:
    """Open the sitting with its short code. Raises WrongCode, which says if a factor is asked now.

    A try is counted before it is judged, so that no two at once make one more.
    """
    left = _try(token=token, code=code, by=by, at=at)
    if left >= 0:
        raise WrongCode(left)
    _open(token=token, way="code", by=by, at=at)


@does(Did.UNLOCK_CODE_TRIED)
def _try(deed: Deed, *, token: str, code: str, by: Actor, at: datetime) -> int:
    """How many tries are left after this one, or -1 when the code is right."""
    found = _sitting(deed, token)
    deed.on(found)
    if not found.unlock_hash or found.unlock_until is None or at >= found.unlock_until:
        _forget(found)
        return 0
    if secrets.compare_digest(found.unlock_hash, _code_hash(token, code)):
        found.unlock_tries = 0
        deed.details["fits"] = True
        return -1
    found.unlock_tries += 1
    deed.details["fits"] = False
    left = CODE_TRIES - found.unlock_tries
    if left <= 0:
        _forget(found)
    return max(left, 0)


@does(Did.SITTING_UNLOCKED)
def _open(deed: Deed, *, token: str, way: str, by: Actor, at: datetime) -> None:
    """Open the sitting, after a factor was given or the code was right; `way` says which."""
    found = _sitting(deed, token)
    found.locked_at = None
    found.input_at = max(found.input_at, at)
    deed.on(found, way=way)


def set_code(*, token: str, code: str, given: Given, address: str, by: Actor, at: datetime) -> None:
    """Choose the short code of this sitting, with a factor.

    Raises BadInput for a code that is too easy, WrongPassword, WrongFactor or TooManyTries.
    """
    check_code(code)
    confirm(given=given, token=token, address=address, by=by, at=at)
    _keep_code(token=token, code=code, by=by, at=at)


@does(Did.UNLOCK_CODE_SET)
def _keep_code(deed: Deed, *, token: str, code: str, by: Actor, at: datetime) -> None:
    found = _sitting(deed, token)
    found.unlock_hash = _code_hash(token, code)
    found.unlock_until = at + CODE_HOLDS
    found.unlock_tries = 0
    deed.on(found)


def page_lock(by: Actor) -> str:
    """To what a page of this person seals its text, in base64; anybody may know it."""
    return _page_key(by).public


def page_key(*, point: str, by: Actor) -> str:
    """What opens a page that was sealed with that point. Raises BadInput for no point."""
    try:
        return _page_key(by).opens(point)
    except NoPoint:
        raise BadInput({"point": "This is no page of yours."}) from None


def _page_key(by: Actor) -> PageKey:
    return PageKey(db.current().ring.lookup_hash(f"page {by.id}"))


def _sitting(deed: Deed, token: str) -> Sitting:
    found = sittings.find(deed.session, token_hash(token), reach=_LOCK, lock=True)
    if found is None or found.ended_at is not None:
        raise OutOfReach
    return found


def _forget(found: Sitting) -> None:
    found.unlock_hash, found.unlock_until, found.unlock_tries = "", None, 0


def _code_hash(token: str, code: str) -> str:
    return db.current().ring.lookup_hash(f"unlock {token} {code}")
