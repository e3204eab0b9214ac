"""All that a session recorded, gathered: for the note that is signed with it, and for paper."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from kapnotes.access.reach import Reach
from kapnotes.actions.rules import Rules, rules_of
from kapnotes.actions.standing import standing
from kapnotes.clinic import tap
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.schedule import Slot, SlotState
from kapnotes.db import Session
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.session_record import SessionRecord
from kapnotes.records.session_row import TABLES, Dose, Row, SessionEvent


def session_record(
    session: Session, infusion: Infusion, *, reach: Reach, at: datetime
) -> SessionRecord:
    """The session of an infusion, by the rules that it was run by.

    Once the infusion is completed, the same rows give the same record whenever it is asked for.
    """
    rows: list[Row] = [
        row
        for table in TABLES.values()
        for row in sessions.of_infusion(session, table, infusion.id, reach=reach)
    ]
    if not rows:
        return SessionRecord()
    return _record(infusion, rows, rules_of(session, infusion, at=at), at=at)


def session_records(
    session: Session,
    infusions: Collection[Infusion],
    *,
    rules: Callable[[datetime], Rules],
    reach: Reach,
    at: datetime,
) -> dict[UUID, SessionRecord]:
    """The sessions of several infusions, with a query for each kind of row; `rules` at a time."""
    rows: dict[UUID, list[Row]] = {one.id: [] for one in infusions}
    for table in TABLES.values():
        for row in sessions.of_infusions(session, table, list(rows), reach=reach):
            rows[row.infusion_id].append(row)
    return {
        one.id: _record(one, rows[one.id], rules(one.started_at or at), at=at)
        if rows[one.id]
        else SessionRecord()
        for one in infusions
    }


def _record(infusion: Infusion, rows: list[Row], rules: Rules, *, at: datetime) -> SessionRecord:
    """What the rows say by the rules that the session was run by."""
    kinds = {row.kind for row in rows if isinstance(row, SessionEvent)}
    is_dosed = any(isinstance(row, Dose) for row in rows)
    return SessionRecord(
        rows,
        {kind: tap.label_of(kind, rules.taps) for kind in sorted(kinds)},
        tuple(_met(infusion, standing(infusion, rows, rules, at=at).slots)) if is_dosed else (),
    )


def _met(infusion: Infusion, slots: Iterable[Slot]) -> Iterator[Slot]:
    """The schedule; what is late when the session has ended is not taken any more."""
    is_over = infusion.state == InfusionState.COMPLETED
    for one in slots:
        is_open = one.state is SlotState.LATE and one.taken_at is None
        yield replace(one, state=SlotState.MISSED) if is_open and is_over else one
