"""Emergency access: one patient beyond one's reach, for one hour, with a reason and a password.

Only who was allowed it beforehand has it. It finds nobody by a part of a name: an exact record
number, or the full name with the birth date. What it reaches, and what it does not, stands in
`audit.emergency`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import role_of
from kapnotes.access.rules import check_role
from kapnotes.actions.factor import Given
from kapnotes.actions.sign_in import check_password
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import (
    OutOfReach,
    Refusal,
    WrongPassword,
    WrongState,
    check_reason,
    passes,
)
from kapnotes.db import Session
from kapnotes.records import emergency, patient
from kapnotes.records import person as people
from kapnotes.records.emergency import EmergencyAccess
from kapnotes.records.patient import Patient
from kapnotes.records.person import Person
from kapnotes.records.trail import record_numbers

LASTS = timedelta(hours=1)
WHY = "Please write why you need this record now."
_BEYOND = MachineReach("emergency access")
_ACCOUNTS = MachineReach("account pages")


class NoSuchRecord(Refusal):
    """No record has exactly this number, or this name and birth date; kept in the trail (422)."""

    code: ClassVar[str] = "no_such_record"
    sentence = (
        "No one record has exactly this number, or exactly this full name and birth date. "
        "A part of a name finds nobody."
    )


@dataclass(frozen=True, slots=True)
class Use:
    """One use of it; `record_number` is blank for a patient out of the reader's reach."""

    row: EmergencyAccess
    record_number: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose record: its number, or the full name and the birth date."""

    record_number: str = ""
    name: str = ""
    birth_date: date | None = None


@looks(Did.EMERGENCIES_LISTED)
def open_form(deed: Deed, *, by: Actor, at: datetime) -> None:
    """Show the form; to whom it was not allowed, there is none."""
    check_role(by, Action.EMERGENCY_ACCESS)
    deed.keep_silent()
    _check_allowed(people.by_id(deed.session, by.id, reach=_ACCOUNTS))


def is_allowed(session: Session, *, by: Actor) -> bool:
    """Whether this account was allowed emergency access."""
    return by.can(Action.EMERGENCY_ACCESS) and passes(
        _check_allowed, people.by_id(session, by.id, reach=_ACCOUNTS)
    )


def _check_allowed(person: Person | None) -> None:
    if person is None or not person.is_active or not person.emergency:
        raise OutOfReach


def grant(
    *, wanted: Wanted, reason: str, password: Given, address: str, by: Actor, at: datetime
) -> UUID:
    """Reach one more patient from now on for one hour; return whom.

    Raises OutOfReach for who was not allowed it, WrongPassword, ReasonNeeded, NoSuchRecord, or
    WrongState for a record that is in reach already and while another is open.
    """
    open_form(by=by, at=at)
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _grant(wanted=wanted, reason=reason, is_right=is_right, by=by, at=at)


@does(Did.EMERGENCY_GRANTED)
def _grant(
    deed: Deed, *, wanted: Wanted, reason: str, is_right: bool, by: Actor, at: datetime
) -> UUID:
    check_role(by, Action.EMERGENCY_ACCESS)
    deed.details["emergency"] = True
    _check_allowed(people.by_id(deed.session, by.id, reach=_ACCOUNTS, lock=True))
    if not is_right:
        raise WrongPassword
    why = check_reason(reason, WHY)
    found = _one(deed.session, wanted)
    deed.on(found)
    if passes(patient.fetch, deed.session, found.id, reach=by.reach(at)):
        raise WrongState("You reach this record already: find it among your patients.")
    _leave_the_last(deed.session, by=by, at=at)
    made = EmergencyAccess(
        id=uuid4(),
        person_id=by.id,
        patient_id=found.id,
        reason=why,
        granted_at=at,
        until=at + LASTS,
        ended_at=None,
    )
    deed.session.add(made)
    deed.on(made)
    return found.id


def _one(session: Session, wanted: Wanted) -> Patient:
    found = emergency.exactly(
        session,
        record_number=wanted.record_number.strip()[:60],
        name=wanted.name.strip()[:400],
        birth_date=wanted.birth_date,
        reach=_BEYOND,
    )
    if len(found) != 1:
        raise NoSuchRecord
    return found[0]


def _leave_the_last(session: Session, *, by: Actor, at: datetime) -> None:
    """Write the end of an hour that is over; while one is not, there is no second."""
    last = emergency.open_of(session, by.id, reach=_BEYOND, lock=True)
    if last is None:
        return
    if not last.is_over(at):
        raise WrongState("You have emergency access to another record. End that first.")
    last.ended_at = last.until
    session.flush()


@does(Did.EMERGENCY_ENDED)
def end(deed: Deed, *, by: Actor, at: datetime) -> bool:
    """End one's own emergency access before its hour is over; False where there is none."""
    check_role(by, Action.EMERGENCY_ACCESS)
    last = emergency.open_of(deed.session, by.id, reach=_BEYOND, lock=True)
    if last is None or last.is_over(at):
        deed.keep_silent()
        return False
    last.ended_at = at
    deed.on(last, emergency=True)
    return True


@does(Did.EMERGENCY_ALLOWED)
def allow(deed: Deed, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """Allow an account emergency access from now on."""
    check_role(by, Action.EDIT_PEOPLE)
    found = _account(deed.session, person_id)
    if Action.EMERGENCY_ACCESS not in role_of(found.role).may:
        raise WrongState("Emergency access is for therapists and medical professionals.")
    if found.emergency:
        raise WrongState("This account has emergency access already.")
    found.emergency = True
    deed.on(found)


@does(Did.EMERGENCY_WITHDRAWN)
def withdraw(deed: Deed, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """Take emergency access back; what is open of it ends at once."""
    check_role(by, Action.EDIT_PEOPLE)
    found = _account(deed.session, person_id)
    if not found.emergency:
        raise WrongState("This account has no emergency access.")
    found.emergency = False
    last = emergency.open_of(deed.session, found.id, reach=_ACCOUNTS, lock=True)
    if last is not None:
        last.ended_at = min(at, last.until)
    deed.on(found)


def _account(session: Session, person_id: UUID) -> Person:
    found = people.by_id(session, person_id, reach=_ACCOUNTS, lock=True)
    if found is None:
        raise OutOfReach
    return found


@looks(Did.EMERGENCIES_LISTED)
def look(deed: Deed, *, by: Actor, at: datetime) -> Sequence[Use]:
    """The uses of emergency access within reach, the newest first, each with its reason."""
    check_role(by, Action.SEE_EMERGENCIES)
    reach = by.reach(at)
    found = emergency.uses(deed.session, reach=reach)
    numbers = record_numbers(deed.session, {one.patient_id for one in found}, reach=reach)
    deed.details["found"] = len(found)
    return [Use(one, numbers.get(one.patient_id, "")) for one in found]
