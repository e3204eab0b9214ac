"""How the backups stand, in words: when one was made, whether it comes back, which are kept."""

from flask import Blueprint, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import backup_plan
from kapnotes.web.session import me, now

place = Blueprint("backups", __name__)


@place.get("/backups")
@needs(Action.SEE_BACKUPS)
def page() -> str:
    """Show how the backups stand."""
    return render_template("backups/page.html", view=backup_plan.look(by=me(), at=now()))
