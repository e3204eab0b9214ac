"""A search of the trail finds what a plain reading finds, page by page, in both directions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.audit.trail import Entry
from kapnotes.records import stretch, trail
from kapnotes.records.trail import Found, Search
from kapnotes.settings import Settings
from tests.builders import AT, Small, add_patient, small_practice
from tests.conftest import KEY

EVENTS = ("patient.viewed", "note.viewed", "note.signed", "sign_in.failed")
OUTCOMES = ("done", "refused")
DAYS = 6


@dataclass(frozen=True, slots=True)
class House:
    """A practice on each database, and whom the trail of a test is about."""

    small: Small
    theirs: UUID
    database: db.Database


@pytest.fixture(scope="module", params=["embedded", "postgresql"])
def house(
    request: pytest.FixtureRequest, lend_database: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Return a practice whose trail is written anew for each example."""
    folder: Path = tmp_path_factory.mktemp("trail")
    with lend_database(request.param) as url:  # type: ignore[operator] # a lender
        opened = db.use(db.Database(Settings(data=folder, database_url=url, key=KEY)))
        small = small_practice()
        theirs = add_patient(small.other_therapist, family_name="Other", record_number="R-2")
        yield House(small, theirs, opened)
        opened.close()


@st.composite
def drawn(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], tuple[int | None, ...]]:
    """Entries as numbers (who, about whom, event, outcome, hours), and what is looked for."""
    entry = st.tuples(
        *(st.integers(0, most) for most in (2, 2, len(EVENTS) - 1, 1)), st.integers(0, 24 * DAYS)
    )
    looked = st.tuples(
        *(st.none() | st.integers(0, most) for most in (2, 1, 2 ** len(EVENTS) - 1, 1)),
        *(st.none() | st.integers(0, DAYS) for _ in range(2)),
    )
    return draw(st.lists(entry, max_size=40)), draw(looked)


def write(house: House, entries: list[tuple[int, ...]]) -> list[Entry]:
    """Put these entries, and no others, into the open transaction's trail."""
    people = (house.small.therapist.id, house.small.supervisor.id, house.small.medical.id)
    about = (house.small.patient_id, house.theirs, None)
    return [
        Entry(
            position=1_000_000 + number,
            at=AT + timedelta(hours=hours),
            actor_id=people[who],
            role="therapist",
            event=EVENTS[event],
            category="look",
            outcome=OUTCOMES[outcome],
            reason="",
            patient_id=about[whom],
            object_kind="",
            object_id=None,
            object_version=None,
            details={},
            prev_hash="",
            hash="",
        )
        for number, (who, whom, event, outcome, hours) in enumerate(entries)
    ]


@contextmanager
def trail_of(
    house: House, entries: list[tuple[int, ...]]
) -> Iterator[tuple[db.Session, list[Entry]]]:
    """A session in which the trail holds these entries beside those of the house; nothing stays."""
    rows = write(house, entries)
    with db.Session(house.database.engine, expire_on_commit=False) as session:
        session.add_all(rows)
        session.flush()
        every = session.execute(sa.select(Entry)).scalars().all()
        yield session, list(every)
        session.rollback()


def search_of(house: House, looked: tuple[int | None, ...]) -> Search:
    who, whom, events, outcome, first, last = looked
    people = (house.small.therapist.id, house.small.supervisor.id, house.small.medical.id)
    return Search(
        actor_id=None if who is None else people[who],
        patient_id=None if whom is None else (house.small.patient_id, house.theirs)[whom],
        events=None
        if events is None
        else frozenset(one for place, one in enumerate(EVENTS) if events >> place & 1),
        outcome="" if outcome is None else OUTCOMES[outcome],
        since=None if first is None else AT + timedelta(days=first),
        until=None if last is None else AT + timedelta(days=last),
    )


def expected(every: list[Entry], search: Search, seen: set[UUID] | None, reader: UUID) -> list[int]:
    """The positions of what is looked for, newest first, by reading everything."""
    found = [
        one
        for one in every
        if search.actor_id in {None, one.actor_id}
        and search.patient_id in {None, one.patient_id}
        and (search.events is None or one.event in search.events)
        and search.outcome in {"", one.outcome}
        and (search.since is None or one.at >= search.since)
        and (search.until is None or one.at < search.until)
        and (
            seen is None
            or one.patient_id in seen
            or (one.actor_id == reader and search.patient_id is None)
        )
    ]
    return [
        one.position for one in sorted(found, key=lambda one: (one.at, one.position), reverse=True)
    ]


def walk(
    session: db.Session, search: Search, by: Actor, *, whole: bool
) -> tuple[list[int], list[int]]:
    """All positions on the way back, page by page, and again on the way forth from the last."""
    reach = by.reach(AT)

    def page(**where: int) -> Found:
        return trail.page(session, search, reach=reach, whole=whole, **where)

    found, back = page(), []
    while True:
        back += [one.position for one in found.entries]
        if found.older is None:
            break
        found = page(before=found.older)
    if not back:
        return [], []
    forth, found = back[-1:], page(after=back[-1])
    while True:
        forth = [one.position for one in found.entries] + forth
        if found.newer is None:
            return back, forth
        found = page(after=found.newer)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=drawn(),
    who=st.sampled_from(["administrator", "supervisor", "therapist"]),
    few=st.booleans(),
)
def test_a_search_finds_what_a_plain_reading_finds(
    house: House,
    drawn: tuple[list[tuple[int, ...]], tuple[int | None, ...]],
    who: str,
    *,
    few: bool,
) -> None:
    entries, looked = drawn
    by: Actor = getattr(house.small, who)
    with pytest.MonkeyPatch.context() as patched, trail_of(house, entries) as (session, every):
        patched.setattr(trail, "PAGE", 4)
        patched.setattr(trail, "FIRST_LOOK", 3)
        patched.setattr(trail, "MOST", 9)
        patched.setattr(trail, "FEW", 32 if few else 0)
        patched.setattr(stretch, "AT_ONCE", 2)
        search = search_of(house, looked)
        seen = None if who == "administrator" else {house.small.patient_id}
        plain = expected(every, search, seen, by.id)
        back, forth = walk(session, search, by, whole=who == "administrator")
        assert back == plain
        assert forth == plain
