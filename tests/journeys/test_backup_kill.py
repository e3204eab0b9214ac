"""A backup or a restoring that is killed at any step leaves a whole file or none, and no half.

`make kill-backup` goes through every step; the suite takes some of them, others each day.
"""

import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import (
    backup,
    backup_file,
    backup_folder,
    backup_place,
    proof,
    restoring,
    trail,
)
from kapnotes.actions.backup_file import manifest_of, read_through
from kapnotes.actions.backup_place import is_unfinished
from kapnotes.db import dump, parcel
from tests.actions.backups import Places, is_empty
from tests.builders import signed, small_practice, written
from tests.plumbing.killed import killed_at

pytestmark = pytest.mark.safety("HIP-308.a7/half-file")
MODULES = (backup, backup_file, backup_folder, backup_place, restoring, dump, parcel)
KILLS = int(os.environ.get("KILL_ROUNDS", "5"))
"""How many steps an act is killed at, on each database."""
SETTLE_SECONDS = 20


def steps_of(total: int) -> list[int]:
    """Some steps between the first and the last, the last of them among these."""
    chance = random.Random(datetime.now(UTC).toordinal())  # noqa: S311 - where the power goes
    if total <= KILLS:
        return list(range(1, total + 1))
    return sorted({*chance.sample(range(1, total), KILLS - 1), total - 1})


@pytest.fixture
def file(database: db.Database, tmp_path: Path) -> Path:
    """A backup of a practice with something in it."""
    database.check_key()
    small = small_practice()
    signed(small, "preparation")
    written(small, "integration")
    return backup.make(to=tmp_path / "whole.backup", by=operator(), at=datetime.now(UTC)).path


def test_a_backup_that_is_killed_leaves_a_whole_file_or_none(
    database: db.Database, file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()

    def make(name: str) -> None:
        with db.instead(db.Database(database.settings)) as opened:
            opened.check_key()
            backup.make(to=folder / name, by=operator(), at=datetime.now(UTC))

    database.close()
    total = killed_at(0, lambda: make("counted"), MODULES)
    for step in steps_of(total):
        name = f"{step}.backup"
        assert killed_at(step, lambda name=name: make(name), MODULES) == -1
        left = folder / name
        if left.exists():
            assert read_through(left, database.ring).counts["patient"] == 1
    assert {one.name for one in folder.iterdir() if not one.name.startswith(".")} <= {
        "counted",
        *(f"{step}.backup" for step in steps_of(total)),
    }
    make("after")
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []
    assert read_through(folder / "after", database.ring)
    assert trail.verify(by=operator(), at=datetime.now(UTC)).is_whole
    del file


def test_a_restoring_that_is_killed_leaves_an_empty_place_or_all_of_it(
    request: pytest.FixtureRequest, database: db.Database, file: Path, tmp_path: Path
) -> None:
    kind = "embedded" if database.settings.is_embedded else "postgresql"
    counts = manifest_of(file, database.ring).counts
    places = Places(request, kind, tmp_path)

    def restore(settings: db.Settings) -> None:
        with db.instead(db.Database(settings)):
            restoring.restore(file=file, by=operator(), at=datetime.now(UTC))

    with places.empty() as place:
        place.close()
        total = killed_at(0, lambda: restore(place.settings), MODULES)
    for step in steps_of(total):
        with places.empty() as place:
            place.close()
            settings = place.settings
            assert killed_at(step, lambda settings=settings: restore(settings), MODULES) == -1
            with db.instead(db.Database(settings)) as found:
                _settled(found)
                again = is_empty(found) or is_unfinished(found)
            if again:
                restore(settings)
            with db.instead(db.Database(settings)) as found:
                found.check_key()
                _is_whole(found, counts)


def _settled(found: db.Database) -> None:
    """Wait until PostgreSQL has undone what a process left that is gone."""
    if found.settings.is_embedded:
        return
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    until = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < until:
        with found.engine.connect() as connection:
            if connection.execute(others).scalar_one() == 0:
                return
        time.sleep(0.05)
    raise AssertionError("somebody is still in that database")


def _is_whole(found: db.Database, counts: dict[str, int]) -> None:
    with found.reading() as session:
        now = dump.table_counts(session.connection())
    grows = {"trail", "proof_run"}
    assert {name: n for name, n in now.items() if name not in grows} == {
        name: n for name, n in counts.items() if name not in grows
    }
    at = datetime.now(UTC)
    assert trail.verify(by=operator(), at=at).is_whole
    assert proof.verify_notes(by=operator(), at=at).is_whole
