"""Measures that were taken: the answers as given, and the scores as they were worked out then.

A row is never edited. A correction is a new row that names the old one, and the old one is struck.
What was handed over on a tablet is a row too, from the moment it was handed over.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, defer, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import MachineReach, Reach
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches
from kapnotes.records.person import Person


class Measure(db.Base):
    """One scale, filled in at `observed_at`. `scores` holds total, subscales, band and claim.

    `total` is None while an answer is missing. `occasion` is what it was due for: `baseline`,
    `before`, `after_24h`, `every`, or "". `source` is entered, handed_over or imported.
    """

    __tablename__ = "measure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    course_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("course.id"))
    infusion_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("infusion.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    definition_version: Mapped[str] = mapped_column(sa.String(20))
    rule_version: Mapped[str] = mapped_column(sa.String(20))
    occasion: Mapped[str] = mapped_column(sa.String(20))
    recall: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[str] = mapped_column(sa.String(20))
    total: Mapped[Decimal | None]
    band: Mapped[str] = mapped_column(sa.String(60))
    scores: Mapped[dict[str, Any]]
    is_complete: Mapped[bool]
    answers_sealed: Mapped[bytes]
    answers = db.sealed_json("answers_sealed")
    observed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    corrects_id: Mapped[UUID | None]
    struck_at: Mapped[datetime | None]
    struck_by_id: Mapped[UUID | None]
    struck_reason_sealed: Mapped[bytes | None]
    struck_reason = db.sealed_text("struck_reason_sealed")

    recorded_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[recorded_by_id])

    __table_args__ = (
        sa.Index("ix_measure_patient_id", "patient_id", "key", "observed_at"),
        sa.Index("ix_measure_course_id", "course_id", "key", "observed_at"),
    )


class HandOver(db.Base):
    """A scale handed to the patient on a tablet: one page, one scale, until it is given back.

    Only a digest of its token is kept. It ends by being given back, withdrawn, or with its time.
    """

    __tablename__ = "hand_over"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    course_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("course.id"))
    infusion_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("infusion.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    definition_version: Mapped[str] = mapped_column(sa.String(20))
    occasion: Mapped[str] = mapped_column(sa.String(20))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    handed_at: Mapped[datetime]
    handed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    measure_id: Mapped[UUID | None]
    answers_sealed: Mapped[bytes | None]
    answers = db.sealed_json("answers_sealed")


class OwnMeasure(db.Base):
    """A scale that the practice imported: its Questionnaire as it came, never changed."""

    __tablename__ = "own_measure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(sa.String(60))
    version: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200))
    digest: Mapped[str] = mapped_column(sa.String(64))
    definition: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    retired_at: Mapped[datetime | None]
    retired_by_id: Mapped[UUID | None]

    __table_args__ = (sa.UniqueConstraint("key", "version"),)


def _chosen(*, reach: Reach, struck: bool, answers: bool) -> sa.Select[Measure]:
    """Measures in reach by time. Answers are left sealed in the table unless they are asked for."""
    query = (
        sa.select(Measure)
        .options(joinedload(Measure.recorded_by, innerjoin=True))
        .where(reaches(Measure.patient_id, reach))
        .order_by(Measure.observed_at, Measure.recorded_at, Measure.id)
    )
    if not answers:
        query = query.options(defer(Measure.answers_sealed, raiseload=True))
    return query if struck else query.where(Measure.struck_at.is_(None))


def of_patient(
    session: Session,
    patient_id: UUID,
    *,
    reach: Reach,
    keys: Collection[str] = (),
    struck: bool = False,
    answers: bool = False,
) -> list[Measure]:
    """The measures of a patient by time, of some scales or of all; struck ones only on request."""
    query = _chosen(reach=reach, struck=struck, answers=answers)
    query = query.where(Measure.patient_id == patient_id)
    if keys:
        query = query.where(Measure.key.in_(keys))
    return list(session.execute(query).scalars())


def of_course(
    session: Session,
    course_id: UUID,
    *,
    reach: Reach,
    struck: bool = False,
    answers: bool = False,
) -> list[Measure]:
    """The measures of a course by time; struck ones only on request."""
    query = _chosen(reach=reach, struck=struck, answers=answers)
    return list(session.execute(query.where(Measure.course_id == course_id)).scalars())


def latest(session: Session, patient_id: UUID, *, reach: Reach) -> dict[str, Measure]:
    """The newest measure of each scale of a patient, struck ones left out."""
    order = (Measure.observed_at.desc(), Measure.recorded_at.desc(), Measure.id.desc())
    place = sa.func.row_number().over(partition_by=Measure.key, order_by=order)
    newest = (
        sa.select(Measure.id.label("id"), place.label("place"))
        .where(Measure.patient_id == patient_id, Measure.struck_at.is_(None))
        .subquery()
    )
    query = _chosen(reach=reach, struck=False, answers=False).where(
        Measure.id.in_(sa.select(newest.c.id).where(newest.c.place == 1))
    )
    return {one.key: one for one in session.execute(query).scalars()}


def last_before(
    session: Session,
    patient_id: UUID,
    key: str,
    before: datetime,
    *,
    reach: Reach,
    but: UUID | None = None,
) -> datetime | None:
    """When a scale was rated last before that time, leaving one row out of account."""
    query = sa.select(sa.func.max(Measure.observed_at)).where(
        Measure.patient_id == patient_id,
        Measure.key == key,
        Measure.observed_at < before,
        Measure.struck_at.is_(None),
        reaches(Measure.patient_id, reach),
    )
    if but is not None:
        query = query.where(Measure.id != but)
    return session.execute(query).scalar()


def fetch(session: Session, measure_id: UUID, *, reach: Reach, lock: bool = False) -> Measure:
    """A measure with its answers, struck out or not, or OutOfReach."""
    query = (
        sa.select(Measure)
        .options(joinedload(Measure.recorded_by, innerjoin=True))
        .where(Measure.id == measure_id, reaches(Measure.patient_id, reach))
    )
    if lock:
        query = query.with_for_update(of=Measure)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def find(session: Session, measure_id: UUID, *, reach: MachineReach) -> Measure | None:
    """The measure that an earlier delivery left, if there was one: to write none twice."""
    del reach
    return session.get(Measure, measure_id)


def strike(row: Measure, *, reason: str, by_id: UUID, at: datetime) -> None:
    """Strike a measure out; it stays in the history with the reason."""
    row.struck_at = at
    row.struck_by_id = by_id
    row.struck_reason = reason


def with_token(
    session: Session, token_hash: str, *, reach: MachineReach, lock: bool = False
) -> HandOver | None:
    """What was handed over under the digest of a token, ended or not."""
    del reach
    query = sa.select(HandOver).where(HandOver.token_hash == token_hash)
    if lock:
        query = query.with_for_update()
    return session.execute(query).scalar_one_or_none()


def fetch_hand_over(session: Session, hand_over_id: UUID, *, reach: Reach) -> HandOver:
    """What was handed over, held under lock, or OutOfReach."""
    query = (
        sa.select(HandOver)
        .where(HandOver.id == hand_over_id, reaches(HandOver.patient_id, reach))
        .with_for_update()
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def handed_over(
    session: Session, patient_id: UUID, *, reach: Reach, key: str = "", lock: bool = False
) -> list[HandOver]:
    """What is with a patient, or was when its time ran out, of one scale or of all."""
    query = (
        sa.select(HandOver)
        .where(
            HandOver.patient_id == patient_id,
            HandOver.ended_at.is_(None),
            reaches(HandOver.patient_id, reach),
        )
        .order_by(HandOver.handed_at, HandOver.id)
    )
    if key:
        query = query.where(HandOver.key == key)
    if lock:
        query = query.with_for_update()
    return list(session.execute(query).scalars())


def own(session: Session, *, retired: bool = True) -> list[OwnMeasure]:
    """The scales of the practice in the order of their import, retired ones too."""
    query = sa.select(OwnMeasure).order_by(OwnMeasure.imported_at, OwnMeasure.id)
    if not retired:
        query = query.where(OwnMeasure.retired_at.is_(None))
    return list(session.execute(query).scalars())


def own_versions(session: Session, key: str, *, lock: bool = False) -> list[OwnMeasure]:
    """The versions of one scale of the practice, the newest last."""
    query = (
        sa.select(OwnMeasure)
        .where(OwnMeasure.key == key)
        .order_by(OwnMeasure.imported_at, OwnMeasure.id)
    )
    if lock:
        query = query.with_for_update()
    return list(session.execute(query).scalars())
