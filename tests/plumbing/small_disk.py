"""A disk of its own that can be filled, without rights on the machine: a small tmpfs.

It is mounted in a mount namespace of a user namespace, which goes with its last process; on a
machine that lets nobody make one, tests that ask for it are skipped.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plumbing.server import REPOSITORY

LIFE_SECONDS = 300
"""After so long it goes by itself, whatever became of the test."""
MEBIBYTE = 1 << 20
INSIDE = ("--user", "--mount", "--preserve-credentials", f"--wd={REPOSITORY}")


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """The disk: `folder` is what it is called inside, `seen` the same from outside."""

    folder: Path
    seen: Path
    within: tuple[str, ...]
    """The command that runs another one inside."""

    def fill(self) -> None:
        """Leave no byte free."""
        handle = os.open(self.seen / "filler", os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                size = 4096 if self.free < MEBIBYTE else MEBIBYTE
                os.write(handle, bytes(size))
        except OSError:
            pass
        finally:
            os.close(handle)

    def make_room(self) -> None:
        """Take away what fills it."""
        (self.seen / "filler").unlink()

    @property
    def free(self) -> int:
        """Bytes left."""
        found = os.statvfs(self.seen)
        return found.f_bavail * found.f_frsize


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk over an empty folder until the end of the block, for whoever is inside."""
    mount = f"mount -t tmpfs -o size={megabytes}m,mode=0700 tmpfs '{folder}'"
    keeper = subprocess.Popen(  # noqa: S603 - our own words
        [
            *("unshare", "--user", "--map-root-user", "--mount", "--"),
            *("sh", "-c", f"{mount} && echo ready && exec sleep {LIFE_SECONDS}"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert keeper.stdout
        if keeper.stdout.readline() != b"ready\n":
            pytest.skip("this machine lets nobody mount a disk of their own")
        time.sleep(0.05)
        target = str(keeper.pid)
        yield SmallDisk(
            folder,
            Path(f"/proc/{target}/root{folder}"),
            ("nsenter", "--target", target, *INSIDE, "--"),
        )
    finally:
        keeper.kill()
        keeper.wait()
        if keeper.stdout:
            keeper.stdout.close()
