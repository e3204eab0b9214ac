"""Recovery codes: shown once when they are made, and each opens once."""

import secrets
from datetime import datetime
from uuid import UUID

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.factor import ALPHABET, CODE_LETTERS, CODES, in_groups, recovery_of
from kapnotes.clinic.refusals import WrongFactor, WrongState
from kapnotes.db import Session
from kapnotes.records import factor as factors
from kapnotes.records import person as people

_SIGNING_IN = MachineReach("signing in")


def code_hash(person_id: UUID, code: str) -> str:
    """Under what a code of this person is kept; the code itself is kept nowhere."""
    return db.current().ring.lookup_hash(f"recovery {person_id} {recovery_of(code)}")


def put_new(session: Session, person_id: UUID, *, at: datetime) -> tuple[str, ...]:
    """New codes in place of the old ones, as they are shown."""
    codes = tuple(
        in_groups("".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS)))
        for _ in range(CODES)
    )
    factors.renew_codes(session, person_id, [code_hash(person_id, one) for one in codes], at=at)
    return codes


def take(session: Session, person_id: UUID, typed: str, *, at: datetime) -> bool:
    """Whether this is a code of the person that was not taken before; it is taken then."""
    if not recovery_of(typed):
        return False
    return factors.take_code(session, person_id, code_hash(person_id, typed), at=at)


@does(Did.RECOVERY_CODES_MADE)
def renew(deed: Deed, *, by: Actor, at: datetime) -> tuple[str, ...]:
    """Make new recovery codes; the old ones open nothing any more."""
    person = people.by_id(deed.session, by.id, reach=_SIGNING_IN, lock=True)
    if person is None:
        raise WrongFactor
    if not factors.standing(deed.session, by.id, reach=_SIGNING_IN).has_any:
        raise WrongState("Set up a passkey or an authenticator app first.")
    deed.on(person, codes=CODES)
    return put_new(deed.session, by.id, at=at)
