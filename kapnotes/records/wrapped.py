"""What is wrapped under the root key, row by row, and wrapping all of it anew."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from time import monotonic, sleep
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from kapnotes import db
from kapnotes.db import ring
from kapnotes.keys import KeyRing, Purpose
from kapnotes.records.factor import Totp
from kapnotes.records.sealing_key import SealingKey

BATCH = 1000
PATIENCE = 3.0
"""Seconds in which a connection that was closed just now is gone from PostgreSQL's list."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A column of secrets that are no patient's, and what each is bound to."""

    row: type[db.Base]
    column: str
    place: Callable[[Any], str]


WRAPPED = (
    Wrapped(SealingKey, "secret_sealed", attrgetter("secret_place")),
    Wrapped(Totp, "seed_sealed", attrgetter("seed_place")),
)
"""All of them, beside the data keys and the ring's own secrets; a house test looks for more."""


def _hold(mapper: object, connection: sa.Connection, row: object) -> None:
    """No row is added under a root that the practice has no longer."""
    del mapper, row
    ring.hold(connection, db.current().ring)


for _one in WRAPPED:
    event.listen(_one.row, "before_insert", _hold)


def others(session: Session) -> int:
    """How many others are connected to PostgreSQL's database; the embedded file has none to tell.

    The lock of the data folder shows who has it open on this machine, and this who elsewhere.
    """
    if session.get_bind().dialect.name != "postgresql":
        return 0
    query = sa.text(
        "SELECT pg_stat_clear_snapshot(), (SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND coalesce(backend_type, 'client backend') = 'client backend')"
    )
    until = monotonic() + PATIENCE
    while count := int(session.execute(query).one()[1]):
        if monotonic() > until:
            return count
        sleep(0.1)
    return 0


def mark(session: Session) -> str:
    """Which root everything is wrapped under; held until the transaction ends."""
    query = sa.select(ring.key_ring.c.root_mark).where(ring.key_ring.c.id == 1).with_for_update()
    return str(session.execute(query).scalar_one())


def rewrap(session: Session, old: KeyRing, new: KeyRing, *, at: datetime) -> int:
    """Wrap everything anew, in the caller's transaction; how many keys and secrets there were.

    Raises SealBroken for the first that the old ring does not open.
    """
    count = _data_keys(session, old, new)
    for one in WRAPPED:
        count += _secrets(session, one, old, new)
    return count + _ring(session, old, new, at=at)


def _data_keys(session: Session, old: KeyRing, new: KeyRing) -> int:
    table = ring.data_key
    connection = session.connection()
    rows = connection.execute(sa.select(table).with_for_update()).all()
    change = (
        table.update()
        .where(table.c.id == sa.bindparam("of_id"))
        .values(wrapped=sa.bindparam("anew"))
    )
    for start in range(0, len(rows), BATCH):
        batch = [
            {"of_id": row.id, "anew": _anew(row, old, new)} for row in rows[start : start + BATCH]
        ]
        connection.execute(change, batch)
    return len(rows)


def _anew(row: Any, old: KeyRing, new: KeyRing) -> bytes:
    purpose = Purpose(row.purpose)
    return old.rewrap(new, purpose, row.wrapped, ring.place_of_key(row.owner_id, purpose))


def _secrets(session: Session, one: Wrapped, old: KeyRing, new: KeyRing) -> int:
    column = getattr(one.row, one.column)
    rows = session.execute(sa.select(one.row).where(column.is_not(None))).scalars().all()
    table = cast("sa.Table", one.row.__table__)
    for row in rows:
        wrapped = old.rewrap_secret(new, getattr(row, one.column), one.place(row))
        change = table.update().where(table.c.id == cast("Any", row).id)
        session.execute(change.values({one.column: wrapped}))
    return len(rows)


def _ring(session: Session, old: KeyRing, new: KeyRing, *, at: datetime) -> int:
    table = ring.key_ring
    kept = session.execute(sa.select(table).where(table.c.id == 1)).mappings().one()
    secrets = {
        column.name: old.rewrap_secret(new, kept[column.name], which.place)
        for which, column in ring.SECRETS.items()
    }
    change = table.update().where(table.c.id == 1)
    session.execute(change.values(root_mark=new.mark, changed_at=at, **secrets))
    return len(secrets)


def recovery(session: Session) -> tuple[bytes | None, bytes | None]:
    """The public half of the recovery key, and the root sealed for it; None before there is one."""
    table = ring.key_ring
    query = sa.select(table.c.recovery_public, table.c.recovery_sealed).where(table.c.id == 1)
    row = session.execute(query).one()
    return row[0], row[1]


def keep_recovery(session: Session, public: bytes, sealed: bytes) -> None:
    """Keep the public half and the sealed root."""
    table = ring.key_ring
    change = table.update().where(table.c.id == 1)
    session.execute(change.values(recovery_public=public, recovery_sealed=sealed))
