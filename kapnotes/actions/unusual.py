"""Unusual access: raised from the trail as it grows, shown to who answers, closed with a word.

The round reads what is new in the trail, a batch at a time, and asks the practice's rule about the
people in it. It reads for each of them so far back that a stretch is seen whole. An item is known
again by its key, and a stretch by the entries that it shares, so nothing is raised twice; what
goes on after an item was closed is a new item.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import NOBODY_ID, OPERATOR_ID, Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_close_unusual, check_role, may_close_unusual
from kapnotes.actions.rules import rules_at
from kapnotes.actions.trail import name_of, sees_whole
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import unusual as rule
from kapnotes.clinic.refusals import BadInput, WrongState
from kapnotes.clinic.unusual_rule import Access
from kapnotes.clinic.unusual_rule import Unusual as Seen
from kapnotes.db import Session
from kapnotes.records import access, person, unusual
from kapnotes.records.access import Entered
from kapnotes.records.person import Person
from kapnotes.records.practice import the_practice
from kapnotes.records.trail import record_numbers
from kapnotes.records.unusual import Unusual

KEEPING = MachineReach("unusual access is looked for in the whole trail")
BATCH = 1000
"""How many entries a round reads at most."""
BACK = timedelta(days=2)
"""How far back a round looks at what somebody did: a night and the longest stretch."""
LONGEST = 300
CLOSED = "Somebody closed this item before you. What they wrote stands with it."
NEEDED = "Write in a few words why this access was right, or what was done about it."


@dataclass(frozen=True, slots=True)
class Watched:
    """What a round found in the entries after `begun`, up to `upto`."""

    begun: int
    upto: int
    entries: int
    found: Sequence[Seen]


def watch(*, by: Actor, at: datetime) -> int:
    """Read what is new in the trail and raise what is unusual; how many entries were read.

    What is new is read and judged before anything is locked; of two rounds at once one counts.
    """
    with db.current().reading() as session:
        watched = _watched(session, at)
    if watched is None:
        return 0
    raise_found(watched=watched, by=by, at=at)
    return watched.entries


def _watched(session: Session, at: datetime) -> Watched | None:
    begun = unusual.marked(session, reach=KEEPING)
    fresh = access.after(session, begun, most=BATCH, reach=KEEPING)
    here = the_practice(session)
    if not fresh or here is None:
        return None
    found: Sequence[Seen] = ()
    if people := {one.actor_id for one in fresh} - {OPERATOR_ID}:
        since = min(one.at for one in fresh) - BACK
        accesses = _accesses(session, people, since=since, upto=fresh[-1].position)
        new = {str(one.position) for one in fresh}
        every = rule.unusual(accesses, rules_at(session, at).unusual, zone=here.zone)
        found = [one for one in every if new & set(one.accesses)]
    return Watched(begun, fresh[-1].position, len(fresh), found)


@does(Did.UNUSUAL_RAISED)
def raise_found(deed: Deed, *, watched: Watched, by: Actor, at: datetime) -> int:
    """Keep what a round found, and how far it read; how many items are new."""
    mark = unusual.mark(deed.session, reach=KEEPING)
    raised = 0
    if mark.position == watched.begun:
        mark.position = watched.upto
        raised = sum(_raise(deed.session, one, at=at) for one in watched.found)
    deed.details["items"] = raised
    if not raised:
        deed.keep_silent()
    return raised


def _accesses(session: Session, people: set[UUID], *, since: datetime, upto: int) -> list[Access]:
    entered = access.of_people(session, people, since=since, upto=upto, reach=KEEPING)
    names = {one.id: one for one in person.named(session, people).values()}
    granted = {
        (one.actor_id, one.patient_id, one.at)
        for one in entered
        if one.is_emergency and not one.is_refused
    }
    return [_access(one, names, granted) for one in entered]


def _access(
    one: Entered,
    names: dict[UUID, Person],
    granted: Iterable[tuple[UUID, UUID | None, datetime]],
) -> Access:
    hour = timedelta(hours=1)
    is_granted = any(
        who == one.actor_id and whom == one.patient_id and began <= one.at <= began + hour
        for who, whom, began in granted
    )
    return Access(
        key=str(one.position),
        at=one.at,
        person=str(one.actor_id),
        person_name=names[one.actor_id].name if one.actor_id in names else "",
        patient=str(one.patient_id) if one.patient_id and one.actor_id != NOBODY_ID else "",
        given_name=one.given_name,
        family_name=one.family_name,
        is_in_care=one.is_in_care or is_granted,
        is_refused=one.is_refused,
        is_emergency=one.is_emergency,
    )


def _raise(session: Session, found: Seen, *, at: datetime) -> bool:
    """Raise the item, or add to the open one that it goes on with; whether it is a new one."""
    positions = sorted(map(int, found.accesses))
    known = unusual.of_person(
        session, UUID(found.person), found.kind.value, since=found.since - BACK, reach=KEEPING
    )
    same = [one for one in known if one.key == found.key or set(one.entries) & set(positions)]
    past = {one for item in same if item.closed_at is not None for one in item.entries}
    left = [one for one in positions if one not in past]
    if not left:
        return False
    standing = next((one for one in same if one.closed_at is None), None)
    if standing is not None:
        if set(left) - set(standing.entries):
            standing.entries = sorted({*standing.entries, *left})
            standing.until = max(standing.until, found.until)
            standing.sentence = found.sentence
        return False
    key = same[0].key if same else found.key
    made = uuid4()
    db.current().new_owner(session, made)
    session.add(
        Unusual(
            id=made,
            key=key,
            number=1 + max((one.number for one in same), default=0),
            kind=found.kind.value,
            person_id=UUID(found.person),
            patient_id=UUID(found.patient) if found.patient else None,
            since=found.since,
            until=found.until,
            sentence=found.sentence,
            entries=left,
            raised_at=at,
            closed_at=None,
            closed_by_id=None,
            word_sealed=None,
        )
    )
    session.flush()
    return True


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it is shown; `record_number` is blank for those who see no patient."""

    id: UUID
    kind: str
    sentence: str
    who: str
    person_id: UUID
    patient_id: UUID | None
    record_number: str
    since: datetime
    until: datetime
    raised_at: datetime
    closed_at: datetime | None
    closed_by: str
    word: str
    may_close: bool


