"""Whatever is done to a stored trail is found, and the first entry that was touched is named."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes import db
from kapnotes.audit import proof, seal
from kapnotes.audit.canonical import START
from kapnotes.audit.events import Did
from kapnotes.audit.memory import Memory
from kapnotes.audit.proof import Known
from kapnotes.audit.seal import Anchor
from kapnotes.audit.trail import Deed, Entry, append, head
from kapnotes.audit.walk import Verdict
from tests.audit.mutation import Mutation, Values, mutations
from tests.audit.unlocked import unlock
from tests.builders import AT, small_practice
from tests.plumbing.role import as_owner

LENGTH = 18
TABLE = Entry.__table__


@pytest.fixture
def whole(database: db.Database) -> list[Values]:
    """Return the entries of a small trail, in a database that no longer guards them."""
    small = small_practice()
    with database.writing() as session:
        for number in range(3):
            deed = Deed(session, patient_id=small.patient_id, details={"kind": 'ä"\\', "n": number})
            append(deed, Did.NOTE_VIEWED, by=small.therapist, at=AT)
    with database.writing() as session:
        unlock(session, "trail", "trail_head")
    with database.reading() as session:
        rows = session.execute(sa.select(TABLE).order_by(TABLE.c.position)).mappings()
        found = [dict(row) for row in rows][:LENGTH]
    with database.writing() as session:
        _write(session, found, head_at=(found[-1]["position"], found[-1]["hash"]))
    return found


def _write(session: Session, entries: list[Values], *, head_at: tuple[int, str] | None) -> None:
    as_owner(session)
    session.execute(sa.delete(TABLE))
    if entries:
        session.execute(sa.insert(TABLE), entries)
    if head_at is not None:
        session.execute(head.update().values(position=head_at[0], hash=head_at[1]))


def _allow_twins(session: Session) -> None:
    """Take the primary key away."""
    as_owner(session)
    if session.connection().dialect.name == "postgresql":
        session.execute(sa.text("ALTER TABLE trail DROP CONSTRAINT pk_trail"))
        return
    session.execute(sa.text("CREATE TABLE twin AS SELECT * FROM trail"))
    session.execute(sa.text("DROP TABLE trail"))
    session.execute(sa.text("ALTER TABLE twin RENAME TO trail"))


@contextmanager
def left(database: db.Database, mutation: Mutation) -> Iterator[Session]:
    """The database as the mutation leaves it, until the end of the block."""
    with Session(database.engine.execution_options(writes=True)) as session:
        if mutation.has_twins:
            _allow_twins(session)
        _write(session, mutation.entries, head_at=mutation.head)
        yield session
        session.rollback()


def judge(session: Session, known: Known) -> Verdict:
    ring = db.current().ring
    walk = proof.begin(known, ring, hash_=START)
    proof.go(session, walk)
    return proof.end(session, walk, known, ring)


def memory_of(entries: list[Values]) -> Memory:
    last = entries[-1]
    anchor = seal.sign_head(db.current().ring, last["position"], last["hash"])
    return Memory(anchor, bytes.fromhex("".join(one["hash"][:16] for one in entries)))


def heads_of(entries: list[Values], *positions: int) -> tuple[Anchor, ...]:
    ring = db.current().ring
    return tuple(seal.sign_head(ring, p, entries[p - 1]["hash"], at=AT) for p in positions)


@pytest.mark.safety("ONC-d3/mutations")
def test_every_mutation_is_found_and_its_first_entry_named(
    database: db.Database, whole: list[Values]
) -> None:
    known = Known(memory_of(whole))
    count, wrong = 0, []
    for mutation in mutations(whole):
        with left(database, mutation) as session:
            verdict = judge(session, known)
        count += 1
        if verdict.bad_position != mutation.first_bad:
            wrong.append((mutation.name, mutation.first_bad, verdict.sentence))
        assert str(verdict.bad_position) in verdict.sentence
    assert wrong == []
    assert count > LENGTH * 20


@pytest.mark.safety("ONC-d3/mutations")
def test_without_its_memory_the_kept_heads_and_an_anchor_show_what_a_chain_does_not(
    database: db.Database, whole: list[Values]
) -> None:
    end = len(whole)
    anchors: Mapping[str, Anchor | None] = {"kept.json": heads_of(whole, end)[0]}
    known = Known(Memory(), heads_of(whole, 5, 10), anchors)
    wrong = []
    for mutation in mutations(whole):
        with left(database, mutation) as session:
            found = judge(session, known).bad_position
        before = max((at for at in (0, 5, 10) if at < mutation.first_bad), default=0)
        named = max(mutation.first_bad, len(mutation.entries) if mutation.is_chained else 0) + 1
        if found is None or not before < found <= named:
            wrong.append((mutation.name, mutation.first_bad, found))
    assert wrong == []


def test_what_is_as_it_was_written_is_whole(database: db.Database, whole: list[Values]) -> None:
    known = Known(memory_of(whole), heads_of(whole, 3, 9))
    with database.reading() as session:
        assert judge(session, known).is_whole
        assert judge(session, Known(Memory())).is_whole
        last = memory_of(whole[:7])
        assert judge(session, Known(last)).is_whole


def test_a_damaged_memory_is_no_fault_of_the_trail(
    database: db.Database, whole: list[Values]
) -> None:
    known = memory_of(whole)
    damaged = Memory(known.anchor, known.prints[:24] + b"x" * 8 + known.prints[32:])
    with database.reading() as session:
        assert judge(session, Known(damaged)).is_whole
        assert judge(session, Known(Memory(known.anchor, known.prints[:-4]))).is_whole


def test_a_head_that_was_not_signed_here_is_not_believed(
    database: db.Database, whole: list[Values]
) -> None:
    genuine = heads_of(whole, 4)[0]
    forged = Anchor(4, "0" * 64, genuine.signature, genuine.at)
    with database.reading() as session:
        found = judge(session, Known(Memory(), (forged,)))
        assert found.sentence.endswith("entry 4 carries a head that was not signed here.")
        found = judge(session, Known(Memory(), (), {"x.json": None}))
        assert found.sentence.endswith("cannot be compared: x.json was not signed here.")
