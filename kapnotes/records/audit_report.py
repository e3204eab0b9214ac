"""Kept reports of ended audits: made once, sealed, handed out as the very same bytes."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db


class AuditReport(db.Base):
    """One kept PDF about an audit. The `edition` is "full", or "figures" without any chart's name.

    `content_digest` is that of what it shows, `file_digest` of its bytes.
    """

    __tablename__ = "audit_report"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    audit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("chart_audit.id"))
    edition: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    revision: Mapped[int]
    content_digest: Mapped[str] = mapped_column(sa.String(64))
    file_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    pages: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    replaces: Mapped[str | None] = mapped_column(sa.String(40))
    content_sealed: Mapped[bytes]
    content = db.sealed_bytes("content_sealed", owner="audit_id")

    __table_args__ = (sa.UniqueConstraint("audit_id", "edition", "revision"),)


def newest(session: Session, audit_id: UUID, edition: str) -> AuditReport | None:
    """The newest report of an audit that was fetched within reach, in that edition."""
    query = (
        sa.select(AuditReport)
        .where(AuditReport.audit_id == audit_id, AuditReport.edition == edition)
        .order_by(AuditReport.revision.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()
