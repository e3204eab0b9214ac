"""What a session recorded, read back from the content that a signature is over."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kapnotes.clinic.schedule import Slot, SlotState
from kapnotes.records.session_record import SessionValues
from kapnotes.records.session_row import FIELDS

MOMENTS = frozenset(
    {
        "observed_at",
        "recorded_at",
        "stopped_at",
        "resolved_at",
        "last_food_at",
        "last_drink_at",
        "left_at",
    }
)
DAYS = frozenset({"weighed_on"})
FIGURES = frozenset(
    {
        "concentration_mg_per_ml",
        "weight_kg",
        "planned_mg_per_kg",
        "mg",
        "rate_mg_per_h",
        "drawn_mg",
        "wasted_mg",
    }
)


def session_of(content: str) -> SessionValues:
    """What stands of the session in a note's canonical content, of whichever format."""
    kept = json.loads(content)
    return SessionValues(
        tuple(_row(row) for row in kept["session"]),
        tuple(
            Slot(
                minutes=slot["minutes"],
                label=slot["label"],
                due_at=_value("observed_at", slot["due_at"]),
                state=SlotState(slot["state"]),
                taken_at=_value("observed_at", slot["taken_at"]),
            )
            for slot in kept.get("schedule", ())
        ),
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with all the fields of its noun; what an earlier format did not hold is blank."""
    blank = {**dict.fromkeys(FIELDS[row["record"]]), "caution_reason": None, "recorded_by_name": ""}
    return blank | {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    """A time, a day or a figure as what it is; texts stay texts, whatever they look like."""
    if not isinstance(value, str):
        return value
    if name in MOMENTS:
        return datetime.fromisoformat(value)
    if name in DAYS:
        return date.fromisoformat(value)
    return Decimal(value) if name in FIGURES else value
