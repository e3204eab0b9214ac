"""Who answers for whose notes: links, whose notes need a co-signature, and who stands in.

Each holds from a day to the day before another, is entered for today or later, and ends on the
very next request: nothing here reaches back, but for a link that takes over what was left waiting.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Role, Supervisor, Therapist, role_of
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import BadInput, OutOfReach, WrongState
from kapnotes.records import absence, cosignature, requirement
from kapnotes.records import person as people
from kapnotes.records.absence import Absence
from kapnotes.records.period import Lasting
from kapnotes.records.person import Person, Supervision
from kapnotes.records.requirement import Requirement

_ACCOUNTS = MachineReach("account pages")
LONGEST = timedelta(days=3660)
"""Ten years ahead: whoever means longer leaves the end open."""


@does(Did.SUPERVISION_LINKED)
def link(
    deed: Deed,
    *,
    supervisor_id: UUID,
    supervisee_id: UUID,
    starts_on: date,
    ends_on: date | None = None,
    takes_over: bool = False,
    by: Actor,
    at: datetime,
) -> UUID:
    """Link a supervisor with a therapist from a day on, never retroactively.

    With `takes_over` the link also covers what waits for a co-signature already; without, the
    supervisor co-signs only what is signed from the first day on.
    """
    check_role(by, Action.EDIT_PEOPLE)
    supervisor = _open(deed, supervisor_id, Supervisor, "supervisor_id")
    supervisee = _open(deed, supervisee_id, Therapist, "supervisee_id")
    _check_period(starts_on, ends_on, by=by, at=at)
    if _meets(
        people.links_of(deed.session, [supervisee.id]),
        starts_on,
        ends_on,
        supervisor_id=supervisor.id,
    ):
        raise BadInput({"supervisee_id": "These two are linked already. End that link first."})
    made = Supervision(
        supervisor_id=supervisor.id,
        supervisee_id=supervisee.id,
        starts_on=starts_on,
        ends_on=ends_on,
        covers_from=_left_waiting(deed, supervisee.id, by=by, at=at) if takes_over else None,
    )
    deed.session.add(made)
    deed.session.flush()
    deed.on(
        made,
        supervisor=str(supervisor.id),
        supervisee=str(supervisee.id),
        takes_over=takes_over,
    )
    return made.id


def _left_waiting(deed: Deed, author_id: UUID, *, by: Actor, at: datetime) -> date:
    """The day of the longest waiting signature of the author; today if none waits."""
    today = by.reach(at).on
    since = cosignature.earliest_waiting(deed.session, author_id)
    return min(today, since.astimezone(ZoneInfo(by.zone)).date()) if since else today


@does(Did.SUPERVISION_ENDED)
def end_link(deed: Deed, *, link_id: UUID, on: date, by: Actor, at: datetime) -> None:
    """End a link: it holds no more from that day on."""
    check_role(by, Action.EDIT_PEOPLE)
    found = deed.session.get(Supervision, link_id, with_for_update=True)
    _end(deed, found, on, "This link has ended already.", by=by, at=at)


@does(Did.REQUIREMENT_SET)
def require(
    deed: Deed,
    *,
    person_id: UUID,
    kinds: Collection[NoteKind],
    starts_on: date,
    ends_on: date | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Set that a therapist's notes of these kinds need a co-signature from a day on."""
    check_role(by, Action.EDIT_PEOPLE)
    author = _open(deed, person_id, Therapist, "person_id")
    _check_period(starts_on, ends_on, by=by, at=at)
    if not kinds:
        raise BadInput({"kinds": "Choose at least one kind of note."})
    there = [
        one
        for one in requirement.of_person(deed.session, author.id)
        if one.note_kinds & frozenset(kinds)
    ]
    if _meets(there, starts_on, ends_on):
        sentence = "Notes of this kind need it in these days already. End that first."
        raise BadInput({"kinds": sentence})
    made = Requirement(
        person_id=author.id, kinds=requirement.stored(kinds), starts_on=starts_on, ends_on=ends_on
    )
    deed.session.add(made)
    deed.session.flush()
    deed.on(made, person=str(author.id), kinds=made.kinds)
    return made.id


