"""Questions that a supervisor asked about a note which waits, and its author has not answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kapnotes.access.reach import Reach
from kapnotes.clinic.note import Move, NoteState
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note, ReviewComment, reads
from kapnotes.records.patient import Patient

_LATER = aliased(ReviewComment, name="later")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A note with a question about it: who asked, and when. What was asked stands on its page."""

    note_id: UUID
    kind: str
    infusion: int
    given_name: str
    family_name: str
    by: str
    at: datetime

    @property
    def patient(self) -> str:
        """The patient's given and family name."""
        return f"{self.given_name} {self.family_name}"


def of_author(session: Session, author_id: UUID, *, reach: Reach, most: int) -> list[OpenQuestion]:
    """The questions to one author, the oldest first."""
    later = sa.select(_LATER.id).where(
        _LATER.note_id == ReviewComment.note_id, _LATER.place > ReviewComment.place
    )
    query = (
        sa.select(
            *(Note.id, Note.kind, Infusion.number, Patient.given_name, Patient.family_name),
            *(ReviewComment.by, ReviewComment.at),
        )
        .join(ReviewComment, ReviewComment.note_id == Note.id)
        .join(Infusion, Infusion.id == Note.infusion_id)
        .join(Patient, Patient.id == Note.patient_id)
        .where(
            Note.author_id == author_id,
            Note.state == NoteState.AWAITING_COSIGNATURE.value,
            ReviewComment.move == Move.ASK.value,
            ~later.exists(),
            reads(reach),
        )
        .order_by(ReviewComment.at, Note.id)
        .limit(most)
    )
    return [OpenQuestion(*row) for row in session.connection().execute(query)]
