"""How often somebody may try: counted in the database, per account and address."""

from datetime import datetime, timedelta
from uuid import UUID

from kapnotes import db
from kapnotes.access.actor import NOBODY_ID, Actor
from kapnotes.access.roles import Role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import TooManyTries
from kapnotes.records import sitting as sittings
from kapnotes.records.sitting import SignInTry

ADDRESS_FACTOR = 10
NOBODY = Actor(NOBODY_ID, "", Role)
"""Who acts before anybody signed in."""


def of_codes(person_id: UUID) -> dict[str, str]:
    """Under what wrong codes are counted: of a person, from whatever address.

    Only who knows the password comes so far, so that no stranger can lock anybody out.
    """
    return {"account": f"codes of {person_id}", "address": f"codes of {person_id}"}


def check_tries(*, account: str, address: str, at: datetime) -> None:
    """Raise TooManyTries where the account from this address, or the address, has tried enough."""
    settings = db.current().settings
    account_hash, address_hash = _digests(account, address)
    window = timedelta(minutes=settings.sign_in_window_minutes)
    with db.current().reading() as session:
        pair, alone = sittings.tries_since(
            session,
            account_hash=account_hash,
            address_hash=address_hash,
            since=at - window,
            until=at + window,
        )
    if pair >= settings.sign_in_tries or alone >= settings.sign_in_tries * ADDRESS_FACTOR:
        raise TooManyTries


@does(Did.SIGN_IN_FAILED)
def count_try(deed: Deed, *, account: str, address: str, by: Actor, at: datetime) -> None:
    """Count a try that failed."""
    account_hash, address_hash = _digests(account, address)
    deed.session.add(SignInTry(account_hash=account_hash, address_hash=address_hash, at=at))


def _digests(account: str, address: str) -> tuple[str, str]:
    ring = db.current().ring
    return ring.lookup_hash(f"account {account}"), ring.lookup_hash(f"address {address}")
