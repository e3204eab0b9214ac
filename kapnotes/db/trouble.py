"""What is the matter with the database, in words, and trying whether it can be written.

A full disk, a folder that became read-only, a lock that nobody gives back, a server that is away:
whoever was saving is told which, for the text is still in their window. Nothing here names a value.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import sqlalchemy as sa

KEPT = "Nothing was changed, and what was saved before is kept."


class Trouble(Enum):
    """Why nothing can be read or saved just now: a word for watchers, and a reason for people."""

    FULL = "full", "the server's disk is full"
    READ_ONLY = "read_only", "the server may not write its database"
    LOCKED = "locked", "the database is held by something else"
    AWAY = "away", "the database cannot be reached"
    BROKEN = "broken", "the server cannot read or write its disk"

    def __init__(self, word: str, reason: str) -> None:
        self.word = word
        self.reason = reason

    @property
    def sentence(self) -> str:
        """The same for a page."""
        after = "Try again in a minute."
        if self is not Trouble.LOCKED:
            after = "Tell whoever looks after the server, and try again in a minute."
        return f"{self.reason[0].upper()}{self.reason[1:]}. {KEPT} {after}"


_EMBEDDED = (
    ("disk is full", Trouble.FULL),
    ("readonly", Trouble.READ_ONLY),
    ("locked", Trouble.LOCKED),
    ("unable to open", Trouble.READ_ONLY),
    ("disk i/o error", Trouble.BROKEN),
)
"""What SQLite says; it has no other language."""
_STATES = (
    ("53100", Trouble.FULL),
    ("25006", Trouble.READ_ONLY),
    ("55P03", Trouble.LOCKED),
    ("57014", Trouble.LOCKED),
    ("58", Trouble.BROKEN),
    ("57P", Trouble.AWAY),
    ("53", Trouble.AWAY),
    ("08", Trouble.AWAY),
)
"""PostgreSQL's SQLSTATE, or the class that it belongs to."""
_FILES = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EFBIG: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EIO: Trouble.BROKEN,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What an error says about the database or its disk; None for anything else."""
    for one in _chain(error):
        if isinstance(one, sa.exc.TimeoutError):
            return Trouble.LOCKED
        if isinstance(one, sa.exc.DBAPIError):
            return _of_database(one)
        if isinstance(one, OSError) and one.errno in _FILES:
            return _FILES[one.errno]
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, then what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or getattr(error, "original_exception", None)


def _of_database(error: sa.exc.DBAPIError) -> Trouble | None:
    said = str(error.orig).casefold()
    state = getattr(error.orig, "sqlstate", "none of its own")
    if state == "none of its own":
        return next((trouble for words, trouble in _EMBEDDED if words in said), None)
    if state is None:
        return Trouble.AWAY if isinstance(error, sa.exc.OperationalError) else None
    found = next((trouble for known, trouble in _STATES if state.startswith(known)), None)
    if found is None and state == "XX000" and "could not" in said:
        return Trouble.BROKEN  # it could not extend, write or read one of its files
    return found


def try_writing(engine: sa.Engine, *, milliseconds: int) -> None:
    """Commit a change of nothing, so that a disk or a lock in the way shows itself.

    Waits that long for a lock. Raises what the database raised: see `trouble_of`.
    """
    with engine.execution_options(writes=True).connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
            connection.exec_driver_sql("SELECT 1 FROM trail_head WHERE id = 1 FOR UPDATE")
            connection.exec_driver_sql("SELECT pg_current_xact_id()")
            connection.commit()
        else:
            with _patience(connection, milliseconds):
                version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                connection.exec_driver_sql(f"PRAGMA user_version = {version}")
                connection.commit()


@contextmanager
def _patience(connection: sa.Connection, milliseconds: int) -> Iterator[None]:
    """Wait for a lock of the embedded file no longer than that."""
    driver: Any = connection.connection.driver_connection
    before = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {before}")
