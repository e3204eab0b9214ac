"""`key rotate`, `key recovery`, `key drill` and `key recover`."""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import key, recovery
from kapnotes.cli.terminal import me
from kapnotes.clinic.refusals import Refusal
from kapnotes.db.parcel import ParcelBroken, head_of
from kapnotes.ground.key_file import KEY_BYTES, encoded, key_file_of
from kapnotes.serve import fail, plainly
from kapnotes.settings import Settings, SettingsRefused, from_environment

key_group = AppGroup("key", help="The root key and the recovery key.")
rescue_group = AppGroup("key", help="Bring the root key back.")


def show_recovery(told: str) -> None:
    """Show a recovery key, this once."""
    click.echo(
        f"\nThe recovery key. It is shown this once; write it on paper and keep it away from here:"
        f"\n\n    {told}\n\nTry what you wrote: flask --app wsgi key drill"
    )


def _asked() -> str:
    """The recovery key as it is typed, without an echo, or the line that is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    typed: str = click.prompt("Recovery key", hide_input=True)
    return typed


@key_group.command("rotate")
@plainly
def rotate() -> None:
    """Put a new root key in place of the old one; or end a rotation that was broken off.

    Nobody else may have the practice open meanwhile.
    """
    by, at = me()
    was_under_way = bool(db.current().settings.next_key)
    key.rotate(by=by, at=at)
    file = db.current().settings.key_file
    done = "The rotation that was broken off is over" if was_under_way else "The root key is new"
    click.echo(f"{done}. Make a backup now; those of before open with the former key alone.")
    for former in file.former() if file else []:
        click.echo(f"A former key lies in {former}. Delete it with the last backup of its time.")


@key_group.command("recovery")
@plainly
def renew() -> None:
    """Make a recovery key and show it this once; the one before opens nothing new."""
    by, at = me()
    show_recovery(recovery.renew(by=by, at=at))


@key_group.command("drill")
@plainly
def drill() -> None:
    """Try whether the recovery key on paper would bring the practice back; changes nothing."""
    by, at = me()
    recovery.drill(typed=_asked(), by=by, at=at)
    click.echo("The recovery key opens this practice.")


@rescue_group.command("recover")
@click.option(
    "--backup",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A backup that carries the root key of its day, sealed; for an empty data folder.",
)
def recover(backup: Path | None) -> None:
    """Write the root key again, from the recovery key."""
    try:
        settings = _without_key()
        file = recovery.recover(
            typed=_asked(),
            settings=settings,
            carried=_carried(backup) if backup else b"",
            by=operator(settings.zone),
            at=datetime.now(UTC),
        )
    except (Refusal, SettingsRefused, ParcelBroken) as refusal:
        raise SystemExit(fail(str(refusal))) from None
    except OSError as error:
        raise SystemExit(fail(f"The key could not be written: {error.strerror}.")) from None
    click.echo(f"The root key is back in {file.path}.")


def _without_key() -> Settings:
    """The settings as they are, but for the key, which is lost."""
    env = dict(os.environ)
    env["KAPNOTES_KEY"] = encoded(os.urandom(KEY_BYTES)).decode()
    settings = from_environment(env)
    return replace(settings, key_file=key_file_of(os.environ, settings.data))


def _carried(backup: Path) -> bytes:
    with backup.open("rb") as file:
        sealed = head_of(file).recovery_sealed
    if not sealed:
        raise ParcelBroken("This backup carries no key: there was no recovery key then.")
    return sealed


key_group.add_command(recover)
