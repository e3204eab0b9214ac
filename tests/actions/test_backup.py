"""A backup, made while people save, comes back as it was: whole and proven, or not at all."""

import base64
import errno
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import OPERATOR_ID, operator
from kapnotes.actions import (
    backup,
    backup_file,
    note,
    patient,
    process_note,
    proof,
    restoring,
    sign_in,
    trail,
)
from kapnotes.actions.backup import BackupFailed, Busy
from kapnotes.actions.backup_file import BackupRefused
from kapnotes.audit import memory
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import NotAllowed
from tests.actions.backups import Places, is_empty, rows
from tests.audit.unlocked import unlock
from tests.builders import AT, PASSWORD, Small, signed, small_practice, written
from tests.conftest import KEY

CANARY = "canary-51D-of-the-note"
NOW = AT + timedelta(hours=1)
whole = pytest.mark.safety("HIP-308.a7/backup")
half = pytest.mark.safety("HIP-308.a7/half-file")


@pytest.fixture
def places(request: pytest.FixtureRequest, database: db.Database, tmp_path: Path) -> Places:
    kind = "embedded" if database.settings.is_embedded else "postgresql"
    return Places(request, kind, tmp_path)


@pytest.fixture
def small(database: db.Database) -> Small:
    """A practice with a signed note, a draft and a process note, all with a canary in them."""
    database.check_key()
    made = small_practice()
    signed(made, "preparation")
    draft = written(made, "integration")
    process_note.save(note_id=draft, base=0, text=CANARY, by=made.therapist, at=AT)
    return made


def made(folder: Path, name: str = "one.backup", *, at: datetime = NOW) -> Path:
    return backup.make(to=folder / name, by=operator(), at=at).path


def events(name: str) -> list[Entry]:
    with db.current().reading() as session:
        query = sa.select(Entry).where(Entry.event == name).order_by(Entry.position)
        return list(session.execute(query).scalars())


@whole
def test_it_comes_back_row_for_row_and_proven(
    database: db.Database, small: Small, places: Places, tmp_path: Path
) -> None:
    before = rows(database)
    file = made(tmp_path)
    with places.empty() as place:
        found = restoring.restore(file=file, by=operator(), at=NOW)
        assert found.is_whole
        assert found.verified[0] == (
            f"{sum(map(len, before.values())) - 1} rows in {len(before) - 1} tables, as many as "
            "when it was made."
        )
        assert found.verified[1].startswith("The trail is whole: ")
        assert found.verified[2].startswith("The signed record is whole: 1 signed versions")
        with db.instead(db.Database(place.settings)) as again:
            again.check_key()
            after = rows(again)
            grown = {name for name, content in before.items() if after[name] != content}
            assert grown <= {"trail", "trail_head", "proof_run"}
            assert set(before["trail"]) < set(after["trail"])
            assert patient.look(patient_id=small.patient_id, by=small.therapist, at=NOW)
            assert trail.verify(by=operator(), at=NOW).is_whole
            assert proof.verify_notes(by=operator(), at=NOW).is_whole
            (restored,) = events("backup.restored")
            assert restored.details["missing"] == 0
        assert not (place.settings.data / "restoring").exists()


@whole
def test_it_holds_no_key_and_no_word_in_the_open(
    database: db.Database, small: Small, tmp_path: Path
) -> None:
    del small
    content = made(tmp_path).read_bytes()
    secrets = [KEY, base64.b64encode(KEY), KEY.hex().encode(), CANARY.encode(), b"Falk", b"Thea"]
    secrets += [one.encode() for one in database.ring.database_keys()]
    secrets += [database.ring.signing_key().private_bytes_raw()]
    assert [one for one in secrets if one in content] == []
    assert (tmp_path / "one.backup").stat().st_mode & 0o077 == 0
    pieces = b"".join(_plain(tmp_path / "one.backup"))
    assert [one for one in (KEY, base64.b64encode(KEY), CANARY.encode()) if one in pieces] == []


def _plain(file: Path) -> Iterator[bytes]:
    with backup_file.opened(file, db.current().ring) as (_, found):
        yield from found


