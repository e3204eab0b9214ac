"""Measures: filling a scale in, correcting, striking out.

A row is never edited. A correction writes a new row and strikes the old one; both stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.actions import measure_score, own_measure, risk_call
from kapnotes.actions.measure_write import (
    CHANGED,
    ENTERED,
    OCCASIONS,
    check_time,
    course_of,
    infusion_for,
    read,
    recall,
    write,
)
from kapnotes.actions.own_measure import Scale
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.measure_alert import RiskAlert
from kapnotes.clinic.refusals import ReasonNeeded, Stale, check_reason
from kapnotes.forms import Definition, Raw
from kapnotes.records import measure as measures
from kapnotes.records import patient
from kapnotes.records.course import Infusion
from kapnotes.records.measure import Measure
from kapnotes.records.patient import Patient

_TWICE = MachineReach("a delivery that came before")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scale to fill in for a patient; `last` is the newest measure with it."""

    patient: Patient
    scale: Scale
    definition: Definition
    infusion: Infusion | None
    recall: str
    last: Measure | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What was kept, and which alerts are new with it."""

    measure_id: UUID
    alerts: Sequence[RiskAlert]


@looks(Did.MEASURE_OPENED)
def open_blank(
    deed: Deed,
    *,
    patient_id: UUID,
    key: str,
    infusion_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Sheet:
    """A blank scale for the patient. Raises OutOfReach for a scale that nobody offers."""
    check_role(by, Action.RECORD_MEASURE)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    scale = own_measure.scale(deed.session, key)
    deed.on(found)
    deed.details["scale"] = key
    rows = measures.of_patient(deed.session, patient_id, reach=reach, keys=(key,))
    return Sheet(
        found,
        scale,
        own_measure.definition(deed.session, key, scale.version),
        infusion_for(deed.session, patient_id, infusion_id, reach=reach),
        recall(deed.session, patient_id, key, at, reach=reach),
        rows[-1] if rows else None,
    )


@does(Did.MEASURE_RECORDED)
def record(
    deed: Deed,
    *,
    patient_id: UUID,
    key: str,
    raw: Raw,
    observed_at: datetime,
    version: str | None = None,
    infusion_id: UUID | None = None,
    occasion: str = "",
    delivery: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Saved:
    """Keep a filled-in scale, complete or not, with what it comes to and what it calls for.

    `version` is that of the definition that was shown. A second `delivery` of the same id, which
    the sender chose, writes nothing. The measure's own id is never the sender's: so nobody takes
    the place of another's, or learns that there is one. Raises BadInput.
    """
    check_role(by, Action.RECORD_MEASURE)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach, lock=True)
    deed.on(found)
    row_id = uuid5(delivery, f"{patient_id} {key}") if delivery else uuid4()
    before = measures.find(deed.session, row_id, reach=_TWICE) if delivery else None
    if before is not None:
        deed.keep_silent()
        return Saved(before.id, ())
    scale = own_measure.scale(deed.session, key)
    asks = own_measure.definition(deed.session, key, version or scale.version)
    check_time(observed_at, found, at=at)
    answers = read(asks, raw)
    infusion = infusion_for(deed.session, patient_id, infusion_id, reach=reach)
    row = write(
        deed,
        asks,
        answers,
        row_id=row_id,
        patient_id=patient_id,
        key=key,
        infusion=infusion,
        course_id=course_of(deed.session, patient_id, infusion, reach=reach),
        occasion=occasion if occasion in OCCASIONS else "",
        source=ENTERED,
        observed_at=observed_at,
        by=by,
        at=at,
    )
    rule = rules_at(deed.session, at).alerts
    alerts = measure_score.alerts_of(key, asks, answers, rule=rule)
    return Saved(row.id, risk_call.call(deed, row, alerts, by_id=by.id, at=at))


@does(Did.MEASURE_CORRECTED)
def correct(
    deed: Deed,
    *,
    measure_id: UUID,
    raw: Raw,
    observed_at: datetime,
    why: str,
    by: Actor,
    at: datetime,
) -> Saved:
    """Write a measure anew, in the version it was taken with: the old row is struck and named.

    Raises BadInput, ReasonNeeded about `why`, and Stale where somebody was first.
    """
    old = _standing(deed, measure_id, by=by, at=at)
    reach = by.reach(at)
    owner = patient.fetch(deed.session, old.patient_id, reach=reach)
    check_time(observed_at, owner, at=at)
    asks = own_measure.definition(deed.session, old.key, old.definition_version)
    answers = read(asks, raw)
    measures.strike(old, reason=_why(why, "corrected"), by_id=by.id, at=at)
    deed.session.flush()
    row = write(
        deed,
        asks,
        answers,
        row_id=uuid4(),
        patient_id=old.patient_id,
        key=old.key,
        infusion=infusion_for(deed.session, old.patient_id, old.infusion_id, reach=reach),
        course_id=old.course_id,
        occasion=old.occasion,
        source=old.source,
        observed_at=observed_at,
        corrects_id=old.id,
        by=by,
        at=at,
    )
    rule = rules_at(deed.session, at).alerts
    alerts = measure_score.alerts_of(old.key, asks, answers, rule=rule)
    new = risk_call.call(deed, row, alerts, earlier=(old.id,), by_id=by.id, at=at)
    return Saved(row.id, new)


@does(Did.MEASURE_STRUCK)
def strike(deed: Deed, *, measure_id: UUID, why: str, by: Actor, at: datetime) -> UUID:
    """Strike a measure out and return its patient; what it called for stays until resolved."""
    old = _standing(deed, measure_id, by=by, at=at)
    measures.strike(old, reason=_why(why, "struck out"), by_id=by.id, at=at)
    return old.patient_id


def _standing(deed: Deed, measure_id: UUID, *, by: Actor, at: datetime) -> Measure:
    check_role(by, Action.RECORD_MEASURE)
    found = measures.fetch(deed.session, measure_id, reach=by.reach(at), lock=True)
    deed.on(found)
    deed.details["scale"] = found.key
    if found.struck_at is not None:
        raise Stale(CHANGED)
    return found


def _why(why: str, done: str) -> str:
    try:
        return check_reason(why, f"Please write why it is {done}.")
    except ReasonNeeded as refusal:
        refusal.about = "why"
        raise
