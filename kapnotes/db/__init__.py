"""The one connection: engine, session, base and the column types every table uses.

A read is a plain transaction; a write begins with BEGIN IMMEDIATE on the embedded database,
so that it waits its turn instead of failing half-way. What a person wrote about a patient is
sealed with that patient's data key before it reaches either database: see `Sealed`.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.orm import Session as Session
from sqlalchemy.orm import object_session

from kapnotes.db import ring as kept
from kapnotes.db.column import Base as Base
from kapnotes.db.engine import engine_of
from kapnotes.db.ring import data_key as data_key
from kapnotes.keys import DataKey, KeyRing, Purpose
from kapnotes.keys.presence import Presence, Taken
from kapnotes.settings import Settings, SettingsRefused

T = TypeVar("T")


def _encode_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


OF_PATIENT = "patient_id"


class Sealed(Generic[T]):
    """An attribute kept encrypted in the column it names.

    The row's class has `id`, `patient_id` (or another `owner`, whose data key seals it) and, where
    it changes, `version`; these are set before the attribute: the text is bound to them.
    """

    def __init__(
        self,
        column: str,
        encode: Callable[[T], bytes],
        decode: Callable[[bytes], T],
        purpose: Purpose = Purpose.RECORD,
        owner: str = OF_PATIENT,
    ) -> None:
        self.column = column
        self._encode = encode
        self._decode = decode
        self._purpose = purpose
        self._owner = owner

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type) -> T: ...
    def __get__(self, row: Any, owner: type) -> Self | T:
        """Open the value in its place."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        if sealed is None:
            return None  # type: ignore[return-value] # a nullable column is declared T | None
        return self._decode(self._key(row).open(sealed, self._place(row)))

    def __set__(self, row: Any, value: T) -> None:
        """Seal the value for its place."""
        sealed = None
        if value is not None:
            sealed = self._key(row).seal(self._encode(value), self._place(row))
        setattr(row, self.column, sealed)

    def _key(self, row: Any) -> DataKey:
        return current().data_key(getattr(row, self._owner), self._purpose, object_session(row))

    def _place(self, row: Any) -> str:
        owner_id = getattr(row, self._owner)
        if row.id is None or owner_id is None:
            raise ValueError("a sealed value needs its row's id and patient first")
        version = getattr(row, "version", 1)
        return place_of(row.__tablename__, self.column, row.id, owner_id, version)


def place_of(
    table: str, column: str, row_id: uuid.UUID, patient_id: uuid.UUID, version: int = 1
) -> str:
    """What a sealed value is bound to; a row that does not change is its version 1."""
    return f"{table}|{column}|{row_id}|{patient_id}|{version}"


def sealed_text(
    column: str, purpose: Purpose = Purpose.RECORD, *, owner: str = OF_PATIENT
) -> Sealed[str]:
    """Text, sealed."""
    return Sealed(column, str.encode, bytes.decode, purpose, owner)


def sealed_json(column: str, *, owner: str = OF_PATIENT) -> Sealed[Any]:
    """A JSON value, sealed."""
    return Sealed(column, _encode_json, json.loads, owner=owner)


def sealed_bytes(column: str, *, owner: str = OF_PATIENT) -> Sealed[bytes]:
    """Bytes (a kept document), sealed."""
    return Sealed(column, bytes, bytes, owner=owner)


class Database:
    """An open practice: its engine, its key ring and the data keys opened lately."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        other = KeyRing(settings.next_key) if settings.next_key else None
        self.ring = KeyRing(
            settings.key, other=other, kept=lambda which: kept.kept_secret(self.engine, which)
        )
        self.engine = engine_of(settings, self.ring)
        self._writer = self.engine.execution_options(writes=True)
        self._still = (
            self.engine
            if settings.is_embedded
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self.remembered: dict[str, str] = {}
        self._keys = kept.DataKeys()
        self.presence: Presence | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; ends without a commit."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def standing_still(self) -> Iterator[Session]:
        """A session that reads everything as it stood at its first query, however long it reads."""
        with Session(self._still, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose transaction commits at the end, or leaves nothing."""
        with (
            Session(self._writer, expire_on_commit=False, autoflush=False) as session,
            session.begin(),
        ):
            yield session

    def new_owner(self, session: Session, owner_id: uuid.UUID) -> None:
        """Make the data keys of a new owner, in the caller's transaction: a patient, an audit."""
        self._keys.make(session, self.ring, owner_id)

    def data_key(self, owner_id: uuid.UUID, purpose: Purpose, session: Session | None) -> DataKey:
        """The open data key of a patient, asked of the database once per process."""
        found = self._keys.known(owner_id, purpose)
        if found is not None:
            return found
        if session is not None:
            return self._keys.open(session.connection(), self.ring, owner_id, purpose)
        with self.engine.connect() as connection:
            return self._keys.open(connection, self.ring, owner_id, purpose)

    def enter(self) -> None:
        """Have the practice open beside others. Raises SettingsRefused while its key is changed."""
        try:
            self.presence = Presence(self.settings.data)
        except Taken:
            raise SettingsRefused(
                "The key of this practice is being changed, or the practice restored. Start again "
                "when that is over."
            ) from None

    def check_key(self) -> None:
        """Raise SettingsRefused when the root key does not open what this database holds."""
        self.ring = kept.of_database(self.engine, self.ring)

    def beside(self, *, data: Path, database_url: str) -> Self:
        """The practice of another database under the same key, such as a copy of this one."""
        place = replace(self.settings, data=data, database_url=database_url, owner_url="")
        return type(self)(place)

    def close(self) -> None:
        """Give back every connection, and leave."""
        self.engine.dispose()
        if self.presence is not None:
            self.presence.leave()
            self.presence = None


MIGRATIONS = Path(__file__).parents[2] / "migrations" / "alembic.ini"


def migrate(to: str = "head") -> None:
    """Bring the open practice's tables to a version; going down empties what it drops."""
    from alembic import command  # noqa: PLC0415 - a served page never needs it
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config(str(MIGRATIONS))
    if to == "base":
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def is_migrated() -> bool:
    """Whether the open practice's tables are at the newest version."""
    from alembic.config import Config  # noqa: PLC0415 - the same
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - the same
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - the same

    newest = ScriptDirectory.from_config(Config(str(MIGRATIONS))).get_current_head()
    with current().engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def revision_of(connection: sa.Connection) -> str:
    """The version of the tables that this connection sees; "" before the first."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - the same

    return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(revision: str) -> bool:
    """Whether a version of the tables is one that this code can bring up to date."""
    from alembic.config import Config  # noqa: PLC0415 - the same
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - the same

    scripts = ScriptDirectory.from_config(Config(str(MIGRATIONS)))
    return revision in {one.revision for one in scripts.walk_revisions()}


_current: list[Database] = []


def use(database: Database) -> Database:
    """Make this the practice that the process serves; the one before is closed."""
    while _current:
        _current.pop().close()
    _current.append(database)
    return database


@contextmanager
def instead(database: Database) -> Iterator[Database]:
    """Serve another practice for a while, such as one out of a backup; then the one before again.

    For a process that does nothing else meanwhile: a command, never a server or the worker.
    """
    _current.append(database)
    try:
        yield database
    finally:
        if database in _current:
            _current.remove(database)
        database.close()


def current() -> Database:
    """The practice that the process serves."""
    if not _current:
        raise RuntimeError("no practice is open: call kapnotes.db.use first")
    return _current[-1]
