"""The real server for tests: its own process on a free port, with its log kept."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 30
STOP_SECONDS = 15
OURS = ("KAPNOTES_", "FLASK_", "GRANIAN_", "PORT")


class ServerFailed(Exception):
    """The server did not start; the text is the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at `base_url`; it and its workers are one process group."""

    base_url: str
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Return the log so far."""
        return self.log.read_text(errors="replace")

    def processes(self) -> list[int]:
        """The ids of the server and its workers."""
        first = psutil.Process(self.process.pid)
        return [first.pid, *(one.pid for one in first.children(recursive=True))]

    def crash(self) -> None:
        """End the server and its workers as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask the server to end, and see to it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.crash()


@contextmanager
def serving(
    env: Mapping[str, str],
    *,
    log: Path,
    port: int | None = None,
    application: str = "wsgi:app",
    folder: Path = REPOSITORY,
    processes: int = 1,
    ready: str = "/livez",
    within: Sequence[str] = (),
) -> Iterator[Server]:
    """Serve `application` until the end of the block; `within` is a command that runs it.

    Of this process's environment the product's own settings are left out, `env` gives them;
    KAPNOTES_BASE_URL is set to the address unless given. Raises ServerFailed with the log.
    """
    port = port or free_port()
    base_url = f"http://127.0.0.1:{port}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    command = [*within, sys.executable, "-m", "granian", "--interface", "wsgi"]
    command += [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(processes),
        "--blocking-threads",
        "1",
    ]
    command += ["--workers-kill-timeout", "5s"]  # one that starts may miss the signal to end
    with log.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603 - our own server
            [*command, application],
            cwd=folder,
            env={**inherited, "PORT": str(port), "KAPNOTES_BASE_URL": base_url, **env},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    server = Server(base_url=base_url, process=process, log=log)
    try:
        _wait(server, ready)
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(server: Server, path: str) -> None:
    until = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < until:
        try:
            urlopen(server.base_url + path, timeout=5).close()  # noqa: S310 - http
        except HTTPError as error:
            error.close()
            raise ServerFailed(f"{path} answered {error.code}\n{server.said()[-2000:]}") from None
        except (URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise ServerFailed(server.said()[-2000:])
