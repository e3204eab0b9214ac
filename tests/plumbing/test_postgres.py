"""The PostgreSQL of the tests keeps tests apart and leaves nothing behind."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.plumbing.postgres import Postgres, running


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    parts = make_url(url)
    return psycopg.connect(
        host=str(parts.query["host"]), user=parts.username, dbname=parts.database
    )


def with_a_table(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE note (words text)")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running(with_a_table) as server:
        yield server


def test_each_database_starts_as_it_was_prepared(server: Postgres) -> None:
    with server.fresh() as url, connect(url) as connection:
        connection.execute("INSERT INTO note VALUES ('first')")
    with server.fresh() as url, connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (0,)


def test_two_databases_at_once_are_apart(server: Postgres) -> None:
    with server.fresh() as one, server.fresh() as other:
        assert one != other


def test_a_session_left_open_does_not_hold_up_the_next_test(server: Postgres) -> None:
    with server.fresh() as url:
        left = connect(url)
    with server.fresh():
        pass
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()


def test_an_empty_database_has_no_table(server: Postgres) -> None:
    with server.empty() as url, connect(url) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT count(*) FROM note")


def test_letters_beyond_ascii_have_their_case(server: Postgres) -> None:
    with server.fresh() as url, connect(url) as connection:
        assert connection.execute("SELECT lower('ÄÖÜ')").fetchone() == ("äöü",)


def test_the_server_ends_and_its_folder_goes() -> None:
    with running(durable=True) as server, server.empty() as url, connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    assert server.process.poll() == 0
    assert not server.folder.exists()
