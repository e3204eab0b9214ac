"""Sign-in sessions, which we call sittings, and the tries that throttle signing in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import MachineReach
from kapnotes.records.emergency import EmergencyAccess
from kapnotes.records.person import Person


class Sitting(db.Base):
    """One signed-in browser. Only the hash of its 256-bit token is kept."""

    __tablename__ = "sitting"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    begun_at: Mapped[datetime]
    input_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class SignInTry(db.Base):
    """A refused sign-in, under keyed digests of the account and of the address.

    A document that was checked is counted here too, under digests that no sign-in has.
    """

    __tablename__ = "sign_in_try"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_hash: Mapped[str] = mapped_column(sa.String(64))
    address_hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]

    __table_args__ = (
        sa.Index("ix_sign_in_try_account_hash", "account_hash", "at"),
        sa.Index("ix_sign_in_try_address_hash", "address_hash", "at"),
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """A sitting with its person, as every request asks for it: plain values in one row.

    Then the emergency access that was not ended, if there is any, and whether it was allowed.
    """

    id: UUID
    name: str
    role: str
    credentials: str
    disabled_at: datetime | None
    begun_at: datetime
    input_at: datetime
    ended_at: datetime | None
    emergency_id: UUID | None
    emergency_patient_id: UUID | None
    emergency_until: datetime | None
    has_emergency: bool


_SEAT = (
    sa.select(
        Person.id,
        Person.name,
        Person.role,
        Person.credentials,
        Person.disabled_at,
        Sitting.begun_at,
        Sitting.input_at,
        Sitting.ended_at,
        EmergencyAccess.id,
        EmergencyAccess.patient_id,
        EmergencyAccess.until,
        Person.emergency,
    )
    .join(Person, Person.id == Sitting.person_id)
    .outerjoin(
        EmergencyAccess,
        sa.and_(EmergencyAccess.person_id == Person.id, EmergencyAccess.ended_at.is_(None)),
    )
    .where(Sitting.token_hash == sa.bindparam("token_hash"))
)


def seat(session: Session, token_hash: str, *, reach: MachineReach) -> Seat | None:
    """The sitting of a token's hash, with its person."""
    del reach
    row = session.connection().execute(_SEAT, {"token_hash": token_hash}).one_or_none()
    return Seat(*tuple(row)) if row else None


def find(session: Session, token_hash: str, *, reach: MachineReach) -> Sitting | None:
    """The sitting of a token's hash, to end it."""
    del reach
    return session.get(Sitting, token_hash)


def keep_open(session: Session, token_hash: str, *, at: datetime) -> None:
    """A person did something in this sitting at that time."""
    session.execute(sa.update(Sitting).where(Sitting.token_hash == token_hash).values(input_at=at))


def end_all(session: Session, person_id: UUID, *, at: datetime, but: str = "") -> None:
    """End every open sitting of a person, except the one whose hash is `but`."""
    session.execute(
        sa.update(Sitting)
        .where(
            Sitting.person_id == person_id,
            Sitting.ended_at.is_(None),
            Sitting.token_hash != but,
        )
        .values(ended_at=at)
    )


def tries_since(
    session: Session, *, account_hash: str, address_hash: str, since: datetime
) -> tuple[int, int]:
    """Refused tries since then: for this account from this address, and from this address."""
    pair = sa.select(sa.func.count()).where(
        SignInTry.account_hash == account_hash,
        SignInTry.address_hash == address_hash,
        SignInTry.at > since,
    )
    address = sa.select(sa.func.count()).where(
        SignInTry.address_hash == address_hash, SignInTry.at > since
    )
    return session.execute(pair).scalar_one(), session.execute(address).scalar_one()
