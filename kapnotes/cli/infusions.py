"""`infusions list`."""

import click
from flask.cli import AppGroup

from kapnotes.actions import infusion
from kapnotes.cli.terminal import me, show
from kapnotes.serve import plainly

infusions_group = AppGroup("infusions", help="Infusions.")


@infusions_group.command("list")
@click.option("--json", "as_json", is_flag=True)
@plainly
def list_infusions(*, as_json: bool) -> None:
    """List the infusions."""
    by, at = me()
    rows = [
        {
            "id": one.id,
            "patient_id": one.patient_id,
            "course_id": one.course_id,
            "number": one.number,
            "phase": one.phase,
            "route": one.route,
            "state": one.state,
            "planned_for": one.planned_for.isoformat(),
        }
        for one in infusion.every(by=by, at=at)
    ]
    show(rows, as_json=as_json)
