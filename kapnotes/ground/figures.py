"""Figures for watching, of every process of a practice: counted in memory, told in small files.

Each process counts for itself and puts its figures into a file of its own every few seconds;
whoever is asked reads the files of all that still live. A file holds names of ours and numbers. It
is written anew and put in place as a whole, so a full disk costs figures and nothing else.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

EVERY_SECONDS = 2.0
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
"""Seconds; the goals for saving (0.2 and 0.5) are among them."""


class Figures:
    """What one process counts."""

    def __init__(self, folder: Path, part: str) -> None:
        self._folder = folder
        self._part = part
        self._lock = Lock()
        self._teller: Thread | None = None
        self._is_new = Event()
        own = self._registry = CollectorRegistry()
        ProcessCollector(namespace="kapnotes", registry=own)
        self.requests = Counter(
            "kapnotes_requests", "Answers.", ("place", "method", "status"), registry=own
        )
        self.seconds = Histogram(
            "kapnotes_request_seconds", "How long.", ("kind",), registry=own, buckets=BUCKETS
        )
        self.troubles = Counter(
            "kapnotes_database_troubles", "Answers 503.", ("trouble",), registry=own
        )

    def counted(self) -> None:
        """Something was counted: it is told within seconds."""
        self._is_new.set()
        if self._teller is None:
            with self._lock:
                if self._teller is None:
                    self._teller = Thread(target=self._tell_for_ever, daemon=True)
                    self._teller.start()

    def _tell_for_ever(self) -> None:
        while True:
            self._is_new.wait()
            self._is_new.clear()
            with suppress(OSError):
                self.tell()
            Event().wait(EVERY_SECONDS)

    def tell(self) -> None:
        """Put the figures into this process's file. Raises OSError when the disk is in the way."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=self._folder, prefix=".")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(list(map(_plain, self._registry.collect())), file)
            Path(fresh).replace(self._folder / f"{self._part}-{os.getpid()}.json")
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise

    def text(self, more: Collector) -> bytes:
        """The figures of every process, and `more`, as Prometheus reads them."""
        with suppress(OSError):
            self.tell()
        registry = CollectorRegistry()
        registry.register(_All(self._folder))
        registry.register(more)
        return generate_latest(registry)


class _All(Collector):
    """The figures of every process that lives; files of the dead are taken away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def describe(self) -> Iterable[Metric]:
        """Nothing is known before it is read."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Each figure once, with a sample for each process."""
        found: dict[str, Metric] = {}
        for file in sorted(self._folder.glob("*.json")):
            part, _, number = file.stem.rpartition("-")
            if not _lives(int(number)):
                file.unlink(missing_ok=True)
                continue
            with suppress(OSError, ValueError):
                for name, kind, words, samples in json.loads(file.read_text()):
                    metric = found.setdefault(name, Metric(name, words, kind))
                    for sample, labels, value in samples:
                        metric.add_sample(sample, labels | {"part": part, "pid": number}, value)
        yield from found.values()


def _plain(metric: Metric) -> tuple[str, str, str, list[tuple[str, Any, float]]]:
    samples = [(one.name, one.labels, one.value) for one in metric.samples]
    kept = [one for one in samples if not one[0].endswith("_created")]
    return metric.name, metric.type, metric.documentation, kept


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
