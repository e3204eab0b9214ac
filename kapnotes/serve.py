"""Serving: the hidden command behind `make run`, and what every command does before its work."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import demo, due, practice
from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.db import owner
from kapnotes.paper.press import PrintFailed
from kapnotes.paper.seal import SealFailed

HOST = "127.0.0.1"
PROCESSES = 2
P = ParamSpec("P")
T = TypeVar("T")
NOT_THE_OWNER = (
    "The tables are not up to date, and this role may not change them. Set KAPNOTES_OWNER_URL to "
    "the address of their owner and run: flask --app wsgi database prepare"
)
NO_PRACTICE = "There is no practice here yet. Run: flask --app wsgi practice create"
PASSWORD_FILE = "demo-password"  # noqa: S105 - a file's name


def plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Say a refusal in one line on standard error and leave with 1; the tables are up to date."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        _migrate_new()
        return command(*args, **kwargs)

    return in_one_line(run)


def in_one_line(command: Callable[P, T]) -> Callable[P, T]:
    """Say a refusal in one line on standard error and leave with 1; an empty place stays empty."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except BadInput as refusal:
            raise SystemExit(fail(" ".join(refusal.errors.values()))) from None
        except (Refusal, PrintFailed, SealFailed) as refusal:
            raise SystemExit(fail(str(refusal))) from None

    return run


def fail(sentence: str) -> int:
    """Say why in one line on standard error; the exit status of a failure."""
    click.echo(f"kapnotes: {sentence}", err=True)
    return 1


def _migrate_new() -> None:
    """Bring the tables up to date before a command reads them, and what is kept of due things."""
    if not db.is_migrated():
        if not owner.may_migrate(db.current()):
            raise SystemExit(fail(NOT_THE_OWNER))
        db.migrate()
    while due.is_behind():
        due.work_out(by=operator(), at=datetime.now(UTC))


def load_demo_practice() -> str:
    """Load the demo into an empty database; return its password, kept in the data folder."""
    settings = db.current().settings
    kept = settings.data / PASSWORD_FILE
    password = settings.demo_password or f"demo-{secrets.token_urlsafe(12)}"
    demo.load(password=password, at=datetime.now(UTC))
    kept.touch(mode=0o600)
    kept.write_text(password + "\n")
    return password


def refuse_open_role() -> None:
    """Serve no real practice as a role that may change what must stay as it is; warn in a demo.

    Leaves with 1 and the sentence that says what to do.
    """
    words = practice.letterhead()
    found = owner.faults(db.current())
    if words is None or not found:
        return
    sentence = (
        f"The role of KAPNOTES_DATABASE_URL {found[0]}"
        f"{f', and {len(found) - 1} things more' if found[1:] else ''}. Give people a role of "
        "their own, as docs/operate.md says, and see: flask --app wsgi database check"
    )
    if not words.is_demo:
        raise SystemExit(fail(sentence))
    fail(sentence)


def _is_free(host: str, port: int) -> bool:
    """Whether nobody listens there; the server itself would share the port without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _start_worker() -> None:
    """Start the background worker beside the server; it ends when this process, or its heir, does.

    It is not waited for: a document that somebody opens is made without it, too.
    """
    flask = str(Path(sys.executable).with_name("flask"))
    command = [flask, "--app", "wsgi", "worker", "--parent", str(os.getpid())]
    subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command


@click.command("start", hidden=True)
@click.option("--port", default=8000, show_default=True)
@plainly
def start(port: int) -> None:
    """Load the demo if the database is new, say where the practice is, and serve it."""
    settings = db.current().settings
    if not _is_free(HOST, port):
        raise SystemExit(fail(f"Port {port} is taken. Choose another: make run PORT={port + 1}"))
    kept = settings.data / PASSWORD_FILE
    if practice.letterhead() is None:
        load_demo_practice()
    refuse_open_role()
    words = practice.letterhead()
    click.echo(f"\n  {words.name if words else 'kapnotes'}: {settings.base_url}\n")
    if words and words.is_demo and kept.exists():
        click.echo("  Demo sign-ins, all with the password " + kept.read_text().strip())
        for email in demo.EMAILS:
            click.echo(f"    {email}")
        click.echo("")
    db.current().close()
    sys.stdout.flush()
    _start_worker()
    _serve(HOST, port, PROCESSES)


@click.command("serve")
@click.option("--host", default=HOST, show_default=True, help="The address of this machine.")
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=PROCESSES, show_default=True, type=click.IntRange(1, 64))
@plainly
def serve(host: str, port: int, processes: int) -> None:
    """Serve the practice that is there, without a worker: one of several machines of a group."""
    if practice.letterhead() is None:
        raise SystemExit(fail(NO_PRACTICE))
    if not _is_free(host, port):
        raise SystemExit(fail(f"Nobody can listen at port {port} of {host}; it may be taken."))
    refuse_open_role()
    db.current().close()
    _serve(host, port, processes)


def _serve(host: str, port: int, processes: int) -> None:
    """Become the server."""
    command = [
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(processes),
        "--blocking-threads",
        "2",  # a save never waits for a summary that is being printed in the same worker
        "--no-ws",
        "--workers-kill-timeout",
        "5",
        "--log-level",
        "warning",
        "wsgi:app",
    ]
    os.execv(str(Path(sys.executable).with_name("granian")), command)  # noqa: S606 - the server itself
