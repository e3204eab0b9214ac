"""The command line: `.venv/bin/flask --app wsgi …`. Lists take `--json`; errors are one line.

One file per noun, each with its group of commands; `terminal` is what they have in common.
"""

import sys
from itertools import pairwise

from flask import Flask

from kapnotes.cli.backup import backup_group, restore
from kapnotes.cli.database import database_group
from kapnotes.cli.infusions import infusions_group
from kapnotes.cli.key import key_group, rescue_group
from kapnotes.cli.paper import paper_group
from kapnotes.cli.people import people_group
from kapnotes.cli.practice import demo_group, practice_group
from kapnotes.cli.proof import audit_group, notes_group
from kapnotes.cli.sending import deliveries_group, reminders_group
from kapnotes.serve import serve, start
from kapnotes.worker import work

GROUPS = (
    practice_group,
    key_group,
    database_group,
    demo_group,
    people_group,
    infusions_group,
    paper_group,
    audit_group,
    notes_group,
    reminders_group,
    deliveries_group,
    backup_group,
)


def fit(app: Flask) -> None:
    """Attach the commands to the app."""
    for group in GROUPS:
        app.cli.add_command(group)
    app.cli.add_command(restore)
    app.cli.add_command(start)
    app.cli.add_command(serve)
    app.cli.add_command(work)


def rescue() -> Flask | None:
    """What the command line has while there is no key to open the practice with.

    None unless it was asked to bring the key back.
    """
    if ("key", "recover") not in pairwise(sys.argv[1:]):
        return None
    app = Flask("kapnotes")
    app.cli.add_command(rescue_group)
    return app