@does(Did.REQUIREMENT_ENDED)
def end_requirement(deed: Deed, *, requirement_id: UUID, on: date, by: Actor, at: datetime) -> None:
    """End a requirement; what waits for its co-signature goes on waiting for it."""
    check_role(by, Action.EDIT_PEOPLE)
    found = deed.session.get(Requirement, requirement_id, with_for_update=True)
    _end(deed, found, on, "This has ended already.", by=by, at=at)


@does(Did.ABSENCE_SET)
def stand_in(
    deed: Deed,
    *,
    supervisor_id: UUID,
    deputy_id: UUID,
    starts_on: date,
    ends_on: date | None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Let a deputy, a supervisor too, act for one who is away, on these days and no others."""
    check_role(by, Action.EDIT_PEOPLE)
    absent = _open(deed, supervisor_id, Supervisor, "supervisor_id")
    deputy = _open(deed, deputy_id, Supervisor, "deputy_id")
    if absent.id == deputy.id:
        raise BadInput({"deputy_id": "Nobody stands in for themself. Choose another supervisor."})
    _check_period(starts_on, ends_on, by=by, at=at)
    there = absence.of_supervisors(deed.session, [absent.id])
    if _meets(there, starts_on, ends_on, deputy_id=deputy.id):
        raise BadInput({"deputy_id": "They stand in on these days already. End that first."})
    made = Absence(
        supervisor_id=absent.id, deputy_id=deputy.id, starts_on=starts_on, ends_on=ends_on
    )
    deed.session.add(made)
    deed.session.flush()
    deed.on(made, supervisor=str(absent.id), deputy=str(deputy.id))
    return made.id


@does(Did.ABSENCE_ENDED)
def end_absence(deed: Deed, *, absence_id: UUID, on: date, by: Actor, at: datetime) -> None:
    """End an absence: the deputy's very next request is without it."""
    check_role(by, Action.EDIT_PEOPLE)
    found = deed.session.get(Absence, absence_id, with_for_update=True)
    _end(deed, found, on, "This absence has ended already.", by=by, at=at)


def _open(deed: Deed, person_id: UUID, role: type[Role], name: str) -> Person:
    """The account, held; it is open and has the role, or BadInput beside that field."""
    found = people.by_id(deed.session, person_id, reach=_ACCOUNTS, lock=True)
    if found is None:
        raise OutOfReach
    if role_of(found.role) is not role:
        raise BadInput({name: f"Choose an account with the role {role.key}."})
    if not found.is_active:
        raise BadInput({name: "This account is disabled. Enable it first, or choose another."})
    return found


def _check_period(starts_on: date, ends_on: date | None, *, by: Actor, at: datetime) -> None:
    today = by.reach(at).on
    if starts_on < today:
        raise BadInput({"starts_on": "Choose today or a later day: nothing here reaches back."})
    if starts_on > today + LONGEST:
        raise BadInput({"starts_on": "This day is too far ahead. Check the year."})
    if ends_on is not None and ends_on <= starts_on:
        raise BadInput({"ends_on": "The last day is before the first."})
    if ends_on is not None and ends_on > starts_on + LONGEST:
        raise BadInput({"ends_on": "This day is too far ahead. Leave it open instead."})


def _meets(rows: Iterable[Lasting], starts_on: date, ends_on: date | None, **same: UUID) -> bool:
    """Whether one of the rows, with those columns the same, shares a day with that period."""
    return any(
        one.meets(starts_on, ends_on)
        for one in rows
        if all(getattr(one, name) == value for name, value in same.items())
    )


def _end(
    deed: Deed,
    found: Supervision | Requirement | Absence | None,
    on: date,
    sentence: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """End what is held; a day that is over is taken as today, one before its first as that."""
    if found is None:
        raise OutOfReach
    last = max(on, by.reach(at).on)
    if found.is_over(last):
        raise WrongState(sentence)
    found.ends_on = max(last, found.starts_on)
    deed.on(found)
