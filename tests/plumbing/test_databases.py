"""A test that takes `database` finds every table there and nothing in them, on both databases."""

import sqlalchemy as sa

from kapnotes import db


def test_the_tables_are_the_newest(database: db.Database) -> None:
    assert db.current() is database
    assert db.is_migrated()


def test_the_tables_are_empty(database: db.Database) -> None:
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(db.data_key)) == 0
