"""Deliveries: documents on their way to a chart folder or a chart's server, until they arrive."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import Reach
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches

WAITING, SENT, FAILED = "waiting", "sent", "failed"


class Delivery(db.Base):
    """One document to one place. `state` is waiting, sent or failed; `failure` names no patient.

    `receipt` is what the other side answered: a file's name, or the address of a resource.
    """

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    disclosure_id: Mapped[UUID] = mapped_column(sa.ForeignKey("disclosure.id"))
    channel: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20))
    tries: Mapped[int]
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str] = mapped_column(sa.String(300))
    failure: Mapped[str] = mapped_column(sa.String(300))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))

    __table_args__ = (
        sa.UniqueConstraint("document_id", "channel"),
        sa.Index("ix_delivery_state", "state", "next_try_at"),
        sa.Index("ix_delivery_patient_id", "patient_id"),
    )


def of_document(session: Session, document_id: UUID, *, reach: Reach) -> list[Delivery]:
    """The deliveries of a document, within reach, oldest first."""
    query = (
        sa.select(Delivery)
        .where(Delivery.document_id == document_id, reaches(Delivery.patient_id, reach))
        .order_by(Delivery.asked_at, Delivery.id)
    )
    return list(session.execute(query).scalars())


def of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Delivery]:
    """The deliveries of a patient's documents, within reach, newest first."""
    query = (
        sa.select(Delivery)
        .where(Delivery.patient_id == patient_id, reaches(Delivery.patient_id, reach))
        .order_by(Delivery.asked_at.desc(), Delivery.id)
    )
    return list(session.execute(query).scalars())


def on_the_way(
    session: Session, document_id: UUID, channel: str, *, reach: Reach
) -> Delivery | None:
    """The delivery of a document to that place, within reach; there is at most one."""
    query = sa.select(Delivery).where(
        Delivery.document_id == document_id,
        Delivery.channel == channel,
        reaches(Delivery.patient_id, reach),
    )
    return session.execute(query).scalar_one_or_none()


def fetch(session: Session, delivery_id: UUID, *, reach: Reach, lock: bool = False) -> Delivery:
    """The delivery, or OutOfReach."""
    query = sa.select(Delivery).where(
        Delivery.id == delivery_id, reaches(Delivery.patient_id, reach)
    )
    if lock:
        query = query.with_for_update()
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def to_try(session: Session, *, at: datetime, most: int = 100) -> Sequence[UUID]:
    """The deliveries whose next try has come, oldest first."""
    query = (
        sa.select(Delivery.id)
        .where(Delivery.state == WAITING, Delivery.next_try_at <= at)
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(most)
    )
    return session.execute(query).scalars().all()


def claim(session: Session, delivery_id: UUID, *, at: datetime, until: datetime) -> bool:
    """Take a delivery whose next try has come; nobody else tries before `until`.

    Whoever took it and is heard of no more has failed: it is tried again then.
    """
    query = (
        sa.update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == WAITING, Delivery.next_try_at <= at)
        .values(next_try_at=until, tries=Delivery.tries + 1)
        .execution_options(synchronize_session=False)
    )
    found: Any = session.execute(query)
    return bool(found.rowcount)
