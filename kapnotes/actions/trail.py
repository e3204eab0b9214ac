"""The trail: searching it and reading it in sentences, verifying it, and exporting it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import NOBODY_ID, OPERATOR_ID, Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Administrator, Operator, role_of
from kapnotes.access.rules import check_role
from kapnotes.actions import proof
from kapnotes.audit import seal
from kapnotes.audit.events import Category, Did, Outcome
from kapnotes.audit.sentences import sentence
from kapnotes.audit.things import Thing, events_of
from kapnotes.audit.trail import Deed, Entry, looks, record
from kapnotes.audit.walk import Verdict
from kapnotes.db import Session
from kapnotes.records import patient, person, trail
from kapnotes.records.trail import Search

KEEPING = MachineReach("the names in the trail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody looks for in the trail; None is everything. The days are the practice's."""

    patient_id: UUID | None = None
    person_id: UUID | None = None
    did: Did | None = None
    category: Category | None = None
    thing: Thing | None = None
    outcome: Outcome | None = None
    first: date | None = None
    last: date | None = None

    def search(self, zone: str) -> Search:
        """The same for a query, each day from its first moment to before its end."""
        return Search(
            patient_id=self.patient_id,
            actor_id=self.person_id,
            events=events_of(did=self.did, category=self.category, thing=self.thing),
            outcome=self.outcome.value if self.outcome else "",
            since=_begin(self.first, zone) if self.first else None,
            until=_begin(self.last + timedelta(days=1), zone) if self.last else None,
        )


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read."""

    position: int
    at: datetime
    who: str
    role: str
    did: str
    category: str
    is_refused: bool
    patient_id: UUID | None
    record_number: str
    object_kind: str
    object_id: UUID | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of the trail, newest first; `before` and `after` are where its neighbours begin.

    `looked_to` is the time up to which was looked, where there may be more. `about` is the patient
    who was asked for, for those who see them.
    """

    lines: Sequence[Line]
    before: int | None = None
    after: int | None = None
    looked_to: datetime | None = None
    about: patient.Patient | None = None


@looks(Did.TRAIL_VIEWED)
def look(
    deed: Deed,
    *,
    question: Question | None = None,
    before: int | None = None,
    after: int | None = None,
    by: Actor,
    at: datetime,
) -> TrailPage:
    """A page of what is found, within reach; the administrator's holds no patient's name."""
    check_role(by, Action.SEE_TRAIL)
    asked = question or Question()
    about = None
    if asked.patient_id is not None and not sees_whole(by):
        about = patient.fetch(deed.session, asked.patient_id, reach=by.reach(at))
    deed.patient_id = asked.patient_id
    found = trail.page(
        deed.session,
        asked.search(by.zone),
        reach=by.reach(at),
        whole=sees_whole(by),
        before=before,
        after=after,
    )
    return _page(deed.session, found, about=about, by=by, at=at)


@looks(Did.TRAIL_VIEWED)
def of_patient(
    deed: Deed,
    *,
    patient_id: UUID,
    before: int | None = None,
    after: int | None = None,
    by: Actor,
    at: datetime,
) -> tuple[patient.Patient, TrailPage]:
    """Who read and changed the record of a patient in reach."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    owner = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(owner)
    search = Search(patient_id=patient_id)
    found = trail.page(deed.session, search, reach=reach, before=before, after=after)
    return owner, _page(deed.session, found, about=owner, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Pick:
    """A record to choose; `name` is blank for those who see no patient."""

    id: UUID
    record_number: str
    name: str = ""


@looks(Did.PATIENTS_SEARCHED)
def pick(deed: Deed, *, text: str, by: Actor, at: datetime) -> Sequence[Pick]:
    """The records that these words may mean: within reach, or by its whole number alone."""
    check_role(by, Action.SEE_TRAIL)
    if sees_whole(by):
        found = trail.by_record_number(deed.session, text.strip(), reach=KEEPING)
        return [Pick(found, text.strip())] if found else []
    rows = patient.find(deed.session, text, reach=by.reach(at))
    exact = [one for one in rows if one.record_number == text.strip()]
    return [
        Pick(one.id, one.record_number, f"{one.given_name} {one.family_name}")
        for one in (exact or rows)
    ]


def people_to_ask(*, by: Actor, at: datetime) -> list[tuple[UUID, str]]:
    """Whose doings this reader may ask for: everyone's, or of those who care for their patients."""
    check_role(by, Action.SEE_TRAIL)
    with db.current().reading() as session:
        found = person.everyone(session, reach=KEEPING)
        if not sees_whole(by):
            near = trail.people_near(session, reach=by.reach(at))
            found = [one for one in found if one.id in near]
    return [(one.id, one.name) for one in found]


def sees_whole(by: Actor) -> bool:
    """Whether this person reads the whole trail, in which no patient is named."""
    return by.role is Administrator


def _page(
    session: Session,
    found: trail.Found,
    *,
    about: patient.Patient | None = None,
    by: Actor,
    at: datetime,
) -> TrailPage:
    return TrailPage(
        lines_of(session, found.entries, by=by, at=at),
        found.older,
        found.newer,
        found.looked_to,
        about,
    )


def lines_of(session: Session, entries: Sequence[Entry], *, by: Actor, at: datetime) -> list[Line]:
    """Entries as they are read, in two queries for any number."""
    names = person.named(session, {entry.actor_id for entry in entries})
    numbers = trail.record_numbers(
        session, {one.patient_id for one in entries if one.patient_id}, reach=by.reach(at)
    )
    return [
        Line(
            entry.position,
            entry.at,
            name_of(entry.actor_id, names),
            role_of(entry.role).label,
            sentence(
                entry.event,
                outcome=entry.outcome,
                reason=entry.reason,
                details=entry.details,
                version=entry.object_version,
            ),
            entry.category,
            entry.outcome == Outcome.REFUSED,
            entry.patient_id if entry.patient_id in numbers else None,
            numbers.get(entry.patient_id, "") if entry.patient_id else "",
            entry.object_kind,
            entry.object_id,
        )
        for entry in entries
    ]


def name_of(actor_id: UUID, names: dict[UUID, person.Person]) -> str:
    """Who did it, also where nobody was signed in."""
    if actor_id == OPERATOR_ID:
        return Operator.label
    if actor_id == NOBODY_ID:
        return "Someone not signed in"
    return names[actor_id].name if actor_id in names else "An unknown account"


def verify(
    *,
    anchors: Mapping[str, bytes] | None = None,
    only_new: bool = False,
    anew: bool = False,
    by: Actor,
    at: datetime,
) -> Verdict:
    """Verify the trail and remember its head: see `proof.verify_trail`.

    That a trail is whole is told in itself; to one that is not, nothing is added.
    """
    verdict = proof.verify_trail(anchors=anchors, only_new=only_new, anew=anew, by=by, at=at)
    if verdict.is_whole:
        record(Did.TRAIL_VERIFIED, by=by, at=at)
    return verdict


def export(*, by: Actor, at: datetime) -> Iterator[dict[str, Any]]:
    """Every entry from the first, as plain values, for keeping elsewhere."""
    check_role(by, Action.SEE_TRAIL)
    record(Did.TRAIL_EXPORTED, by=by, at=at)
    with db.current().reading() as session:
        for entry in seal.entries(session):
            yield seal.plain(entry)
