"""`database prepare` and `database check`: the tables, their owner, and the role that serves."""

import click
from flask.cli import AppGroup

from kapnotes import db
from kapnotes.db import owner
from kapnotes.serve import fail, plainly

database_group = AppGroup("database", help="The tables and who may change them.")


@database_group.command("prepare")
@plainly
def prepare() -> None:
    """Bring the tables up to date as their owner, and give the role that serves its rights."""
    role = owner.grant(db.current())
    click.echo("The tables are up to date.")
    if role:
        click.echo(f"The role {role} reads, adds, and changes what may change.")


@database_group.command("check")
@plainly
def check() -> None:
    """Say what the role that serves may do and should not; leaves with 1 if there is any of it."""
    found = owner.faults(db.current())
    for claim in found:
        click.echo(f"The role that serves {claim}.")
    if found:
        raise SystemExit(fail(f"{len(found)} rights are not as they should be."))
    click.echo("The role that serves has its rights and no other.")
