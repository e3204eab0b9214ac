"""All that one session recorded, as it stands: its rows, what they are called, its schedule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kapnotes.clinic.schedule import Slot
from kapnotes.records.session_row import R, Row, SessionEvent, values_of

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SessionValues:
    """A session as plain values: for page and paper the same, live or as it was signed.

    Each row has its fields, its `record` (the noun), `id`, `caution_reason`, `recorded_by_name`,
    and an event the `label` that its kind had in the practice.
    """

    rows: Sequence[Values] = ()
    slots: Sequence[Slot] = ()

    def of(self, noun: str) -> tuple[Values, ...]:
        """The rows of one kind, by time."""
        return tuple(row for row in self.rows if row["record"] == noun)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """The rows that are not struck out, in the order of `TABLES` and of time in each.

    `labels` are what the practice calls the kinds of its events, `slots` the rows that its vitals
    schedule asks for as they were met; none without a dose.
    """

    rows: Sequence[Row] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    slots: Sequence[Slot] = ()

    def of(self, table: type[R]) -> list[R]:
        """The rows of one kind, by time."""
        return [row for row in self.rows if isinstance(row, table)]

    def label(self, row: SessionEvent) -> str:
        """What the kind of an event is called."""
        return self.labels.get(row.kind, row.kind)

    def values(self) -> SessionValues:
        """The same as plain values."""
        return SessionValues(tuple(self._values(row) for row in self.rows), self.slots)

    def _values(self, row: Row) -> Values:
        about = getattr(row, "about_id", None)
        return {
            **values_of(row),
            **({"about_id": str(about)} if about else {}),
            **({"label": self.label(row)} if isinstance(row, SessionEvent) else {}),
            "record": row.__tablename__,
            "id": str(row.id),
            "caution_reason": row.caution_reason,
            "recorded_by_name": row.recorded_by.name,
        }
