"""Looking at measures: what was taken of a patient, and one of them with what it called for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.rules import check_role
from kapnotes.actions import measure_score, own_measure
from kapnotes.actions.measure_write import CHANGED, infusion_for
from kapnotes.actions.own_measure import Scale
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.measure_alert import RiskAlert
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.refusals import Stale
from kapnotes.db import Session
from kapnotes.forms import Answers, Definition
from kapnotes.records import alert, course, note, patient
from kapnotes.records import measure as measures
from kapnotes.records.course import Infusion
from kapnotes.records.measure import HandOver, Measure
from kapnotes.records.patient import Patient

NOTE_OF = {
    InfusionState.IN_PROGRESS: NoteKind.DOSING,
    InfusionState.PLANNED: NoteKind.PREPARATION,
    InfusionState.COMPLETED: NoteKind.INTEGRATION,
}
"""In which note a risk note is written, by the infusion's state; the nearest infusion first."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of one scale, newest first; `is_offered` says whether it can be taken now."""

    key: str
    title: str
    rows: tuple[Measure, ...]
    is_offered: bool


@dataclass(frozen=True, slots=True)
class MeasuresView:
    """What the page of a patient's measures shows."""

    patient: Patient
    taken: Sequence[Taken]
    offered: Sequence[Scale]
    handed: Sequence[HandOver]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RiskNote:
    """Where risk is written in the chart: a draft of one's own, or a note to begin."""

    draft_id: UUID | None
    infusion_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure with its answers, what it called for, and what stands around it.

    `waits` is whether an answer about risk of the patient still has no risk note.
    """

    patient: Patient
    row: Measure
    title: str
    definition: Definition
    answers: Answers
    alerts: Sequence[RiskAlert]
    infusion: Infusion | None
    corrected_by: Measure | None
    corrects: Measure | None
    risk_note: RiskNote | None = None
    waits: bool = False


@looks(Did.PATIENT_VIEWED)
def look(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> MeasuresView:
    """What was taken of the patient, per scale; what can be taken; what is handed over."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    deed.details["part"] = "measures"
    scales = own_measure.offered(deed.session)
    rows: dict[str, list[Measure]] = {}
    for row in measures.of_patient(deed.session, patient_id, reach=reach):
        rows.setdefault(row.key, []).append(row)
    handed = measures.handed_over(deed.session, patient_id, reach=reach)
    keys = {*rows, *(one.key for one in handed)}
    known = {one.key: one.title for one in measures.own(deed.session)}
    known |= {key: one.title for key, one in scales.items()}
    titles = {key: known.get(key, key) for key in {*keys, *scales}}
    order = {key: place for place, key in enumerate(scales)}
    taken = [
        Taken(key, titles[key], tuple(reversed(rows[key])), key in scales)
        for key in sorted(rows, key=lambda key: (order.get(key, len(order)), key))
    ]
    return MeasuresView(found, taken, list(scales.values()), handed, titles)


@looks(Did.MEASURE_OPENED)
def open_one(
    deed: Deed, *, measure_id: UUID, by: Actor, at: datetime, corrects: bool = False
) -> MeasureView:
    """One measure with its answers, struck out or not; `corrects` to write it anew."""
    check_role(by, Action.RECORD_MEASURE if corrects else Action.SEE_PATIENT)
    reach = by.reach(at)
    row = measures.fetch(deed.session, measure_id, reach=reach)
    deed.on(row)
    deed.details["scale"] = row.key
    if corrects and row.struck_at is not None:
        raise Stale(CHANGED)
    asks = own_measure.definition(deed.session, row.key, row.definition_version)
    answers = forms.restore(asks, row.answers)
    same = measures.of_patient(
        deed.session, row.patient_id, reach=reach, keys=(row.key,), struck=True
    )
    rule = rules_at(deed.session, row.recorded_at).alerts
    alerts = measure_score.alerts_of(row.key, asks, answers, rule=rule)
    return MeasureView(
        patient.fetch(deed.session, row.patient_id, reach=reach),
        row,
        own_measure.title(deed.session, row.key),
        asks,
        answers,
        alerts,
        infusion_for(deed.session, row.patient_id, row.infusion_id, reach=reach),
        next((one for one in same if one.corrects_id == row.id), None),
        next((one for one in same if one.id == row.corrects_id), None),
        _risk_note(deed.session, row, by=by, reach=reach) if alerts else None,
        bool(alerts) and bool(alert.calling(deed.session, row.patient_id, reach=reach)),
    )


def _risk_note(session: Session, row: Measure, *, by: Actor, reach: Reach) -> RiskNote | None:
    """The measure's infusion, or the patient's nearest; None where nothing can be written."""
    if not by.can(Action.WRITE_NOTE):
        return None
    infusions = course.infusions_of_patient(session, row.patient_id, reach=reach)
    own = [one for one in infusions if one.id == row.infusion_id]
    open_ones = [one for one in own or infusions if one.state in set(NOTE_OF)]
    by_state = {state: [one for one in open_ones if one.state == state] for state in NOTE_OF}
    found = next((ones for ones in by_state.values() if ones), None)
    if found is None:
        return None
    infusion = found[0] if found[0].state == InfusionState.PLANNED else found[-1]
    kind = NOTE_OF[InfusionState(infusion.state)]
    drafts = [
        one
        for one in note.of_infusions(session, [infusion.id], reach=reach)
        if (one.state, one.kind, one.author_id) == (NoteState.DRAFT, kind, by.id)
    ]
    return RiskNote(drafts[-1].id if drafts else None, infusion.id, kind.value)
