"""The practice's own rules, each setting as versions that never change.

What a session was run by can so be said years later: the newest version at its start.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from kapnotes import db


class PracticeSetting(db.Base):
    """One version of one setting; `value` is plain JSON that `clinic.setting` reads."""

    __tablename__ = "practice_setting"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[dict[str, Any]]
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID]

    __table_args__ = (sa.Index("ix_practice_setting_name", "name", "set_at"),)


def versions(session: Session, name: str) -> list[PracticeSetting]:
    """Every version of a setting, newest first."""
    query = (
        sa.select(PracticeSetting)
        .where(PracticeSetting.name == name)
        .order_by(PracticeSetting.set_at.desc(), PracticeSetting.id)
    )
    return list(session.execute(query).scalars())


_NEWER = aliased(PracticeSetting)
_NEWEST = sa.select(PracticeSetting).where(
    ~sa.exists().where(_NEWER.name == PracticeSetting.name, _NEWER.set_at > PracticeSetting.set_at)
)


def newest(session: Session) -> dict[str, PracticeSetting]:
    """The version that stands of each setting that the practice has made."""
    return {row.name: row for row in session.execute(_NEWEST).scalars()}


_AS_OF = (
    sa.select(PracticeSetting.name, PracticeSetting.value)
    .where(PracticeSetting.set_at <= sa.bindparam("at"))
    .order_by(PracticeSetting.set_at, PracticeSetting.id)
)


def as_of(session: Session, at: datetime) -> dict[str, Any]:
    """Each setting that the practice has made, as it stood at that time."""
    return {row.name: row.value for row in session.connection().execute(_AS_OF, {"at": at})}


_EVERY = sa.select(PracticeSetting.name, PracticeSetting.value, PracticeSetting.set_at).order_by(
    PracticeSetting.set_at, PracticeSetting.id
)


def every(session: Session) -> list[tuple[str, Any, datetime]]:
    """Every version of every setting, oldest first: its name, its value, and since when."""
    return [(row.name, row.value, row.set_at) for row in session.connection().execute(_EVERY)]
