"""What is to be known of a patient's safety at a glance: alerts, consent, misuse watch, tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.actions import misuse
from kapnotes.actions.consent import ConsentState, state_of
from kapnotes.actions.rules import rules_at
from kapnotes.audit.trail import Deed
from kapnotes.clinic.misuse import Picture
from kapnotes.records import alert, consent, task, unseen
from kapnotes.records.alert import Listed
from kapnotes.records.course import Course
from kapnotes.records.patient import Patient
from kapnotes.records.task import Task


@dataclass(frozen=True, slots=True)
class Safety:
    """What the patient's page shows of it: the alerts that stand, the gravest first.

    `stands_in` are the tasks that wait for a role of which nobody sees the patient.
    """

    alerts: Sequence[Listed]
    consent: ConsentState
    misuse: Picture
    tasks: Sequence[Task]
    stands_in: frozenset[UUID]


def safety_of(
    deed: Deed, found: Patient, courses: Sequence[Course], *, by: Actor, at: datetime
) -> Safety:
    """The safety of a patient who was fetched within reach."""
    reach = by.reach(at)
    consents = consent.of_patient(deed.session, found.id, reach=reach)
    tasks = task.open_of_patient(deed.session, found.id, reach=reach)
    others = {one.id for one in tasks if one.whose != by.role.key}
    answers = by.can(Action.ANSWER_TASK)
    return Safety(
        alert.standing(deed.session, found.id, reach=reach),
        state_of(consents, rules_at(deed.session, at), courses, on=reach.on),
        misuse.picture_of(deed.session, found.id, by=by, at=at),
        tasks,
        unseen.among(deed.session, others, reach=reach) if answers else frozenset(),
    )
