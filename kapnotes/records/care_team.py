"""Who cares for a patient, from when to when; and the one place where reach meets a query."""

from datetime import date
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    relationship,
)

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.records.person import Person, Supervision, holds


class CareTeam(db.Base):
    """A person on a patient's care team, from `starts_on` to the day before `ends_on`."""

    __tablename__ = "care_team"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (
        sa.Index("ix_care_team_person_id", "person_id", "patient_id"),
        sa.Index("ix_care_team_patient_id", "patient_id", "person_id"),
    )


def _cares(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        CareTeam.starts_on <= on, sa.or_(CareTeam.ends_on.is_(None), CareTeam.ends_on > on)
    )


def reaches(patient_id: InstrumentedAttribute[UUID], reach: Reach) -> sa.ColumnElement[bool]:
    """The condition that keeps a query within the reader's reach; an unknown span is none."""
    if reach.span is Span.PRACTICE:
        return sa.true()
    if reach.span is Span.CARE_TEAM:
        mine = sa.select(CareTeam.patient_id).where(
            CareTeam.person_id == reach.person_id, _cares(reach.on)
        )
        return patient_id.in_(mine)
    if reach.span is Span.SUPERVISED:
        theirs = (
            sa.select(CareTeam.patient_id)
            .join(Supervision, Supervision.supervisee_id == CareTeam.person_id)
            .where(
                Supervision.supervisor_id == reach.person_id,
                holds(Supervision, reach.on),
                _cares(reach.on),
            )
        )
        return patient_id.in_(theirs)
    return sa.false()


def members(session: Session, patient_id: UUID, *, reach: Reach) -> list[CareTeam]:
    """The care team of a patient, those who left included, in order of joining."""
    query = (
        sa.select(CareTeam)
        .options(joinedload(CareTeam.person, innerjoin=True))
        .where(CareTeam.patient_id == patient_id, reaches(CareTeam.patient_id, reach))
        .order_by(CareTeam.starts_on, CareTeam.id)
    )
    return list(session.execute(query).scalars())
