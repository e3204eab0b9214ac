"""Reading the trail as it is stored, and working its hashes out again, in batches.

The driver's own cursor is read, without an object for each entry: what a verification costs is
then mostly what reading and hashing cost.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from json import JSONDecoder
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.audit.canonical import NULL, Frame, canonical_details, filled, frame
from kapnotes.audit.trail import Entry

BATCH = 2000
SQL_MOMENT = 26
"""Signs of a stored time: `2026-11-23 09:00:00.000000`."""
ID_DIGITS = 32
ORDER = (
    "position",
    "at",
    "actor_id",
    "patient_id",
    "object_id",
    "object_version",
    "details",
    "prev_hash",
    "hash",
    "role",
    "event",
    "category",
    "outcome",
    "reason",
    "object_kind",
)
WORDS = ORDER.index("role")
POSITION, AT, OBJECT_ID, VERSION, DETAILS = (
    ORDER.index(name) for name in ("position", "at", "object_id", "object_version", "details")
)
HASH = ORDER.index("hash")

Stored: TypeAlias = tuple[Any, ...]
"""The columns of an entry in that order, as they come from the database."""


_read = JSONDecoder().raw_decode


class Unreadable(Exception):
    """The database cannot give an entry back: its file is damaged, or a text is none."""


@cache
def _columns(dialect: str) -> tuple[sa.ColumnElement[Any], ...]:
    """The columns of an entry, as texts and whole numbers."""
    found: list[sa.ColumnElement[Any]] = []
    for column in (Entry.__table__.c[name] for name in ORDER):
        if dialect != "postgresql":
            found.append(sa.type_coerce(column, sa.Text()))
        elif isinstance(column.type, sa.types.TypeDecorator):
            utc = sa.func.timezone("UTC", column)
            found.append(sa.func.to_char(utc, "YYYY-MM-DD HH24:MI:SS.US"))
        elif isinstance(column.type, sa.Uuid | sa.JSON):
            found.append(sa.cast(column, sa.Text()))
        else:
            found.append(column)
    return tuple(found)


def batches(
    session: Session, *, after: int = 0, to: int | None = None
) -> Iterator[Sequence[Stored]]:
    """The entries behind a position in order, so many at a time; from 0 every row there is.

    Raises Unreadable once the entries that can be read have been given.
    """
    connection = session.connection()
    query = sa.select(*_columns(connection.dialect.name)).order_by(Entry.position)
    if after:
        query = query.where(Entry.position > after)
    if to is not None:
        query = query.where(Entry.position <= to)
    text = query.compile(connection, compile_kwargs={"literal_binds": True}).string
    dbapi: Any = connection.dialect.loaded_dbapi
    given = 0
    for size in (BATCH, 1):
        cursor = _cursor(connection)
        try:
            cursor.execute(text)
            if given:
                cursor.fetchmany(given)
            while rows := cursor.fetchmany(size):
                given += len(rows)
                yield rows
        except dbapi.Error:
            if size == 1 or connection.dialect.name == "postgresql":
                raise Unreadable from None
        else:
            return
        finally:
            cursor.close()


def _cursor(connection: sa.Connection) -> Any:
    """A cursor of the driver's own; PostgreSQL's stays on the server, and sends what is asked."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "postgresql":
        return driver.cursor()
    return driver.cursor(name="kapnotes_trail")


def first_wrong(
    entries: Sequence[Stored], position: int, prev_hash: str, *, are_dashed: bool = False
) -> int | None:
    """Which of these entries is the first that does not follow, or is not what its hash is over.

    The entry before them is at `position` and has that hash. None if all are as they were written.
    `are_dashed` says that ids come from a column of ids, which gives them as they are written.
    """
    often, once = (str, str) if are_dashed else (_id, dashed)
    frames: dict[tuple[str, ...], Frame] = {}
    first = position + 1
    for (
        found,
        at,
        actor,
        patient,
        thing,
        version,
        details,
        before,
        kept,
        role,
        event,
        category,
        outcome,
        reason,
        kind,
    ) in entries:
        position += 1
        try:
            words = (role, event, category, outcome, reason, kind)
            if (around := frames.get(words)) is None:
                around = frames[words] = frame(*words)
            text = filled(
                around,
                often(actor),
                f"{at[:10]}T{at[11:]}+00:00",
                _details(details),
                NULL if thing is None else f'"{once(thing)}"',
                NULL if version is None else int.__repr__(version),
                NULL if patient is None else f'"{often(patient)}"',
                int.__repr__(found),
                before,
            )
            if (
                found != position
                or before != prev_hash
                or sha256(text).hexdigest() != kept
                or at[10] != " "
                or len(at) != SQL_MOMENT
            ):
                return position - first
        except (TypeError, ValueError):
            return position - first
        prev_hash = kept
    return None


def dashed(stored: str) -> str:
    """An id with its dashes. Raises ValueError for anything but its 32 digits."""
    first, second, third, fourth = stored[:8], stored[8:12], stored[12:16], stored[16:20]
    if len(stored) != ID_DIGITS:
        raise ValueError("not an id as it is stored")
    return f"{first}-{second}-{third}-{fourth}-{stored[20:]}"


_id = lru_cache(maxsize=16_384)(dashed)
"""People and patients come again and again."""


@lru_cache(maxsize=16_384)
def _details(stored: str) -> str:
    """The details, canonical; either database keeps the text as it was written."""
    found, end = _read(stored)
    if end != len(stored):
        raise ValueError("more than one value")
    return canonical_details(found)


def hashes_at(session: Session, positions: Collection[int]) -> dict[int, str]:
    """The hashes that the entries at these positions have."""
    if not positions:
        return {}
    query = sa.select(Entry.position, Entry.hash).where(Entry.position.in_(positions))
    return {row.position: row.hash for row in session.execute(query)}


def hashes_up_to(session: Session, position: int) -> list[str]:
    """The hashes of the entries from the first up to that position."""
    query = sa.select(Entry.hash).where(Entry.position <= position).order_by(Entry.position)
    return list(session.execute(query).scalars())
