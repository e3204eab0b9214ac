"""What is to be known of a patient's safety at a glance: alerts, consent, misuse watch, tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kapnotes.access.actor import Actor
from kapnotes.actions import misuse
from kapnotes.actions.consent import ConsentState, state_of
from kapnotes.actions.rules import rules_at
from kapnotes.audit.trail import Deed
from kapnotes.clinic.misuse import Picture
from kapnotes.records import alert, consent, task
from kapnotes.records.alert import Listed
from kapnotes.records.course import Course
from kapnotes.records.patient import Patient
from kapnotes.records.task import Task


@dataclass(frozen=True, slots=True)
class Safety:
    """What the patient's page shows of it: the alerts that stand, the gravest first."""

    alerts: Sequence[Listed]
    consent: ConsentState
    misuse: Picture
    tasks: Sequence[Task]


def safety_of(
    deed: Deed, found: Patient, courses: Sequence[Course], *, by: Actor, at: datetime
) -> Safety:
    """The safety of a patient who was fetched within reach."""
    reach = by.reach(at)
    consents = consent.of_patient(deed.session, found.id, reach=reach)
    return Safety(
        alert.standing(deed.session, found.id, reach=reach),
        state_of(consents, rules_at(deed.session, at), courses, on=reach.on),
        misuse.picture_of(deed.session, found.id, by=by, at=at),
        task.open_of_patient(deed.session, found.id, reach=reach),
    )
