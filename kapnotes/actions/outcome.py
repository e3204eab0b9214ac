"""Is it working? Each scale of a course against its baseline, by the rule the practice chose.

What is worked out from ratings and doses is `records.scale_standing`'s, for page and paper alike.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.rules import check_role
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.clinic.scale import MAIN_SCALES
from kapnotes.db import Session
from kapnotes.records import course as courses
from kapnotes.records import outcome as records
from kapnotes.records.course import Course
from kapnotes.records.scale_standing import Named, Standing, standing_of


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What the outcome page of a course shows."""

    course: Course
    standing: Standing


@looks(Did.OUTCOMES_VIEWED)
def look(deed: Deed, *, course_id: UUID, by: Actor, at: datetime) -> OutcomeView:
    """The course with every scale that was taken in it."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = courses.fetch(deed.session, course_id, reach=reach)
    deed.on(found)
    choice = rules_at(deed.session, at).outcome
    return OutcomeView(found, standing(deed.session, found, choice, reach=reach))


def standing(session: Session, found: Course, choice: OutcomeChoice, *, reach: Reach) -> Standing:
    """How a course in reach stands by the rules of the practice, in three queries."""
    taken = records.of_course(session, found, reach=reach)
    doses = records.begun(session, [found.id], reach=reach)
    own = records.own_definitions(session, {one.key for one in taken})
    return standing_of(
        taken,
        doses,
        main=MAIN_SCALES.get(found.indication, ""),
        choice=choice,
        named={one.key: Named(one.title) for one in own},
    )
