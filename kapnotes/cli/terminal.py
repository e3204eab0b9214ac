"""What every command has in common: who acts, and how rows are shown."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from kapnotes import db
from kapnotes.access.actor import Actor, operator


def me() -> tuple[Actor, datetime]:
    """The command line as the one who acts, and the time."""
    return operator(db.current().settings.zone), datetime.now(UTC)


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Write rows as an array of objects, or a line each."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))
