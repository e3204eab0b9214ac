"""Kept documents: made once from signed content, sealed, handed out as the very same bytes."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.records.care_team import reaches, within
from kapnotes.records.reader import reader


class Document(db.Base):
    """One kept PDF. `content_digest` is that of what it shows, `file_digest` of its bytes."""

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    infusion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("infusion.id"))
    edition: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    revision: Mapped[int]
    content_digest: Mapped[str] = mapped_column(sa.String(64))
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID]
    replaces: Mapped[str | None] = mapped_column(sa.String(40))
    content_sealed: Mapped[bytes]
    content = db.sealed_bytes("content_sealed")

    __table_args__ = (sa.UniqueConstraint("infusion_id", "edition", "revision"),)


def newest(session: Session, infusion_id: UUID, edition: str, *, reach: Reach) -> Document | None:
    """The newest kept summary of an infusion in that edition, within reach."""
    query = (
        sa.select(Document)
        .where(
            Document.infusion_id == infusion_id,
            Document.edition == edition,
            reaches(Document.patient_id, reach),
        )
        .order_by(Document.revision.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Listed:
    """A kept document as its infusion shows it: plain values, without its bytes."""

    number: str
    replaces: str | None
    made_at: datetime
    file_digest: str


@cache
def _of_infusion(span: Span) -> sa.Select[Any]:
    return (
        sa.select(*(getattr(Document, one.name) for one in fields(Listed)))
        .where(
            Document.infusion_id == sa.bindparam("infusion_id"),
            Document.edition == sa.bindparam("edition"),
            within(Document.patient_id, span),
        )
        .order_by(Document.made_at.desc())
    )


def of_infusion(session: Session, infusion_id: UUID, edition: str, *, reach: Reach) -> list[Listed]:
    """The kept documents of an infusion in that edition, newest first."""
    known = {"infusion_id": infusion_id, "edition": edition, **reader(reach)}
    return [Listed(*row) for row in session.connection().execute(_of_infusion(reach.span), known)]


@cache
def _of_infusions(span: Span) -> sa.Select[Document]:
    return (
        sa.select(Document)
        .options(defer(Document.content_sealed, raiseload=True))
        .where(
            Document.infusion_id.in_(sa.bindparam("ids", expanding=True)),
            Document.edition == sa.bindparam("edition"),
            within(Document.patient_id, span),
        )
        .order_by(Document.made_at.desc())
    )


def of_infusions(
    session: Session, ids: Collection[UUID], edition: str, *, reach: Reach
) -> list[Document]:
    """The kept documents of infusions, newest first, without their bytes."""
    if not ids:
        return []
    known = {"ids": list(ids), "edition": edition, **reader(reach)}
    return list(session.execute(_of_infusions(reach.span), known).scalars())
