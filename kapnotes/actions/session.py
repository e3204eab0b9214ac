"""What the dosing session records, one verb for each noun: record, correct, strike out.

The nouns are those of `records.session_row`: arrival, dose, vitals, session event, adverse event,
discharge. A running infusion is also stopped. See `session_write` for how a row is written.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.actions import session_write
from kapnotes.actions.session_write import Values, Write, Written
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import WrongState
from kapnotes.records.journal import Act
from kapnotes.records.session_row import TABLES, Dose

F = TypeVar("F", bound=Callable[..., Any])


class Record(Protocol):
    """Record a row of one noun."""

    def __call__(  # noqa: D102 - the class says it
        self,
        *,
        infusion_id: UUID,
        values: Values,
        reason: str = "",
        key: UUID | None = None,
        by: Actor,
        at: datetime,
    ) -> Written: ...


class Correct(Protocol):
    """Correct a row: the old one is struck, the new one names it.

    `why` it is corrected stays with the old row; `reason` passes what is unusual in the new.
    """

    def __call__(  # noqa: D102 - the class says it
        self,
        *,
        row_id: UUID,
        values: Values,
        why: str,
        reason: str = "",
        key: UUID | None = None,
        by: Actor,
        at: datetime,
    ) -> Written: ...


class Strike(Protocol):
    """Strike a row out and say why; it stays in the history."""

    def __call__(  # noqa: D102 - the class says it
        self, *, row_id: UUID, why: str, key: UUID | None = None, by: Actor, at: datetime
    ) -> Written: ...


def _record(noun: str) -> Record:
    def record(
        deed: Deed,
        *,
        infusion_id: UUID,
        values: Values,
        reason: str = "",
        key: UUID | None = None,
        by: Actor,
        at: datetime,
    ) -> Written:
        write = Write(dict(values), reason, key, by, at)
        return session_write.record(deed, TABLES[noun], infusion_id, write)

    return does(Did(f"{noun}.recorded"))(_named(record, f"record_{noun}"))


def _correct(noun: str) -> Correct:
    def correct(
        deed: Deed,
        *,
        row_id: UUID,
        values: Values,
        why: str,
        reason: str = "",
        key: UUID | None = None,
        by: Actor,
        at: datetime,
    ) -> Written:
        write = Write(dict(values), reason, key, by, at, why)
        return session_write.correct(deed, TABLES[noun], row_id, write)

    return does(Did(f"{noun}.corrected"))(_named(correct, f"correct_{noun}"))


def _strike(noun: str) -> Strike:
    def strike(
        deed: Deed, *, row_id: UUID, why: str, key: UUID | None = None, by: Actor, at: datetime
    ) -> Written:
        write = Write({}, "", key, by, at, why)
        return session_write.strike(deed, TABLES[noun], row_id, write)

    return does(Did(f"{noun}.struck"))(_named(strike, f"strike_{noun}"))


def _named(action: F, name: str) -> F:
    """The action under the name by which the house knows it."""
    action.__name__ = action.__qualname__ = name
    return action


RECORD: dict[str, Record] = {noun: _record(noun) for noun in TABLES}
CORRECT: dict[str, Correct] = {noun: _correct(noun) for noun in TABLES}
STRIKE: dict[str, Strike] = {noun: _strike(noun) for noun in TABLES}

record_arrival, correct_arrival = RECORD["arrival"], CORRECT["arrival"]
record_dose, correct_dose, strike_dose = RECORD["dose"], CORRECT["dose"], STRIKE["dose"]
record_vitals, correct_vitals = RECORD["vitals"], CORRECT["vitals"]
record_session_event, strike_session_event = RECORD["session_event"], STRIKE["session_event"]
record_adverse_event, correct_adverse_event = RECORD["adverse_event"], CORRECT["adverse_event"]
record_discharge, correct_discharge = RECORD["discharge"], CORRECT["discharge"]
strike_vitals, strike_adverse_event = STRIKE["vitals"], STRIKE["adverse_event"]


@does(Did.DOSE_STOPPED)
def stop_dose(
    deed: Deed,
    *,
    row_id: UUID,
    values: Values,
    reason: str = "",
    key: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Written:
    """Stop a running infusion: the dose as it was given takes the place of the one begun."""
    if values.get("stopped_at") is None:
        raise WrongState("Say when the infusion was stopped.")
    write = Write({**values, "is_running": False}, reason, key, by, at)
    return session_write.correct(deed, Dose, row_id, write, Act.STOPPED)
