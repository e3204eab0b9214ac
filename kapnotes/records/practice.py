"""The practice itself: one row with its name, its letterhead and its zone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db


class Practice(db.Base):
    """The practice that this database belongs to; `is_demo` cannot be set from a browser."""

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(120))
    letterhead: Mapped[str]
    zone: Mapped[str] = mapped_column(sa.String(60))
    paper_size: Mapped[str] = mapped_column(sa.String(10))
    is_demo: Mapped[bool]
    created_at: Mapped[datetime]


def the_practice(session: Session) -> Practice | None:
    """The practice, or None before `practice create` or `demo load`."""
    return session.get(Practice, 1)
