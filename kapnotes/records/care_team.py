"""Who cares for a patient, from when to when; and the one place where reach meets a query."""

from datetime import date
from functools import lru_cache
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    Session,
    aliased,
    joinedload,
    mapped_column,
    relationship,
)

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.records.person import Person, supervisees
from kapnotes.records.reader import BUILT, OPEN, Who, who_reads


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
        sa.Index("ix_care_team_person_id", "person_id", "patient_id", "starts_on", "ends_on"),
        sa.Index("ix_care_team_patient_id", "patient_id", "person_id"),
    )


_MINE = aliased(CareTeam, name="mine")


def _cares(patient_id: InstrumentedAttribute[UUID], who: Who) -> sa.ColumnElement[bool]:
    return sa.and_(_MINE.patient_id == patient_id, *_stands(who.on))


def _stands(on: date | sa.BindParameter[date]) -> tuple[sa.ColumnElement[bool], ...]:
    return _MINE.starts_on <= on, sa.or_(_MINE.ends_on.is_(None), _MINE.ends_on > on)


def _is_wider(span: Span) -> bool:
    """Whether one more patient is reached, by emergency access."""
    return span is Span.EMERGENCY


@lru_cache(maxsize=BUILT)
def within(
    patient_id: InstrumentedAttribute[UUID], span: Span, who: Who = OPEN
) -> sa.ColumnElement[bool]:
    """The condition that keeps a query within a span; an unknown span is none.

    It asks of each patient whether the reader cares for them, so it costs the same for one patient
    whether the reader has ten or ten thousand. It is built once for a reader and day.
    """
    if span is Span.PRACTICE:
        return sa.true()
    if span in {Span.CARE_TEAM, Span.EMERGENCY}:
        mine = sa.select(_MINE.id).where(_cares(patient_id, who), _MINE.person_id == who.person_id)
        cared_for = mine.correlate_except(_MINE).exists()
        return sa.or_(cared_for, patient_id == who.patient_id) if _is_wider(span) else cared_for
    if span is Span.SUPERVISED:
        theirs = sa.select(_MINE.id).where(
            _cares(patient_id, who), _MINE.person_id.in_(supervisees(who))
        )
        return theirs.correlate_except(_MINE).exists()
    return sa.false()


def reaches(patient_id: InstrumentedAttribute[UUID], reach: Reach) -> sa.ColumnElement[bool]:
    """The condition that keeps a query within the reach of one reader."""
    return within(patient_id, reach.span, who_reads(reach))


def is_reached(patient_id: InstrumentedAttribute[UUID], reach: Reach) -> sa.ColumnElement[bool]:
    """The condition of `reaches`, asked from the reader's side: who counts all that they reach.

    It costs as much as the reader has patients, and nothing for the patients of others.
    """
    return _is_among(patient_id, reach.span, who_reads(reach))


@lru_cache(maxsize=BUILT)
def _is_among(
    patient_id: InstrumentedAttribute[UUID], span: Span, who: Who
) -> sa.ColumnElement[bool]:
    if span not in {Span.CARE_TEAM, Span.SUPERVISED}:
        return within(patient_id, span, who)
    person = _MINE.person_id
    is_theirs = person == who.person_id if span is Span.CARE_TEAM else person.in_(supervisees(who))
    return patient_id.in_(sa.select(_MINE.patient_id).where(is_theirs, *_stands(who.on)))


def members(session: Session, patient_id: UUID, *, reach: Reach) -> list[CareTeam]:
    """The care team of a patient, those who left included, in order of joining."""
    query = (
        sa.select(CareTeam)
        .options(joinedload(CareTeam.person, innerjoin=True))
        .where(CareTeam.patient_id == patient_id, reaches(CareTeam.patient_id, reach))
        .order_by(CareTeam.starts_on, CareTeam.id)
    )
    return list(session.execute(query).scalars())
