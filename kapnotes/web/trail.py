"""The trail, in sentences."""

from itertools import groupby
from uuid import UUID

from flask import Blueprint, render_template, request

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import trail
from kapnotes.audit.events import Did, Outcome
from kapnotes.audit.sentences import SENTENCES
from kapnotes.web.filters import day
from kapnotes.web.session import me, now

place = Blueprint("trail", __name__)
DIGITS = 19
"""More than a position of the trail can have."""
OUTCOMES = ((Outcome.DONE.value, "Done"), (Outcome.REFUSED.value, "Refused"))


@place.get("/audit")
@needs(Action.SEE_TRAIL)
def page() -> str:
    """Show a page of the trail; filters are ids and words of ours, never a text."""
    actor_id, event, outcome = _actor(), request.args.get("event", ""), request.args.get("outcome")
    event = event if event in set(Did) else ""
    outcome = outcome if outcome in set(Outcome) else ""
    shown = trail.look(
        before=position(),
        actor_id=actor_id,
        event=event,
        outcome=outcome or "",
        by=me(),
        at=now(),
    )
    return render_template(
        "trail/page.html",
        page=shown,
        days=[
            (words, list(lines)) for words, lines in groupby(shown.lines, lambda one: day(one.at))
        ],
        outcomes=OUTCOMES,
        events=[(did.value, words) for did, words in SENTENCES.items()],
        actor_id=str(actor_id or ""),
        event=event,
        outcome=outcome or "",
    )


def position() -> int | None:
    """Where in the trail the page begins, None for the newest and for what is no position."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < DIGITS else None


def _actor() -> UUID | None:
    try:
        return UUID(request.args.get("actor", ""))
    except ValueError:
        return None
