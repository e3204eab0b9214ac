"""Today."""

from flask import Blueprint, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import today
from kapnotes.web.session import me, now

place = Blueprint("today", __name__)


@place.get("/")
@needs(Action.SEE_TODAY)
def page() -> str:
    """Show today's infusions, the notes that are due, and what waits."""
    view = today.look(by=me(), at=now())
    return render_template("today/page.html", view=view, today=now(), may=me().can, Action=Action)
