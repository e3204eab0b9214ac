"""A migration that is killed at any statement has either been or not: the next start goes on.

`make kill-migration` does the same, at any moment, to a practice with 200,000 notes.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bench.practice import ELSEWHERE, settings_of
from bench.seed import seed
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import proof, trail
from kapnotes.settings import Settings
from tests.builders import signed, small_practice
from tests.conftest import KEY
from tests.plumbing.role import owner_of, served
from tests.plumbing.shape import Shape, shape_of

pytestmark = pytest.mark.safety("KAP/migration")
OLD = "0008"
"""Where the way begins: before supervision and audit, which rewrote the most."""
ROUNDS = 4
NOTES = int(os.environ.get("KILL_NOTES", "0"))
"""In a large practice it is killed at any moment; none leaves this test to `make`."""
LARGE_ROUNDS = int(os.environ.get("KILL_ROUNDS", "12"))
CONFIG = Config(str(db.MIGRATIONS))


@pytest.fixture(params=["embedded", "postgresql"])
def old(
    request: pytest.FixtureRequest,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path: Path,
) -> Iterator[Settings]:
    """A practice with rows, at an old version of its tables."""
    with lend_database(request.param) as url:
        settings = Settings(data=tmp_path, database_url=url, owner_url=owner_of(url), key=KEY)
        with db.instead(db.Database(settings)) as opened:
            opened.check_key()
            signed(small_practice(), "preparation")
            command.downgrade(CONFIG, OLD)
        yield settings


@pytest.fixture
def shapes(request: pytest.FixtureRequest, old: Settings, tmp_path: Path) -> dict[str, Shape]:
    """What the tables of each version look like, from an empty database that goes up by one."""
    kind = "embedded" if old.is_embedded else "postgresql"
    return _shapes(request, kind, tmp_path)


def _shapes(request: pytest.FixtureRequest, kind: str, folder: Path) -> dict[str, Shape]:
    scripts = ScriptDirectory.from_config(CONFIG)
    found = {}
    with request.getfixturevalue(kind).empty() as url:
        settings = Settings(data=folder, database_url=served(url), owner_url=owner_of(url), key=KEY)
        with db.instead(db.Database(settings)) as opened:
            for one in reversed(list(scripts.walk_revisions())):
                command.upgrade(CONFIG, one.revision)
                with opened.engine.connect() as connection:
                    found[one.revision] = shape_of(connection)
    return found


def killed_after(statement: int, settings: Settings) -> bool:
    """Migrate in a child that dies after so many statements; whether it did."""

    def dies() -> None:
        left = [statement]

        def count(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "after_cursor_execute", count)

    return _in_a_child(settings, dies)


def killed_in(seconds: float, settings: Settings) -> bool:
    """Migrate in a child that dies after so long; whether it did."""
    return _in_a_child(settings, lambda: None, seconds=seconds)


def _in_a_child(settings: Settings, prepare: Callable[[], object], *, seconds: float = 0.0) -> bool:
    child = os.fork()
    if child == 0:
        try:
            with db.instead(db.Database(settings)):
                prepare()
                db.migrate()
        except BaseException:  # noqa: BLE001 - the parent is told by the status
            os._exit(1)
        os._exit(0)
    power = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
    if seconds:
        power.start()
    status = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    power.cancel()
    if seconds:
        power.join()
    os.waitpid(child, 0)
    assert status is not None
    assert status.si_code == os.CLD_KILLED or status.si_status == 0
    return status.si_code == os.CLD_KILLED


def _revision(settings: Settings) -> tuple[str, Shape, bool]:
    """At which version the tables are, how they look, and whether the file is sound."""
    with db.instead(db.Database(settings)) as opened, opened.engine.connect() as connection:
        is_sound = not settings.is_embedded or (
            connection.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok"
            and connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        )
        return db.revision_of(connection), shape_of(connection), is_sound


def _counts(settings: Settings) -> dict[str, int]:
    """How many rows the tables have that every version knows."""
    names = ("patient", "note", "note_version", "note_draft", "infusion", "trail")
    with db.instead(db.Database(settings)) as opened, opened.engine.connect() as connection:
        return {
            name: connection.execute(
                sa.select(sa.func.count()).select_from(sa.table(name))
            ).scalar_one()
            for name in names
        }


def test_a_migration_that_is_killed_is_whole_or_was_not_and_the_next_start_goes_on(
    old: Settings, shapes: dict[str, Shape]
) -> None:
    chance = random.Random(datetime.now(UTC).toordinal())  # noqa: S311 - when the power goes
    before = _counts(old)
    reached = [OLD]
    for _ in range(ROUNDS):
        if not killed_after(chance.randint(1, 90), old):
            break
        _settle(old)
        revision, shape, is_sound = _revision(old)
        assert is_sound
        assert shape == shapes[revision]
        assert _counts(old) == before
        assert revision >= reached[-1]
        reached.append(revision)
    _goes_on(old, before, shapes)


def _goes_on(settings: Settings, before: dict[str, int], shapes: dict[str, Shape]) -> None:
    """The next start brings the tables up to date, and record and trail are whole."""
    with db.instead(db.Database(settings)) as opened:
        db.migrate()
        opened.check_key()
        at = datetime.now(UTC)
        with opened.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.Base.metadata) == []
            assert shape_of(connection) == list(shapes.values())[-1]
        assert trail.verify(by=operator(), at=at).is_whole
        assert proof.verify_notes(by=operator(), at=at).is_whole
    after = _counts(settings)
    assert {name: n for name, n in after.items() if name != "trail"} == {
        name: n for name, n in before.items() if name != "trail"
    }
    assert after["trail"] >= before["trail"]


@pytest.mark.skipif(not NOTES, reason="minutes long: make kill-migration")
@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_a_large_practice_survives_it_at_any_moment(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    chance = random.Random(datetime.now(UTC).toordinal())  # noqa: S311 - when the power goes
    shapes = _shapes(request, kind, tmp_path)
    with request.getfixturevalue(kind).empty() as url:
        if kind == "postgresql":
            (tmp_path / ELSEWHERE).write_text(url)
        seed(tmp_path, patients=max(1, NOTES // 20), notes=NOTES)
        settings = settings_of(tmp_path)
        with db.instead(db.Database(settings)):
            command.downgrade(CONFIG, OLD)
        before = _counts(settings)
        assert before["note"] >= NOTES * 0.9
        for _ in range(LARGE_ROUNDS):
            was_killed = killed_in(chance.uniform(0.3, 8.0), settings)
            _settle(settings)
            revision, shape, is_sound = _revision(settings)
            assert is_sound
            assert shape == shapes[revision]
            assert _counts(settings) == before
            if not was_killed:
                break
        _goes_on(settings, before, shapes)


def _settle(settings: Settings) -> None:
    """Wait until PostgreSQL has undone what a process left that is gone."""
    if settings.is_embedded:
        return
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with db.instead(db.Database(settings)) as opened:
        for _ in range(1200):
            with opened.engine.connect() as connection:
                if connection.execute(others).scalar_one() == 0:
                    return
            time.sleep(0.05)
    raise AssertionError("somebody is still in that database")
