"""How a row of a session is written: under its infusion's lock, once for a key, into the journal.

A row is never edited. A correction writes a new row and strikes the old one; both stay. Who comes
second with a correction is told so, and nothing is overwritten.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import check, session_check
from kapnotes.actions.entry import settle
from kapnotes.audit.trail import Deed
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteState, check_records
from kapnotes.clinic.refusals import ReasonNeeded, Stale, WrongState, check_reason
from kapnotes.records import course, journal, note
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.journal import Act, SessionEntry
from kapnotes.records.session_row import FIELDS, Arrival, Discharge, Dose, R, Row

Values = dict[str, Any]
CONTINUED = (Arrival, Discharge)
"""Of these an infusion has one that stands; going on with it is a correction."""
GOES_ON = "Continued"
CHANGED = "Somebody changed this entry meanwhile. Nothing was overwritten: look at it as it stands."


@dataclass(frozen=True, slots=True)
class Write:
    """One write that somebody asks for: the values, what passes the cautions, who and when.

    `key` is the sender's: a second delivery with it writes nothing. `why` is for what is
    corrected or struck out.
    """

    values: Values
    reason: str
    key: UUID | None
    by: Actor
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What a write left in the journal; `is_new` is False for a delivery that came before."""

    infusion_id: UUID
    row_id: UUID
    seq: int
    is_new: bool


def record(deed: Deed, table: type[R], infusion_id: UUID, write: Write) -> Written:
    """Record a new row."""
    infusion = _infusion(deed, infusion_id, write)
    if before := _delivered(deed, infusion, write.key):
        return before
    _check_open(deed, infusion)
    if table in CONTINUED and sessions.of_infusion(
        deed.session, table, infusion.id, reach=write.by.reach(write.at)
    ):
        raise Stale("Somebody began this meanwhile. Nothing was overwritten: go on with that one.")
    return _write(deed, table, infusion, write, Act.RECORDED)


def correct(
    deed: Deed, table: type[R], row_id: UUID, write: Write, act: Act = Act.CORRECTED
) -> Written:
    """Write a row anew: the one before is struck, and the new one names it."""
    why = write.why
    if table in CONTINUED or act is Act.STOPPED:
        why = why.strip() or GOES_ON
    else:
        _check_why(why, "Please write why it is corrected.")
    old, infusion = _row(deed, table, row_id, write)
    if before := _delivered(deed, infusion, write.key):
        return before
    _check_standing(deed, infusion, old)
    if isinstance(old, Dose):
        if act is not Act.STOPPED:
            write.values["is_running"] = old.is_running
        elif not old.is_running:
            raise WrongState("This dose is not running, so there is nothing to stop.")
    _strike(old, _check_why(why, ""), write)
    deed.session.flush()
    return _write(deed, table, infusion, write, act, corrects=old.id)


def strike(deed: Deed, table: type[R], row_id: UUID, write: Write) -> Written:
    """Strike a row out; it stays in the history."""
    why = _check_why(write.why, "Please write why it is struck out.")
    old, infusion = _row(deed, table, row_id, write)
    if before := _delivered(deed, infusion, write.key):
        return before
    _check_standing(deed, infusion, old)
    _strike(old, why, write)
    deed.on(old, infusion=infusion.number)
    return _enter(deed, infusion, Act.STRUCK, old, write)


def enter(
    deed: Deed,
    infusion: Infusion,
    act: Act,
    *,
    noun: str,
    row_id: UUID,
    key: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Written:
    """Put a write into the journal of an infusion that is held under lock."""
    entry = SessionEntry(
        id=uuid4(),
        infusion_id=infusion.id,
        patient_id=infusion.patient_id,
        seq=journal.last(deed.session, infusion.id) + 1,
        key=key or uuid4(),
        act=act.value,
        noun=noun,
        row_id=row_id,
        by_id=by.id,
        at=at,
    )
    deed.session.add(entry)
    return Written(infusion.id, row_id, entry.seq, is_new=True)


def _enter(deed: Deed, infusion: Infusion, act: Act, row: Row, write: Write) -> Written:
    """Put a write into the journal; what changes a session that is over is checked with it."""
    if infusion.state == InfusionState.COMPLETED:
        check.keep(deed, infusion.id, at=write.at)
    return enter(
        deed,
        infusion,
        act,
        noun=row.__tablename__,
        row_id=row.id,
        key=write.key,
        by=write.by,
        at=write.at,
    )


def _infusion(deed: Deed, infusion_id: UUID, write: Write) -> Infusion:
    """The infusion, held under lock until the write is committed."""
    check_role(write.by, Action.RECORD_SESSION)
    reach = write.by.reach(write.at)
    infusion = course.fetch_infusion(deed.session, infusion_id, reach=reach, lock=True)
    deed.on(infusion, infusion=infusion.number)
    return infusion


def _row(deed: Deed, table: type[R], row_id: UUID, write: Write) -> tuple[R, Infusion]:
    """A row with its infusion; both are read anew once the infusion is held."""
    reach = write.by.reach(write.at)
    found = sessions.fetch(deed.session, table, row_id, reach=reach)
    infusion = _infusion(deed, found.infusion_id, write)
    deed.session.refresh(found)
    return found, infusion


def _delivered(deed: Deed, infusion: Infusion, key: UUID | None) -> Written | None:
    """What an earlier delivery with this key left, if there was one."""
    found = journal.with_key(deed.session, infusion.id, key) if key else None
    if found is None:
        return None
    deed.keep_silent()
    return Written(infusion.id, found.row_id, found.seq, is_new=False)


def _check_open(deed: Deed, infusion: Infusion) -> None:
    check_records(NoteState(state) for state in note.dosing_states(deed.session, infusion.id))
    if infusion.state == InfusionState.CANCELLED:
        raise WrongState("This infusion is cancelled. Reopen it to record anything.")


def _check_standing(deed: Deed, infusion: Infusion, old: R) -> None:
    _check_open(deed, infusion)
    if old.struck_at is not None:
        raise Stale(CHANGED)


def _check_why(why: str, sentence: str) -> str:
    """Why a row is corrected or struck out; a refusal is about `why`, not about a caution."""
    try:
        return check_reason(why, sentence)
    except ReasonNeeded as refusal:
        refusal.about = "why"
        raise


def _strike(old: R, why: str, write: Write) -> None:
    old.struck_at = write.at
    old.struck_by_id = write.by.id
    old.struck_reason = why


def _write(
    deed: Deed,
    table: type[R],
    infusion: Infusion,
    write: Write,
    act: Act,
    *,
    corrects: UUID | None = None,
) -> Written:
    concerns = session_check.check(
        deed, table.__tablename__, write.values, infusion, act=act, by=write.by, at=write.at
    )
    row = table(
        id=uuid4(),
        infusion_id=infusion.id,
        patient_id=infusion.patient_id,
        recorded_at=write.at,
        recorded_by_id=write.by.id,
        corrects_id=corrects,
        struck_at=None,
        struck_by_id=None,
        struck_reason_sealed=None,
        caution_reason=settle(concerns, reason=write.reason),
        **{name: write.values.get(name) for name in FIELDS[table.__tablename__]},
    )
    deed.session.add(row)
    deed.on(row, infusion=infusion.number)
    passed = sum(one.code == "risk_note_missing" for one in concerns)
    if passed:
        deed.details["risk_open"] = passed
    return _enter(deed, infusion, act, row, write)
