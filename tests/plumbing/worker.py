"""The real background worker for tests: its own process group, with its log kept."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.plumbing.server import OURS, REPOSITORY

STOP_SECONDS = 40


@dataclass(slots=True)
class Worker:
    """A worker that can be killed and started again."""

    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes]

    def crash(self) -> None:
        """End it and its printer as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        """A new process in place of one that is gone."""
        self.process = _start(self.env, self.log)

    def stop(self) -> None:
        """Ask it to end, and see to it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.crash()


@contextmanager
def working(env: Mapping[str, str], *, log: Path) -> Iterator[Worker]:
    """Work in the background until the end of the block."""
    worker = Worker(env, log, _start(env, log))
    try:
        yield worker
    finally:
        worker.stop()


def _start(env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=REPOSITORY,
            env={**inherited, **env},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )


def printers_of(group: int) -> list[int]:
    """The printer's children of a process group, by their ids."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                command = (folder / "cmdline").read_bytes()
                if b"spawn_main" in command and os.getpgid(int(folder.name)) == group:
                    found.append(int(folder.name))
    return found