@whole
def test_people_save_meanwhile_and_each_backup_is_one_moment(
    database: db.Database, small: Small, places: Places, tmp_path: Path
) -> None:
    note_id = written(small, "dosing")
    ended, saved, failed = threading.Event(), [], []

    def save() -> None:
        base = 2
        while not ended.is_set():
            raw = {"setting": [f"text {base}"]}
            try:
                base = note.save(
                    note_id=note_id, base=base, raw=raw, by=small.therapist, at=NOW
                ).version
                patient.look(patient_id=small.patient_id, by=small.therapist, at=NOW)
            except Exception as error:  # noqa: BLE001 - whatever a person would have met
                failed.append(error)
                return
            saved.append(base)

    writer = threading.Thread(target=save)
    writer.start()
    files = [made(tmp_path, f"{number}.backup") for number in range(3)]
    count = len(saved)
    ended.set()
    writer.join()
    assert not failed
    assert count >= 3
    positions = [backup_file.manifest_of(file, database.ring).position for file in files]
    assert positions == sorted(positions)
    for file in files[1:]:
        with places.empty():
            assert restoring.restore(file=file, by=operator(), at=NOW).is_whole


@half
def test_a_file_that_was_cut_or_changed_is_refused_and_the_place_stays_empty(
    database: db.Database, small: Small, places: Places, tmp_path: Path
) -> None:
    del database, small
    file = made(tmp_path)
    content = file.read_bytes()
    wrong = tmp_path / "wrong.backup"
    size = len(content)
    cuts = [content[:at] for at in (0, 10, size // 2, size - 1, size - 22)]
    flips = [bytearray(content) for _ in range(3)]
    for flipped, at in zip(flips, (30, size // 2, size - 3), strict=True):
        flipped[at] ^= 4
    with places.empty() as place:
        for broken in [*cuts, *map(bytes, flips)]:
            wrong.write_bytes(broken)
            with pytest.raises(BackupRefused):
                restoring.restore(file=wrong, by=operator(), at=NOW)
            assert is_empty(place)
        with pytest.raises(BackupRefused, match="could not be read"):
            restoring.restore(file=tmp_path / "nowhere", by=operator(), at=NOW)
        assert restoring.restore(file=file, by=operator(), at=NOW).is_whole


@half
def test_it_is_put_into_an_empty_place_only(
    database: db.Database, small: Small, tmp_path: Path
) -> None:
    del small
    file = made(tmp_path)
    before = rows(database)
    with pytest.raises(BackupRefused, match="There is a practice here already"):
        restoring.restore(file=file, by=operator(), at=NOW)
    assert rows(database) == before


def test_another_key_and_another_kind_are_told(
    database: db.Database, small: Small, places: Places, tmp_path: Path
) -> None:
    del small
    file = made(tmp_path)
    with places.empty(key=bytes(range(7, 39))) as place:
        with pytest.raises(BackupRefused, match="another key"):
            restoring.restore(file=file, by=operator(), at=NOW)
        place.close()
        with db.instead(db.Database(replace(place.settings, key=KEY))):
            assert restoring.restore(file=file, by=operator(), at=NOW).is_whole
    is_embedded = database.settings.is_embedded
    other = Places(places.request, "postgresql" if is_embedded else "embedded", tmp_path, 5)
    with other.empty(), pytest.raises(BackupRefused, match="Set KAPNOTES_DATABASE_URL"):
        restoring.restore(file=file, by=operator(), at=NOW)


def test_what_is_missing_since_is_told_from_the_memory_of_the_place_and_from_an_anchor(
    database: db.Database, small: Small, places: Places, tmp_path: Path
) -> None:
    file = made(tmp_path)
    position = backup_file.manifest_of(file, database.ring).position
    for _ in range(5):
        patient.look(patient_id=small.patient_id, by=small.therapist, at=NOW)
    anchor = proof.anchor(by=operator(), at=NOW + timedelta(hours=2))
    missing = json.loads(anchor)["position"] - position
    words = f"At least {missing} entries of the trail are missing"
    with places.empty():
        found = restoring.restore(file=file, anchors={"kept.json": anchor}, by=operator(), at=NOW)
        assert words in found.gap
        assert "between 23 Nov 2026, 10:00 UTC and 23 Nov 2026, 12:00 UTC" in found.gap
    with places.empty() as place:
        (place.settings.data / memory.ANCHOR).write_bytes(anchor)
        assert words in restoring.restore(file=file, by=operator(), at=NOW).gap
        kept = list(place.settings.data.glob("before-restore-*.json"))
        assert [one.read_bytes() for one in kept] == [anchor]
        remembered = json.loads((place.settings.data / memory.ANCHOR).read_bytes())
        assert remembered["position"] == position
    with places.empty():
        assert "cannot be told" in restoring.restore(file=file, by=operator(), at=NOW).gap
    forged = json.dumps({**json.loads(anchor), "position": 3}).encode()
    with places.empty() as place:
        with pytest.raises(BackupRefused, match=r"kept.json was not signed by this practice"):
            restoring.restore(file=file, anchors={"kept.json": forged}, by=operator(), at=NOW)
        assert is_empty(place)


def test_who_was_signed_in_then_is_so_no_longer(
    small: Small, places: Places, tmp_path: Path
) -> None:
    del small
    sign_in.sign_in(email="thea@test.example", password=PASSWORD, address="127.0.0.1", at=NOW)
    file = made(tmp_path)
    with places.empty() as place:
        restoring.restore(file=file, by=operator(), at=NOW)
        left = sa.text("SELECT count(*) FROM sitting WHERE ended_at IS NULL")
        with (
            db.instead(db.Database(place.settings)) as again,
            again.engine.connect() as connection,
        ):
            assert connection.execute(left).scalar_one() == 0


@whole
def test_a_drill_proves_the_newest_and_tells_what_came_since(
    database: db.Database, small: Small, tmp_path: Path
) -> None:
    file = made(tmp_path)
    quiet = restoring.drill(file=file, by=operator(), at=NOW + timedelta(minutes=3))
    assert quiet.is_whole
    assert quiet.gap == "The backup was made 3 minutes ago. Nothing was written since."
    written(small, "dosing")
    before = rows(database)
    found = restoring.drill(file=file, by=operator(), at=NOW + timedelta(hours=5))
    assert found.gap.startswith("The backup was made 5 hours ago. What came since is not in it: ")
    assert "of them new: 1 note" in found.gap
    after = rows(database)
    assert {name for name in before if before[name] != after[name]} == {"trail", "trail_head"}
    assert not (database.settings.data / "drill").exists()
    assert [one.details["position"] for one in events("backup.drilled")] == [
        backup_file.manifest_of(file, database.ring).position
    ] * 2


@whole
def test_a_drill_of_a_record_that_was_changed_beforehand_fails_with_an_event(
    database: db.Database, small: Small, tmp_path: Path
) -> None:
    del small
    trail.verify(by=operator(), at=NOW)
    with database.writing() as session:
        unlock(session, "trail")
        session.execute(sa.text("UPDATE trail SET role = 'medical' WHERE position = 3"))
    file = made(tmp_path)
    found = restoring.drill(file=file, by=operator(), at=NOW)
    assert not found.is_whole
    assert "entry 3" in " ".join(found.faults)
    assert len(events("backup.drill_failed")) == 1


@half
def test_a_backup_that_fails_leaves_nothing_and_says_why(
    database: db.Database, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database, small

    def full(*_: Any, **__: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "there").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(backup, "pack", full)
        with pytest.raises(BackupFailed, match=r"No backup was made. No space left on device"):
            made(tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []
    with monkeypatch.context() as patch:
        patch.setattr(backup, "SPARE_BYTES", 1 << 60)
        with pytest.raises(BackupFailed, match="The disk is too full"):
            made(tmp_path / "there")
    with pytest.raises(BackupFailed, match="No such file or directory"):
        made(tmp_path / "nowhere")
    assert len(events("backup.failed")) == 3
    assert not events("backup.made")


@half
def test_a_backup_overwrites_nothing_and_is_made_once_at_a_time(
    database: db.Database, small: Small, tmp_path: Path
) -> None:
    file = tmp_path / "mine"
    file.write_text("mine")
    with pytest.raises(BackupFailed, match="mine exists already"):
        made(tmp_path, "mine")
    assert file.read_text() == "mine"
    with backup.alone(database.settings.data), pytest.raises(Busy):
        made(tmp_path, "other")
    with pytest.raises(NotAllowed):
        backup.make(to=tmp_path / "other", by=small.administrator, at=NOW)
    assert not (tmp_path / "other").exists()


def test_its_event_says_how_far_it_goes_and_which_file_it_is(
    database: db.Database, small: Small, tmp_path: Path
) -> None:
    del small
    file = made(tmp_path)
    (event,) = events("backup.made")
    assert event.details == {
        "cause": "asked",
        "position": event.position - 1,
        "bytes": file.stat().st_size,
        "digest": sha256(file.read_bytes()).hexdigest(),
    }
    assert str(file.name) not in str(event.details)
    assert backup_file.manifest_of(file, database.ring).counts["patient"] == 1
    assert event.actor_id == OPERATOR_ID
