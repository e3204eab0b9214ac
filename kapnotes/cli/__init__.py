"""The command line: `.venv/bin/flask --app wsgi …`. Lists take `--json`; errors are one line.

One file per noun, each with its group of commands; `terminal` is what they have in common.
"""

from flask import Flask

from kapnotes.cli.infusions import infusions_group
from kapnotes.cli.paper import paper_group
from kapnotes.cli.people import people_group
from kapnotes.cli.practice import demo_group, practice_group
from kapnotes.cli.proof import audit_group, notes_group
from kapnotes.cli.sending import deliveries_group, reminders_group
from kapnotes.serve import start
from kapnotes.worker import work

GROUPS = (
    practice_group,
    demo_group,
    people_group,
    infusions_group,
    paper_group,
    audit_group,
    notes_group,
    reminders_group,
    deliveries_group,
)


def fit(app: Flask) -> None:
    """Attach the commands to the app."""
    for group in GROUPS:
        app.cli.add_command(group)
    app.cli.add_command(start)
    app.cli.add_command(work)
