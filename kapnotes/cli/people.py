"""`people add`, `people list`, `people disable` and `people reset-factors`."""

import secrets
from datetime import datetime
from uuid import UUID

import click
from flask.cli import AppGroup

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.roles import PEOPLE
from kapnotes.actions import factor_reset, people
from kapnotes.actions.password import hashed
from kapnotes.cli.terminal import me, show
from kapnotes.serve import fail, plainly

people_group = AppGroup("people", help="Accounts.")


@people_group.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--credentials", default="")
@click.option("--role", type=click.Choice([role.key for role in PEOPLE]), required=True)
@plainly
def add_person(email: str, name: str, credentials: str, role: str) -> None:
    """Add an account; its first password is printed once."""
    by, at = me()
    password = secrets.token_urlsafe(15)
    people.add(
        email=email,
        name=name,
        credentials=credentials,
        role=role,
        password_hash=hashed(password),
        by=by,
        at=at,
    )
    click.echo(f"First sign-in of {email}: {password}")


@people_group.command("list")
@click.option("--json", "as_json", is_flag=True)
@plainly
def list_people(*, as_json: bool) -> None:
    """List the accounts."""
    by, at = me()
    rows = [
        {
            "id": one.id,
            "email": one.email,
            "name": one.name,
            "role": one.role,
            "is_active": one.is_active,
        }
        for one in people.look(by=by, at=at).people
    ]
    show(rows, as_json=as_json)


@people_group.command("disable")
@click.argument("email")
@plainly
def disable_person(email: str) -> None:
    """Close an account."""
    by, at = me()
    people.disable(person_id=_id_of(email, by, at), by=by, at=at)


@people_group.command("reset-factors")
@click.argument("email")
@plainly
def reset_factors(email: str) -> None:
    """Let a person set up their second factor anew, after their password."""
    by, at = me()
    if factor_reset.start(person_id=_id_of(email, by, at), by=by, at=at):
        click.echo(f"{email} sets up a new second factor at the next sign-in.")
        return
    base = db.current().settings.base_url
    click.echo(
        f"Nobody else keeps the accounts, so a second person confirms this: ask a colleague who "
        f"reads notes to open {base}/resets within 24 hours."
    )


def _id_of(email: str, by: Actor, at: datetime) -> UUID:
    """Whose address that is. Ends the command where it is nobody's."""
    found = [one for one in people.look(by=by, at=at).people if one.email == email.casefold()]
    if not found:
        raise SystemExit(fail(f"There is no account {email}."))
    return found[0].id
