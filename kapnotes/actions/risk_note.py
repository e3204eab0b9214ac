"""The risk note: what was found when somebody looked, and with it an end of what called.

One note answers every answer about risk that stands on the patient when it is written: their alerts
are resolved with it, and the tasks that they raised are answered by it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import risk_call
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import Stale, WrongState, check_reason
from kapnotes.records import alert, patient
from kapnotes.records.alert import PatientAlert
from kapnotes.records.patient import Patient

WHY = "Please write the risk note."
NOTHING = "Nothing waits for a risk note any more: somebody wrote one."
MORE = "Another answer called meanwhile. Nothing was written: look at it too, then write the note."


@dataclass(frozen=True, slots=True)
class RiskNoteView:
    """What a risk note is to answer, the oldest first."""

    patient: Patient
    alerts: Sequence[PatientAlert]


@looks(Did.PATIENT_VIEWED)
def open_one(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> RiskNoteView:
    """What calls for a risk note about the patient, to write one."""
    check_role(by, Action.RESOLVE_ALERT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    return RiskNoteView(found, alert.calling(deed.session, patient_id, reach=reach))


@does(Did.RISK_NOTE_WRITTEN)
def write(
    deed: Deed, *, patient_id: UUID, words: str, seen: Collection[UUID], by: Actor, at: datetime
) -> None:
    """Answer what calls with a risk note.

    `seen` are the alerts that were shown: Stale where another stands by now. Raises WrongState
    where none does, ReasonNeeded for a blank note.
    """
    check_role(by, Action.RESOLVE_ALERT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    patient.hold(deed.session, patient_id)
    standing = alert.calling(deed.session, patient_id, reach=reach)
    if not standing:
        raise WrongState(NOTHING)
    said = check_reason(words, WHY)
    if any(one.id not in seen for one in standing):
        raise Stale(MORE)
    tasks = risk_call.answer(deed, standing, said, by=by, at=at)
    deed.details.update(alerts=len(standing), tasks=tasks)
