"""The supervisor's queue."""

from flask import Blueprint, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import review
from kapnotes.web.session import me, now

place = Blueprint("review", __name__)


@place.get("/review")
@needs(Action.REVIEW_NOTE)
def queue() -> str:
    """Show what waits for a co-signature, oldest first."""
    waiting, returned = review.queue(by=me(), at=now())
    return render_template("review/queue.html", waiting=waiting, returned=returned, today=now())
