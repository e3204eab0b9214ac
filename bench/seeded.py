"""A seeded practice on either database, kept for the next run in the system's temporary folder."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from time import perf_counter

import sqlalchemy as sa

from bench import million
from bench.practice import ELSEWHERE, opened
from bench.seed import catch_up, seed
from tests.plumbing import postgres
from tests.plumbing.postgres import Postgres

DATABASES = ("embedded", "postgresql")
SHAPE = ("seed", "story", "scores", "sample", "chain", "million", "everyday")
"""The modules that decide how a seeded practice is made."""
POSTGRES = ("shared_buffers=256MB", "autovacuum=on", "max_wal_size=2GB")
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is in a practice beside its demo; three notes stand for an infusion.

    With `events` the trail has exactly so many, in the order of their time.
    """

    patients: int
    notes: int
    scores: int = 0
    events: int = 0


MODERATE = Size(patients=500, notes=10_000, scores=15_500)
LARGE = Size(patients=10_000, notes=200_000, scores=310_000)
"""It has 70,000 infusions. A few of the notes and scores would lie ahead, and are not made."""
MILLION = Size(patients=10_000, notes=201_000, events=1_000_000)
"""What the trail and its verification are measured on."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """A practice, and how many seconds it took to make; None if it was there already."""

    folder: Path
    seconds: float | None


@contextmanager
def seeded(size: Size, database: str) -> Iterator[Seeded]:
    """A practice of that size on that database, until the end of the block."""
    about = f"{size.patients}-{size.events or 'own'}-{database}"
    folder = Path(gettempdir()) / f"kapnotes-bench-{about}-{_shape(size)}"
    done = folder / "done"
    if not done.exists():
        rmtree(folder, ignore_errors=True)
        rmtree(_cluster(folder), ignore_errors=True)
        folder.mkdir(mode=0o700)
    with _server(folder, database) as server:
        if server is not None:
            (folder / ELSEWHERE).write_text(server.url("postgres"))
        if done.exists():
            catch_up(folder)
            yield Seeded(folder, None)
            return
        begun = perf_counter()
        _make(folder, size)
        _settle(folder)
        done.touch()
        yield Seeded(folder, perf_counter() - begun)


def _make(folder: Path, size: Size) -> None:
    if size.events:
        million.make(folder, patients=size.patients, notes=size.notes, events=size.events)
    else:
        seed(folder, patients=size.patients, notes=size.notes, scores=size.scores)


def _server(folder: Path, database: str) -> AbstractContextManager[Postgres | None]:
    if database == "embedded":
        return nullcontext()
    return postgres.running(durable=True, kept=_cluster(folder), settings=POSTGRES)


def _cluster(folder: Path) -> Path:
    """Where a PostgreSQL server keeps it: beside the folder, which belongs to us alone."""
    return folder.with_name(f"{folder.name}-server")


def _settle(folder: Path) -> None:
    """Let PostgreSQL count its rows, as it does by itself in a practice that lives."""
    with opened(folder) as database:
        if not database.settings.is_embedded:
            alone = database.engine.execution_options(isolation_level="AUTOCOMMIT")
            with alone.connect() as connection:
                connection.execute(sa.text("VACUUM ANALYZE"))


def _shape(size: Size) -> str:
    shape = sha256(repr(size).encode())
    for name in SHAPE:
        shape.update((HERE / f"{name}.py").read_bytes())
    return shape.hexdigest()[:12]
