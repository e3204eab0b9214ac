"""What is due, kept by its moments: how it stands is never stored, the clock says it.

The rows of a course are written in the transaction that changes its facts: see `due_keeping`.
They hold no fact of their own and can be made anew at any time. They have no foreign keys: writing
them takes no lock of a row that somebody else holds, and what they name is never deleted.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kapnotes import db
from kapnotes.clinic.due_item import DueItem

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for a time that is not known yet, or does not come: every row can be compared."""
_BY_DUE = ("whose", "due_at", "id", "kind", "patient_id", "from_at", "over_at")
_BY_FROM = ("whose", "from_at", "id", "kind", "patient_id")
_BY_PATIENT = ("patient_id", "whose", "kind", "due_at", "from_at", "over_at")
"""Each list is narrowed in an index alone: whose rows it reads are those that it shows."""


class KeptDue(db.Base):
    """One thing that a course is due, as `clinic.due_item.DueItem` says it.

    `note_id` is the note that waits for a co-signature. The id follows from what the row is about,
    so that the same thing has it again after it was moved.
    """

    __tablename__ = "kept_due"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(index=True)
    patient_id: Mapped[UUID]
    infusion_id: Mapped[UUID | None]
    note_id: Mapped[UUID | None]
    whose: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(20))
    about: Mapped[str] = mapped_column(sa.String(60))
    occasion: Mapped[str] = mapped_column(sa.String(20))
    from_at: Mapped[datetime]
    due_at: Mapped[datetime]
    over_at: Mapped[datetime]

    __table_args__ = (
        sa.Index("ix_kept_due_due_at", *_BY_DUE),
        sa.Index("ix_kept_due_from_at", *_BY_FROM),
        sa.Index("ix_kept_due_patient_id", *_BY_PATIENT),
        sa.Index("ix_kept_due_infusion_id", "infusion_id", "whose", "kind"),
    )


class DueCourse(db.Base):
    """A course whose due things are kept, and the rule by which they were worked out last."""

    __tablename__ = "due_course"

    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(sa.String(16), index=True)


def row_of(item: DueItem, *, course_id: UUID, patient_id: UUID) -> dict[str, Any]:
    """A due thing as its row."""
    names = (course_id, item.infusion, item.note, item.kind, item.about, item.occasion)
    return {
        "id": UUID(bytes=sha256("|".join(map(str, names)).encode()).digest()[:16]),
        "course_id": course_id,
        "patient_id": patient_id,
        "infusion_id": UUID(item.infusion) if item.infusion else None,
        "note_id": UUID(item.note) if item.note else None,
        "whose": item.whose.value,
        "kind": item.kind.value,
        "about": item.about,
        "occasion": item.occasion,
        "from_at": item.from_at or NEVER,
        "due_at": item.due_at or NEVER,
        "over_at": item.over_at or NEVER,
    }


def known(moment: datetime) -> datetime | None:
    """A moment of a row as the rule says it: None for one that is not known."""
    return None if moment == NEVER else moment
