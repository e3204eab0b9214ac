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
from kapnotes.paper.press import PrintFailed
from kapnotes.paper.seal import SealFailed

P = ParamSpec("P")
T = TypeVar("T")
PASSWORD_FILE = "demo-password"  # noqa: S105 - a file's name


def plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Say a refusal in one line on standard error and leave with 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            _migrate_new()
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


def _is_free(port: int) -> bool:
    """Whether nobody listens there; the server itself would share the port without a word."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
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
    if not _is_free(port):
        raise SystemExit(fail(f"Port {port} is taken. Choose another: make run PORT={port + 1}"))
    kept = settings.data / PASSWORD_FILE
    if practice.letterhead() is None:
        load_demo_practice()
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
    command = [
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
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
