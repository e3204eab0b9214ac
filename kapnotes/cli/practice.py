"""`practice create` and `demo load`."""

import secrets
from zoneinfo import available_timezones

import click
from flask.cli import AppGroup

from kapnotes import db
from kapnotes.actions import demo, people, practice, recovery
from kapnotes.actions.password import hashed
from kapnotes.cli.key import show_recovery
from kapnotes.cli.terminal import me
from kapnotes.clinic.refusals import BadInput
from kapnotes.serve import load_demo_practice, plainly

practice_group = AppGroup("practice", help="Set up the practice.")
demo_group = AppGroup("demo", help="The demo practice.")


@practice_group.command("create")
@click.option("--name", prompt="Name of the practice")
@click.option("--zone", prompt="Time zone", default="UTC", show_default=True)
@click.option("--letterhead", default="", help="Lines of the letterhead, separated by |.")
@click.option("--administrator", prompt="E-mail of the first administrator")
@click.option("--administrator-name", prompt="Name of the first administrator")
@plainly
def create(
    name: str, zone: str, letterhead: str, administrator: str, administrator_name: str
) -> None:
    """Set up a practice with its first administrator."""
    by, at = me()
    _check_new(zone, administrator)
    lines = "\n".join(line.strip() for line in letterhead.split("|") if line.strip())
    paper_size = db.current().settings.paper_size
    practice.create(name=name, zone=zone, letterhead=lines, paper_size=paper_size, by=by, at=at)
    password = secrets.token_urlsafe(15)
    people.add(
        email=administrator,
        name=administrator_name,
        credentials="",
        role="administrator",
        password_hash=hashed(password),
        by=by,
        at=at,
    )
    click.echo(f"{name} is set up. First sign-in of {administrator}: {password}")
    show_recovery(recovery.renew(by=by, at=at))


def _check_new(zone: str, email: str) -> None:
    """Raise BadInput for a zone or an e-mail that cannot be one, before anything is written."""
    if zone not in available_timezones():
        raise BadInput({"zone": "The zone must be one such as Europe/Berlin."})
    name, _, host = email.partition("@")
    if not name or "." not in host or " " in email:
        raise BadInput({"administrator": "The e-mail of the administrator is not an address."})


@demo_group.command("load")
@plainly
def load_demo() -> None:
    """Load the demo practice into an empty database."""
    click.echo(f"Demo sign-ins: {', '.join(demo.EMAILS)}\nPassword: {load_demo_practice()}")
