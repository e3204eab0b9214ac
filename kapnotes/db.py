"""The one connection: engine, session, base and the column types every table uses.

A read is a plain transaction; a write begins with BEGIN IMMEDIATE on the embedded database,
so that it waits its turn instead of failing half-way. What a person wrote about a patient is
sealed with that patient's data key before it reaches either database: see `Sealed`.
"""

import json
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any, Generic, Self, TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, object_session
from sqlalchemy.orm import Session as Session  # noqa: PLC0414 - the rooms above name it from here

from kapnotes.column import Exact, Moment
from kapnotes.engine import engine_of
from kapnotes.keys import DataKey, KeyRing, Purpose, SealBroken
from kapnotes.settings import Settings, SettingsRefused

T = TypeVar("T")
KEYS_REMEMBERED = 4096


class Base(DeclarativeBase):
    """Every table of the practice; constraint names follow one convention."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own shape
        datetime: Moment(),
        date: sa.Date(),
        Decimal: Exact(),
        uuid.UUID: sa.Uuid(),
        str: sa.Text(),
        bytes: sa.LargeBinary(),
        dict[str, Any]: sa.JSON(),
    }


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
        self.ring = KeyRing(settings.key)
        self.engine = engine_of(settings, self.ring)
        self._writer = self.engine.execution_options(writes=True)
        self._still = (
            self.engine
            if settings.is_embedded
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self.remembered: dict[str, str] = {}
        self._keys: OrderedDict[tuple[uuid.UUID, Purpose], DataKey] = OrderedDict()
        self._holding = Lock()

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
        for purpose in Purpose:
            place = f"{owner_id}|{purpose}"
            wrapped = self.ring.new_data_key(purpose, place)
            session.execute(
                data_key.insert(),
                {"id": uuid.uuid4(), "owner_id": owner_id, "purpose": purpose, "wrapped": wrapped},
            )
            self._remember(owner_id, purpose, self.ring.unwrap(purpose, wrapped, place))

    def data_key(self, owner_id: uuid.UUID, purpose: Purpose, session: Session | None) -> DataKey:
        """The open data key of a patient, asked of the database once per process."""
        with self._holding:
            found = self._keys.get((owner_id, purpose))
            if found is not None:
                self._keys.move_to_end((owner_id, purpose))
                return found
        query = sa.select(data_key.c.wrapped).where(
            data_key.c.owner_id == owner_id, data_key.c.purpose == purpose
        )
        if session is not None:
            wrapped = session.connection().execute(query).scalar_one()
        else:
            with self.engine.connect() as connection:
                wrapped = connection.execute(query).scalar_one()
        return self._remember(
            owner_id, purpose, self.ring.unwrap(purpose, wrapped, f"{owner_id}|{purpose}")
        )

    def _remember(self, owner_id: uuid.UUID, purpose: Purpose, key: DataKey) -> DataKey:
        with self._holding:
            self._keys[owner_id, purpose] = key
            while len(self._keys) > KEYS_REMEMBERED:
                self._keys.popitem(last=False)
        return key

    def check_key(self) -> None:
        """Raise SettingsRefused when the root key does not open what this database holds."""
        sentence = (
            "The key does not open this practice. Put back the key file that was made with it, "
            "or set KAPNOTES_KEY to that key."
        )
        try:
            with self.engine.connect() as connection:
                if not sa.inspect(connection).has_table(data_key.name):
                    return
                row = connection.execute(sa.select(data_key).limit(1)).one_or_none()
            if row is not None:
                purpose = Purpose(row.purpose)
                self.ring.unwrap(purpose, row.wrapped, f"{row.owner_id}|{purpose}")
        except SealBroken:
            raise SettingsRefused(sentence) from None
        except sa.exc.DatabaseError as error:
            if "not a database" not in str(error.orig):
                raise
            raise SettingsRefused(sentence) from None

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


MIGRATIONS = Path(__file__).parent.parent / "migrations" / "alembic.ini"


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


_current: list[Database] = []


def use(database: Database) -> Database:
    """Make this the practice that the process serves; the one before is closed."""
    while _current:
        _current.pop().close()
    _current.append(database)
    return database


def current() -> Database:
    """The practice that the process serves."""
    if not _current:
        raise RuntimeError("no practice is open: call kapnotes.db.use first")
    return _current[-1]


def is_transient(error: sa.exc.DBAPIError) -> bool:
    """Whether a whole action may be tried again: serialisation failure, deadlock, or a twin.

    A twin is a row that somebody added in the same moment; the next try finds it and says so.
    """
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "23505"}
