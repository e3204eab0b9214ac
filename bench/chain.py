"""The trail of a seeded practice: one event for each row, chained as the product chains them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kapnotes.access.roles import Therapist
from kapnotes.audit.events import Did, Outcome
from kapnotes.audit.trail import Entry, digest, head


@dataclass(slots=True)
class Chain:
    """The end of the trail, and the entries that are not in the database yet."""

    position: int
    hash: str
    entries: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        did: Did,
        row: Mapping[str, Any],
        *,
        table: str,
        at: datetime,
        by: UUID,
        **details: str | int,
    ) -> None:
        """Put down that a therapist did this with the row."""
        self.position += 1
        values: dict[str, Any] = {
            "position": self.position,
            "at": at,
            "actor_id": by,
            "role": Therapist.key,
            "event": did.value,
            "category": did.category.value,
            "outcome": Outcome.DONE.value,
            "reason": "",
            "patient_id": row["id"] if table == "patient" else row["patient_id"],
            "object_kind": table,
            "object_id": row["id"],
            "object_version": row.get("version"),
            "details": details,
            "prev_hash": self.hash,
        }
        self.hash = values["hash"] = digest(values)
        self.entries.append(values)

    def write(self, connection: sa.Connection) -> None:
        """Append what was put down, and move the head, in the caller's transaction."""
        connection.execute(sa.insert(Entry), self.entries)
        connection.execute(head.update().values(position=self.position, hash=self.hash))
        self.entries.clear()


def open_chain(connection: sa.Connection) -> Chain:
    """The trail as it stands."""
    position, hash_ = connection.execute(sa.select(head.c.position, head.c.hash)).one()
    return Chain(position, hash_)
