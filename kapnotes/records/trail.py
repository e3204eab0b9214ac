"""Reading the trail: pages by time, narrowed by what is searched and by the reader's reach.

A page costs the same at any depth and for any search. Nobody's page reads what it does not show:
each event of a search has its own stretch of an index in the order of time, and so has each
patient; a page is the newest of the stretches. A reader who reaches few patients is served from
their stretches. One who reaches many is served from the whole, entry by entry, and after `MOST`
entries that were not theirs the page says how far it looked: no search reads the whole trail.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kapnotes.access.reach import MachineReach, Reach, Span
from kapnotes.audit.trail import Entry
from kapnotes.records import stretch
from kapnotes.records.care_team import CareTeam, is_reached, reaches
from kapnotes.records.patient import Patient
from kapnotes.records.person import supervisees
from kapnotes.records.reader import Who
from kapnotes.records.stretch import Asked, Place

PAGE = 50
FEW = 32
SHARE = 32
"""A reader has few patients who has so few, or one in so many of the practice's."""
FIRST_LOOK = 300
MOST = 1000
"""How many entries a page looks at that a reader may not reach, before it says so."""
WIDER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; None is everything. `events` are words of `Did`, none of them no event.

    Times are from the first to before the second.
    """

    patient_id: UUID | None = None
    actor_id: UUID | None = None
    events: frozenset[str] | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Entries, newest first. `older` and `newer` are where the neighbouring pages begin, if any.

    `looked_to` is the time up to which was looked where a page is not full and yet not the last.
    """

    entries: Sequence[Entry] = field(default=())
    older: int | None = None
    newer: int | None = None
    looked_to: datetime | None = None


def page(
    session: Session,
    search: Search,
    *,
    reach: Reach,
    whole: bool = False,
    before: int | None = None,
    after: int | None = None,
) -> Found:
    """A page of what is found, before or after an entry; `whole` is the administrator's trail.

    Who sees by reach sees the entries about patients in reach, and their own.
    """
    is_back = after is None
    start = stretch.place_of(session, after if before is None else before)
    asked = Asked(
        actor_id=search.actor_id,
        events=search.events,
        outcome=search.outcome,
        since=search.since,
        until=search.until,
        start=start,
        is_back=is_back,
    )
    places, looked_to = _places(session, search, asked, reach=reach, whole=whole)
    wanted = [one.position for one in places[:PAGE]]
    known = _entries(session, wanted)
    entries = [known[one] for one in (wanted if is_back else reversed(wanted))]
    on = looked_to.position if looked_to else wanted[-1] if len(places) > PAGE else None
    off = wanted[0] if wanted and start else None
    return Found(
        entries,
        older=on if is_back else off,
        newer=off if is_back else on,
        looked_to=looked_to.at if looked_to else None,
    )


def _entries(session: Session, positions: Collection[int]) -> dict[int, Entry]:
    query = sa.select(Entry).where(Entry.position.in_(positions))
    return {one.position: one for one in session.execute(query).scalars()}


def _places(
    session: Session, search: Search, asked: Asked, *, reach: Reach, whole: bool
) -> tuple[list[Place], Place | None]:
    """The places of a page and one more, and up to where was looked if not to the end."""
    if search.events is not None and not search.events:
        return [], None
    is_free = whole or reach.span is Span.PRACTICE
    if search.patient_id is not None:
        ids = [search.patient_id] if is_free else _in_reach(session, search.patient_id, reach)
        theirs = stretch.of_patients(session, ids, asked, most=PAGE + 1)
        return _joined([theirs, _own(session, search, asked, reach)], asked), None
    if is_free:
        return stretch.of_all(session, asked, most=PAGE + 1), None
    few = max(FEW, stretch.patients(session) // SHARE)
    query = sa.select(Patient.id).where(is_reached(Patient.id, reach)).limit(few + 1)
    ids = list(session.execute(query).scalars())
    if len(ids) > few:
        return _walked(session, asked, reach=reach)
    theirs = stretch.of_patients(session, ids, asked, most=PAGE + 1)
    return _joined([theirs, _own(session, search, asked, reach)], asked), None


def _in_reach(session: Session, patient_id: UUID, reach: Reach) -> list[UUID]:
    query = sa.select(Patient.id).where(Patient.id == patient_id, reaches(Patient.id, reach))
    return list(session.execute(query).scalars())


def _own(session: Session, search: Search, asked: Asked, reach: Reach) -> list[Place]:
    """What the reader did, about no patient or about one who is out of reach by now."""
    if search.patient_id is not None or search.actor_id not in {None, reach.person_id}:
        return []
    return stretch.of_all(session, asked.by(reach.person_id), most=PAGE + 1)


def _joined(parts: Sequence[Sequence[Place]], asked: Asked) -> list[Place]:
    every = {one for part in parts for one in part}
    return sorted(every, reverse=asked.is_back)[: PAGE + 1]


def _walked(session: Session, asked: Asked, *, reach: Reach) -> tuple[list[Place], Place | None]:
    """What a reader of many patients reaches of what is found, looked at in the order of time."""
    is_theirs = sa.or_(
        sa.exists().where(Patient.id == Entry.patient_id, reaches(Patient.id, reach)),
        Entry.actor_id == reach.person_id,
    )
    found: list[Place] = []
    looked, size = 0, FIRST_LOOK
    while True:
        theirs, last = stretch.among(session, asked, is_theirs, most=size)
        found += theirs
        looked += size
        if len(found) > PAGE or last is None:
            return found[: PAGE + 1], None
        if looked >= MOST:
            return found, last
        asked = asked.beyond(last)
        size = min(size * WIDER, MOST - looked)


def people_near(session: Session, *, reach: Reach) -> set[UUID]:
    """The reader, the people whom they supervise, and who ever cared for a patient of those."""
    mine = aliased(CareTeam, name="near")
    who = Who(reach.person_id, reach.on)
    with_me = sa.select(mine.patient_id).where(mine.person_id.in_(supervisees(who)))
    query = sa.select(CareTeam.person_id).where(CareTeam.patient_id.in_(with_me)).distinct()
    theirs = set(session.execute(supervisees(who)).scalars())
    return {reach.person_id, *theirs, *session.execute(query).scalars()}


def by_record_number(session: Session, number: str, *, reach: MachineReach) -> UUID | None:
    """The id of the record with exactly this number, for who searches the trail by it."""
    del reach
    query = sa.select(Patient.id).where(Patient.record_number == number)
    return session.execute(query).scalar_one_or_none()


def record_numbers(session: Session, ids: set[UUID], *, reach: Reach) -> dict[UUID, str]:
    """The record numbers of patients in reach; one query for any number."""
    if not ids:
        return {}
    query = sa.select(Patient.id, Patient.record_number).where(
        Patient.id.in_(ids), reaches(Patient.id, reach)
    )
    return {row.id: row.record_number for row in session.execute(query)}
