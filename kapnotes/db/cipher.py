"""The embedded file as SQLCipher has it: opened with its key, and given another one.

A new key rewrites every page in one transaction of the write-ahead log: the file is readable with
the old key until the commit stands in the log, and with the new one from then on, whatever ends
the process in between.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

LOG = "cipher_log = OFF"
"""A key that does not fit is tried on purpose, and is no trouble to tell of."""


class CipherFailed(Exception):
    """The file could not be encrypted anew; it is as it was. The text is a sentence."""


def connect(path: Path, keys: Sequence[str], *, seconds: float) -> Any:
    """A connection to the file with the first key that opens it; the last one is not tried.

    `seconds` is how long a statement waits for a lock. A file that is new gets the first key. A
    wrong key shows at the first statement that reads.
    """
    for key in keys[:-1] if path.exists() and path.stat().st_size else keys[:0]:
        connection = _keyed(path, key, seconds=seconds)
        if _opens(connection):
            return connection
        connection.close()
    is_new = not path.exists() or not path.stat().st_size
    return _keyed(path, keys[0] if is_new else keys[-1], seconds=seconds)


def _keyed(path: Path, key: str, *, seconds: float) -> Any:
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlcipher.connect(
        str(path), isolation_level=None, timeout=seconds, check_same_thread=False
    )
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    return connection


def _opens(connection: Any) -> bool:
    connection.execute(f"PRAGMA {LOG}")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if "not a database" not in str(error):
            raise
        return False
    return True


def opens(path: Path, key: str) -> bool:
    """Whether this key opens the file."""
    connection = _keyed(path, key, seconds=1)
    try:
        return _opens(connection)
    finally:
        connection.close()


def rekey(path: Path, old: str, new: str) -> None:
    """Encrypt the whole file with the new key. Raises CipherFailed, and then the old one opens it.

    Nobody else has the file open. A file that has the new key already is left as it is. At the end
    no page that the old key opens is left in the log.
    """
    try:
        if not opens(path, new):
            _rewrite(path, old, new)
        if not opens(path, new):
            raise CipherFailed("The database file could not be encrypted anew.")
        connection = _keyed(path, new, seconds=1)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    except sqlcipher.Error as error:
        raise CipherFailed(f"The database file could not be encrypted anew: {error}.") from None


def _rewrite(path: Path, old: str, new: str) -> None:
    connection = _keyed(path, old, seconds=1)
    try:
        if not _opens(connection):
            raise CipherFailed("Neither the old key nor the new one opens the database file.")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA rekey = \"x'{new}'\"")
    finally:
        connection.close()
