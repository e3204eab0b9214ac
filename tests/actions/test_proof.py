"""What is signed is worked out again, and a change of it is named by note and version."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import addendum, cosigning, proof
from kapnotes.actions.proof import NotesVerdict
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, append
from kapnotes.records.content import digest
from kapnotes.records.document import Document
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion
from kapnotes.records.session_row import Vitals
from tests.audit.unlocked import unlock
from tests.builders import (
    AT,
    HERE,
    PASSWORD,
    Small,
    run_session,
    sign,
    signed,
    small_practice,
    written,
)
from tests.kept import keep


@pytest.fixture
def small(database: db.Database) -> Small:
    """A practice with every kind of signed thing in it."""
    del database
    found = small_practice(cosigns=True)
    run_session(found)
    return found


@pytest.fixture
def first(small: Small) -> UUID:
    """Return a note with two versions, a co-signature and an addendum; a dosing note waits."""
    note_id = signed(small, "preparation")
    cosigning.withdraw(note_id=note_id, reason="One more look", by=small.therapist, at=AT)
    sign(small, note_id, at=AT + timedelta(minutes=1))
    digest = _row(NoteVersion, note_id, number=2).digest
    supervisor = small.supervisor
    cosigning.cosign(
        note_id=note_id, digest=digest, password=PASSWORD, address=HERE, by=supervisor, at=AT
    )
    addendum.add(
        note_id=note_id,
        reason="A word was missing",
        text="The word",
        password=PASSWORD,
        address=HERE,
        by=small.therapist,
        at=AT,
    )
    signed(small, "dosing")
    _told(keep(small))
    return note_id


def _row(table: type[db.Base], note_id: UUID, **of: int) -> NoteVersion:
    with db.current().reading() as session:
        query = sa.select(table).filter_by(note_id=note_id, **of)
        found: NoteVersion = session.execute(query).scalars().one()
        return found


def _told(document: Document) -> None:
    """The event of a document that the builder kept without one."""
    with db.current().writing() as session:
        deed = Deed(session)
        deed.on(document)
        append(deed, Did.DOCUMENT_KEPT, by=operator(), at=AT)


def verify(**how: bool) -> NotesVerdict:
    return proof.verify_notes(by=operator(), at=AT, **how)


def test_what_is_whole_is_counted_and_then_only_what_is_new(small: Small, first: UUID) -> None:
    assert verify(only_new=True).is_whole
    found = verify()
    assert found.sentence == (
        "The signed record is whole: 3 signed versions, 1 co-signatures, 1 addenda, 1 documents."
    )
    written(small, "integration")
    assert verify(only_new=True).sentence == found.sentence
    assert first


Change = Callable[[Session, UUID], str]


def flip_content(session: Session, note_id: UUID) -> str:
    row = session.execute(sa.select(NoteVersion).filter_by(note_id=note_id, number=2)).scalar_one()
    sealed = bytearray(row.content_sealed)
    sealed[len(sealed) // 2] ^= 1
    row.content_sealed = bytes(sealed)
    return f"note {note_id}, version 2: its sealed content does not open in its place"


def flip_digest(session: Session, note_id: UUID) -> str:
    session.execute(
        sa.update(NoteVersion).filter_by(note_id=note_id, number=1).values(digest="0" * 64)
    )
    return f"note {note_id}, version 1: its content is not what its digest is over"


def other_content(session: Session, note_id: UUID) -> str:
    """Sealed rightly by somebody with the key, with its digest worked out anew."""
    row = session.execute(sa.select(NoteVersion).filter_by(note_id=note_id, number=1)).scalar_one()
    row.content = row.content.replace("preparation", "Preparation")
    row.digest = digest(row.content)
    return f"note {note_id}, version 1: it is not the content that was signed"


def swap_versions(session: Session, note_id: UUID) -> str:
    for old, new in ((1, 99), (2, 1), (99, 2)):
        session.execute(
            sa.update(NoteVersion).filter_by(note_id=note_id, number=old).values(number=new)
        )
    return f"note {note_id}, version 1: "


def replay_content(session: Session, note_id: UUID) -> str:
    """The earlier version's ciphertext and digest in the place of the newer one."""
    one, two = session.execute(
        sa.select(NoteVersion).filter_by(note_id=note_id).order_by(NoteVersion.number)
    ).scalars()
    two.content_sealed, two.digest = one.content_sealed, one.digest
    return f"note {note_id}, version 2: its sealed content does not open in its place"


def drop_version(session: Session, note_id: UUID) -> str:
    session.execute(sa.delete(NoteVersion).filter_by(note_id=note_id, number=1))
    return f"note {note_id}, version 1: it was signed and is not there"


