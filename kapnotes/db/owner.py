"""The owner of the tables: who changes them, one at a time, and grants the application its rights.

On PostgreSQL that is a role of its own where KAPNOTES_OWNER_URL names one. Without it, and in the
embedded file, whoever serves owns the tables too.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from kapnotes.db import Database, grants
from kapnotes.db.engine import owner_engine_of

_LOCK = sa.text("SELECT pg_advisory_lock(hashtext('kapnotes: tables'))")
_UNLOCK = sa.text("SELECT pg_advisory_unlock(hashtext('kapnotes: tables'))")


@contextmanager
def connected(database: Database) -> Iterator[sa.Connection]:
    """A connection that may change the tables; of two machines that want to, one waits.

    What is written is kept at the end of the block.
    """
    if not database.settings.owner_url:
        with database.engine.execution_options(writes=True).connect() as connection:
            with _alone(connection):
                yield connection
            return
    engine = owner_engine_of(database.settings)
    try:
        with engine.connect() as connection, _alone(connection):
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _alone(connection: sa.Connection) -> Iterator[None]:
    """Hold the tables for one who changes them; the embedded file does so by itself."""
    if connection.dialect.name != "postgresql":
        yield
        connection.commit()
        return
    connection.execute(_LOCK)
    connection.commit()
    try:
        yield
        connection.commit()
    finally:
        connection.rollback()
        connection.execute(_UNLOCK)
        connection.commit()


def served_role(database: Database) -> str:
    """The role that serves people, if it is another than the owner; "" where they are one."""
    if not database.settings.owner_url:
        return ""
    with database.engine.connect() as connection:
        return str(connection.execute(sa.text("SELECT current_user")).scalar_one())


def grant(database: Database) -> str:
    """Give the role that serves its rights anew; its name, or "" where it is the owner itself."""
    role = served_role(database)
    if role:
        with connected(database) as connection:
            grants.grant(connection, role)
    return role


def may_migrate(database: Database) -> bool:
    """Whether the tables can be changed with the settings as they are."""
    if database.settings.is_embedded or database.settings.owner_url:
        return True
    query = sa.text("SELECT has_schema_privilege(current_schema(), 'CREATE')")
    with database.engine.connect() as connection:
        return bool(connection.execute(query).scalar_one())


def faults(database: Database) -> list[str]:
    """What the role that serves may do and should not, or the other way; the embedded has none."""
    if database.settings.is_embedded:
        return []
    with database.engine.connect() as connection:
        return grants.faults(connection)
