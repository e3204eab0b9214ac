"""The practice's letterhead as versions that never change: lines, logo, sheet, language."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db


class Letterhead(db.Base):
    """One version. `logo` is a picture that was read and written anew, `logo_kind` png or svg.

    `language` is a code of BCP 47: what the practice writes in.
    """

    __tablename__ = "letterhead"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    lines: Mapped[str]
    paper_size: Mapped[str] = mapped_column(sa.String(10))
    logo: Mapped[bytes | None]
    logo_kind: Mapped[str] = mapped_column(sa.String(10))
    logo_words: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(10))
    digest: Mapped[str] = mapped_column(sa.String(64))
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID]

    __table_args__ = (sa.Index("ix_letterhead_set_at", "set_at"),)


def newest(session: Session) -> Letterhead | None:
    """The letterhead that stands, or None while it is still that of the set-up."""
    query = sa.select(Letterhead).order_by(Letterhead.set_at.desc(), Letterhead.id).limit(1)
    return session.execute(query).scalar_one_or_none()
