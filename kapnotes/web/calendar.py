"""Calendars to take along: of a course, and of everyone in a person's care."""

from uuid import UUID

from flask import Blueprint, Response, make_response

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import calendar
from kapnotes.web.session import me, now

place = Blueprint("calendar", __name__)


@place.get("/courses/<uuid:course_id>/calendar.ics")
@needs(Action.SEE_PATIENT)
def of_course(course_id: UUID) -> Response:
    """Hand out the appointments of a course."""
    title = db.current().settings.calendar_title
    return _file(calendar.of_course(course_id=course_id, title=title, by=me(), at=now()))


@place.get("/calendar.ics")
@needs(Action.SEE_PATIENT)
def mine() -> Response:
    """Hand out the appointments of the next 90 days."""
    title = db.current().settings.calendar_title
    return _file(calendar.mine(title=title, by=me(), at=now()))


def _file(text: str) -> Response:
    answer = make_response(text)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    return answer
