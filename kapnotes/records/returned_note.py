"""Notes that were sent back and are with their authors, the longest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.clinic.note import Move, NoteState
from kapnotes.db.column import Moment
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note, ReviewComment, reads
from kapnotes.records.patient import Patient
from kapnotes.records.person import Person

IS_BACK = (Note.state == NoteState.RETURNED.value,)


@dataclass(frozen=True, slots=True)
class ReturnedNote:
    """A note that is with its author again: since when, and how often it was sent back."""

    note_id: UUID
    kind: str
    state_at: datetime
    infusion: int
    given_name: str
    family_name: str
    record_number: str
    author: str
    times: int

    @property
    def patient(self) -> str:
        """The patient's given and family name."""
        return f"{self.given_name} {self.family_name}"


def page(
    session: Session,
    *,
    reach: Reach,
    most: int,
    author_id: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
) -> list[ReturnedNote]:
    """So many of them after a place, of one author or of all."""
    times = (
        sa.select(sa.func.count(ReviewComment.number.distinct()))
        .where(ReviewComment.note_id == Note.id, ReviewComment.move == Move.SEND_BACK.value)
        .scalar_subquery()
    )
    query = (
        sa.select(
            *(Note.id, Note.kind, Note.state_at, Infusion.number),
            *(Patient.given_name, Patient.family_name, Patient.record_number),
            Person.name,
            times,
        )
        .join(Infusion, Infusion.id == Note.infusion_id)
        .join(Patient, Patient.id == Note.patient_id)
        .join(Person, Person.id == Note.author_id)
        .where(*IS_BACK, reads(reach), *_by(author_id))
        .order_by(Note.state_at, Note.id)
        .limit(most)
    )
    if after is not None:
        here = sa.tuple_(sa.literal(after[0], Moment()), sa.literal(after[1], sa.Uuid()))
        query = query.where(sa.tuple_(Note.state_at, Note.id) > here)
    return [ReturnedNote(*row) for row in session.connection().execute(query)]


def count(session: Session, *, reach: Reach, author_id: UUID | None = None) -> int:
    """How many there are."""
    query = sa.select(sa.func.count(Note.id)).where(*IS_BACK, reads(reach), *_by(author_id))
    found: int = session.connection().execute(query).scalar_one()
    return found


def _by(author_id: UUID | None) -> list[sa.ColumnElement[bool]]:
    return [] if author_id is None else [Note.author_id == author_id]
