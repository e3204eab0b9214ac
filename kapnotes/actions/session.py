"""What the dosing session records: doses, vitals and adverse events.

A row is never edited. A correction writes a new row and strikes the old one; both stay.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import session_check
from kapnotes.actions.entry import settle
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteState, check_records
from kapnotes.clinic.refusals import (
    ReasonNeeded,
    WrongState,
    check_reason,
)
from kapnotes.records import course, note
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.session import (
    FIELDS,
    AdverseEvent,
    Dose,
    Vitals,
)

R = TypeVar("R", Dose, Vitals, AdverseEvent)
TABLES: dict[str, type[Dose] | type[Vitals] | type[AdverseEvent]] = {
    "dose": Dose,
    "vitals": Vitals,
    "adverse_event": AdverseEvent,
}
Values = dict[str, Any]


@does(Did.DOSE_RECORDED)
def record_dose(
    deed: Deed, *, infusion_id: UUID, values: Values, reason: str = "", by: Actor, at: datetime
) -> UUID:
    """Record a dose given."""
    return _record(deed, Dose, infusion_id, values, reason, by=by, at=at)


@does(Did.VITALS_RECORDED)
def record_vitals(
    deed: Deed, *, infusion_id: UUID, values: Values, reason: str = "", by: Actor, at: datetime
) -> UUID:
    """Record a reading."""
    return _record(deed, Vitals, infusion_id, values, reason, by=by, at=at)


@does(Did.ADVERSE_EVENT_RECORDED)
def record_adverse_event(
    deed: Deed, *, infusion_id: UUID, values: Values, reason: str = "", by: Actor, at: datetime
) -> UUID:
    """Record an adverse event."""
    return _record(deed, AdverseEvent, infusion_id, values, reason, by=by, at=at)


@does(Did.DOSE_CORRECTED)
def correct_dose(
    deed: Deed,
    *,
    row_id: UUID,
    values: Values,
    why: str,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> UUID:
    """Correct a dose: the old row is struck, the new one names it.

    `why` it is corrected stays with the old row; `reason` passes what is unusual in the new.
    """
    return _correct(deed, Dose, row_id, values, why=why, reason=reason, by=by, at=at)


@does(Did.VITALS_CORRECTED)
def correct_vitals(
    deed: Deed,
    *,
    row_id: UUID,
    values: Values,
    why: str,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> UUID:
    """Correct a reading."""
    return _correct(deed, Vitals, row_id, values, why=why, reason=reason, by=by, at=at)


@does(Did.ADVERSE_EVENT_CORRECTED)
def correct_adverse_event(
    deed: Deed,
    *,
    row_id: UUID,
    values: Values,
    why: str,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> UUID:
    """Correct an adverse event."""
    return _correct(deed, AdverseEvent, row_id, values, why=why, reason=reason, by=by, at=at)


@does(Did.DOSE_STRUCK)
def strike_dose(deed: Deed, *, row_id: UUID, why: str, by: Actor, at: datetime) -> UUID:
    """Strike a dose out and say why; it stays in the history."""
    return _strike(deed, Dose, row_id, why, by=by, at=at)


@does(Did.VITALS_STRUCK)
def strike_vitals(deed: Deed, *, row_id: UUID, why: str, by: Actor, at: datetime) -> UUID:
    """Strike a reading out."""
    return _strike(deed, Vitals, row_id, why, by=by, at=at)


@does(Did.ADVERSE_EVENT_STRUCK)
def strike_adverse_event(deed: Deed, *, row_id: UUID, why: str, by: Actor, at: datetime) -> UUID:
    """Strike an adverse event out."""
    return _strike(deed, AdverseEvent, row_id, why, by=by, at=at)


RECORD: dict[str, Callable[..., UUID]] = {
    "dose": record_dose,
    "vitals": record_vitals,
    "adverse_event": record_adverse_event,
}
CORRECT: dict[str, Callable[..., UUID]] = {
    "dose": correct_dose,
    "vitals": correct_vitals,
    "adverse_event": correct_adverse_event,
}
STRIKE: dict[str, Callable[..., UUID]] = {
    "dose": strike_dose,
    "vitals": strike_vitals,
    "adverse_event": strike_adverse_event,
}


def _record(
    deed: Deed,
    table: type[R],
    infusion_id: UUID,
    values: Values,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> UUID:
    infusion = _open_infusion(deed, infusion_id, by=by, at=at)
    return _write(deed, table, infusion, values, reason, by=by, at=at)


def _correct(
    deed: Deed,
    table: type[R],
    row_id: UUID,
    values: Values,
    *,
    why: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> UUID:
    written = _check_why(why, "Please write why it is corrected.")
    old = sessions.fetch(deed.session, table, row_id, reach=by.reach(at))
    infusion = _open_infusion(deed, old.infusion_id, by=by, at=at)
    _strike_row(old, written, by=by, at=at)
    deed.session.flush()
    return _write(deed, table, infusion, values, reason, by=by, at=at, corrects=old.id)


def _strike(deed: Deed, table: type[R], row_id: UUID, why: str, *, by: Actor, at: datetime) -> UUID:
    written = _check_why(why, "Please write why it is struck out.")
    old = sessions.fetch(deed.session, table, row_id, reach=by.reach(at))
    infusion = _open_infusion(deed, old.infusion_id, by=by, at=at)
    _strike_row(old, written, by=by, at=at)
    deed.on(old, infusion=infusion.number)
    return infusion.id


def _check_why(why: str, sentence: str) -> str:
    """Why a row is corrected or struck out; a refusal is about `why`, not about a caution."""
    try:
        return check_reason(why, sentence)
    except ReasonNeeded as refusal:
        refusal.about = "why"
        raise


def _strike_row(old: Dose | Vitals | AdverseEvent, why: str, *, by: Actor, at: datetime) -> None:
    old.struck_at = at
    old.struck_by_id = by.id
    old.struck_reason = why


def _open_infusion(deed: Deed, infusion_id: UUID, *, by: Actor, at: datetime) -> Infusion:
    """The infusion held under lock, if its session may still be recorded."""
    check_role(by, Action.RECORD_SESSION)
    infusion = course.fetch_infusion(deed.session, infusion_id, reach=by.reach(at), lock=True)
    deed.on(infusion, infusion=infusion.number)
    check_records(NoteState(state) for state in note.dosing_states(deed.session, infusion_id))
    if infusion.state == InfusionState.CANCELLED:
        raise WrongState("This infusion is cancelled. Reopen it to record anything.")
    return infusion


def _write(
    deed: Deed,
    table: type[R],
    infusion: Infusion,
    values: Values,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    corrects: UUID | None = None,
) -> UUID:
    others = sessions.of_infusion(deed.session, table, infusion.id, reach=by.reach(at))
    concerns = session_check.check(table.__tablename__, values, infusion, others, at=at)
    passed = settle(concerns, reason=reason)
    extra = {"route": infusion.route} if table is Dose else {}
    row = table(
        id=uuid4(),
        infusion_id=infusion.id,
        patient_id=infusion.patient_id,
        recorded_at=at,
        recorded_by_id=by.id,
        corrects_id=corrects,
        struck_at=None,
        struck_by_id=None,
        struck_reason_sealed=None,
        caution_reason=passed,
        **extra,
        **{name: values.get(name) for name in FIELDS[table.__tablename__]},
    )
    deed.session.add(row)
    deed.on(row, infusion=infusion.number)
    return infusion.id
