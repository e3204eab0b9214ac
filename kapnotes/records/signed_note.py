"""What stands signed of a patient's notes: for the trends of scales, and beside the next note."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.clinic.note import FINAL, LOCKED
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note, NoteVersion, reads

STANDS = tuple(sorted(state.value for state in FINAL))
SIGNED = tuple(sorted(state.value for state in LOCKED))
"""The states in which its author's signature stands, with or without the co-signature."""


@dataclass(frozen=True, slots=True)
class SignedNote:
    """The version that stands of a signed note, with its kind and the number of its infusion."""

    version: NoteVersion
    kind: str
    infusion: int


def of_patient(
    session: Session,
    patient_id: UUID,
    *,
    kinds: Collection[str],
    reach: Reach,
    most: int,
    states: Collection[str] = STANDS,
) -> list[SignedNote]:
    """What stands signed of a patient's notes of these kinds, the newest `most`, oldest first.

    With `SIGNED` as its `states` also what its author signed and a supervisor has yet to.
    """
    query = (
        sa.select(NoteVersion, Note.kind, Infusion.number)
        .join(Note, sa.and_(Note.id == NoteVersion.note_id, Note.patient_id == patient_id))
        .join(Infusion, Infusion.id == Note.infusion_id)
        .where(
            NoteVersion.number == Note.signed_versions,
            Note.kind.in_(kinds),
            Note.state.in_(states),
            reads(reach),
        )
        .order_by(NoteVersion.signed_at.desc(), NoteVersion.id)
        .limit(most)
    )
    return [SignedNote(*row) for row in reversed(session.execute(query).all())]


def earlier(session: Session, note: Note, *, reach: Reach) -> NoteVersion | None:
    """The last signed version of an earlier note of the kind for this patient, if in reach."""
    query = (
        sa.select(NoteVersion)
        .join(Note, Note.id == NoteVersion.note_id)
        .where(
            Note.patient_id == note.patient_id,
            Note.kind == note.kind,
            Note.id != note.id,
            Note.state.in_(SIGNED),
            reads(reach),
        )
        .order_by(NoteVersion.signed_at.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def newest_of_course(
    session: Session, course_id: UUID, *, kind: str, reach: Reach
) -> SignedNote | None:
    """The note of that kind which was signed last in a course, as it was signed, if in reach."""
    query = (
        sa.select(NoteVersion, Note.kind, Infusion.number)
        .join(Note, Note.id == NoteVersion.note_id)
        .join(Infusion, Infusion.id == Note.infusion_id)
        .where(
            Infusion.course_id == course_id,
            NoteVersion.number == Note.signed_versions,
            Note.kind == kind,
            Note.state.in_(SIGNED),
            reads(reach),
        )
        .order_by(NoteVersion.signed_at.desc(), NoteVersion.id)
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return SignedNote(*found) if found else None
