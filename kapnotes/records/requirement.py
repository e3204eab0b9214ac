"""Whose notes need a co-signature: of which kinds, from when to when."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import MachineReach
from kapnotes.clinic.cosignature import ALL_KINDS
from kapnotes.clinic.note import NoteKind
from kapnotes.records.period import Lasting

ALL = "all"
"""Every kind of note, those included that there will be one day."""


class Requirement(Lasting, db.Base):
    """A person whose notes need a co-signature; `kinds` is "all", or kinds with a space between."""

    __tablename__ = "requirement"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kinds: Mapped[str] = mapped_column(sa.String(60))

    @property
    def note_kinds(self) -> frozenset[NoteKind]:
        """The kinds that need it."""
        return ALL_KINDS if self.kinds == ALL else frozenset(map(NoteKind, self.kinds.split()))


def stored(kinds: Iterable[NoteKind]) -> str:
    """The kinds as they are kept: those chosen in the order of `NoteKind`, or "all"."""
    chosen = frozenset(kinds)
    if chosen == ALL_KINDS:
        return ALL
    return " ".join(kind.value for kind in NoteKind if kind in chosen)


def every(session: Session, *, reach: MachineReach) -> list[Requirement]:
    """All requirements, newest first, for the account pages."""
    del reach
    query = sa.select(Requirement).order_by(Requirement.starts_on.desc(), Requirement.id)
    return list(session.execute(query).scalars())


def of_person(session: Session, person_id: UUID) -> list[Requirement]:
    """The requirements of one person, over or not."""
    query = (
        sa.select(Requirement).where(Requirement.person_id == person_id).order_by(Requirement.id)
    )
    return list(session.execute(query).scalars())
