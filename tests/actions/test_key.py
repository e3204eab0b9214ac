"""The root key is rotated: whenever it is killed, the practice opens, and nothing is lost."""

import base64
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import key, trail
from kapnotes.actions.key import Step
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import NotAllowed, WrongState
from kapnotes.db import cipher, ring
from kapnotes.keys import KeyRing
from kapnotes.keys.presence import Presence
from kapnotes.records.factor import Totp
from kapnotes.records.patient import Patient
from kapnotes.settings import SettingsRefused, from_environment
from tests.builders import AT, add_patient
from tests.conftest import KEY
from tests.keyed import Keyed, keyed

pytestmark = pytest.mark.safety("ASVS-11.1/rotation")
KILLED = 9
Lender = Callable[[str], AbstractContextManager[str]]


@pytest.fixture
def practice(database_url: str, tmp_path: Path) -> Iterator[Keyed]:
    yield keyed(database_url, tmp_path)
    db.current().close()


@pytest.fixture
def on_postgresql(lend_database: Lender, tmp_path: Path) -> Iterator[Keyed]:
    with lend_database("postgresql") as url:
        yield keyed(url, tmp_path)
        db.current().close()


def events(name: str) -> list[str]:
    """The outcomes of the events of that name."""
    with db.current().reading() as session:
        query = sa.select(Entry.outcome).where(Entry.event == name).order_by(Entry.position)
        return list(session.execute(query).scalars())


def test_what_is_there_opens_with_the_new_key_and_nothing_with_the_old(practice: Keyed) -> None:
    practice.rotate()
    practice.check()
    assert events("key.rotated") == ["done"]
    assert trail.verify(by=operator(), at=AT).is_whole
    assert practice.file.read() != KEY
    assert practice.file.former_path(KeyRing(KEY).mark).read_bytes() == base64.b64encode(KEY)
    former = from_environment(practice.env | {"KAPNOTES_KEY": base64.b64encode(KEY).decode()})
    stale = db.Database(former)
    with pytest.raises(SettingsRefused, match="does not open this practice"):
        stale.check_key()
    stale.close()
    if practice.embedded:
        db.current().close()
        assert not cipher.opens(practice.embedded, KeyRing(KEY).database_keys()[0])


@pytest.mark.parametrize("step", Step)
def test_killed_after_any_step_it_opens_and_goes_on(practice: Keyed, step: Step) -> None:
    assert practice.killed(lambda done: done is step) == KILLED
    practice.check()
    staged = practice.file.read_next()
    assert bool(staged) == (step is not Step.PROMOTED)
    practice.rotate()
    practice.check()
    assert practice.file.read_next() == b""
    assert staged in {b"", practice.file.read()}
    assert events("key.rotated") == ["done"] * (2 if step is Step.PROMOTED else 1)


def test_killed_at_any_moment_the_file_opens(lend_database: Lender, tmp_path: Path) -> None:
    with lend_database("embedded") as url:
        practice = keyed(url, tmp_path)
        with db.current().engine.execution_options(writes=True).begin() as connection:
            connection.execute(sa.text("CREATE TABLE ballast (content BLOB)"))
            connection.execute(
                sa.text(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400) "
                    "INSERT INTO ballast SELECT randomblob(20000) FROM n"
                )
            )
        moments = random.Random(7)  # noqa: S311 - when to kill, the same in each run
        ended = [
            practice.killed(lambda _: False, after=moments.uniform(0.02, 0.4)) for _ in range(8)
        ]
        practice.check()
        practice.rotate()
        practice.check()
        with db.current().engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.exec_driver_sql("PRAGMA cipher_integrity_check").all() == []
        db.current().close()
        assert KILLED in ended


def test_nobody_rotates_while_the_practice_is_open_elsewhere(
    practice: Keyed, tmp_path: Path
) -> None:
    other = Presence(tmp_path)
    with pytest.raises(WrongState, match="open somewhere"):
        practice.rotate()
    other.leave()
    assert events("key.rotated") == ["refused"]
    assert practice.file.read() == KEY
    assert not practice.file.next_path.exists()
    practice.rotate()
    practice.check()


def test_nobody_opens_the_practice_while_its_key_is_changed(
    practice: Keyed, tmp_path: Path
) -> None:
    changing = Presence(tmp_path)
    with changing.alone(), pytest.raises(SettingsRefused, match="is being changed"):
        db.Database(from_environment(practice.env)).enter()
    changing.leave()
    opened = db.Database(from_environment(practice.env))
    opened.enter()
    opened.close()


def test_a_connection_from_another_machine_is_seen(on_postgresql: Keyed) -> None:
    """The embedded file is on one machine."""
    practice = on_postgresql
    elsewhere = db.Database(from_environment(practice.env))
    with elsewhere.engine.connect(), pytest.raises(WrongState, match="open somewhere"):
        practice.rotate()
    elsewhere.close()
    practice.check()
    practice.rotate()
    practice.check()


def test_who_has_the_former_root_leaves_nothing_that_nobody_could_open(
    on_postgresql: Keyed,
) -> None:
    """The embedded file cannot be opened with it at all."""
    practice = on_postgresql
    stale = db.Database(from_environment(practice.env))
    practice.rotate()
    db.use(stale)
    with pytest.raises(ring.RootChanged):
        add_patient(practice.small.therapist, family_name="Late", record_number="late")
    app = Totp(id=uuid4(), person_id=practice.small.medical.id, last_step=0, made_at=AT)
    app.seed_sealed = stale.ring.wrap_secret(b"seed", app.seed_place)
    with pytest.raises(ring.RootChanged), stale.writing() as session:
        session.add(app)
    with practice.open().reading() as session:
        assert session.scalar(sa.select(Patient).where(Patient.record_number == "late")) is None
    practice.check()


def test_a_key_that_no_command_can_change_is_said(practice: Keyed) -> None:
    given = practice.env | {"KAPNOTES_KEY": base64.b64encode(KEY).decode()}
    db.use(db.Database(from_environment(given)))
    with pytest.raises(WrongState, match="KAPNOTES_KEY_FILE"):
        key.rotate(by=operator(), at=AT)
    with pytest.raises(NotAllowed):
        key.rotate(by=practice.small.administrator, at=AT)
    assert events("key.rotated") == ["refused", "refused"]


def test_one_key_that_does_not_open_stops_it_before_anything_is_changed(practice: Keyed) -> None:
    with db.current().writing() as session:
        row = session.execute(sa.select(db.data_key).limit(1)).one()
        spoilt = bytes([row.wrapped[0] ^ 1]) + row.wrapped[1:]
        change = db.data_key.update().where(db.data_key.c.id == row.id)
        session.execute(change.values(wrapped=spoilt))
    with pytest.raises(WrongState, match="nothing was changed"):
        key.rotate(by=operator(), at=AT)
    with db.current().writing() as session:
        session.execute(change.values(wrapped=row.wrapped))
    practice.check()
    practice.rotate()
    practice.check()


def test_a_next_key_that_others_can_read_is_refused_at_start(practice: Keyed) -> None:
    practice.file.stage()
    practice.file.next_path.chmod(0o644)
    with pytest.raises(SettingsRefused, match="chmod 600"):
        from_environment(practice.env)
