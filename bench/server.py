"""The real servers: the product as `make run` starts it, and the floor on the same server."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from bench.practice import KEY, settings_of
from bench.visitor import OK, Visitor

REPOSITORY = Path(__file__).parents[1]
START_SECONDS = 30
STOP_SECONDS = 15
OURS = ("KAPNOTES_", "FLASK_", "GRANIAN_", "PORT")
PRODUCT = ("-m", "flask", "--app", "wsgi", "start", "--port", "{port}")
FLOOR = (
    *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}"),
    *("--workers", "2", "--blocking-threads", "2", "--no-ws", "--workers-kill-timeout", "5"),
    *("--log-level", "warning", "--factory", "bench.floor:from_environment"),
)


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the server: `depth` 0 is the first, 1 its workers, 2 what those started."""

    id: int
    depth: int
    command: str

    @property
    def megabytes(self) -> float:
        """Its memory, pages shared with others counted in parts (PSS)."""
        text = Path(f"/proc/{self.id}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and how long it took to answer for the first time."""

    port: int
    process: int
    start_seconds: float

    def processes(self) -> list[Process]:
        """The first process and all that came from it."""
        found = [Process(self.process, 0, _command(self.process))]
        for one in found:
            found += [Process(id_, one.depth + 1, _command(id_)) for id_ in _children(one.id)]
        return found


@contextmanager
def product(folder: Path) -> Iterator[Server]:
    """The product over the practice in that folder."""
    env = {
        "KAPNOTES_DATA": str(folder),
        "KAPNOTES_DATABASE_URL": settings_of(folder).database_url,
        "KAPNOTES_KEY": base64.b64encode(KEY).decode(),
    }
    with _running(PRODUCT, env, ready="/livez") as server:
        yield server


@contextmanager
def floor(folder: Path) -> Iterator[Server]:
    """The floor over its file in that folder."""
    with _running(FLOOR, {"FLOOR_FOLDER": str(folder)}, ready="/topics/1") as server:
        yield server


@contextmanager
def _running(words: tuple[str, ...], env: Mapping[str, str], *, ready: str) -> Iterator[Server]:
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own server
        [sys.executable, *(word.format(port=port) for word in words)],
        cwd=REPOSITORY,
        env={**kept, "PORT": str(port), **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, port, ready)
        yield Server(port, process.pid, time.perf_counter() - begun)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        visitor = Visitor(port)
        try:
            if visitor.ask("GET", path).status == OK:
                return
        except (OSError, HTTPException):
            time.sleep(0.01)
        finally:
            visitor.leave()
    raise TimeoutError("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _children(process: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{process}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def _command(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
