"""Signed heads of the trail, and what each verification by the worker found.

Both are written once and never change: the database refuses. A row is believed only under its
signature, so that neither can be made up with the database alone.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db


class SignedHead(db.Base):
    """How long the trail was at that time, its last hash, and the signature over both."""

    __tablename__ = "signed_head"

    position: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(sa.String(128))


class ProofRun(db.Base):
    """One verification: of the trail or of the notes, of what is new or of a slice of a round.

    It went over the entries after `from_position` up to `to_position`, whose hash is `to_hash`;
    a round is complete with the slice that `is_last`. `counts` are what the round has seen so far.
    """

    __tablename__ = "proof_run"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]
    round_began_at: Mapped[datetime]
    from_position: Mapped[int] = mapped_column(sa.BigInteger())
    to_position: Mapped[int] = mapped_column(sa.BigInteger())
    to_hash: Mapped[str] = mapped_column(sa.String(64))
    counts: Mapped[dict[str, Any]]
    is_whole: Mapped[bool]
    is_last: Mapped[bool]
    first_bad: Mapped[str] = mapped_column(sa.String(120))
    sentence: Mapped[str]
    signature: Mapped[str] = mapped_column(sa.String(128))

    __table_args__ = (
        sa.Index("ix_proof_run_subject", "subject", "kind", "at"),
        sa.Index("ix_proof_run_at", "at"),
        sa.Index("ix_proof_run_trouble", "is_whole", "at"),
    )


def heads(session: Session, *, after: int = 0) -> list[SignedHead]:
    """The signed heads behind that position, in order."""
    query = sa.select(SignedHead).where(SignedHead.position > after).order_by(SignedHead.position)
    return list(session.execute(query).scalars())


def last_head(session: Session) -> SignedHead | None:
    """The signed head of the longest trail; None before the first."""
    query = sa.select(SignedHead).order_by(SignedHead.position.desc()).limit(1)
    return session.execute(query).scalar_one_or_none()


def newest_runs(session: Session, subject: str, kind: str, *, most: int = 1) -> list[ProofRun]:
    """The last verifications of that kind, newest first."""
    query = (
        sa.select(ProofRun)
        .where(ProofRun.subject == subject, ProofRun.kind == kind)
        .order_by(ProofRun.at.desc(), ProofRun.round_began_at.desc(), ProofRun.to_position.desc())
        .limit(most)
    )
    return list(session.execute(query).scalars())


def complete_runs(session: Session, subject: str, kind: str, *, most: int) -> list[ProofRun]:
    """The last verifications of that kind that came to the end and found nothing, newest first."""
    query = (
        sa.select(ProofRun)
        .where(
            ProofRun.subject == subject,
            ProofRun.kind == kind,
            ProofRun.is_last.is_(True),
            ProofRun.is_whole.is_(True),
        )
        .order_by(ProofRun.at.desc())
        .limit(most)
    )
    return list(session.execute(query).scalars())


def latest(session: Session, *, most: int) -> list[ProofRun]:
    """The last verifications of every kind, newest first."""
    query = sa.select(ProofRun).order_by(ProofRun.at.desc(), ProofRun.id).limit(most)
    return list(session.execute(query).scalars())


def last_trouble(session: Session) -> ProofRun | None:
    """The last verification that found something; None while there was none."""
    query = (
        sa.select(ProofRun)
        .where(ProofRun.is_whole.is_(False))
        .order_by(ProofRun.at.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()
