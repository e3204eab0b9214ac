"""A seeded practice is a valid one: its trail is whole, its seals open, people see their own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.practice import opened
from bench.seed import LEAD, MEMBER, seed
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.access.reach import MachineReach
from kapnotes.actions import due, patient, reading, trail
from kapnotes.actions.people import actor_of
from kapnotes.records import person
from kapnotes.records.content import digest
from kapnotes.records.draft import NoteDraft
from kapnotes.records.note import Note, NoteVersion

AT = datetime.now(UTC)
PATIENTS = 3
NOTES = 8


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[db.Database]:
    folder: Path = tmp_path_factory.mktemp("seeded")
    seed(folder, patients=PATIENTS, notes=NOTES)
    with opened(folder) as database:
        yield database


def test_the_trail_of_a_seeded_practice_is_whole(practice: db.Database) -> None:
    del practice
    assert trail.verify(by=operator(), at=AT).is_whole


def test_every_signed_version_opens_and_says_what_was_signed(practice: db.Database) -> None:
    with practice.reading() as session:
        versions = session.execute(sa.select(NoteVersion)).scalars().all()
        drafts = session.execute(sa.select(NoteDraft)).scalars().all()
        assert [one.id for one in versions if digest(one.content) != one.digest] == []
        assert all(one.raw for one in drafts)


def test_no_row_hangs_in_the_air(practice: db.Database) -> None:
    with practice.reading() as session:
        assert session.execute(sa.text("PRAGMA foreign_key_check")).all() == []


def test_what_is_due_in_a_seeded_practice_is_worked_out(practice: db.Database) -> None:
    with practice.reading() as session:
        found = person.by_email(session, LEAD, reach=MachineReach("a test"))
    assert found is not None
    view = due.look(by=actor_of(found), at=AT)
    assert (view.left_out, bool(view.rows)) == (0, True)


@pytest.mark.parametrize("email", [LEAD, MEMBER])
def test_a_seeded_therapist_finds_the_patients_and_reads_a_note(
    practice: db.Database, email: str
) -> None:
    with practice.reading() as session:
        found = person.by_email(session, email, reach=MachineReach("a test"))
        note_id = session.execute(
            sa.select(Note.id).where(Note.author_id == found.id if found else sa.false())
        ).scalars()
        by, first = actor_of(found) if found else operator(), next(iter(note_id), None)
    assert len(patient.find(by=by, at=AT).patients) == PATIENTS
    if first is not None:
        assert reading.look(note_id=first, by=by, at=AT).newest is not None
