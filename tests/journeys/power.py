"""A practice whose server and database can be killed, as a power cut would, and started again."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kapnotes import db
from kapnotes.settings import Settings
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.plumbing.postgres import Postgres, running
from tests.plumbing.server import Server, free_port, serving

VICTIMS = {"embedded": ["server"], "postgresql": ["server", "server", "both", "database"]}
"""What may be killed; of two, the server more often."""


class Power:
    """The practice: the server with two processes, and on PostgreSQL a database that is durable."""

    def __init__(self, kind: str, folder: Path, prepare: Callable[[str], None]) -> None:
        self.kind, self.folder, self.port = kind, folder, free_port()
        self.data = folder / "data"
        self.data.mkdir(mode=0o700)
        self._database, self._server = ExitStack(), ExitStack()
        self.postgres: Postgres | None = None
        self.kept = Path(tempfile.mkdtemp(prefix="kapnotes-power-"))  # short enough for a socket
        self.url = f"sqlite:///{self.data / 'practice.db'}"
        self.start_database()
        prepare(self.url)
        self.server: Server | None = None
        self.env: dict[str, str] = {}

    def start_database(self) -> None:
        """PostgreSQL as a practice has it: what is committed is on the disk."""
        if self.kind == "postgresql":
            self._database.close()
            self.postgres = self._database.enter_context(running(durable=True, kept=self.kept))
            self.url = self.postgres.url("postgres")

    def stop_database(self) -> None:
        """Stop it as its operator would."""
        self._database.close()

    def serve(self, *, processes: int = 2) -> Server:
        """Start the server."""
        self._server.close()
        self.server = self._server.enter_context(
            serving(
                settings_of(self.data, self.url) | self.env,
                log=self.folder / "server.log",
                port=self.port,
                processes=processes,
            )
        )
        return self.server

    def stop_server(self) -> None:
        """Stop it as its operator would."""
        self._server.close()

    @contextmanager
    def opened(self) -> Iterator[db.Database]:
        """The practice, opened by the test itself."""
        found = db.use(db.Database(Settings(data=self.data, database_url=self.url, key=KEY)))
        try:
            yield found
        finally:
            found.close()

    def kill(self, victim: str) -> None:
        """A power cut for the server, the database or both."""
        if victim != "database" and self.server is not None:
            self.server.crash()
        if victim != "server" and self.postgres is not None:
            self.postgres.crash()

    def end(self) -> None:
        """Stop everything and take what it left away."""
        self._server.close()
        self._database.close()
        shutil.rmtree(self.kept)


@contextmanager
def powered(kind: str, folder: Path, prepare: Callable[[str], None]) -> Iterator[Power]:
    """A practice until the end of the block."""
    practice = Power(kind, folder, prepare)
    try:
        yield practice
    finally:
        practice.end()
