"""The demo practice: told by the real actions, in the order in which it would have happened.

Nothing here writes a row of its own, so the trail of the demo reads like that of a real practice.
"""

from datetime import datetime

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import practice
from kapnotes.actions.demo import oversight, patient
from kapnotes.actions.demo.days import Days
from kapnotes.actions.demo.stage import Stage, gather
from kapnotes.library import demo as told

EMAILS: tuple[str, ...] = tuple(one["email"] for one in told.practice()["people"])
"""The accounts of the demo, all with one password."""


def load(*, password: str, at: datetime) -> None:
    """Fill an empty database with the demo practice, as it stands on the day of `at`.

    Raises WrongState if there is a practice already.
    """
    settings = db.current().settings
    about = told.practice()
    days = Days(at, settings.zone)
    practice.create(
        name=about["name"],
        letterhead=about["letterhead"],
        zone=settings.zone,
        paper_size=settings.paper_size,
        is_demo=True,
        by=operator(settings.zone),
        at=days.moment(about["day"], about["at"]),
    )
    stage = Stage(days, gather(about, days, password=password), password)
    stage.link(about["supervision"])
    scenes = {
        story["patient"]["record_number"]: patient.tell(story, stage, about["always"])
        for story in told.stories()
    }
    oversight.tell(told.oversight(), stage, scenes)
    stage.play()
