"""Sign-in sessions, which we call sittings, and the tries that throttle signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import MachineReach
from kapnotes.records.emergency import EmergencyAccess
from kapnotes.records.factor import Passkey
from kapnotes.records.person import Person


class Sitting(db.Base):
    """One signed-in browser. Only the hash of its 256-bit token is kept.

    Until `factor_at` it waits for the second factor and opens nothing; `fresh_at` is when a factor
    was given last. `challenge` is what a passkey is to answer next, and once.
    """

    __tablename__ = "sitting"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    begun_at: Mapped[datetime]
    input_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    factor_at: Mapped[datetime | None]
    fresh_at: Mapped[datetime | None]
    challenge: Mapped[str | None] = mapped_column(sa.String(128))
    challenge_at: Mapped[datetime | None]
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    device: Mapped[str] = mapped_column(sa.String(80), default="")
    """The browser in words, as it named itself at the sign-in."""
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    """Where from, for the person's own list."""
    locked_at: Mapped[datetime | None]
    unlock_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    """A keyed digest of the short code together with the token; "" while there is none."""
    unlock_until: Mapped[datetime | None]
    unlock_tries: Mapped[int] = mapped_column(sa.SmallInteger(), default=0)

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
    sitting_id: UUID
    locked_at: datetime | None
    unlock_until: datetime | None
    emergency_id: UUID | None
    emergency_patient_id: UUID | None
    emergency_until: datetime | None
    has_emergency: bool
    factor_at: datetime | None
    fresh_at: datetime | None
    has_passkey: bool


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
        Sitting.id,
        Sitting.locked_at,
        Sitting.unlock_until,
        EmergencyAccess.id,
        EmergencyAccess.patient_id,
        EmergencyAccess.until,
        Person.emergency,
        Sitting.factor_at,
        Sitting.fresh_at,
        sa.exists().where(Passkey.person_id == Person.id),
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


def find(
    session: Session, token_hash: str, *, reach: MachineReach, lock: bool = False
) -> Sitting | None:
    """The sitting of a token's hash, to end, lock or open it; `lock` holds its row."""
    del reach
    return session.get(Sitting, token_hash, with_for_update=lock)


def open_of(
    session: Session, person_id: UUID, *, since: datetime, reach: MachineReach
) -> Sequence[Sitting]:
    """A person's sittings that were not ended and began after that, the newest first."""
    del reach
    query = sa.select(Sitting).where(
        Sitting.person_id == person_id,
        Sitting.ended_at.is_(None),
        Sitting.factor_at.is_not(None),
        Sitting.begun_at > since,
    )
    return session.execute(query.order_by(Sitting.begun_at.desc(), Sitting.id)).scalars().all()


def ask(session: Session, token_hash: str, challenge: str, *, at: datetime) -> None:
    """Keep what the sitting's passkey is to answer; what was asked before is void."""
    session.execute(
        sa.update(Sitting)
        .where(Sitting.token_hash == token_hash, Sitting.ended_at.is_(None))
        .values(challenge=challenge, challenge_at=at)
    )


def take_challenge(session: Session, token_hash: str, *, since: datetime) -> str:
    """What the passkey was asked since then, taken away with it: an answer counts once.

    "" where nothing was asked, or somebody was faster.
    """
    asked = session.execute(
        sa.select(Sitting.challenge).where(
            Sitting.token_hash == token_hash,
            Sitting.ended_at.is_(None),
            Sitting.challenge_at > since,
        )
    ).scalar_one_or_none()
    if not asked:
        return ""
    taken = session.execute(
        sa.update(Sitting)
        .where(Sitting.token_hash == token_hash, Sitting.challenge == asked)
        .values(challenge=None, challenge_at=None)
    )
    return asked if cast("sa.CursorResult[Any]", taken).rowcount == 1 else ""


def refresh(session: Session, token_hash: str, *, at: datetime) -> None:
    """A factor was given in this sitting at that time."""
    session.execute(sa.update(Sitting).where(Sitting.token_hash == token_hash).values(fresh_at=at))


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


def end_everyone(session: Session, *, at: datetime) -> int:
    """End every sitting, as after a backup was put back: what was ended since then stays so."""
    ended = session.execute(
        sa.update(Sitting).where(Sitting.ended_at.is_(None)).values(ended_at=at)
    )
    return cast("sa.CursorResult[Any]", ended).rowcount


def tries_since(
    session: Session, *, account_hash: str, address_hash: str, since: datetime, until: datetime
) -> tuple[int, int]:
    """Refused tries between the two: for this account from this address, and from this address.

    What is later than `until` was counted before the clock went back; it shuts nobody out.
    """
    pair = sa.select(sa.func.count()).where(
        SignInTry.account_hash == account_hash,
        SignInTry.address_hash == address_hash,
        SignInTry.at > since,
        SignInTry.at < until,
    )
    address = sa.select(sa.func.count()).where(
        SignInTry.address_hash == address_hash, SignInTry.at > since, SignInTry.at < until
    )
    return session.execute(pair).scalar_one(), session.execute(address).scalar_one()
