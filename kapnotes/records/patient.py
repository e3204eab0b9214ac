"""Patients: who they are, and finding them within the reader's reach."""

import unicodedata
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import Reach
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches

PAGE = 50


class Patient(db.Base):
    """One patient. `search_name` is what the search compares: folded, lower case."""

    __tablename__ = "patient"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_name: Mapped[str] = mapped_column(sa.String(200))
    given_name: Mapped[str] = mapped_column(sa.String(200))
    search_name: Mapped[str]
    birth_date: Mapped[date]
    record_number: Mapped[str] = mapped_column(sa.String(60), unique=True)
    pronouns: Mapped[str | None] = mapped_column(sa.String(60))
    phone: Mapped[str | None] = mapped_column(sa.String(60))
    contact_name: Mapped[str | None] = mapped_column(sa.String(200))
    contact_phone: Mapped[str | None] = mapped_column(sa.String(60))
    allergies_sealed: Mapped[bytes | None]
    allergies = db.sealed_text("allergies_sealed")
    version: Mapped[int]
    created_at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_patient_search_name", "search_name", "id"),)

    @property
    def patient_id(self) -> UUID:
        """The patient whose key seals this row: itself."""
        return self.id

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


def folded(text: str) -> str:
    """Text as the search compares it: without marks, in lower case, single spaces."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def search_name_of(family_name: str, given_name: str, record_number: str) -> str:
    """What the search of a patient compares, family name first so that it also sorts."""
    return folded(f"{family_name} {given_name} {record_number}")


def fetch(session: Session, patient_id: UUID, *, reach: Reach, lock: bool = False) -> Patient:
    """The patient, or OutOfReach."""
    query = sa.select(Patient).where(Patient.id == patient_id, reaches(Patient.id, reach))
    if lock:
        query = query.with_for_update()
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def hold(session: Session, patient_id: UUID) -> None:
    """Hold a patient who was fetched within reach: whoever raises or records beside waits.

    Rows that only name the patient are written meanwhile.
    """
    query = sa.select(Patient.id).where(Patient.id == patient_id)
    session.execute(query.with_for_update(key_share=True)).one()


@dataclass(frozen=True, slots=True)
class Listed:
    """A patient as a list shows them: plain values, for a page holds dozens."""

    id: UUID
    family_name: str
    given_name: str
    birth_date: date
    record_number: str
    search_name: str


def find(session: Session, text: str, *, reach: Reach, after: str = "") -> list[Listed]:
    """Patients in reach whose name or record number holds every word, by name, `PAGE` + 1.

    The index over names is read in its order until the page is full, so that the list costs the
    same with ten patients and with ten thousand.
    """
    columns = [Patient.__table__.c[one.name] for one in fields(Listed)]
    query = sa.select(*columns).where(reaches(Patient.id, reach))
    for word in folded(text)[:200].split()[:8]:
        query = query.where(Patient.search_name.contains(word, autoescape=True))
    if after:
        query = query.where(Patient.search_name > after)
    query = query.order_by(Patient.search_name).limit(PAGE + 1)
    return [Listed(*row) for row in session.connection().execute(query)]


def has_record_number(session: Session, record_number: str, *, but: UUID | None = None) -> bool:
    """Whether another patient of the practice has this record number."""
    query = sa.select(Patient.id).where(Patient.record_number == record_number)
    if but is not None:
        query = query.where(Patient.id != but)
    return session.execute(query).first() is not None
