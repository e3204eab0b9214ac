"""Who has the practice open on this machine: many who serve it, or one alone.

A lock of the operating system on the data folder itself: it ends with its process, however that
ends, and leaves nothing behind.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, flock
from pathlib import Path


class Taken(Exception):
    """Somebody else has the practice open, or has it alone."""


class Presence:
    """That this process has the practice open; until it is `left`."""

    def __init__(self, data: Path) -> None:
        """Come in beside others. Raises Taken while somebody has the practice alone."""
        self._folder = os.open(data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._lock(LOCK_SH)
        except Taken:
            self.leave()
            raise

    def _lock(self, how: int) -> None:
        try:
            flock(self._folder, how | LOCK_NB)
        except BlockingIOError:
            raise Taken from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the practice alone for the block. Raises Taken while others have it open."""
        try:
            self._lock(LOCK_EX)
        except Taken:
            flock(self._folder, LOCK_SH)  # to ask for more let go of what was held
            raise
        try:
            yield
        finally:
            flock(self._folder, LOCK_SH)

    def leave(self) -> None:
        """Leave; again if need be."""
        if self._folder >= 0:
            flock(self._folder, LOCK_UN)
            os.close(self._folder)
            self._folder = -1
