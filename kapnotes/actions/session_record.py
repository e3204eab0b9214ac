"""All that a session recorded, gathered: for the note that is signed with it, and for paper."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from kapnotes.access.reach import Reach
from kapnotes.actions.rules import rules_of
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
    rules = rules_of(session, infusion, at=at)
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
