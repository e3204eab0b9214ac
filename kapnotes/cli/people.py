"""`people add`, `people list` and `people disable`."""

import secrets

import click
from flask.cli import AppGroup

from kapnotes.access.roles import PEOPLE
from kapnotes.actions import people
from kapnotes.actions.sign_in import hashed
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
    found = [one for one in people.look(by=by, at=at).people if one.email == email.casefold()]
    if not found:
        raise SystemExit(fail(f"There is no account {email}."))
    people.disable(person_id=found[0].id, by=by, at=at)
