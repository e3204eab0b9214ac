"""The printer: HTML and parts in, PDF out, within limits, and whole again after any accident.

The work is done in one warm child process (`child.py`). This side only hands over and waits, keeps
the wall-clock limit, starts a new child when one is lost, and says in a sentence when a document
could not be printed. Saving a note never comes through here.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TimedOut
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial
from multiprocessing.util import Finalize
from threading import Lock
from typing import TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from kapnotes.paper import errand
from kapnotes.paper.binding import Binding, Pressed

TRIES = 2
"""How often a document is given to a child: once, and once more when the child was lost."""
WARM_SECONDS = 60
_Result = TypeVar("_Result")
_LOST = (ProcessExpired, BrokenProcessPool, CancelledError, RuntimeError)


class PrintFailed(Exception):
    """A document could not be printed; the text is a sentence for the person who asked."""


class Printer:
    """One warm child process that prints, for all threads of this process.

    Make one for each process of the server. It starts at the first print, or with `start` at a
    better moment. `seconds` is the wall-clock limit of one document, `megabytes` the memory limit
    of the child. It ends with the process that made it, a server's worker included, which would
    otherwise wait for the child for ever.
    """

    def __init__(self, *, seconds: int = 20, megabytes: int = 1024) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._lock = Lock()
        self._pool: ProcessPool | None = None
        self._warming: ProcessFuture[errand.Warmth] | None = None
        self._ending: Finalize | None = None

    def start(self) -> None:
        """Start the child and let it warm up; returns at once."""
        with self._lock:
            self._open()

    def stop(self) -> None:
        """End the child, whatever it is doing; a later print starts a new one."""
        with self._lock:
            self._close()

    def ready(self) -> tuple[bool, str]:
        """Whether the next print finds a warm child, and a sentence for whoever watches."""
        with self._lock:
            pool, warming = self._pool, self._warming
        if pool is None or warming is None:
            return False, "The printer has not been started; the first print will start it."
        if not pool.active:
            return False, "The printer was lost; the next print will start it again."
        if not warming.done():
            return False, "The printer is warming up."
        if warming.cancelled() or warming.exception() is not None:
            return False, "The printer could not warm up; its limits may be too narrow."
        return True, warming.result().sentence

    def part(self, html: str, *, at: datetime) -> Pressed:
        """One part, tagged, with its own page header; `at` (aware) is written into it.

        Raises PrintFailed with a sentence, as each of these does.
        """
        return self._done(partial(errand.part, html, at=at))

    def bind(self, binding: Binding) -> bytes:
        """The whole document of these parts, PDF/A-3a with PDF/UA-1, not yet sealed."""
        return self._done(partial(errand.bind, binding))

    def _done(self, what: Callable[[], _Result]) -> _Result:
        """What the child made of it.

        An errand whose child was lost is tried once more; one that ran out of time is not, for it
        would only do so again. Raises PrintFailed with a sentence.
        """
        for _ in range(TRIES):
            try:
                result = self._schedule(what).result()
            except TimedOut:
                self._warm_again()
                raise PrintFailed(
                    f"This document could not be printed within {self._seconds} seconds. Nothing "
                    "that was written is lost. Shorten its longest texts, or ask for help."
                ) from None
            except errand.Unprintable as reason:
                self._tidy()
                raise PrintFailed(
                    f"This document could not be printed: {reason} Nothing that was written is "
                    "lost."
                ) from None
            except MemoryError:
                self.stop()
            except _LOST:
                self._warm_again()
            else:
                self._tidy()
                return result
        raise PrintFailed(
            f"The printer stopped {TRIES} times on this document. Nothing that was written is "
            "lost. Try again later; if it happens again, ask for help."
        )

    def _schedule(self, what: Callable[[], _Result]) -> "ProcessFuture[_Result]":
        with self._lock:
            return self._open().schedule(what, timeout=self._seconds)

    def _tidy(self) -> None:
        """Let the child clear up; nobody waits for it."""
        with self._lock:
            if self._is_open():
                self._open().schedule(errand.tidy, timeout=self._seconds)

    def _warm_again(self) -> None:
        """After an accident: a new child, warmed before somebody waits for it."""
        with self._lock:
            if not self._is_open():
                self._open()
            elif self._pool is not None and (self._warming is None or self._warming.done()):
                self._warming = self._pool.schedule(errand.warm, timeout=WARM_SECONDS)

    def _is_open(self) -> bool:
        return self._pool is not None and self._pool.active

    def _open(self) -> ProcessPool:
        """The running pool, or a new one that is warming up; call with the lock held."""
        if self._pool is not None and self._pool.active:
            return self._pool
        self._close()
        self._pool = ProcessPool(
            max_workers=1,
            initializer=errand.limit,
            initargs=(self._megabytes,),
            context=multiprocessing.get_context("spawn"),
        )
        self._warming = self._pool.schedule(errand.warm, timeout=WARM_SECONDS)
        self._ending = Finalize(None, self.stop, exitpriority=1)
        return self._pool

    def _close(self) -> None:
        """End the pool there is, if any; call with the lock held."""
        pool, self._pool, self._warming = self._pool, None, None
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble left it bare
            pool.join()
