"""Consents of a patient: the form, what was covered, when and by whom; and their withdrawal."""

from datetime import date, datetime
from functools import cache
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic import consent as clinic
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches, within
from kapnotes.records.person import Person
from kapnotes.records.reader import reader


class Consent(db.Base):
    """One consent. `points` lists what was covered; `held_by` is who held the conversation.

    It changes once at most: when it is withdrawn.
    """

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"), index=True)
    form_version: Mapped[str] = mapped_column(sa.String(60))
    points: Mapped[list[str]] = mapped_column(sa.JSON())
    signed_on: Mapped[date]
    held_by: Mapped[str] = mapped_column(sa.String(120))
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None]
    withdrawn_reason_sealed: Mapped[bytes | None]
    withdrawn_reason = db.sealed_text("withdrawn_reason_sealed")

    recorded_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[recorded_by_id])


def of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Consent]:
    """The consents of a patient with who recorded them, withdrawn ones too, oldest first."""
    known = {"patient_id": patient_id, **reader(reach)}
    return list(session.execute(_of_patient(reach.span), known).scalars())


@cache
def _of_patient(span: Span) -> sa.Select[Consent]:
    return (
        sa.select(Consent)
        .options(joinedload(Consent.recorded_by, innerjoin=True))
        .where(
            Consent.patient_id == sa.bindparam("patient_id"),
            within(Consent.patient_id, span),
        )
        .order_by(Consent.signed_on, Consent.recorded_at, Consent.id)
    )


def fetch(session: Session, consent_id: UUID, *, reach: Reach, lock: bool = False) -> Consent:
    """The consent, or OutOfReach."""
    query = sa.select(Consent).where(Consent.id == consent_id, reaches(Consent.patient_id, reach))
    if lock:
        query = query.with_for_update()
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def clinical(row: Consent) -> clinic.Consent:
    """A consent as the clinic's rules see it."""
    return clinic.Consent(
        form_version=row.form_version,
        points=frozenset(row.points),
        signed_on=row.signed_on,
        by=row.held_by,
        withdrawn_on=row.withdrawn_on,
    )
