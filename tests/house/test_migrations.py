"""Migrations have one head, go down and up again, and end in exactly the tables of the code."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import kapnotes.records  # noqa: F401 - every table
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import disclosure, trail
from kapnotes.clinic.document import Export
from tests import audited
from tests.asked import ask_for
from tests.builders import AT, Small, signed, small_practice
from tests.plumbing.role import owning


def test_there_is_one_head() -> None:
    script = ScriptDirectory.from_config(Config(str(db.MIGRATIONS)))
    assert len(script.get_heads()) == 1


def test_the_migrated_database_equals_the_tables(database: db.Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.Base.metadata) == []


def test_it_goes_down_and_up_again(database: db.Database) -> None:
    del database
    assert db.is_migrated()
    db.migrate("base")
    assert not db.is_migrated()
    db.migrate()
    assert db.is_migrated()


def rows_of(names: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Every row of these tables, in those columns."""
    with db.current().engine.connect() as connection:
        return {
            table: sorted(
                (
                    tuple(row)
                    for row in connection.execute(
                        sa.select(*map(sa.column, columns)).select_from(sa.table(table))
                    )
                ),
                key=repr,
            )
            for table, columns in names.items()
        }


def columns_now() -> dict[str, list[str]]:
    """The tables of the database as it is, with their columns."""
    with db.current().engine.connect() as connection:
        here = sa.inspect(connection)
        return {
            table: sorted(column["name"] for column in here.get_columns(table))
            for table in here.get_table_names()
            if table != "alembic_version"
        }


def disclosed(small: Small) -> None:
    """The command line hands out a record: a row without a person."""
    with db.current().writing() as session:
        disclosure.export(
            session,
            patient_id=small.patient_id,
            what=Export.NOTE_ANSWERS,
            by=operator(),
            at=AT,
        )


def test_a_practice_with_rows_goes_down_to_the_documents_and_up_again(
    database: db.Database,
) -> None:
    """What stood before supervision stands after the way back and forth, every row of it."""
    small = small_practice(cosigns=True)
    audited.given(small, _audited(small))
    ask_for(small, signed(small, "preparation"))
    disclosed(small)
    config = Config(str(db.MIGRATIONS))
    command.downgrade(config, "0008")
    there = columns_now()
    before = rows_of(there)
    command.upgrade(config, "head")
    here = columns_now()
    stays = {table: [one for one in there[table] if one in here[table]] for table in there}
    command.downgrade(config, "0008")
    before = rows_of(stays)
    assert before["disclosure"]
    assert before["note_version"]
    command.upgrade(config, "head")
    assert rows_of(stays) == before
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.Base.metadata) == []
    disclosed(small)
    for statement in ("DELETE FROM disclosure", "UPDATE disclosure SET by_id = NULL"):
        with pytest.raises(sa.exc.DBAPIError), owning() as session:
            session.execute(sa.text(statement))
    if database.settings.is_embedded:
        with database.engine.connect() as connection:
            assert connection.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(sa.text("PRAGMA writable_schema")).scalar_one() == 0
    assert trail.verify(by=operator(), at=AT).is_whole


def _audited(small: Small) -> UUID:
    audited.held(small)
    return audited.ended(small, count=1)
