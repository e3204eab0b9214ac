"""Starting a person's factors anew, when they lost them: nobody chooses one for another.

The person sets up new ones at their next sign-in, after their password. Where it is the last
administrator, a second person who reads notes confirms it: nobody who holds the machine alone, or
the administrator's mailbox, gets to the accounts by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, WrongState
from kapnotes.records import factor as factors
from kapnotes.records import person as people
from kapnotes.records import sitting as sittings
from kapnotes.records.factor import FactorReset
from kapnotes.records.person import Person

WAITS = timedelta(hours=24)
"""For so long a reset of the last administrator waits for its second person."""
_ACCOUNTS = MachineReach("account pages")
OWN = "Nobody resets their own factors. Change them under your name, or ask another administrator."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reset that waits: whose factors, since when, until when, and whether the reader may."""

    id: UUID
    name: str
    asked_at: datetime
    until: datetime
    may_confirm: bool


def start(*, person_id: UUID, by: Actor, at: datetime) -> bool:
    """Reset the factors of a person, and end their sittings. Return whether it is done.

    False: it waits for a second person, because nobody else keeps the accounts.
    """
    with db.current().reading() as session:
        person = people.by_id(session, person_id, reach=_ACCOUNTS)
        is_last = person is not None and factors.is_last_administrator(session, person)
    if is_last:
        _ask(person_id=person_id, by=by, at=at)
    else:
        _reset(person_id=person_id, by=by, at=at)
    return not is_last


@does(Did.FACTORS_RESET)
def _reset(deed: Deed, *, person_id: UUID, by: Actor, at: datetime) -> None:
    person = _whose(deed, person_id, by)
    if factors.is_last_administrator(deed.session, person):
        raise WrongState("Nobody else keeps the accounts now. Try again.")
    _start_anew(deed, person, at=at)


@does(Did.RESET_ASKED)
def _ask(deed: Deed, *, person_id: UUID, by: Actor, at: datetime) -> None:
    person = _whose(deed, person_id, by)
    deed.session.add(
        FactorReset(
            person_id=person.id,
            asked_by_id=by.id,
            asked_at=at,
            until=at + WAITS,
            confirmed_by_id=None,
            confirmed_at=None,
        )
    )


@looks(Did.RESETS_LISTED)
def look(deed: Deed, *, by: Actor, at: datetime) -> Sequence[Waiting]:
    """The resets that wait for a second person."""
    check_role(by, Action.READ_NOTE)
    return [
        Waiting(one.id, person.name, one.asked_at, one.until, by.id not in _parties(one))
        for one, person in factors.open_resets(deed.session, at=at, reach=_ACCOUNTS)
    ]


def are_waiting(*, by: Actor, at: datetime) -> bool:
    """Whether there is a reset that this person may confirm; for a line on a page."""
    if not by.can(Action.READ_NOTE):
        return False
    with db.current().reading() as session:
        found = factors.open_resets(session, at=at, reach=_ACCOUNTS)
    return any(by.id not in _parties(one) for one, _ in found)


@does(Did.RESET_CONFIRMED)
def confirm(deed: Deed, *, reset_id: UUID, by: Actor, at: datetime) -> None:
    """Confirm as the second person that the last administrator's factors start anew."""
    check_role(by, Action.READ_NOTE)
    found = factors.hold_reset(deed.session, reset_id, reach=_ACCOUNTS)
    if found is None:
        raise OutOfReach
    if by.id in _parties(found):
        raise NotAllowed("Somebody else confirms this: neither who asked nor whom it is about.")
    if found.confirmed_at is not None or at >= found.until:
        raise WrongState("This was confirmed already, or waited too long. Start it again.")
    person = people.by_id(deed.session, found.person_id, reach=_ACCOUNTS, lock=True)
    if person is None:
        raise OutOfReach
    found.confirmed_by_id, found.confirmed_at = by.id, at
    _start_anew(deed, person, at=at)


def _parties(reset: FactorReset) -> tuple[UUID, UUID]:
    return reset.person_id, reset.asked_by_id


def _whose(deed: Deed, person_id: UUID, by: Actor) -> Person:
    check_role(by, Action.EDIT_PEOPLE)
    person = people.by_id(deed.session, person_id, reach=_ACCOUNTS, lock=True)
    if person is None:
        raise OutOfReach
    deed.on(person)
    if person.id == by.id:
        raise NotAllowed(OWN)
    return person


def _start_anew(deed: Deed, person: Person, *, at: datetime) -> None:
    deed.on(person)
    factors.drop_all(deed.session, person.id)
    sittings.end_all(deed.session, person.id, at=at)
