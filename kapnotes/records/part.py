"""Kept parts: the pages of one section, printed once and joined into every document that shows it.

A part carries nothing of the document around it: no page number, no document number. It can be
made again at any time, so parts are no record: an old one may go when its content has changed.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import Reach
from kapnotes.records.care_team import reaches


class Part(db.Base):
    """One section's pages. `content_digest` is that of what it shows; `pages` how many it has.

    `data` is the section's share of what is attached to a document, as text; "" where it has none.
    """

    __tablename__ = "part"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    about_id: Mapped[UUID]
    edition: Mapped[str] = mapped_column(sa.String(20))
    content_digest: Mapped[str] = mapped_column(sa.String(64))
    pages: Mapped[int]
    made_at: Mapped[datetime]
    content_sealed: Mapped[bytes]
    content = db.sealed_bytes("content_sealed")
    data_sealed: Mapped[bytes]
    data = db.sealed_text("data_sealed")

    __table_args__ = (sa.UniqueConstraint("kind", "about_id", "edition", "content_digest"),)


def about(
    session: Session, about_ids: Collection[UUID], edition: str, *, reach: Reach
) -> Sequence[Part]:
    """The kept parts about these rows in that edition, within reach; one query for any number."""
    query = sa.select(Part).where(
        Part.about_id.in_(about_ids),
        Part.edition == edition,
        reaches(Part.patient_id, reach),
    )
    return session.execute(query).scalars().all()


def keep(
    session: Session,
    *,
    patient_id: UUID,
    kind: str,
    about_id: UUID,
    edition: str,
    content_digest: str,
    pages: int,
    content: bytes,
    data: str,
    at: datetime,
) -> Part | None:
    """Keep a part in the place of the one before it; None where a twin came first and stays."""
    mine = sa.and_(Part.kind == kind, Part.about_id == about_id, Part.edition == edition)
    twin = sa.select(Part.id).where(mine, Part.content_digest == content_digest)
    if session.execute(twin).first() is not None:
        return None
    session.execute(sa.delete(Part).where(mine))
    made = Part(
        id=uuid4(),
        patient_id=patient_id,
        kind=kind,
        about_id=about_id,
        edition=edition,
        content_digest=content_digest,
        pages=pages,
        made_at=at,
        content=content,
        data=data,
    )
    session.add(made)
    return made
