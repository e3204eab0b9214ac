"""Supervisors who are away for some days, and the deputies who act for them meanwhile."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import MachineReach
from kapnotes.records.period import Lasting


class Absence(Lasting, db.Base):
    """From `starts_on` to the day before `ends_on` a deputy reaches what the supervisor does."""

    __tablename__ = "absence"

    supervisor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    deputy_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))

    __table_args__ = (
        sa.Index("ix_absence_deputy_id", "deputy_id", "supervisor_id"),
        sa.Index("ix_absence_supervisor_id", "supervisor_id"),
    )


def every(session: Session, *, reach: MachineReach) -> list[Absence]:
    """All absences, newest first, for the account pages."""
    del reach
    query = sa.select(Absence).order_by(Absence.starts_on.desc(), Absence.id)
    return list(session.execute(query).scalars())


def of_supervisors(session: Session, ids: Collection[UUID], *, lock: bool = False) -> list[Absence]:
    """The absences of these supervisors, over or not; under lock they cannot be ended meanwhile."""
    if not ids:
        return []
    query = sa.select(Absence).where(Absence.supervisor_id.in_(ids)).order_by(Absence.id)
    if lock:
        query = query.with_for_update(read=True).execution_options(populate_existing=True)
    return list(session.execute(query).scalars())
