"""A database as bytes and back: a copy of the embedded file, or what PostgreSQL's own tools write.

Both show one moment while people go on saving: `VACUUM INTO` and `pg_dump` read a snapshot, and
hold no lock that a save waits for. Putting back is whole or nothing.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from platform import node
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

READ_BYTES = 1_048_576
_BESIDE = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class DumpFailed(Exception):
    """A database that could not be copied or put back; its text is a sentence."""


def table_counts(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table has, as this connection sees them."""
    names = sorted(sa.inspect(connection).get_table_names())
    count = sa.select(sa.func.count())
    return {
        name: connection.execute(count.select_from(sa.table(name))).scalar_one()
        for name in names
        if name != "alembic_version"
    }


def size_of(engine: sa.Engine) -> int:
    """About how many bytes the database takes."""
    if engine.dialect.name == "postgresql":
        query = "SELECT pg_database_size(current_database())"
    else:
        query = (
            "SELECT (SELECT page_count FROM pragma_page_count) * "
            "(SELECT page_size FROM pragma_page_size)"
        )
    with engine.connect() as connection:
        return int(connection.execute(sa.text(query)).scalar_one())


def copy_embedded(engine: sa.Engine, to: Path) -> None:
    """Copy the embedded database into a new file under the same key, while people save."""
    to.touch(mode=0o600, exist_ok=False)
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", [str(to)])
    except Exception as error:
        raise DumpFailed(f"The database could not be copied: {error}.") from error
    finally:
        raw.close()


def pieces_of(file: Path) -> Iterator[bytes]:
    """The bytes of a file, some at a time."""
    with file.open("rb") as source:
        while piece := source.read(READ_BYTES):
            yield piece


def snapshot_of(connection: sa.Connection) -> str:
    """The name under which others see exactly what this transaction sees, while it lasts."""
    connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    return str(connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one())


def is_empty(engine: sa.Engine) -> bool:
    """Whether there is no table."""
    with engine.connect() as connection:
        return not sa.inspect(connection).get_table_names()


def clear(url: str) -> None:
    """Take everything out of a PostgreSQL database that was empty before, as its owner."""
    engine = sa.create_engine(make_url(url), poolclass=sa.NullPool, hide_parameters=True)
    with engine.begin() as connection:
        schema = connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
        if sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")


