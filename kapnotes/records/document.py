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
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches, within
from kapnotes.records.reader import reader


class Document(db.Base):
    """One kept PDF. `content_digest` is that of what it shows, `file_digest` of its bytes.

    It is of a `kind` (`clinic.document`) and about one row: an infusion, a course, a patient or a
    note. `choice_digest` tells letters with other parts in them from each other.
    """

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    kind: Mapped[str] = mapped_column(sa.String(20), server_default="infusion_summary")
    about_id: Mapped[UUID]
    edition: Mapped[str] = mapped_column(sa.String(20))
    choice_digest: Mapped[str] = mapped_column(sa.String(64), server_default="")
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    revision: Mapped[int]
    content_digest: Mapped[str] = mapped_column(sa.String(64))
    file_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    pages: Mapped[int] = mapped_column(server_default="0")
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID]
    replaces: Mapped[str | None] = mapped_column(sa.String(40))
    content_sealed: Mapped[bytes]
    content = db.sealed_bytes("content_sealed")

    __table_args__ = (
        sa.UniqueConstraint("kind", "about_id", "edition", "revision"),
        sa.Index("ix_document_patient_id", "patient_id", "made_at"),
    )


def newest(
    session: Session,
    kind: str,
    about_id: UUID,
    edition: str,
    *,
    reach: Reach,
    choice_digest: str = "",
) -> Document | None:
    """The newest kept document of a kind about a row, in that edition, within reach."""
    query = (
        sa.select(Document)
        .where(
            Document.kind == kind,
            Document.about_id == about_id,
            Document.edition == edition,
            Document.choice_digest == choice_digest,
            reaches(Document.patient_id, reach),
        )
        .order_by(Document.revision.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def last_revision(session: Session, kind: str, about_id: UUID, edition: str) -> int:
    """The number of the last revision about a row that was fetched within reach; 0 for none."""
    query = sa.select(sa.func.max(Document.revision)).where(
        Document.kind == kind, Document.about_id == about_id, Document.edition == edition
    )
    return session.execute(query).scalar_one() or 0


def fetch(session: Session, document_id: UUID, *, reach: Reach) -> Document:
    """The document with its bytes, or OutOfReach."""
    query = sa.select(Document).where(
        Document.id == document_id, reaches(Document.patient_id, reach)
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Document]:
    """Every kept document about a patient, newest first, without their bytes."""
    query = (
        sa.select(Document)
        .options(defer(Document.content_sealed, raiseload=True))
        .where(Document.patient_id == patient_id, reaches(Document.patient_id, reach))
        .order_by(Document.made_at.desc(), Document.number)
    )
    return list(session.execute(query).scalars())


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
            Document.kind == DocumentKind.INFUSION_SUMMARY.value,
            Document.about_id == sa.bindparam("infusion_id"),
            Document.edition == sa.bindparam("edition"),
            within(Document.patient_id, span),
        )
        .order_by(Document.made_at.desc())
    )


def of_infusion(session: Session, infusion_id: UUID, edition: str, *, reach: Reach) -> list[Listed]:
    """The kept summaries of an infusion in that edition, newest first."""
    known = {"infusion_id": infusion_id, "edition": edition, **reader(reach)}
    return [Listed(*row) for row in session.connection().execute(_of_infusion(reach.span), known)]


@cache
def _of_infusions(span: Span) -> sa.Select[Document]:
    return (
        sa.select(Document)
        .options(defer(Document.content_sealed, raiseload=True))
        .where(
            Document.kind == DocumentKind.INFUSION_SUMMARY.value,
            Document.about_id.in_(sa.bindparam("ids", expanding=True)),
            Document.edition == sa.bindparam("edition"),
            within(Document.patient_id, span),
        )
        .order_by(Document.made_at.desc())
    )


def of_infusions(
    session: Session, ids: Collection[UUID], edition: str, *, reach: Reach
) -> list[Document]:
    """The kept summaries of infusions, newest first, without their bytes."""
    if not ids:
        return []
    known = {"ids": list(ids), "edition": edition, **reader(reach)}
    return list(session.execute(_of_infusions(reach.span), known).scalars())
