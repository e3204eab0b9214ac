"""Emergency access: one person, one patient, one hour, and the reason that was typed.

Of a row only its end is ever written, once. A person has one at most that has not ended.
"""

from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.actor import Emergency
from kapnotes.access.reach import MachineReach, Reach, Span
from kapnotes.records.care_team import reaches
from kapnotes.records.patient import Patient, folded
from kapnotes.records.person import Person, supervisees
from kapnotes.records.reader import Who

MOST = 100
"""How many uses a list holds, the newest first."""


class EmergencyAccess(db.Base):
    """One use: it holds from `granted_at` until `until`, or until it was ended before."""

    __tablename__ = "emergency_access"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    reason_sealed: Mapped[bytes]
    reason = db.sealed_text("reason_sealed")
    granted_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
    patient: Mapped[Patient] = relationship(lazy="raise")

    __table_args__ = (
        sa.Index(
            "uq_emergency_access_person_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_emergency_access_patient_id", "patient_id", "granted_at"),
        sa.Index("ix_emergency_access_granted_at", "granted_at"),
    )

    def is_over(self, at: datetime) -> bool:
        """Whether it gives no reach any more."""
        return self.ended_at is not None or at >= self.until


def open_of(
    session: Session, person_id: UUID, *, reach: MachineReach, lock: bool = False
) -> EmergencyAccess | None:
    """The row of a person that was not ended; its hour may be over."""
    del reach
    query = sa.select(EmergencyAccess).where(
        EmergencyAccess.person_id == person_id, EmergencyAccess.ended_at.is_(None)
    )
    if lock:
        query = query.with_for_update()
    return session.execute(query).scalar_one_or_none()


def granted_to(session: Session, person_id: UUID, *, reach: MachineReach) -> Emergency | None:
    """What a person was granted and did not end, as who acts carries it."""
    found = open_of(session, person_id, reach=reach)
    return Emergency(found.id, found.patient_id, found.until) if found else None


def exactly(
    session: Session,
    *,
    record_number: str,
    name: str,
    birth_date: date | None,
    reach: MachineReach,
) -> list[Patient]:
    """The patients with exactly this number, or this full name and birth date; two at most.

    Beyond every reach: it is for emergency access alone, and no search.
    """
    del reach
    if record_number:
        query = sa.select(Patient).where(Patient.record_number == record_number)
        return list(session.execute(query).scalars())
    if not folded(name) or birth_date is None:
        return []
    query = sa.select(Patient).where(Patient.birth_date == birth_date).order_by(Patient.id)
    return [
        one
        for one in session.execute(query).scalars()
        if folded(name) in {folded(one.name), folded(f"{one.family_name} {one.given_name}")}
    ][:2]


def uses(session: Session, *, reach: Reach) -> list[EmergencyAccess]:
    """The uses about patients in reach, or by people whom the reader supervises; newest first."""
    mine = (
        EmergencyAccess.person_id.in_(supervisees(Who(reach.person_id, reach.on)))
        if reach.span is Span.SUPERVISED
        else sa.false()
    )
    query = (
        sa.select(EmergencyAccess)
        .options(joinedload(EmergencyAccess.person, innerjoin=True))
        .where(sa.or_(reaches(EmergencyAccess.patient_id, reach), mine))
        .order_by(EmergencyAccess.granted_at.desc(), EmergencyAccess.id)
        .limit(MOST)
    )
    return list(session.execute(query).scalars())
