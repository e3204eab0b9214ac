"""How each database is opened: SQLCipher with its key and its pragmas, or PostgreSQL."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from kapnotes.db import cipher
from kapnotes.keys import KeyRing
from kapnotes.settings import Settings

LOCK_SECONDS = 12
"""Less than a page waits for its save (15 s): whoever wrote is told what is in the way."""
RECYCLE_SECONDS = 1800
IDLE_SECONDS = 900
"""A transaction whose process has stopped on its way ends after this long, and frees its locks."""
LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A server that went away without a word is noticed within half a minute."""


def engine_of(settings: Settings, ring: KeyRing) -> sa.Engine:
    """The engine of the practice's database."""
    url = make_url(settings.database_url)
    return _embedded(url, ring) if settings.is_embedded else _postgresql(url)


def owner_engine_of(settings: Settings) -> sa.Engine:
    """The engine of PostgreSQL's owner of the tables: a connection at a time, and none kept."""
    return sa.create_engine(
        make_url(settings.owner_url),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=LINE | {"application_name": "kapnotes owner"},
    )


def _postgresql(url: URL) -> sa.Engine:
    """A connection is asked whether it still lives before it is lent: the server may have rested.

    What is read and written together is held by locks, whatever the server's own default is.
    """
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=2,
        max_overflow=4,
        pool_timeout=LOCK_SECONDS,
        pool_recycle=RECYCLE_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=LINE | {"application_name": "kapnotes"},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    cursor.close()
    connection.commit()


def _embedded(url: URL, ring: KeyRing) -> sa.Engine:
    path = Path(url.database or "")
    keys = ring.database_keys()

    def connect() -> Any:
        return cipher.connect(path, keys, seconds=LOCK_SECONDS)

    engine = sa.create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=3,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_embedded)
    event.listen(engine, "begin", _begin_embedded)
    return engine


def _prepare_embedded(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "trusted_schema = OFF",
        "mmap_size = 0",
        "cache_size = -16000",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_embedded(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


def is_file_whole(engine: sa.Engine) -> bool:
    """Whether every page of the embedded file is authentic and every index agrees with its table.

    PostgreSQL looks after its own files, so there is nothing to ask.
    """
    if engine.dialect.name == "postgresql":
        return True
    dbapi: Any = engine.dialect.loaded_dbapi
    try:
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    except (sa.exc.DatabaseError, dbapi.DatabaseError):
        return False
    return not pages and found == ["ok"]
