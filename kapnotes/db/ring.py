"""What is kept of the key ring: wrapped data keys, and the secrets that outlive a rotation.

The row of `key_ring` names the root under which everything is wrapped. Whoever wraps something new
holds that row first, so that a process which still has the former root cannot leave behind what
nobody could open afterwards.
"""

import uuid
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.db.column import Base, Moment
from kapnotes.keys import DataKey, KeyRing, Purpose, SealBroken, Secret
from kapnotes.settings import SettingsRefused

REMEMBERED = 4096
WRONG_KEY = (
    "The key does not open this practice. Put back the key file that was made with it, "
    "or set KAPNOTES_KEY to that key. If it is lost: key recover."
)

data_key = sa.Table(
    "data_key",
    Base.metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("owner_id", sa.Uuid(), nullable=False),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("wrapped", sa.LargeBinary(), nullable=False),
    sa.UniqueConstraint("owner_id", "purpose"),
)
"""Wrapped data keys; `owner_id` is the patient (or the chart audit) whose text they seal."""

key_ring = sa.Table(
    "key_ring",
    Base.metadata,
    sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("root_mark", sa.String(32), nullable=False),
    sa.Column("lookup_wrapped", sa.LargeBinary(), nullable=False),
    sa.Column("cookie_wrapped", sa.LargeBinary(), nullable=False),
    sa.Column("signature_wrapped", sa.LargeBinary(), nullable=False),
    sa.Column("recovery_public", sa.LargeBinary(), nullable=True),
    sa.Column("recovery_sealed", sa.LargeBinary(), nullable=True),
    sa.Column("changed_at", Moment(), nullable=False),
)
"""One row. `root_mark` tells roots apart and says nothing of them; `recovery_sealed` is the root,
sealed for the recovery key whose public half is `recovery_public`."""

SECRETS = {
    Secret.LOOKUP: key_ring.c.lookup_wrapped,
    Secret.COOKIE: key_ring.c.cookie_wrapped,
    Secret.SIGNATURE: key_ring.c.signature_wrapped,
}


class RootChanged(Exception):
    """The practice has another root key than this process: it has to be started again."""


def place_of_key(owner_id: uuid.UUID, purpose: Purpose) -> str:
    """What a wrapped data key is bound to."""
    return f"{owner_id}|{purpose}"


def kept_secret(engine: sa.Engine, which: Secret) -> bytes | None:
    """A wrapped secret; None before there is a table for it."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(key_ring.name):
            return None
        query = sa.select(SECRETS[which]).where(key_ring.c.id == 1)
        wrapped: bytes | None = connection.execute(query).scalar_one_or_none()
        return wrapped


def recovery_sealed(engine: sa.Engine) -> bytes:
    """The root, sealed for the recovery key; b"" where there is none."""
    with engine.connect() as connection:
        query = sa.select(key_ring.c.recovery_sealed).where(key_ring.c.id == 1)
        return connection.execute(query).scalar_one_or_none() or b""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What is kept for the recovery key: its public half, and the root of that mark, sealed."""

    public: bytes
    mark: str
    sealed: bytes


def recovery_of(engine: sa.Engine) -> Recovery | None:
    """What is kept for the recovery key; None without one, and before there are tables."""
    table = key_ring.c
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(key_ring.name):
            return None
        query = sa.select(table.recovery_public, table.root_mark, table.recovery_sealed)
        row = connection.execute(query.where(table.id == 1)).one_or_none()
    return Recovery(*row) if row is not None and None not in tuple(row) else None


def hold(connection: sa.Connection, ring: KeyRing) -> None:
    """Hold the root as it is until the caller's transaction ends; before something is wrapped.

    Raises RootChanged when the practice has another root than this ring.
    """
    query = sa.select(key_ring.c.root_mark).where(key_ring.c.id == 1)
    mark = connection.execute(query.with_for_update(read=True)).scalar_one_or_none()
    if mark is not None and mark != ring.mark:
        raise RootChanged


def of_database(engine: sa.Engine, ring: KeyRing) -> KeyRing:
    """The ring with the root first under which this database is wrapped.

    After a rotation that was broken off there are two. Raises SettingsRefused when the ring does
    not open what the database holds.
    """
    try:
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            if inspector.has_table(key_ring.name):
                query = sa.select(key_ring.c.root_mark).where(key_ring.c.id == 1)
                mark = connection.execute(query).scalar_one_or_none()
                if ring.other is not None and mark == ring.other.mark:
                    ring = ring.turned()
                if mark not in {None, ring.mark}:
                    raise SettingsRefused(WRONG_KEY)
            if not inspector.has_table(data_key.name):
                return ring
            row = connection.execute(sa.select(data_key).limit(1)).one_or_none()
        if row is not None:
            purpose = Purpose(row.purpose)
            ring.unwrap(purpose, row.wrapped, place_of_key(row.owner_id, purpose))
    except SealBroken:
        raise SettingsRefused(WRONG_KEY) from None
    except sa.exc.DatabaseError as error:
        if "not a database" not in str(error.orig):
            raise
        raise SettingsRefused(WRONG_KEY) from None
    return ring


class DataKeys:
    """The data keys that a process opened lately."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[uuid.UUID, Purpose], DataKey] = OrderedDict()
        self._holding = Lock()

    def make(self, session: Session, ring: KeyRing, owner_id: uuid.UUID) -> None:
        """Make the data keys of a new owner, in the caller's transaction."""
        connection = session.connection()
        hold(connection, ring)
        for purpose in Purpose:
            place = place_of_key(owner_id, purpose)
            wrapped = ring.new_data_key(purpose, place)
            connection.execute(
                data_key.insert(),
                {"id": uuid.uuid4(), "owner_id": owner_id, "purpose": purpose, "wrapped": wrapped},
            )
            self._remember(owner_id, purpose, ring.unwrap(purpose, wrapped, place))

    def known(self, owner_id: uuid.UUID, purpose: Purpose) -> DataKey | None:
        """A data key that was opened lately, or None."""
        with self._holding:
            found = self._keys.get((owner_id, purpose))
            if found is not None:
                self._keys.move_to_end((owner_id, purpose))
            return found

    def open(
        self, connection: sa.Connection, ring: KeyRing, owner_id: uuid.UUID, purpose: Purpose
    ) -> DataKey:
        """The open data key of an owner, asked of the database."""
        query = sa.select(data_key.c.wrapped).where(
            data_key.c.owner_id == owner_id, data_key.c.purpose == purpose
        )
        wrapped = connection.execute(query).scalar_one()
        place = place_of_key(owner_id, purpose)
        return self._remember(owner_id, purpose, ring.unwrap(purpose, wrapped, place))

    def _remember(self, owner_id: uuid.UUID, purpose: Purpose, key: DataKey) -> DataKey:
        with self._holding:
            self._keys[owner_id, purpose] = key
            while len(self._keys) > REMEMBERED:
                self._keys.popitem(last=False)
        return key
