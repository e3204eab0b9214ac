"""People who have an account, and who answers for whose notes."""

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import MachineReach
from kapnotes.records.absence import Absence
from kapnotes.records.period import Lasting
from kapnotes.records.period import holds as holds  # noqa: PLC0414 - who asks links asks it here
from kapnotes.records.reader import BUILT, OPEN, Who


class Person(db.Base):
    """One named person. An account that stands in the trail is disabled, never deleted.

    `emergency` is whether the administrator allowed emergency access beforehand.
    """

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    credentials: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[str] = mapped_column(sa.String(20))
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    emergency: Mapped[bool] = mapped_column(server_default=sa.false(), default=False)

    @property
    def has_emergency(self) -> bool:
        """Whether emergency access was allowed beforehand."""
        return self.emergency

    @property
    def is_active(self) -> bool:
        """Whether this account may sign in."""
        return self.disabled_at is None


class Supervision(Lasting, db.Base):
    """A link: from `starts_on` to the day before `ends_on` one person answers for another.

    It does not reach back: notes signed before it began are co-signed under it only where it was
    made to take over what an earlier link left waiting, from the day `covers_from` on.
    """

    __tablename__ = "supervision"

    supervisor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    supervisee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    covers_from: Mapped[date | None]

    supervisor: Mapped[Person] = relationship(lazy="raise", foreign_keys=[supervisor_id])
    supervisee: Mapped[Person] = relationship(lazy="raise", foreign_keys=[supervisee_id])

    __table_args__ = (
        sa.Index("ix_supervision_supervisor_id", "supervisor_id"),
        sa.Index("ix_supervision_supervisee_id", "supervisee_id"),
    )


@lru_cache(maxsize=BUILT)
def supervisees(who: Who = OPEN) -> sa.Select[UUID]:
    """A query for the ids of the people whom the reader supervises that day, or as a deputy.

    A deputy reaches what the absent supervisor does, for the days of the absence and no others; a
    deputy's own absence is not followed further. The query is built once for a reader and day: a
    page asks with it many times.
    """
    away = sa.select(Absence.supervisor_id).where(
        Absence.deputy_id == who.person_id, holds(Absence, who.on)
    )
    return sa.select(Supervision.supervisee_id).where(
        sa.or_(
            Supervision.supervisor_id == who.person_id,
            sa.and_(
                Supervision.supervisor_id.in_(away), Supervision.supervisee_id != who.person_id
            ),
        ),
        holds(Supervision, who.on),
    )


def by_email(session: Session, email: str, *, reach: MachineReach) -> Person | None:
    """The account of an e-mail address, for signing in."""
    del reach
    return session.execute(sa.select(Person).where(Person.email == email)).scalar_one_or_none()


def by_id(
    session: Session, person_id: UUID, *, reach: MachineReach, lock: bool = False
) -> Person | None:
    """An account by its id; under lock, nobody signs in with it or changes it meanwhile."""
    del reach
    return session.get(Person, person_id, with_for_update=lock or None)


def everyone(session: Session, *, reach: MachineReach) -> list[Person]:
    """All accounts by name; people see each other's names and roles, nothing else."""
    del reach
    return list(session.execute(sa.select(Person).order_by(Person.name)).scalars())


def named(session: Session, ids: Collection[UUID]) -> dict[UUID, Person]:
    """People by id, for showing who did something; one query for any number."""
    if not ids:
        return {}
    query = sa.select(Person).where(Person.id.in_(set(ids)))
    return {person.id: person for person in session.execute(query).scalars()}


def links(session: Session, *, reach: MachineReach) -> list[Supervision]:
    """All supervision links, newest first, for the account pages."""
    del reach
    query = (
        sa.select(Supervision)
        .options(joinedload(Supervision.supervisor), joinedload(Supervision.supervisee))
        .order_by(Supervision.starts_on.desc(), Supervision.id)
    )
    return list(session.execute(query).scalars())


def hold_links(session: Session, person_id: UUID) -> None:
    """Hold the links and absences by which somebody answers for others, until the act is kept.

    Whoever ends one of them comes before the act or after it; asked before reach is.
    """
    stands_in = Absence.deputy_id == person_id
    away = sa.select(Absence.supervisor_id).where(stands_in)
    mine = sa.or_(Supervision.supervisor_id == person_id, Supervision.supervisor_id.in_(away))
    for held in (
        sa.select(Supervision.id).where(mine).order_by(Supervision.id),
        sa.select(Absence.id).where(stands_in).order_by(Absence.id),
    ):
        session.execute(held.with_for_update(read=True))


def links_of(
    session: Session, supervisee_ids: Collection[UUID], *, lock: bool = False
) -> list[Supervision]:
    """The links of these authors, over or not; under lock none of them can be ended meanwhile."""
    if not supervisee_ids:
        return []
    query = (
        sa.select(Supervision)
        .where(Supervision.supervisee_id.in_(supervisee_ids))
        .order_by(Supervision.id)
    )
    if lock:
        query = query.with_for_update(read=True).execution_options(populate_existing=True)
    return list(session.execute(query).scalars())
