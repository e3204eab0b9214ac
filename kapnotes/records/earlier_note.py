"""Earlier notes in which a text stood already, as far as the reader reaches them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kapnotes.access.reach import Reach
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note, NoteVersion, reads
from kapnotes.records.patient import Patient


@dataclass(frozen=True, slots=True)
class EarlierNote:
    """The version that stands of an earlier note, with whose it is and of which infusion."""

    version: NoteVersion
    kind: str
    infusion: int
    patient: str
    record_number: str


def of(session: Session, ids: Collection[UUID], *, reach: Reach) -> dict[UUID, EarlierNote]:
    """These notes as they were signed last; one out of reach is left out."""
    if not ids:
        return {}
    newest = aliased(NoteVersion, name="newest")
    query = (
        sa.select(
            newest,
            Note.kind,
            Infusion.number,
            Patient.given_name,
            Patient.family_name,
            Patient.record_number,
        )
        .join(Note, sa.and_(Note.id == newest.note_id, Note.signed_versions == newest.number))
        .join(Infusion, Infusion.id == Note.infusion_id)
        .join(Patient, Patient.id == Note.patient_id)
        .where(Note.id.in_(ids), reads(reach))
    )
    return {
        row[0].note_id: EarlierNote(row[0], row[1], row[2], f"{row[3]} {row[4]}", row[5])
        for row in session.execute(query)
    }
