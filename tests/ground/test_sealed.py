"""What a person wrote is sealed in its place: moved or put back, it does not open."""

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import patient, process_note
from kapnotes.keys import KeyRing, Purpose, SealBroken
from kapnotes.records.draft import NoteDraft
from kapnotes.records.patient import Patient
from kapnotes.records.process_note import ProcessNote
from kapnotes.settings import Settings
from tests.builders import AT, Small, add_patient, run_session, signed, small_practice, written

CANARIES = ("Penicillin", "Better by the scales", "Ginger, slower", "canary-of-the-process")


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


def test_a_value_moved_to_another_patient_does_not_open(small: Small) -> None:
    other = add_patient(small.therapist, family_name="Other", record_number="R-2")
    with db.current().writing() as session:
        rows = {row.id: row for row in session.execute(sa.select(Patient)).scalars()}
        rows[other].allergies_sealed = rows[small.patient_id].allergies_sealed
    found = patient.look(patient_id=other, by=small.therapist, at=AT).patient
    with pytest.raises(SealBroken):
        _ = found.allergies


def test_an_older_state_put_back_does_not_open(small: Small) -> None:
    note_id = written(small, "preparation")
    with db.current().writing() as session:
        query = sa.select(NoteDraft).where(NoteDraft.note_id == note_id)
        older, newer = sorted(session.execute(query).scalars(), key=lambda one: one.version)
        newer.raw_sealed = older.raw_sealed
    with db.current().reading() as session:
        kept = session.get(NoteDraft, newer.id)
        assert kept is not None
        with pytest.raises(SealBroken):
            _ = kept.raw


def test_a_changed_byte_does_not_open(small: Small) -> None:
    with db.current().writing() as session:
        found = session.get(Patient, small.patient_id)
        assert found is not None
        sealed = bytearray(found.allergies_sealed or b"")
        sealed[-1] ^= 1
        found.allergies_sealed = bytes(sealed)
    seen = patient.look(patient_id=small.patient_id, by=small.therapist, at=AT).patient
    with pytest.raises(SealBroken):
        _ = seen.allergies


def test_the_record_key_does_not_open_a_process_note(small: Small) -> None:
    note_id = written(small, "preparation")
    process_note.save(note_id=note_id, base=0, text="private", by=small.therapist, at=AT)
    with db.current().reading() as session:
        [kept] = session.execute(sa.select(ProcessNote)).scalars()
        assert kept.text == "private"
        record_key = db.current().data_key(small.patient_id, Purpose.RECORD, session)
        place = db.place_of("process_note", "text_sealed", kept.id, small.patient_id, 1)
        with pytest.raises(SealBroken):
            record_key.open(kept.text_sealed, place)


def test_a_wrapped_key_opens_for_its_owner_and_purpose_only() -> None:
    ring = KeyRing(bytes(range(32)))
    wrapped = ring.new_data_key(Purpose.RECORD, "one")
    ring.unwrap(Purpose.RECORD, wrapped, "one")
    for purpose, place in ((Purpose.PROCESS, "one"), (Purpose.RECORD, "two")):
        with pytest.raises(SealBroken):
            ring.unwrap(purpose, wrapped, place)
    other = KeyRing(bytes(range(1, 33)))
    with pytest.raises(SealBroken):
        other.unwrap(Purpose.RECORD, wrapped, "one")
    moved = ring.rewrap(other, Purpose.RECORD, wrapped, "one")
    other.unwrap(Purpose.RECORD, moved, "one")


def test_nothing_that_a_person_wrote_is_readable_in_the_database(small: Small) -> None:
    """The application's own sealing, looked at from inside the open database."""
    run_session(small)
    note_id = signed(small, "dosing")
    process_note.save(
        note_id=note_id, base=0, text="canary-of-the-process", by=small.therapist, at=AT
    )
    with db.current().engine.connect() as connection:
        for table in db.Base.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for value in row:
                    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    for canary in CANARIES:
                        assert canary not in text, table.name


def test_the_embedded_files_are_noise_from_outside(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'practice.db'}"
    opened = db.use(db.Database(Settings(data=tmp_path, database_url=url, key=bytes(range(32)))))
    db.migrate()
    small_practice()
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for word in (
            b"Falk",
            b"Penicillin",
            b"SQLite format",
            b"Thea",
            str(uuid.UUID(int=0)).encode(),
        ):
            assert word not in content, path.name
    opened.close()