@contextmanager
def spare(url: str, *, of: str) -> Iterator[str]:
    """A new and empty PostgreSQL database beside that one, which goes again; its URL.

    `of` says whose it is on this machine: what a process that was killed left there goes first.
    """
    whose = sha256(f"{node()}|{of}".encode()).hexdigest()
    name = f"kapnotes_drill_{whose[:12]}"
    engine = sa.create_engine(
        make_url(url), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    except sa.exc.DBAPIError:
        engine.dispose()
        raise DumpFailed(
            "A drill needs a database of its own for some minutes, and this role may not make one. "
            "Give the owner of the tables the right: ALTER ROLE … CREATEDB."
        ) from None
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Tools:
    """PostgreSQL's own programs, in one folder, new enough for the server."""

    folder: Path

    @property
    def dump(self) -> str:
        """The program that copies a database."""
        return str(self.folder / "pg_dump")

    @property
    def restore(self) -> str:
        """The program that puts it back."""
        return str(self.folder / "pg_restore")


def tools_for(url: str, named: str = "") -> Tools:
    """The programs for that server: in the `named` folder, on the PATH, or beside the server.

    Raises DumpFailed when there are none, or none as new as the server.
    """
    engine = sa.create_engine(make_url(url), poolclass=sa.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        version = connection.execute(sa.text("SHOW server_version_num")).scalar_one()
        major = int(version) // 10_000
        folders = [named] if named else _folders(connection, major)
    found = {folder: _major_of(Path(folder)) for folder in folders}
    for folder, version in found.items():
        if version >= major:
            return Tools(Path(folder))
    there = max(found.values(), default=0)
    words = f"those found are of version {there}" if there else "none were found"
    raise DumpFailed(
        f"A backup needs pg_dump and pg_restore of PostgreSQL {major} or newer; {words}. Install "
        f"postgresql-client-{major}, or name their folder in KAPNOTES_POSTGRES_BIN."
    )


def _folders(connection: sa.Connection, major: int) -> list[str]:
    """Where the programs may be: on the PATH first, then where packages put them."""
    folders = [one for one in os.environ.get("PATH", "").split(os.pathsep) if one]
    folders += [one.format(major=major) for one in _BESIDE]
    may_ask = "SELECT has_table_privilege('pg_catalog.pg_config', 'SELECT')"
    if connection.execute(sa.text(may_ask)).scalar_one():
        beside = "SELECT setting FROM pg_catalog.pg_config WHERE name = 'BINDIR'"
        folders += connection.execute(sa.text(beside)).scalars().all()
    return list(dict.fromkeys(folders))


def _major_of(folder: Path) -> int:
    """The version of the programs in a folder; 0 if one of them is not there."""
    versions = []
    for name in ("pg_dump", "pg_restore"):
        program = folder / name
        if not program.is_file() or not os.access(program, os.X_OK):
            return 0
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - a program of PostgreSQL in a named folder
        found = _VERSION.search(told.stdout)
        versions.append(int(found[1]) if found else 0)
    return min(versions)


def _environment(url: str) -> Mapping[str, str]:
    """Where the server is, as PostgreSQL's programs read it: never on a command line."""
    parts = make_url(url)
    asked = {key: value for key, value in parts.query.items() if isinstance(value, str)}
    known = {
        "PGHOST": parts.host or asked.pop("host", None),
        "PGPORT": str(parts.port) if parts.port else asked.pop("port", None),
        "PGUSER": parts.username or asked.pop("user", None),
        "PGPASSWORD": parts.password or asked.pop("password", None),
        "PGDATABASE": parts.database or asked.pop("dbname", None),
        "PGCONNECT_TIMEOUT": "10",
    }
    for key, value in asked.items():
        known[_NAMES.get(key, f"PG{key.upper()}")] = value
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KAPNOTES")}
    return inherited | {key: value for key, value in known.items() if value is not None}


_NAMES = {"channel_binding": "PGCHANNELBINDING", "application_name": "PGAPPNAME"}


@contextmanager
def dumped(tools: Tools, url: str, snapshot: str) -> Iterator[Iterator[bytes]]:
    """The database as `pg_dump` writes it, at an exported snapshot. Raises DumpFailed.

    Names of roles and their rights are left out: they belong to the server, not to the record.
    """
    command = [tools.dump, "--format=custom", "--compress=3", "--no-owner", "--no-privileges"]
    command += ["--no-password", f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            command, env=_environment(url), stdin=subprocess.DEVNULL, stdout=-1, stderr=said
        )
        try:
            yield _output(process, said)
        finally:
            _end(process)


def _output(process: subprocess.Popen[bytes], said: IO[bytes]) -> Iterator[bytes]:
    while piece := _stream(process.stdout).read(READ_BYTES):
        yield piece
    if process.wait() != 0:
        raise DumpFailed(f"pg_dump failed: {_last_line(said)}")


def put_back(tools: Tools, url: str, pieces: Iterable[bytes]) -> None:
    """Fill an empty PostgreSQL database with a dump, in one transaction. Raises DumpFailed.

    Whatever ends it early, an error in the pieces or this process, leaves the database empty.
    """
    command = [tools.restore, "--single-transaction", "--exit-on-error", "--no-owner"]
    environment = _environment(url)
    command += ["--no-privileges", "--no-password", f"--dbname={environment['PGDATABASE']}"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            command, env=environment, stdin=-1, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            _feed(_stream(process.stdin), pieces)
            if process.wait() != 0:
                raise DumpFailed(f"pg_restore failed: {_last_line(said)}")
        except BrokenPipeError:
            process.wait()
            raise DumpFailed(f"pg_restore failed: {_last_line(said)}") from None
        finally:
            _end(process)


def _feed(to: IO[bytes], pieces: Iterable[bytes]) -> None:
    """Hand over every piece; the end is said only after the last, so that nothing half stands."""
    for piece in pieces:
        to.write(piece)
    to.close()


def _stream(stream: Any) -> IO[bytes]:
    if stream is None:
        raise DumpFailed("A program of PostgreSQL has no line to it.")
    found: IO[bytes] = stream
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """A program that still runs is ended at once: what it began is undone by the server."""
    if process.poll() is None:
        process.kill()
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None and not stream.closed:
            try:
                stream.close()
            except BrokenPipeError:
                continue


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it gave no reason."
