"""Reading a file from outside: each in a child process of its own, which ends with its answer.

The printer's child draws the next patient's document; what somebody brings from outside never
comes near it. The process that reads it holds no key and no connection, has little memory and
little time, and whatever a file does to it ends there. One file is read at a time, so that files
made to be slow do not hold up the server.
"""

import multiprocessing
import os
import resource
from collections.abc import Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TimedOut
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from threading import Lock

from pebble import ProcessExpired, ProcessPool

from kapnotes.paper.seal_check import Reading, State, check

TOO_LONG = "Reading it takes longer than a check may; it is no document that the practice made."
TOO_MUCH = "It broke off the reading; it is no document that the practice made."


class CheckerBusy(Exception):
    """Another file is being read; the text is a sentence."""

    def __init__(self) -> None:
        super().__init__("Another file is being checked. Please try again in a moment.")


class Checker:
    """Reads files from outside, one at a time for this process of the server."""

    def __init__(self, *, seconds: float = 8, megabytes: int = 768) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._lock = Lock()

    def check(self, pdf: bytes, *, certificates: Sequence[bytes], kept: bytes = b"") -> Reading:
        """What the file is; one that cannot be read within the limits is unknown.

        Raises CheckerBusy.
        """
        if not self._lock.acquire(blocking=False):
            raise CheckerBusy
        try:
            return self._read(pdf, tuple(certificates), kept)
        finally:
            self._lock.release()

    def _read(self, pdf: bytes, certificates: tuple[bytes, ...], kept: bytes) -> Reading:
        pool = ProcessPool(
            max_workers=1,
            initializer=narrow,
            initargs=(self._megabytes,),
            context=multiprocessing.get_context("spawn"),
        )
        asked = {"certificates": certificates, "kept": kept}
        try:
            return pool.schedule(check, args=(pdf,), kwargs=asked, timeout=self._seconds).result()
        except TimedOut:
            return Reading(State.UNKNOWN, sentences=(TOO_LONG,))
        except (ProcessExpired, BrokenProcessPool, CancelledError, MemoryError, RuntimeError):
            return Reading(State.UNKNOWN, sentences=(TOO_MUCH,))
        finally:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble left it bare
            pool.join()


def narrow(megabytes: int) -> None:
    """Leave this process little memory, no file to write, and nothing of the environment."""
    os.environ.clear()
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