@dataclass(frozen=True, slots=True)
class UnusualView:
    """What waits to be closed, those that wait longest first, and what was closed last."""

    waiting: Sequence[Item]
    closed: Sequence[Item]


@looks(Did.UNUSUAL_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> UnusualView:
    """The items within reach; an administrator sees all of them, and no patient."""
    check_role(by, Action.SEE_UNUSUAL)
    reach, whole = by.reach(at), sees_whole(by)
    waiting = unusual.waiting(deed.session, reach=reach, whole=whole)
    closed = unusual.closed(deed.session, reach=reach, whole=whole)
    every = _items(deed.session, [*waiting, *closed], by=by, at=at)
    return UnusualView(every[: len(waiting)], every[len(waiting) :])


@looks(Did.UNUSUAL_VIEWED)
def open_one(deed: Deed, *, item_id: UUID, by: Actor, at: datetime) -> Item:
    """One item within reach, to be closed."""
    check_role(by, Action.CLOSE_UNUSUAL)
    found = unusual.fetch(deed.session, item_id, reach=by.reach(at), whole=sees_whole(by))
    deed.object_kind, deed.object_id = found.__tablename__, found.id
    return _items(deed.session, [found], by=by, at=at)[0]


def _items(session: Session, rows: Sequence[Unusual], *, by: Actor, at: datetime) -> list[Item]:
    ids = {one.person_id for one in rows} | {one.closed_by_id for one in rows if one.closed_by_id}
    names = person.named(session, ids)
    numbers = record_numbers(
        session, {one.patient_id for one in rows if one.patient_id}, reach=by.reach(at)
    )
    return [
        Item(
            one.id,
            one.kind,
            one.sentence,
            name_of(one.person_id, names),
            one.person_id,
            one.patient_id if one.patient_id in numbers else None,
            numbers.get(one.patient_id, "") if one.patient_id else "",
            one.since,
            one.until,
            one.raised_at,
            one.closed_at,
            names[one.closed_by_id].name if one.closed_by_id in names else "",
            one.word or "",
            one.closed_at is None and may_close_unusual(by, one),
        )
        for one in rows
    ]


def waiting_count(*, by: Actor, at: datetime) -> int:
    """How many items wait for this person; 0 for who closes none."""
    if not by.can(Action.CLOSE_UNUSUAL):
        return 0
    with db.current().reading() as session:
        return unusual.count(session, but=by.id, reach=by.reach(at), whole=sees_whole(by))


@does(Did.UNUSUAL_CLOSED)
def close(deed: Deed, *, item_id: UUID, word: str, by: Actor, at: datetime) -> None:
    """Close an item with a word. Raises NotAllowed for one's own, WrongState for a closed one."""
    check_role(by, Action.CLOSE_UNUSUAL)
    person.hold_links(deed.session, by.id)
    found = unusual.fetch(deed.session, item_id, reach=by.reach(at), whole=sees_whole(by))
    deed.on(found, kind=found.kind)
    check_close_unusual(by, found)
    if found.closed_at is not None:
        raise WrongState(CLOSED)
    said = " ".join(word.split())
    if not said:
        raise BadInput({"word": NEEDED})
    if len(said) > LONGEST:
        raise BadInput({"word": f"Keep it to {LONGEST} characters; these are {len(said)}."})
    found.word, found.closed_at, found.closed_by_id = said, at, by.id
