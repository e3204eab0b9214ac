"""Feedback to a therapist, for them and for the supervisor who supervises them today."""

from uuid import UUID

from flask import Blueprint, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import feedback
from kapnotes.web.feedback_words import backs_of, checks_of, months_of, often_of, opening_of
from kapnotes.web.session import me, now

place = Blueprint("feedback", __name__)


@place.get("/feedback")
@needs(Action.SEE_FEEDBACK)
def own() -> str:
    """Show one's own feedback, or to a supervisor that of the first of their people."""
    return _page(None)


@place.get("/feedback/<uuid:person_id>")
@needs(Action.SEE_FEEDBACK)
def of_person(person_id: UUID) -> str:
    """Show the feedback to one person."""
    return _page(person_id)


def _page(person_id: UUID | None) -> str:
    view = feedback.look(person_id=person_id, by=me(), at=now())
    return render_template(
        "feedback/page.html",
        view=view,
        is_own=view.about is not None and view.about.id == me().id,
        opening=opening_of(view),
        months=months_of(view.months),
        backs=backs_of(view.comments),
        often=often_of(view.often),
        checks=checks_of(view.checks),
    )
