"""What the server's processes hold while they work: memory, and open files and connections."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from threading import Event, Thread
from time import monotonic

from bench.server import Process, Server

KINDS = ("server", "worker", "printers")
GROWTH_MEGABYTES = 16.0
"""A process that is warm grows by no more in the second half, all of its kind together."""
GROWTH_HANDLES = 8


@dataclass(frozen=True, slots=True)
class Held:
    """What all processes of a kind held at one moment; `at` in seconds from the start."""

    at: float
    megabytes: float
    handles: int
    processes: int


@dataclass(slots=True)
class Watch:
    """What was seen, by kind of process."""

    seen: dict[str, list[Held]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def first(self, kind: str) -> tuple[float, float]:
        """Mean memory and handles in the second quarter: warm, and hardly used."""
        rows = self.seen[kind]
        return _mean(rows[len(rows) // 4 : max(len(rows) // 2, len(rows) // 4 + 1)])

    def last(self, kind: str) -> tuple[float, float]:
        """Mean memory and handles in the last quarter."""
        rows = self.seen[kind]
        return _mean(rows[-max(len(rows) // 4, 1) :])

    def grew(self, kind: str) -> bool:
        """Whether the kind held more at the end than it may."""
        (before, files), (after, more) = self.first(kind), self.last(kind)
        return after - before > GROWTH_MEGABYTES or more - files > GROWTH_HANDLES


def _mean(rows: list[Held]) -> tuple[float, float]:
    if not rows:
        return 0.0, 0.0
    return mean(one.megabytes for one in rows), mean(one.handles for one in rows)


@contextmanager
def watched(server: Server, *, every: float) -> Iterator[Watch]:
    """Look at all processes of the server every so many seconds, until the end of the block."""
    watch, ended, begun = Watch(), Event(), monotonic()

    def look_on() -> None:
        while not ended.wait(every):
            with suppress(OSError):
                found = server.processes()
                for kind in KINDS:
                    watch.seen[kind].append(_held(found, kind, monotonic() - begun))

    watcher = Thread(target=look_on, daemon=True)
    watcher.start()
    try:
        yield watch
    finally:
        ended.set()
        watcher.join()


def _held(found: list[Process], kind: str, at: float) -> Held:
    mine = [one for one in found if _kind(one) == kind]
    handles = sum(len(list(Path(f"/proc/{one.id}/fd").iterdir())) for one in mine)
    return Held(at, sum(one.megabytes for one in mine), handles, len(mine))


def _kind(process: Process) -> str:
    """What a process is: serves people, works in the background, or prints for either."""
    if "multiprocessing" in process.command:
        return "printers"
    return "worker" if " worker" in process.command else "server"
