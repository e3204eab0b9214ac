"""The supervisor's queue."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import review
from kapnotes.records.note import Note
from kapnotes.web.session import me, now

place = Blueprint("review", __name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note of the queue, and how long it has stood where it stands."""

    note: Note
    waits: str


@place.get("/review")
@needs(Action.REVIEW_NOTE)
def queue() -> str:
    """Show what waits for a co-signature, oldest first."""
    waiting, returned = (
        [Waiting(one, since(one.state_at, now())) for one in notes]
        for notes in review.queue(by=me(), at=now())
    )
    return render_template("review/queue.html", waiting=waiting, returned=returned)


def since(moment: datetime, at: datetime) -> str:
    """How long ago, in whole days or hours: as much as a queue needs."""
    days, hours = (at - moment).days, int((at - moment).total_seconds() // 3600)
    if days:
        return "1 day" if days == 1 else f"{days} days"
    return "under an hour" if not hours else "1 hour" if hours == 1 else f"{hours} hours"
