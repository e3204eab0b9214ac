"""Codes of an authenticator app (RFC 6238): a seed, its first code, and no code counts twice."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID, uuid4

import pyotp

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.factor import digits_of, in_groups, steps_around
from kapnotes.clinic.refusals import WrongFactor
from kapnotes.db import Session
from kapnotes.records import factor as factors
from kapnotes.records import person as people
from kapnotes.records.factor import Totp
from kapnotes.records.practice import the_practice

_SIGNING_IN = MachineReach("signing in")


@dataclass(frozen=True, slots=True)
class Seed:
    """A new seed, as the app takes it: an address for a QR code, or letters to type."""

    address: str
    letters: str


def seed_of(app: Totp) -> str:
    """The seed in base 32, opened in its place."""
    return db.current().ring.open_secret(app.seed_sealed, app.seed_place).decode()


def waiting_seed(*, by: Actor) -> Seed | None:
    """The seed that waits for its first code, or None."""
    with db.current().reading() as session:
        app = factors.app_of(session, by.id, is_confirmed=False, reach=_SIGNING_IN)
        if app is None:
            return None
        person = people.by_id(session, by.id, reach=_SIGNING_IN)
        practice = the_practice(session)
    seed, issuer = seed_of(app), practice.name if practice else "kapnotes"
    # The address is read by apps that split at a colon.
    label = person.email if person else ""
    address = pyotp.TOTP(seed).provisioning_uri(name=label, issuer_name=issuer.replace(":", " "))
    return Seed(address, in_groups(seed).replace("-", " "))


@does(Did.TOTP_BEGUN)
def begin(deed: Deed, *, by: Actor, at: datetime) -> None:
    """Make a seed that waits for its first code; what waited before is void."""
    person = people.by_id(deed.session, by.id, reach=_SIGNING_IN, lock=True)
    if person is None:
        raise WrongFactor
    used = factors.app_of(deed.session, by.id, reach=_SIGNING_IN)
    factors.drop_apps(deed.session, by.id, but=used.id if used else None)
    app = Totp(
        id=uuid4(), person_id=by.id, seed_sealed=b"", last_step=0, made_at=at, confirmed_at=None
    )
    seed = pyotp.random_base32()
    app.seed_sealed = db.current().ring.wrap_secret(seed.encode(), app.seed_place)
    deed.session.add(app)
    deed.on(person)


def confirm_waiting(session: Session, person_id: UUID, typed: str, *, at: datetime) -> Totp:
    """Turn the seed that waits into the person's app, by its first code. Raises WrongFactor."""
    app = factors.app_of(session, person_id, is_confirmed=False, reach=_SIGNING_IN)
    if app is None or not _take(session, app, typed, at=at):
        raise WrongFactor("This code does not fit. Check that the app's clock is right.")
    factors.drop_apps(session, person_id, but=app.id)
    app.confirmed_at = at
    return app


def take(session: Session, person_id: UUID, typed: str, *, at: datetime) -> bool:
    """Whether this is a code of the person's app that was not taken before; it is taken then."""
    app = factors.app_of(session, person_id, reach=_SIGNING_IN)
    return app is not None and _take(session, app, typed, at=at)


def _take(session: Session, app: Totp, typed: str, *, at: datetime) -> bool:
    digits = digits_of(typed)
    if not digits:
        return False
    codes = pyotp.TOTP(seed_of(app))
    step = next(
        (one for one in steps_around(at) if compare_digest(codes.generate_otp(one), digits)), None
    )
    return step is not None and factors.take_step(session, app, step)