def add_version(session: Session, note_id: UUID) -> str:
    row = session.execute(sa.select(NoteVersion).filter_by(note_id=note_id, number=2)).scalar_one()
    values = {one.key: getattr(row, one.key) for one in NoteVersion.__mapper__.columns}
    values |= {"id": uuid4(), "number": 3}
    session.execute(sa.insert(NoteVersion), values)
    return f"note {note_id}, version 3: of its versions, one was never signed"


def other_signer(session: Session, note_id: UUID) -> str:
    session.execute(
        sa.update(NoteVersion)
        .filter_by(note_id=note_id, number=1)
        .values(signed_at=AT.replace(year=2025))
    )
    return f"note {note_id}, version 1: who signed it, and when, is not what the trail says"


def cosigned_otherwise(session: Session, note_id: UUID) -> str:
    session.execute(sa.update(Cosignature).filter_by(note_id=note_id).values(digest="1" * 64))
    return f"note {note_id}, version 2: its co-signature is over another content"


def drop_cosignature(session: Session, note_id: UUID) -> str:
    session.execute(sa.delete(Cosignature).filter_by(note_id=note_id))
    return f"note {note_id}, version 2: its co-signature was given and is not there"


def added_otherwise(session: Session, note_id: UUID) -> str:
    row = session.execute(sa.select(Addendum).filter_by(note_id=note_id)).scalar_one()
    row.text = "Another word"
    return f"note {note_id}, version 1: its addendum is not what its digest is over"


def other_kind(session: Session, note_id: UUID) -> str:
    session.execute(sa.update(Note).filter_by(id=note_id).values(kind="integration"))
    return f"note {note_id}, version 1: its content is that of another note"


def vitals_otherwise(session: Session, note_id: UUID) -> str:
    del note_id
    session.execute(sa.update(Vitals).values(systolic=Vitals.systolic + 1))
    return "version 1: a row of its session is not as it was signed"


def one_vitals_less(session: Session, note_id: UUID) -> str:
    del note_id
    found = session.execute(sa.select(Vitals.id).limit(1)).scalar_one()
    session.execute(sa.delete(Vitals).where(Vitals.id == found))
    return "version 1: its session has other rows than were signed"


def document_otherwise(session: Session, note_id: UUID) -> str:
    del note_id
    session.execute(sa.update(Document).values(file_digest="2" * 64))
    return "its bytes are not those that were kept"


def one_document_more(session: Session, note_id: UUID) -> str:
    del note_id
    row = session.execute(sa.select(Document)).scalar_one()
    values = {one.key: getattr(row, one.key) for one in Document.__mapper__.columns}
    values |= {"id": uuid4(), "revision": 9, "number": "X"}
    session.execute(sa.insert(Document), values)
    return f"document {values['id']}: it was never kept by anybody"


CHANGES = (
    flip_content,
    flip_digest,
    other_content,
    swap_versions,
    replay_content,
    drop_version,
    add_version,
    other_signer,
    cosigned_otherwise,
    drop_cosignature,
    added_otherwise,
    other_kind,
    vitals_otherwise,
    one_vitals_less,
    document_otherwise,
    one_document_more,
)
LOCKED = ("note_version", "cosignature", "addendum", "note", "vitals", "document")


@pytest.mark.safety("ONC-d8/proof")
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_and_named_without_a_word_of_the_record(
    small: Small, first: UUID, change: Change
) -> None:
    del small
    assert verify().is_whole
    with db.current().writing() as session:
        unlock(session, *LOCKED)
        said = change(session, first)
    found = verify()
    assert not found.is_whole
    assert said in found.sentence
    assert "word" not in found.sentence.removesuffix(said)


def test_a_verification_that_is_broken_off_goes_on_where_it_was(
    small: Small, first: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    del small
    monkeypatch.setattr("kapnotes.records.note_proof.BATCH", 1)
    seen: list[int] = []
    check = proof.note_walk.fault_of

    def dying(session: Session, told: object, batch: object) -> object:
        seen.append(told.position)  # type: ignore[attr-defined]
        if len(seen) == 3:
            raise KeyboardInterrupt
        return check(session, told, batch)  # type: ignore[arg-type]

    monkeypatch.setattr("kapnotes.actions.note_walk.fault_of", dying)
    with pytest.raises(KeyboardInterrupt):
        verify()
    assert verify().sentence.startswith("The signed record is whole: 3 signed versions")
    assert seen == sorted(set(seen) | {seen[2]})[: seen.index(seen[2])] + seen[2:]
    assert len(seen) == len(set(seen)) + 1
    assert first
