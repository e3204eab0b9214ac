"""Second factors for the people of a test: an app that they have, and a code when they sign in."""

from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from uuid import UUID, uuid4

import pyotp
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import sign_in, totp
from kapnotes.actions.factor import Code
from kapnotes.clinic.factor import ALPHABET, CODE_LETTERS, in_groups
from kapnotes.records.factor import Passkey, RecoveryCode, Totp
from kapnotes.records.person import Person
from kapnotes.records.practice import the_practice

SEED = pyotp.random_base32()
"""The seed of every app in the tests of this process."""
MADE = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count()


def give_app(person_id: UUID) -> None:
    """Set up an authenticator app for somebody, as they would have at their first sign-in.

    In a demo practice nobody has one: a password is enough there.
    """
    database = db.current()
    with database.reading() as session:
        practice = the_practice(session)
    if practice is not None and practice.is_demo:
        return
    app = Totp(
        id=uuid4(),
        person_id=person_id,
        seed_sealed=b"",
        last_step=0,
        made_at=MADE,
        confirmed_at=MADE,
    )
    app.seed_sealed = database.ring.wrap_secret(SEED.encode(), app.seed_place)
    with database.writing() as session:
        session.add(app)


def digits(at: datetime) -> str:
    """What the app shows at that time."""
    return pyotp.TOTP(SEED).at(at)


def code_for(email: str, database: db.Database | None = None) -> str:
    """A recovery code of somebody, made now: in the open practice if no other is named."""
    database = database or db.current()
    letters = sha256(str(next(_numbers)).encode() + SEED.encode()).digest()
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in letters[:CODE_LETTERS])
    with database.writing() as session:
        found = session.execute(sa.select(Person.id).where(Person.email == email)).scalar_one()
        code_hash = database.ring.lookup_hash(f"recovery {found} {code}")
        session.add(RecoveryCode(person_id=found, code_hash=code_hash, made_at=MADE, used_at=None))
    return in_groups(code)


def sit_down(email: str, password: str, *, address: str, at: datetime) -> str:
    """Sign in with both factors and return the token of the sitting."""
    token = sign_in.sign_in(email=email, password=password, address=address, at=at)
    waits = sign_in.who_waits(token=token, at=at)
    if waits is None:
        return token
    return sign_in.give_factor(token=token, given=Code(code_for(email)), at=at).token


def give_passkey(person_id: UUID) -> UUID:
    """A passkey of somebody that no device has: it opens nothing."""
    made = Passkey(
        id=uuid4(),
        person_id=person_id,
        credential_id=uuid4().bytes,
        public_key=b"no key",
        sign_count=0,
        name="Lost tablet",
        added_at=MADE,
        used_at=None,
    )
    with db.current().writing() as session:
        session.add(made)
    return made.id


def waiting_digits(by: Actor, at: datetime) -> str:
    """What the app shows that somebody is just setting up."""
    seed = totp.waiting_seed(by=by)
    assert seed is not None
    return pyotp.TOTP(seed.letters.replace(" ", "")).at(at)
