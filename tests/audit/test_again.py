"""A write that the database breaks off is done again as a whole, and stands in the trail once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import patient, people
from kapnotes.audit import trail
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import NotAllowed
from kapnotes.db import retry
from kapnotes.records.patient import Patient
from tests.builders import AT, Small, add_patient, small_practice

pytestmark = pytest.mark.safety("KAP/retry")
T = TypeVar("T")
SECONDS = 30


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


def events(did: Did) -> int:
    with db.current().reading() as session:
        query = sa.select(sa.func.count()).where(trail.Entry.event == did.value)
        return session.scalar(query.select_from(trail.Entry)) or 0


def done(act: Callable[[Deed], T], small: Small) -> T:
    """Do it as an action that writes, by the therapist."""

    def action(deed: Deed, **_: Any) -> T:
        return act(deed)

    name = f"{action.__module__}.{action.__qualname__}"
    try:
        return does(Did.PATIENT_EDITED)(action)(by=small.therapist, at=AT)
    finally:
        trail.WRITES.pop(name, None)


def broken_off(state: str) -> sa.exc.DBAPIError:
    """What the driver raises for a transaction that the server ended with that state."""
    kind: Any = psycopg.errors.lookup(state)
    return sa.exc.OperationalError("UPDATE …", {}, kind("broken off"))


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_what_was_broken_off_twice_is_one_write_with_one_event(small: Small, state: str) -> None:
    turns = Counter[str]()

    def rename(deed: Deed) -> str:
        turns["begun"] += 1
        found = deed.session.get_one(Patient, small.patient_id)
        found.given_name = f"{found.given_name}+"
        deed.on(found)
        deed.session.flush()
        if turns["begun"] < 3:
            raise broken_off(state)
        return found.given_name

    before = events(Did.PATIENT_EDITED)
    said = done(rename, small)
    assert turns["begun"] == 3
    assert said == "Jördis+"
    assert events(Did.PATIENT_EDITED) == before + 1


def test_it_is_tried_so_often_and_no_more() -> None:
    turns = Counter[str]()

    def act() -> None:
        turns["begun"] += 1
        raise broken_off("40001")

    with pytest.raises(sa.exc.OperationalError):
        retry.tried(act)
    assert turns["begun"] == retry.TRIES


def test_what_cannot_end_otherwise_is_not_tried_again() -> None:
    turns = Counter[str]()

    def act() -> None:
        turns["begun"] += 1
        raise broken_off("42501")

    with pytest.raises(sa.exc.OperationalError):
        retry.tried(act)
    assert turns["begun"] == 1


def test_a_refusal_after_a_break_is_one_refusal(small: Small) -> None:
    turns = Counter[str]()

    def refuse(_: Deed) -> None:
        turns["begun"] += 1
        if turns["begun"] == 1:
            raise broken_off("40P01")
        raise NotAllowed

    before = events(Did.PATIENT_EDITED)
    with pytest.raises(NotAllowed):
        done(refuse, small)
    assert events(Did.PATIENT_EDITED) == before + 1


def test_two_who_wait_for_each_other_both_get_through(small: Small) -> None:
    """A real deadlock on PostgreSQL: each holds what the other wants."""
    other = add_patient(small.therapist, family_name="Other", record_number="R-2")
    both, together = (small.patient_id, other), Barrier(2)
    turns = Counter[UUID]()

    def mark(first: UUID, second: UUID, deed: Deed) -> None:
        turns[first] += 1
        for place, one in enumerate((first, second)):
            found = deed.session.get_one(Patient, one, with_for_update=True)
            found.given_name = f"{found.given_name}+"
            deed.on(found)
            deed.session.flush()
            if place == 0 and turns[first] == 1 and not db.current().settings.is_embedded:
                together.wait(SECONDS)

    before = events(Did.PATIENT_EDITED)
    with ThreadPoolExecutor(2) as pool:
        marking = [pool.submit(done, partial(mark, *order), small) for order in (both, both[::-1])]
        for one in marking:
            one.result(SECONDS)
    with db.current().reading() as session:
        names = session.scalars(sa.select(Patient.given_name)).all()
    assert names == ["Jördis++", "Jördis++"]
    assert events(Did.PATIENT_EDITED) == before + 2
    if not db.current().settings.is_embedded:
        assert sum(turns.values()) > 2


def test_a_server_whose_default_is_another_serves_as_well(database: db.Database) -> None:
    """What is read and written together is held by locks, whatever the server's own default is."""
    if database.settings.is_embedded:
        pytest.skip("PostgreSQL's own default")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() != "0"


def test_a_connection_that_the_server_cut_is_replaced(small: Small, database: db.Database) -> None:
    if database.settings.is_embedded:
        pytest.skip("nobody cuts a file off")
    people.look(by=small.administrator, at=AT)
    cut = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    outside = sa.create_engine(database.settings.owner_url)
    with outside.connect() as connection:
        assert connection.execute(cut).all()
    outside.dispose()
    assert people.look(by=small.administrator, at=AT).people
    assert patient.look(patient_id=small.patient_id, by=small.therapist, at=AT)
