"""Alerts of a patient: what stands, what was resolved and why, and resolving one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import risk_call
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import screening
from kapnotes.clinic.measure_alert import CALLING
from kapnotes.clinic.refusals import OutOfReach, WrongState, check_reason
from kapnotes.clinic.screening import LEVELS, AlertLevel
from kapnotes.forms import Answers, Coded, Value
from kapnotes.records import alert, patient, person
from kapnotes.records.alert import PatientAlert
from kapnotes.records.note import Note
from kapnotes.records.patient import Patient

WHY = "Please write why this alert is resolved."


@dataclass(frozen=True, slots=True)
class AlertsView:
    """What the page of a patient's alerts shows: the gravest that stand first, then the past."""

    patient: Patient
    standing: Sequence[PatientAlert]
    resolved: Sequence[PatientAlert]
    names: Mapping[UUID, str]


@looks(Did.PATIENT_VIEWED)
def look(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> AlertsView:
    """The alerts of a patient, resolved ones too."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    rows = alert.of_patient(deed.session, patient_id, reach=reach)
    people = person.named(
        deed.session, {one.resolved_by_id for one in rows if one.resolved_by_id is not None}
    )
    return AlertsView(
        found,
        sorted(
            (one for one in rows if one.stands), key=lambda one: LEVELS.index(AlertLevel(one.level))
        ),
        [one for one in rows if not one.stands],
        {one.id: one.name for one in people.values()},
    )


@looks(Did.PATIENT_VIEWED)
def open_one(
    deed: Deed, *, patient_id: UUID, alert_id: UUID, by: Actor, at: datetime
) -> tuple[Patient, PatientAlert]:
    """One alert of a patient, to resolve it."""
    check_role(by, Action.RESOLVE_ALERT)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at))
    deed.on(found)
    return found, _of(deed, found.id, alert_id, by=by, at=at)


@does(Did.ALERT_RESOLVED)
def resolve(
    deed: Deed, *, patient_id: UUID, alert_id: UUID, reason: str, by: Actor, at: datetime
) -> None:
    """End an alert with a reason; a later note that says the same raises it anew.

    Of an answer about risk the reason is its risk note.
    """
    check_role(by, Action.RESOLVE_ALERT)
    found = _of(deed, patient_id, alert_id, by=by, at=at)
    deed.on(found)
    patient.hold(deed.session, found.patient_id)
    deed.session.refresh(found, ["resolved_at"])
    if not found.stands:
        raise WrongState("This alert does not stand any more.")
    why = check_reason(reason, WHY)
    if found.code in CALLING:
        deed.details["tasks"] = risk_call.answer(deed, [found], why, by=by, at=at)
        return
    found.resolved_at = at
    found.resolved_by_id = by.id
    found.resolved_reason = why


def _of(deed: Deed, patient_id: UUID, alert_id: UUID, *, by: Actor, at: datetime) -> PatientAlert:
    found = alert.fetch(deed.session, alert_id, reach=by.reach(at))
    if found.patient_id != patient_id:
        raise OutOfReach
    return found


def raise_from(deed: Deed, about: Note, answers: Answers, *, by: Actor, at: datetime) -> None:
    """Raise what a preparation note's answers say, in its own transaction, none of them twice."""
    for one in screening.alerts({link: _plain(value) for link, value in answers.items()}):
        alert.raise_alert(
            deed.session,
            patient_id=about.patient_id,
            code=one.code,
            level=one.level,
            sentence=one.sentence,
            source=about.__tablename__,
            source_id=about.id,
            by_id=by.id,
            at=at,
        )


def _plain(value: Value) -> object:
    """A value as the clinic's rules read it: codes, and a person's own words, as text."""
    if isinstance(value, list):
        return [one.code if isinstance(one, Coded) else one for one in value]
    return value.code if isinstance(value, Coded) else value
