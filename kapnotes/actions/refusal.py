"""A refusal at the door of a place: the role has no business there."""

from datetime import datetime

from kapnotes.access.actor import Actor
from kapnotes.audit.events import Did, Outcome
from kapnotes.audit.trail import record


def at_door(*, code: str, by: Actor, at: datetime) -> None:
    """Keep the refusal as an event."""
    record(Did.DOOR_REFUSED, by=by, at=at, outcome=Outcome.REFUSED, reason=code)
