"""On PostgreSQL people are served by a role that can do what the product does, and no more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import demo
from kapnotes.db import grants, owner
from kapnotes.serve import refuse_open_role
from kapnotes.settings import Settings
from tests.builders import AT, PASSWORD, small_practice
from tests.conftest import KEY
from tests.plumbing.postgres import Postgres
from tests.plumbing.role import as_owner, owner_of

pytestmark = pytest.mark.safety("ASVS-8.4/database-role")
NEVER = ("TRUNCATE", "TRIGGER", "REFERENCES")
DENIED = "42501"
REFUSED = "23514"


@pytest.fixture(scope="module")
def practice(postgresql: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a demo practice, as the role that serves it."""
    with postgresql.fresh() as url:
        folder = tmp_path_factory.mktemp("grants")
        opened = db.use(db.Database(Settings(data=folder, database_url=url, key=KEY)))
        demo.load(password=PASSWORD, at=AT)
        opened.close()
        yield url


@pytest.fixture
def opened(practice: str, tmp_path: Path) -> Iterator[db.Database]:
    """The practice with its owner, open."""
    asked = Settings(data=tmp_path, database_url=practice, owner_url=owner_of(practice), key=KEY)
    database = db.use(db.Database(asked))
    yield database
    database.close()


def refused_with(database: db.Database, statement: str, *, owning: bool = False) -> str:
    """The state (SQLSTATE) that the database refuses a statement with."""
    try:
        with database.writing() as session:
            if owning:
                as_owner(session)
            session.execute(sa.text(statement))
    except sa.exc.DBAPIError as refused:
        return str(getattr(refused.orig, "sqlstate", ""))
    return ""


def rights(database: db.Database) -> dict[str, frozenset[str]]:
    with database.engine.connect() as connection:
        return grants.due(connection)


def a_column(database: db.Database, table: str) -> str:
    with database.engine.connect() as connection:
        return str(sa.inspect(connection).get_columns(table)[0]["name"])


def test_every_table_has_its_rights_and_no_other(opened: db.Database) -> None:
    assert owner.faults(opened) == []
    assert set(rights(opened)) == {*db.Base.metadata.tables, "alembic_version"}


def test_what_loses_rows_is_no_record(opened: db.Database) -> None:
    assert set(grants.EMPTIED) <= set(rights(opened))
    with opened.engine.connect() as connection:
        fixed = {name for name, _ in connection.execute(grants._REFUSED)}  # noqa: SLF001 - the first lock
    assert not grants.EMPTIED & fixed


@pytest.mark.parametrize("verb", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_the_trail_and_what_is_signed_are_locked_twice(opened: db.Database, verb: str) -> None:
    """The role has no right to it, and the owner of the tables meets the trigger."""
    for table in ("trail", "note_version", "cosignature", "addendum", "document"):
        statement = verb.format(table, a_column(opened, table))
        assert refused_with(opened, statement) == DENIED
        with opened.engine.connect() as connection:
            is_filled = connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first()
        if is_filled:
            assert refused_with(opened, statement, owning=True) == REFUSED


def test_no_row_that_a_trigger_keeps_can_be_deleted_by_either(opened: db.Database) -> None:
    with opened.engine.connect() as connection:
        kept = [name for name, _ in connection.execute(grants._REFUSED)]  # noqa: SLF001 - the first lock
    assert len(kept) > 20
    for table in kept:
        assert refused_with(opened, f"DELETE FROM {table}") == DENIED


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (words text)",
        "CREATE TEMPORARY TABLE mine (words text)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "ALTER TABLE trail DISABLE TRIGGER USER",
        "ALTER TABLE note ADD COLUMN words text",
        "DROP TABLE note",
        "DROP TRIGGER trail_no_update ON trail",
        "DROP FUNCTION kapnotes_refuse()",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION kapnotes_refuse() RENAME TO mine",
        "TRUNCATE part",
        "INSERT INTO alembic_version VALUES ('9999')",
        "SET session_replication_role = replica",
        "COPY trail TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_role_changes_no_table_and_leaves_none(opened: db.Database, statement: str) -> None:
    assert refused_with(opened, statement) == DENIED


def test_a_right_too_many_or_too_few_is_told(opened: db.Database) -> None:
    quiet = owner.faults(opened)
    with owner.connected(opened) as connection:
        connection.exec_driver_sql("GRANT DELETE, TRUNCATE ON trail TO kapnotes")
        connection.exec_driver_sql("REVOKE INSERT ON note FROM kapnotes")
    assert owner.faults(opened) == [
        "may DELETE in trail",
        "may TRUNCATE in trail",
        "may not INSERT in note",
    ]
    owner.grant(opened)
    assert owner.faults(opened) == quiet == []


def test_an_owner_who_serves_is_told(opened: db.Database) -> None:
    asked = Settings(data=Path(), database_url=opened.settings.owner_url, key=KEY)
    alone = db.Database(asked)
    found = owner.faults(alone)
    alone.close()
    assert found[0] == "is a superuser"
    assert "may make tables" in found
    assert "may UPDATE in trail" in found


def test_a_table_and_the_right_to_it_come_together(postgresql: Postgres, tmp_path: Path) -> None:
    with postgresql.fresh() as url:
        asked = Settings(data=tmp_path, database_url=url, owner_url=owner_of(url), key=KEY)
        database = db.use(db.Database(asked))
        db.migrate("base")
        assert not db.is_migrated()
        db.migrate()
        assert owner.faults(database) == []
        database.close()


def test_no_real_practice_is_served_by_the_owner_of_its_tables(
    postgresql: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgresql.fresh() as url:
        asked = Settings(data=tmp_path, database_url=url, owner_url=owner_of(url), key=KEY)
        served = db.use(db.Database(asked))
        refuse_open_role()
        small_practice()
        refuse_open_role()
        served.close()
        alone = db.use(db.Database(replace(asked, database_url=owner_of(url), owner_url="")))
        with pytest.raises(SystemExit) as ended:
            refuse_open_role()
        alone.close()
    assert ended.value.code == 1
    assert "is a superuser" in capsys.readouterr().err


def test_a_demo_is_served_by_the_owner_with_a_warning(
    practice: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Settings(data=tmp_path, database_url=owner_of(practice), key=KEY)
    alone = db.use(db.Database(asked))
    refuse_open_role()
    alone.close()
    assert "is a superuser" in capsys.readouterr().err


def test_a_role_without_the_right_says_who_may_change_the_tables(
    postgresql: Postgres, tmp_path: Path
) -> None:
    with postgresql.fresh() as url:
        asked = Settings(data=tmp_path, database_url=url, key=KEY)
        database = db.use(db.Database(asked))
        assert not owner.may_migrate(database)
        database.settings = replace(asked, owner_url=owner_of(url))
        assert owner.may_migrate(database)
        database.close()
