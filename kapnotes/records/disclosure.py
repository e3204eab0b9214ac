"""Disclosures: what left about a patient, to whom and why; the list belongs to the patient."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches
from kapnotes.records.person import Person


class Disclosure(db.Base):
    """One hand-out. `what` is a document's kind or an export's name, `number` the document's.

    `recipient` and `purpose` are words of whoever handed it out; `by` is nobody where that was the
    command line. A row never changes.
    """

    __tablename__ = "disclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    what: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[str] = mapped_column(sa.String(40))
    channel: Mapped[str] = mapped_column(sa.String(20))
    recipient_sealed: Mapped[bytes]
    recipient = db.sealed_text("recipient_sealed")
    purpose_sealed: Mapped[bytes]
    purpose = db.sealed_text("purpose_sealed")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship(lazy="raise")

    __table_args__ = (sa.Index("ix_disclosure_patient_id", "patient_id", "at"),)

    @property
    def by_name(self) -> str:
        """Who handed it out, by name."""
        return self.by.name if self.by else "Command line"


def of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Disclosure]:
    """Every disclosure about a patient, within reach, with who made it; oldest first."""
    query = (
        sa.select(Disclosure)
        .options(joinedload(Disclosure.by))
        .where(Disclosure.patient_id == patient_id, reaches(Disclosure.patient_id, reach))
        .order_by(Disclosure.at, Disclosure.id)
    )
    return list(session.execute(query).scalars())


def fetch(session: Session, disclosure_id: UUID, *, reach: Reach) -> Disclosure:
    """The disclosure, or OutOfReach."""
    query = sa.select(Disclosure).where(
        Disclosure.id == disclosure_id, reaches(Disclosure.patient_id, reach)
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found
