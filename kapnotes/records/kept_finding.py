"""What the documentation checks found, kept for the lists: one row for each finding of a chain.

A finding that is gone keeps its row with the time, so that it can be said what keeps coming up.
The rows hold no fact of their own and can be made anew; they have no foreign keys, as those of
`kept_due`. Of a note that is not signed nothing that stands in it is kept.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.records import care_team
from kapnotes.records.care_team import is_reached, reaches
from kapnotes.records.person import supervisees
from kapnotes.records.reader import Who, reader

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for "as soon as somebody has time"."""


class KeptFinding(db.Base):
    """One finding. Its id follows from its chain and its key, so that it is found again.

    `author_id` is whose it is: the author of its note, else the therapist of the infusion, None
    while there is none. `note_kind` is that of its note, or of the one that is missing.
    """

    __tablename__ = "finding"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    infusion_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    note_id: Mapped[UUID | None]
    note_kind: Mapped[str] = mapped_column(sa.String(20))
    author_id: Mapped[UUID | None]
    code: Mapped[str] = mapped_column(sa.String(40))
    level: Mapped[str] = mapped_column(sa.String(10))
    version: Mapped[str] = mapped_column(sa.String(20))
    section: Mapped[str] = mapped_column(sa.String(60))
    link_id: Mapped[str] = mapped_column(sa.String(100))
    first_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    sentence_sealed: Mapped[bytes]
    sentence = db.sealed_text("sentence_sealed")

    __table_args__ = (
        sa.Index("ix_finding_infusion_id", "infusion_id", "gone_at", "note_id", "code", "level"),
        sa.Index("ix_finding_note_id", "note_id", "gone_at", "code"),
        sa.Index("ix_finding_patient_id", "patient_id", "level", "gone_at"),
        sa.Index("ix_finding_author_id", "author_id", "gone_at", "first_at", "id"),
        sa.Index("ix_finding_gone_at", "gone_at", "first_at", "id"),
    )


class ChainCheck(db.Base):
    """When a chain was checked, by which rule, and when it is to be looked at again.

    `texts` names the signed texts that were compared: they do not change, nor do their findings.
    """

    __tablename__ = "chain_check"

    infusion_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    rule: Mapped[str] = mapped_column(sa.String(16))
    texts: Mapped[str] = mapped_column(sa.String(16))
    checked_at: Mapped[datetime | None]
    again_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings stand, by how much they weigh."""

    must: int = 0
    should: int = 0
    hint: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.must + self.should + self.hint

    @property
    def is_clear(self) -> bool:
        """Whether nothing but hints stands."""
        return not (self.must or self.should)


@dataclass(frozen=True, slots=True)
class OfPerson:
    """How many findings of one check a person had."""

    author_id: UUID
    code: str
    number: int


def id_of(infusion_id: UUID, key: str) -> UUID:
    """The id of the row of a finding."""
    return UUID(bytes=sha256(f"{infusion_id}|{key}".encode()).digest()[:16])


def within(reach: Reach) -> sa.ColumnElement[bool]:
    """The findings within reach: a supervisor's are those of the people supervised that day."""
    reached = reaches(KeptFinding.patient_id, reach)
    return sa.and_(reached, _of_supervised(reach))


def _of_supervised(reach: Reach) -> sa.ColumnElement[bool]:
    if reach.span is not Span.SUPERVISED:
        return sa.true()
    return KeptFinding.author_id.in_(supervisees(Who(reach.person_id, reach.on)))


def counts(session: Session, note_ids: Collection[UUID], *, reach: Reach) -> dict[UUID, Counts]:
    """What stands of those notes, by note; a note without findings is left out."""
    return _counted(session, KeptFinding.note_id, note_ids, reach=reach)


@cache
def _of_one_chain(span: Span) -> sa.Select[str, str]:
    query = sa.select(KeptFinding.level, KeptFinding.code).where(
        KeptFinding.infusion_id == sa.bindparam("infusion_id"),
        KeptFinding.gone_at.is_(None),
        care_team.within(KeptFinding.patient_id, span),
    )
    if span is Span.SUPERVISED:
        query = query.where(KeptFinding.author_id.in_(supervisees()))
    return query


def of_one_chain(
    session: Session, infusion_id: UUID, *, codes: Collection[str], reach: Reach
) -> Counts:
    """What stands of the chain of an infusion, of some checks: the page of every infusion asks."""
    if not codes:
        return Counts()
    known = {"infusion_id": infusion_id, **reader(reach)}
    rows = session.connection().execute(_of_one_chain(reach.span), known)
    return Counts(**Counter(row.level for row in rows if row.code in codes))


def by_patient(
    session: Session, patient_ids: Collection[UUID], *, reach: Reach
) -> dict[UUID, Counts]:
    """What stands of those patients' charts, by patient: where a chart review may look first."""
    return _counted(session, KeptFinding.patient_id, patient_ids, reach=reach)


def _counted(
    session: Session,
    about: Any,
    ids: Collection[UUID],
    *,
    reach: Reach,
) -> dict[UUID, Counts]:
    if not ids:
        return {}
    query = (
        sa.select(about.label("of"), KeptFinding.level, sa.func.count().label("number"))
        .where(about.in_(ids), KeptFinding.gone_at.is_(None), within(reach))
        .group_by(about, KeptFinding.level)
    )
    found: dict[UUID, dict[str, int]] = {}
    for row in session.connection().execute(query):
        found.setdefault(row.of, {})[row.level] = row.number
    return {one: Counts(**levels) for one, levels in found.items()}


def of_people(
    session: Session, author_ids: Collection[UUID], *, since: datetime, reach: Reach
) -> list[OfPerson]:
    """How often each check found something of these people's since then; the most frequent first.

    What was put right since counts too.
    """
    if not author_ids:
        return []
    number = sa.func.count().label("number")
    query = (
        sa.select(KeptFinding.author_id, KeptFinding.code, number)
        .where(
            KeptFinding.author_id.in_(author_ids),
            KeptFinding.first_at >= since,
            is_reached(KeptFinding.patient_id, reach),
            _of_supervised(reach),
        )
        .group_by(KeptFinding.author_id, KeptFinding.code)
        .order_by(number.desc(), KeptFinding.code, KeptFinding.author_id)
    )
    rows = session.connection().execute(query)
    return [OfPerson(row.author_id, row.code, row.number) for row in rows if row.author_id]


def of_chain(session: Session, infusion_id: UUID) -> list[KeptFinding]:
    """Every row of a chain, those that are gone too, for the keeping of them."""
    query = sa.select(KeptFinding).where(KeptFinding.infusion_id == infusion_id)
    return list(session.execute(query).scalars())
