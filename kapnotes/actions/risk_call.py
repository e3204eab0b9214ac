"""Calling for a look at suicide risk: an alert on the patient and a task for the therapist.

Both are written in the transaction that keeps the answer. The software calls; a clinician judges.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.audit.trail import Deed
from kapnotes.clinic.measure_alert import RiskAlert
from kapnotes.clinic.risk import ORDER, RiskLevel
from kapnotes.clinic.screening import AlertLevel
from kapnotes.records import alert
from kapnotes.records.alert import PatientAlert
from kapnotes.records.measure import HandOver, Measure
from kapnotes.records.task import Task

KIND, WHOSE = "risk_answer", "therapist"


def call(
    deed: Deed,
    about: Measure | HandOver,
    alerts: Sequence[RiskAlert],
    *,
    earlier: Collection[UUID] = (),
    by_id: UUID,
    at: datetime,
) -> tuple[RiskAlert, ...]:
    """Raise what these answers call for, and return what is new.

    `earlier` are the rows that this one goes on from: what they raised is not raised again, but an
    answer that is graver is.
    """
    if not alerts:
        return ()
    before = alert.raised_from(deed.session, {about.id, *earlier})
    new = tuple(one for one in alerts if not _is_known(one, before))
    for one in new:
        _raise(deed, about, one, by_id=by_id, at=at)
    if new:
        deed.details["risk_alerts"] = len(new)
    return new


def code_of(one: RiskAlert) -> str:
    """The stored word of an alert; the screener's says its level."""
    return f"{one.code}_{one.level}" if one.level else one.code


def _is_known(one: RiskAlert, before: Sequence[PatientAlert]) -> bool:
    if one.level is None:
        return any((row.code, row.sentence) == (one.code, one.sentence) for row in before)
    codes = {row.code for row in before}
    at_least = ORDER[ORDER.index(one.level) :]
    return any(f"{one.code}_{RiskLevel(level)}" in codes for level in at_least)


def _raise(
    deed: Deed, about: Measure | HandOver, one: RiskAlert, *, by_id: UUID, at: datetime
) -> None:
    made = alert.raise_alert(
        deed.session,
        patient_id=about.patient_id,
        code=code_of(one),
        level=AlertLevel.HOLD.value,
        source=about.__tablename__,
        source_id=about.id,
        sentence=one.sentence,
        by_id=by_id,
        at=at,
    )
    task = Task(
        id=uuid4(),
        patient_id=about.patient_id,
        infusion_id=about.infusion_id,
        kind=KIND,
        whose=WHOSE,
        source=about.__tablename__,
        source_id=about.id,
        words=f"{made.sentence} Write a risk note.",
        raised_at=at,
        raised_by_id=by_id,
        answered_at=None,
        answered_by_id=None,
        answer_sealed=None,
    )
    deed.session.add(task)
