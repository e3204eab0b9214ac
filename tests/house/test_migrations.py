"""Migrations have one head, go down and up again, and end in exactly the tables of the code."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import kapnotes.records  # noqa: F401 - every table
from kapnotes import db


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
