"""What a dosing-session note is signed with (doses, vitals, adverse events), ready for a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kapnotes.records.session import Row, values_of

MOMENTS = frozenset({"observed_at", "stopped_at", "resolved_at", "recorded_at"})
DAYS = frozenset({"weighed_on"})
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SessionRows:
    """The rows of a session by kind, each as its form names the values."""

    doses: tuple[Values, ...] = ()
    vitals: tuple[Values, ...] = ()
    adverse_events: tuple[Values, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any row."""
        return bool(self.doses or self.vitals or self.adverse_events)


def live(rows: Iterable[Row]) -> SessionRows:
    """The rows as they stand in the record now."""
    return _by_kind(
        (row.__tablename__, {**values_of(row), "caution_reason": row.caution_reason})
        for row in rows
    )


def signed(kept: Iterable[Mapping[str, object]]) -> SessionRows:
    """The rows as they were signed, from the signed content."""
    return _by_kind(
        (str(row["record"]), {name: _value(name, value) for name, value in row.items()})
        for row in kept
    )


def _by_kind(rows: Iterable[tuple[str, Values]]) -> SessionRows:
    found: dict[str, list[Values]] = {"dose": [], "vitals": [], "adverse_event": []}
    for kind, values in rows:
        found[kind].append(values)
    return SessionRows(tuple(found["dose"]), tuple(found["vitals"]), tuple(found["adverse_event"]))


def _value(name: str, value: object) -> object:
    """A time or a day of the signed content as what it is; figures stay as they were written."""
    if not isinstance(value, str):
        return value
    if name in MOMENTS:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name in DAYS else value
