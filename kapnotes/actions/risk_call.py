"""Calling for a look at suicide risk: an alert on the patient and a task for the therapist.

Both are written in the transaction that keeps the answer, and end with the risk note that answers
them. The software calls; a clinician judges.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actor import Actor
from kapnotes.audit.trail import Deed
from kapnotes.clinic.measure_alert import RiskAlert
from kapnotes.clinic.risk import ORDER, RiskLevel
from kapnotes.clinic.screening import AlertLevel
from kapnotes.records import alert, patient, task
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


def answer(
    deed: Deed, alerts: Sequence[PatientAlert], words: str, *, by: Actor, at: datetime
) -> int:
    """End alerts of one patient with a risk note, and their tasks; return how many tasks.

    Whoever answers holds the patient, as whoever raises does.
    """
    for one in alerts:
        one.resolved_at, one.resolved_by_id = at, by.id
        one.resolved_reason = words
    asked = {_asked(one.sentence) for one in alerts}
    waiting = [
        one
        for one in task.of_kind(deed.session, alerts[0].patient_id, KIND, reach=by.reach(at))
        if one.answered_at is None and one.words in asked
    ]
    for asking in waiting:
        asking.answered_at, asking.answered_by_id = at, by.id
        asking.answer = words
    return len(waiting)


def answer_task(deed: Deed, asked: Task, words: str, *, by: Actor, at: datetime) -> None:
    """End the alerts that a task was raised with: its answer is the risk note."""
    patient.hold(deed.session, asked.patient_id)
    standing = alert.calling(deed.session, asked.patient_id, reach=by.reach(at))
    mine = [one for one in standing if _asked(one.sentence) == asked.words]
    if mine:
        answer(deed, mine, words, by=by, at=at)
        deed.details["alerts"] = len(mine)


def _asked(sentence: str) -> str:
    """The words of the task that an alert comes with."""
    return f"{sentence} Write a risk note."


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
        code=one.kept_as,
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
        words=_asked(made.sentence),
        raised_at=at,
        raised_by_id=by_id,
        answered_at=None,
        answered_by_id=None,
        answer_sealed=None,
    )
    deed.session.add(task)
