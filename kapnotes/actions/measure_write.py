"""What every measure that is put down has in common: answers read, scored, and tied to a course."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kapnotes import forms
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions import measure_score, misuse
from kapnotes.audit.trail import Deed
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.measure_reading import recall_words
from kapnotes.clinic.refusals import BadInput, OutOfReach
from kapnotes.db import Session
from kapnotes.forms import Answers, Definition, Raw
from kapnotes.records import course
from kapnotes.records import measure as measures
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.measure import Measure
from kapnotes.records.patient import Patient

OCCASIONS = frozenset({"", "baseline", "before", "after_24h", "every"})
AHEAD = timedelta(minutes=5)
"""A tablet's clock may be that much fast."""
CHANGED = (
    "Somebody changed this measure meanwhile. Nothing was overwritten: look at it as it stands."
)
ENTERED, HANDED_OVER = "entered", "handed_over"


def read(asks: Definition, raw: Raw) -> Answers:
    """The answers that were posted. Raises BadInput where one cannot be read, or there is none."""
    reading = forms.read(asks, raw)
    errors = dict(reading.errors)
    for finding in forms.check_draft(asks, reading.answers):
        errors.setdefault(finding.name, finding.sentence)
    if errors:
        raise BadInput(errors)
    if not reading.answers:
        raise BadInput({"": "Nothing is answered yet, so there is nothing to keep."})
    return reading.answers


def check_time(observed_at: datetime, owner: Patient, *, at: datetime) -> None:
    """Raise BadInput for a time to come, and for one before the patient was born."""
    if observed_at > at + AHEAD:
        raise BadInput({"_at": "This time is still to come."})
    if observed_at.date() < owner.birth_date:
        raise BadInput({"_at": "This is before the patient was born. Check the year."})


def write(
    deed: Deed,
    asks: Definition,
    answers: Answers,
    *,
    row_id: UUID,
    patient_id: UUID,
    key: str,
    infusion: Infusion | None,
    course_id: UUID | None,
    occasion: str,
    source: str,
    observed_at: datetime,
    corrects_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Measure:
    """Put a measure down with what it comes to by the rules of now."""
    result = measure_score.score(key, asks, answers)
    known: dict[str, Any] = {"id": row_id, "patient_id": patient_id}
    row = Measure(
        **known,
        course_id=course_id,
        infusion_id=infusion.id if infusion else None,
        key=key,
        definition_version=asks.version,
        rule_version=result.rule_version,
        occasion=occasion,
        recall=recall(
            deed.session, patient_id, key, observed_at, reach=by.reach(at), but=corrects_id
        ),
        source=source,
        total=result.total,
        band=result.band,
        scores=result.scores,
        is_complete=result.is_complete,
        answers=forms.store(asks, answers),
        observed_at=observed_at,
        recorded_at=at,
        recorded_by_id=by.id,
        corrects_id=corrects_id,
        struck_at=None,
        struck_by_id=None,
        struck_reason_sealed=None,
    )
    deed.session.add(row)
    misuse.after_measure(deed, row, by=by, at=at)
    deed.on(row, scale=key, is_complete=result.is_complete, source=source)
    return row


def recall(
    session: Session,
    patient_id: UUID,
    key: str,
    at: datetime,
    *,
    reach: Reach,
    but: UUID | None = None,
) -> str:
    """Which period a rating at that time is about; "" for a scale of the practice."""
    if key not in MEASURES:
        return ""
    doses = sessions.doses_of_patient(session, patient_id, reach=reach)
    return recall_words(
        MEASURES[key],
        at=at,
        last_rated_at=measures.last_before(session, patient_id, key, at, reach=reach, but=but),
        last_dose_at=max((one.observed_at for one in doses if one.observed_at < at), default=None),
    )


def infusion_for(
    session: Session, patient_id: UUID, infusion_id: UUID | None, *, reach: Reach
) -> Infusion | None:
    """The infusion that a measure belongs to, or OutOfReach if it is another patient's."""
    if infusion_id is None:
        return None
    found = course.fetch_infusion(session, infusion_id, reach=reach)
    if found.patient_id != patient_id:
        raise OutOfReach
    return found


def course_of(
    session: Session, patient_id: UUID, infusion: Infusion | None, *, reach: Reach
) -> UUID | None:
    """The course that a measure counts for: its infusion's, or the newest that has not ended."""
    if infusion is not None:
        return infusion.course_id
    courses = course.of_patient(session, patient_id, reach=reach)
    return next((one.id for one in courses if one.ended_on is None), None)
