"""Accounts; who answers for whose notes stands in `supervision`."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor, Emergency
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import PEOPLE, role_of
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach
from kapnotes.records import absence, emergency, requirement
from kapnotes.records import person as people
from kapnotes.records import sitting as sittings
from kapnotes.records.absence import Absence
from kapnotes.records.person import Person, Supervision
from kapnotes.records.practice import the_practice
from kapnotes.records.requirement import Requirement
from kapnotes.records.sitting import Seat

LONGEST_EMAIL = 254
_ACCOUNTS = MachineReach("account pages")
_IN_THEIR_NAME = MachineReach("work in their name")


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the account page shows."""

    people: Sequence[Person]
    links: Sequence[Supervision]
    requirements: Sequence[Requirement]
    absences: Sequence[Absence]


def actor_of(person: Person | Seat, granted: Emergency | None = None) -> Actor:
    """The person as one who acts, in the practice's zone, with the emergency access they have."""
    return Actor(
        person.id,
        person.name,
        role_of(person.role),
        person.credentials,
        _zone(),
        granted,
        has_emergency=person.has_emergency,
    )


def actor_now(person_id: UUID) -> Actor | None:
    """The person as one who acts, or None when the account is closed; for work in their name."""
    with db.current().reading() as session:
        found = people.by_id(session, person_id, reach=_IN_THEIR_NAME)
        if found is None or not found.is_active:
            return None
        return actor_of(found, emergency.granted_to(session, person_id, reach=_IN_THEIR_NAME))


def _zone() -> str:
    database = db.current()
    zone = database.remembered.get("zone")
    if zone is None:
        with database.reading() as session:
            practice = the_practice(session)
        zone = practice.zone if practice else database.settings.zone
        if practice:
            database.remembered["zone"] = zone
    return zone


@looks(Did.PEOPLE_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> Accounts:
    """The accounts, and who answers for whose notes."""
    check_role(by, Action.SEE_PEOPLE)
    return Accounts(
        people.everyone(deed.session, reach=_ACCOUNTS),
        people.links(deed.session, reach=_ACCOUNTS),
        requirement.every(deed.session, reach=_ACCOUNTS),
        absence.every(deed.session, reach=_ACCOUNTS),
    )


@does(Did.PERSON_ADDED)
def add(
    deed: Deed,
    *,
    email: str,
    name: str,
    credentials: str | None,
    role: str,
    password_hash: str = "",
    by: Actor,
    at: datetime,
) -> UUID:
    """Add an account. Without a hash nobody can sign in with it yet."""
    check_role(by, Action.EDIT_PEOPLE)
    email = email.strip().casefold()
    if "@" not in email or len(email) > LONGEST_EMAIL:
        raise BadInput({"email": "This is not an e-mail address that can be kept."})
    if role not in {known.key for known in PEOPLE}:
        raise BadInput({"role": "Choose one of the roles listed."})
    if people.by_email(deed.session, email, reach=_ACCOUNTS):
        raise BadInput({"email": "There is an account with this e-mail already."})
    person = Person(
        email=email,
        name=name,
        credentials=credentials or "",
        role=role,
        password_hash=password_hash or f"!{secrets.token_hex(16)}",
        created_at=at,
        disabled_at=None,
    )
    deed.session.add(person)
    deed.session.flush()
    deed.on(person, account_role=role)
    return person.id


@does(Did.PASSWORD_CHANGED)
def set_first_password(
    deed: Deed, *, person_id: UUID, password_hash: str, by: Actor, at: datetime
) -> None:
    """Give an account a new password, chosen by the machine; every sitting of it ends."""
    check_role(by, Action.EDIT_PEOPLE)
    person = _account(deed, person_id)
    person.password_hash = password_hash
    sittings.end_all(deed.session, person.id, at=at)
    deed.on(person)


@does(Did.PERSON_DISABLED)
def disable(deed: Deed, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """Close an account at once; what it did stays in the record."""
    check_role(by, Action.EDIT_PEOPLE)
    person = _account(deed, person_id)
    if person.id == by.id:
        raise NotAllowed("Nobody disables their own account.")
    person.disabled_at = at
    sittings.end_all(deed.session, person.id, at=at)
    deed.on(person)


@does(Did.PERSON_ENABLED)
def enable(deed: Deed, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """Open a disabled account again."""
    check_role(by, Action.EDIT_PEOPLE)
    person = _account(deed, person_id)
    person.disabled_at = None
    deed.on(person)


def _account(deed: Deed, person_id: UUID) -> Person:
    found = people.by_id(deed.session, person_id, reach=_ACCOUNTS, lock=True)
    if found is None:
        raise OutOfReach
    return found
