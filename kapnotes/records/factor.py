"""Second factors: passkeys, the seed of an authenticator app, recovery codes, and their resets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from kapnotes import db
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Administrator
from kapnotes.records.person import Person


class Passkey(db.Base):
    """A passkey (WebAuthn): its public half, and how often it was used as it counts itself."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger())
    name: Mapped[str] = mapped_column(sa.String(60))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Totp(db.Base):
    """An authenticator app (RFC 6238). A seed that no code confirmed yet opens nothing.

    `seed_sealed` is wrapped under the practice's key, for the place that `seed_place` says;
    `last_step` is the newest time step whose code was taken: no code is taken twice.
    """

    __tablename__ = "totp"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    seed_sealed: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(sa.BigInteger())
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    @property
    def seed_place(self) -> str:
        """What the sealed seed is bound to."""
        return f"totp|seed|{self.id}|{self.person_id}"


class RecoveryCode(db.Base):
    """One recovery code, under a keyed digest; it opens once."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FactorReset(db.Base):
    """A reset of the last administrator's factors that waits for a second person.

    Once `confirmed_at` is set it is done; until `until` it can be.
    """

    __tablename__ = "factor_reset"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    confirmed_by_id: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Which factors a person has: passkeys, an app, and recovery codes not used yet."""

    passkeys: int
    has_app: bool
    codes: int

    @property
    def has_any(self) -> bool:
        """Whether a second factor can be asked of them."""
        return bool(self.passkeys) or self.has_app


def standing(session: Session, person_id: UUID, *, reach: MachineReach) -> Standing:
    """Which factors a person has."""
    del reach
    count = sa.func.count()
    passkeys = sa.select(count).select_from(Passkey).where(Passkey.person_id == person_id)
    apps = (
        sa.select(count)
        .select_from(Totp)
        .where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None))
    )
    codes = (
        sa.select(count)
        .select_from(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    )
    row = session.execute(
        sa.select(passkeys.scalar_subquery(), apps.scalar_subquery(), codes.scalar_subquery())
    ).one()
    return Standing(row[0], bool(row[1]), row[2])


def passkeys_of(session: Session, person_id: UUID, *, reach: MachineReach) -> list[Passkey]:
    """A person's passkeys, oldest first."""
    del reach
    query = (
        sa.select(Passkey)
        .where(Passkey.person_id == person_id)
        .order_by(Passkey.added_at, Passkey.id)
    )
    return list(session.execute(query).scalars())


def passkey_by_credential(
    session: Session, person_id: UUID, credential_id: bytes, *, reach: MachineReach
) -> Passkey | None:
    """A person's passkey under the id that the device gave it, held until the act is kept."""
    del reach
    query = (
        sa.select(Passkey)
        .where(Passkey.person_id == person_id, Passkey.credential_id == credential_id)
        .with_for_update()
    )
    return session.execute(query).scalar_one_or_none()


def app_of(
    session: Session, person_id: UUID, *, is_confirmed: bool = True, reach: MachineReach
) -> Totp | None:
    """A person's authenticator app; not `is_confirmed`: the newest that waits for its code."""
    del reach
    is_so = Totp.confirmed_at.is_not(None) if is_confirmed else Totp.confirmed_at.is_(None)
    query = (
        sa.select(Totp)
        .where(Totp.person_id == person_id, is_so)
        .order_by(Totp.made_at.desc(), Totp.id)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def take_step(session: Session, app: Totp, step: int) -> bool:
    """Take a time step, unless it or a later one was taken: of two at once only one does."""
    taken = session.execute(
        sa.update(Totp).where(Totp.id == app.id, Totp.last_step < step).values(last_step=step)
    )
    return cast("sa.CursorResult[Any]", taken).rowcount == 1


def take_code(session: Session, person_id: UUID, code_hash: str, *, at: datetime) -> bool:
    """Take a recovery code, unless it was taken: of two at once only one does."""
    taken = session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
    )
    return cast("sa.CursorResult[Any]", taken).rowcount == 1


def renew_codes(session: Session, person_id: UUID, hashes: Iterable[str], *, at: datetime) -> None:
    """Put new recovery codes in place of a person's old ones."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    for code_hash in hashes:
        session.add(
            RecoveryCode(person_id=person_id, code_hash=code_hash, made_at=at, used_at=None)
        )


def drop_apps(session: Session, person_id: UUID, *, but: UUID | None = None) -> None:
    """Forget a person's authenticator apps, except the one of that id."""
    query = sa.delete(Totp).where(Totp.person_id == person_id)
    session.execute(query.where(Totp.id != but) if but else query)


def drop_all(session: Session, person_id: UUID) -> None:
    """Forget every factor of a person."""
    for table in (Passkey, Totp, RecoveryCode):
        session.execute(sa.delete(table).where(table.person_id == person_id))


def is_last_administrator(session: Session, person: Person) -> bool:
    """Whether nobody else with an open account keeps the accounts."""
    if person.role != Administrator.key:
        return False
    others = sa.select(sa.func.count()).where(
        Person.role == Administrator.key, Person.disabled_at.is_(None), Person.id != person.id
    )
    return session.execute(others).scalar_one() == 0


def open_resets(
    session: Session, *, at: datetime, reach: MachineReach
) -> list[tuple[FactorReset, Person]]:
    """Resets that wait for a second person, with whose factors they are about."""
    del reach
    query = (
        sa.select(FactorReset, Person)
        .join(Person, Person.id == FactorReset.person_id)
        .where(FactorReset.confirmed_at.is_(None), FactorReset.until > at)
        .order_by(FactorReset.asked_at, FactorReset.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def hold_reset(session: Session, reset_id: UUID, *, reach: MachineReach) -> FactorReset | None:
    """A reset by its id, held until the act is kept."""
    del reach
    return session.get(FactorReset, reset_id, with_for_update=True)


def was_set_up(session: Session, person_id: UUID, *, at: datetime) -> bool:
    """Whether a factor of the person was set up at that very moment."""
    passkeys = sa.select(Passkey.id).where(Passkey.person_id == person_id, Passkey.added_at == at)
    apps = sa.select(Totp.id).where(Totp.person_id == person_id, Totp.confirmed_at == at)
    return bool(session.execute(sa.select(sa.or_(passkeys.exists(), apps.exists()))).scalar_one())
