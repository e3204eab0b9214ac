"""How each database is opened: SQLCipher with its key and its pragmas, or PostgreSQL."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from kapnotes.keys import KeyRing
from kapnotes.settings import Settings

LOCK_SECONDS = 20


def engine_of(settings: Settings, ring: KeyRing) -> sa.Engine:
    """The engine of the practice's database."""
    url = make_url(settings.database_url)
    if settings.is_embedded:
        return _embedded(url, ring)
    return sa.create_engine(
        url, pool_size=2, max_overflow=4, pool_pre_ping=True, hide_parameters=True
    )


def _embedded(url: URL, ring: KeyRing) -> sa.Engine:
    path = Path(url.database or "")
    key = ring.database_key()

    def connect() -> Any:
        if not path.exists():
            path.touch(mode=0o600)
        connection = sqlcipher.connect(
            str(path), isolation_level=None, timeout=LOCK_SECONDS, check_same_thread=False
        )
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        return connection

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
