"""The keys under which the practice seals its documents; every certificate is kept for ever."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db


class SealingKey(db.Base):
    """One key. `source` is own or pkcs12; the certificates are PEM, the key's own first.

    `secret_sealed` is wrapped under the root key; a key that lies in the practice's own file by
    setting is not kept here, and has none. The newest row of a source is the one that seals.
    """

    __tablename__ = "sealing_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(120))
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    certificates: Mapped[str]
    secret_sealed: Mapped[bytes | None]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID]

    @property
    def secret_place(self) -> str:
        """What a wrapped key is bound to: its row, and the certificate that it belongs to."""
        return f"{self.__tablename__}|{self.id}|{self.fingerprint}"


def newest(session: Session, source: str) -> SealingKey | None:
    """The key of a source that seals now, or None."""
    query = (
        sa.select(SealingKey)
        .where(SealingKey.source == source)
        .order_by(SealingKey.made_at.desc(), SealingKey.id)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def every(session: Session) -> list[SealingKey]:
    """Every key that ever sealed, oldest first."""
    query = sa.select(SealingKey).order_by(SealingKey.made_at, SealingKey.id)
    return list(session.execute(query).scalars())
