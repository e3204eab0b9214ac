"""What the database says is told in words, whichever of the two it is."""

import errno
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kapnotes.db import Database
from kapnotes.db.trouble import Trouble, trouble_of, try_writing
from kapnotes.settings import Settings
from tests.conftest import KEY
from tests.plumbing.postgres import Postgres

STATES = {
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "55P03": Trouble.LOCKED,
    "57014": Trouble.LOCKED,
    "58030": Trouble.BROKEN,
    "57P03": Trouble.AWAY,
    "53300": Trouble.AWAY,
    "08006": Trouble.AWAY,
    "23505": None,
    "42501": None,
    "22012": None,
}


def raised(engine: sa.Engine, *statements: str) -> Exception:
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.connect() as connection:  # noqa: PT012
        for one in statements:
            connection.exec_driver_sql(one)
    return caught.value


@pytest.fixture
def holder(database: Database) -> Iterator[sa.Connection]:
    """Somebody who holds the end of the trail and does not give it back."""
    writer = database.engine.execution_options(writes=True)
    with writer.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM trail_head WHERE id = 1")).all()
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT 1 FROM trail_head WHERE id = 1 FOR UPDATE")).all()
        yield connection


@pytest.mark.parametrize(("state", "trouble"), STATES.items())
def test_each_state_of_postgresql(
    postgresql: Postgres, state: str, trouble: Trouble | None
) -> None:
    engine = sa.create_engine(postgresql.url("postgres"))
    error = raised(engine, f"DO $$ BEGIN RAISE 'x' USING ERRCODE = '{state}'; END $$")
    engine.dispose()
    assert trouble_of(error) is trouble


def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    engine = sa.create_engine(f"postgresql+psycopg://postgres@/practice?host={tmp_path}")
    assert trouble_of(raised(engine, "SELECT 1")) is Trouble.AWAY


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'practice.db'}"
    opened = Database(Settings(data=tmp_path, database_url=url, key=KEY))
    (tmp_path / "practice.db").mkdir()
    assert trouble_of(raised(opened.engine, "SELECT 1")) is Trouble.READ_ONLY
    opened.close()


def test_a_full_database_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'practice.db'}"
    opened = Database(Settings(data=tmp_path, database_url=url, key=KEY))
    engine = opened.engine
    fill = "INSERT INTO t VALUES (zeroblob(99999))"
    error = raised(engine, "CREATE TABLE t (x)", "PRAGMA max_page_count = 3", fill)
    assert trouble_of(error) is Trouble.FULL
    opened.close()


def test_a_lock_that_nobody_gives_back(database: Database, holder: sa.Connection) -> None:
    del holder
    with pytest.raises(sa.exc.DBAPIError) as caught:
        try_writing(database.engine, milliseconds=50)
    assert trouble_of(caught.value) is Trouble.LOCKED


def test_trying_to_write_leaves_nothing(database: Database) -> None:
    def everything() -> list[sa.Row[tuple[object, ...]]]:
        with database.engine.connect() as connection:
            return list(connection.execute(sa.text("SELECT * FROM trail_head")).all())

    before = everything()
    threads = [
        threading.Thread(target=lambda: try_writing(database.engine, milliseconds=5000))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try_writing(database.engine, milliseconds=5000)
    assert everything() == before


def test_a_disk_and_anything_else() -> None:
    assert trouble_of(OSError(errno.ENOSPC, "x")) is Trouble.FULL
    assert trouble_of(OSError(errno.EROFS, "x")) is Trouble.READ_ONLY
    assert trouble_of(ConnectionResetError()) is None
    assert trouble_of(ValueError("disk is full")) is None
    assert trouble_of(sa.exc.TimeoutError()) is Trouble.LOCKED
    wrapped = RuntimeError()
    wrapped.__cause__ = OSError(errno.ENOSPC, "x")
    assert trouble_of(wrapped) is Trouble.FULL


def test_each_is_a_sentence_that_says_what_became_of_the_text() -> None:
    for trouble in Trouble:
        assert trouble.sentence[0].isupper()
        assert "what was saved before is kept" in trouble.sentence
