"""Each sealed column of each table: a value opens in its own place, and in no other."""

from collections.abc import Iterator
from inspect import getattr_static
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kapnotes.records  # noqa: F401 - every table
from kapnotes import db
from kapnotes.db import Sealed
from kapnotes.keys import KeyRing, Purpose, SealBroken, Secret
from kapnotes.records.wrapped import WRAPPED
from kapnotes.settings import Settings
from tests.conftest import KEY
from tests.plumbing.embedded import Embedded

pytestmark = pytest.mark.safety("ONC-d7/sealed-values")

COLUMNS = [
    (mapper.class_, name)
    for mapper in sorted(db.Base.registry.mappers, key=lambda one: one.class_.__name__)
    for name in dir(mapper.class_)
    if isinstance(getattr_static(mapper.class_, name), Sealed)
]
VERSIONED = [pair for pair in COLUMNS if hasattr(pair[0], "version")]
VALUES = st.text(max_size=40)
FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module", autouse=True)
def two_owners(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with embedded.fresh() as url:
        data = tmp_path_factory.mktemp("sealed")
        opened = db.use(db.Database(Settings(data=data, database_url=url, key=KEY)))
        with opened.writing() as session:
            for owner in (FIRST, SECOND):
                opened.new_owner(session, owner)
        yield
        opened.close()


def row_of(kind: Any, name: str, *, row_id: UUID, owner: UUID, version: int) -> Any:
    """A row with no more than a sealed value is bound to."""
    made = kind()
    sealed = getattr(kind, name)
    its = getattr_static(kind, "patient_id", None)
    of_itself = sealed._owner == "id" or isinstance(its, property)  # noqa: SLF001 - of its place
    made.id = owner if of_itself else row_id
    if not of_itself:
        setattr(made, sealed._owner, owner)  # noqa: SLF001 - the same
    if hasattr(kind, "version"):
        made.version = version
    return made


def of_kind(name: str, kind: Any, text: str) -> Any:
    """The text as that attribute takes it."""
    decode = getattr(kind, name)._decode  # noqa: SLF001 - text, JSON or bytes
    if decode is bytes:
        return text.encode()
    return text if decode == bytes.decode else {"text": text}


def moved(data: st.DataObject, kind: Any, name: str, here: dict[str, Any]) -> tuple[Any, str]:
    """A row like this one but for one thing, and its attribute."""
    ways = ["owner", "column"]
    if row_of(kind, name, **here).id != here["owner"]:
        ways.append("row_id")
    if hasattr(kind, "version"):
        ways.append("version")
    way = data.draw(st.sampled_from(ways))
    if way == "column":
        other, called = data.draw(st.sampled_from([one for one in COLUMNS if one != (kind, name)]))
        return row_of(other, called, **here), called
    there = {"owner": SECOND, "row_id": uuid4(), "version": here["version"] + 1}[way]
    return row_of(kind, name, **(here | {way: there})), name


@given(st.sampled_from(COLUMNS), VALUES, st.integers(1, 50), st.data())
@settings(max_examples=100)
def test_moved_to_another_place_it_does_not_open(
    pair: tuple[Any, str], text: str, version: int, data: st.DataObject
) -> None:
    kind, name = pair
    here: dict[str, Any] = {"row_id": uuid4(), "owner": FIRST, "version": version}
    row, value = row_of(kind, name, **here), of_kind(name, kind, text)
    setattr(row, name, value)
    assert getattr(row, name) == value
    other, called = moved(data, kind, name, here)
    setattr(other, getattr(type(other), called).column, getattr(row, getattr(kind, name).column))
    with pytest.raises(SealBroken):
        getattr(other, called)


@given(st.sampled_from(VERSIONED), VALUES, VALUES)
@settings(max_examples=60)
def test_an_older_state_put_back_does_not_open(
    pair: tuple[Any, str], before: str, after: str
) -> None:
    kind, name = pair
    row = row_of(kind, name, row_id=uuid4(), owner=FIRST, version=1)
    setattr(row, name, of_kind(name, kind, before))
    older = getattr(row, getattr(kind, name).column)
    row.version = 2
    setattr(row, name, of_kind(name, kind, after))
    setattr(row, getattr(kind, name).column, older)
    with pytest.raises(SealBroken):
        getattr(row, name)


@given(st.sampled_from(COLUMNS), VALUES, st.data())
@settings(max_examples=60)
def test_a_changed_or_cut_value_does_not_open(
    pair: tuple[Any, str], text: str, data: st.DataObject
) -> None:
    kind, name = pair
    row = row_of(kind, name, row_id=uuid4(), owner=FIRST, version=1)
    setattr(row, name, of_kind(name, kind, text))
    column = getattr(kind, name).column
    sealed = getattr(row, column)
    at = data.draw(st.integers(0, len(sealed) - 1))
    flipped = sealed[:at] + bytes([sealed[at] ^ data.draw(st.integers(1, 255))]) + sealed[at + 1 :]
    for changed in (flipped, sealed[:at], sealed + b"\0"):
        setattr(row, column, changed)
        with pytest.raises(SealBroken):
            getattr(row, name)


def test_each_sealed_column_is_some_patients_or_wrapped_anew_by_a_rotation() -> None:
    """A new secret that a rotation does not know of would be lost with the old root key."""
    known = {(kind.__tablename__, getattr(kind, name).column) for kind, name in COLUMNS}
    known |= {(str(one.row.__tablename__), one.column) for one in WRAPPED}
    known |= {("key_ring", f"{name}_wrapped") for name in ("lookup", "cookie", "signature")}
    known |= {("data_key", "wrapped"), ("key_ring", "recovery_sealed")}
    found = {
        (table.name, column.name)
        for table in db.Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("_sealed", "wrapped", "secret", "seed"))
    }
    assert found - known - {("chart_audit", "seed")} == set()


@given(st.sampled_from(Secret), st.binary(min_size=1, max_size=40), st.data())
def test_a_wrapped_secret_opens_in_its_row_under_its_root_alone(
    which: Secret, secret: bytes, data: st.DataObject
) -> None:
    ring, other = KeyRing(KEY), KeyRing(bytes(range(1, 33)))
    wrapped = ring.wrap_secret(secret, which.place)
    place = data.draw(st.sampled_from([one.place for one in Secret if one is not which]))
    for opening, where in ((ring, place), (other, which.place)):
        with pytest.raises(SealBroken):
            opening.open_secret(wrapped, where)
    both = KeyRing(other._root, other=ring)  # noqa: SLF001 - as after a rotation was broken off
    assert both.open_secret(wrapped, which.place) == secret
    anew = both.rewrap_secret(other, wrapped, which.place)
    assert other.open_secret(anew, which.place) == secret
    with pytest.raises(SealBroken):
        ring.open_secret(anew, which.place)


@given(st.sampled_from(Purpose))
def test_a_data_key_is_the_same_under_the_root_that_follows(purpose: Purpose) -> None:
    ring, other = KeyRing(KEY), KeyRing(bytes(range(1, 33)))
    wrapped = ring.new_data_key(purpose, "one")
    anew = KeyRing(bytes(range(2, 34)), other=ring).rewrap(other, purpose, wrapped, "one")
    sealed = ring.unwrap(purpose, wrapped, "one").seal(b"text", "here")
    assert other.unwrap(purpose, anew, "one").open(sealed, "here") == b"text"
    assert KeyRing(KEY, other=other).turned().mark == other.mark
