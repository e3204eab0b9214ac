"""Where a practice comes to stand that was restored: the last step, after which it is there.

The memory of the verifier goes first, the database last and in one step: until then the place is
empty, whatever was done. What this place remembered before is kept beside, as evidence.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from kapnotes import db
from kapnotes.actions.backup_file import BackupRefused
from kapnotes.actions.proof_run import Subject
from kapnotes.audit import memory
from kapnotes.audit.events import Did
from kapnotes.db import dump, owner
from kapnotes.records import trail_event

PLACE = "restoring"
FILLING = "filling"
"""While it is there, a PostgreSQL database was filled and not proven; it says with what."""
ASIDE = "trail-anchor.before-restore.json"
"""What this place remembered, while a restore is under way: one that is killed leaves it so."""
PROVING = frozenset({Did.NOTES_VERIFIED.value, Did.TRAIL_VERIFIED.value, Did.BACKUP_RESTORED.value})
"""The events of a restore itself."""
FILES = (memory.PRINTS, memory.ANCHOR)


def restored_place(database: db.Database) -> Path:
    """Where a backup is unpacked: beside the database, so that one step takes it there."""
    if database.settings.is_embedded:
        return _file_of(database).parent / PLACE
    return database.settings.data / PLACE


def _file_of(database: db.Database) -> Path:
    return Path(database.settings.database_url.removeprefix("sqlite:///"))


def sync_folder(folder: Path) -> None:
    """See to it that the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def begin(database: db.Database, *, position: int) -> Path:
    """A fresh place to unpack into. What is filled elsewhere is marked: it may be broken off."""
    place = restored_place(database)
    rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    if not database.settings.is_embedded:
        _put(place / FILLING, str(position).encode())
        sync_folder(place)
        sync_folder(place.parent)
    return place


def was_broken_off(database: db.Database) -> bool:
    """Whether a restore into PostgreSQL ended before it was proven, and nobody worked since."""
    mark = restored_place(database) / FILLING
    if not is_unfinished(database):
        return False
    url = database.settings.owner_url or database.settings.database_url
    with (
        db.instead(database.beside(data=mark.parent, database_url=url)) as filled,
        filled.reading() as session,
    ):
        return trail_event.count_after(session, int(mark.read_text()), but=PROVING) == 0


def is_unfinished(database: db.Database) -> bool:
    """Whether the mark of a restore is there that nobody ended."""
    return (restored_place(database) / FILLING).exists()


def settle(database: db.Database, place: Path) -> None:
    """Let what was proven in its place be the practice. Raises BackupRefused."""
    data = database.settings.data
    anchor = data / memory.ANCHOR
    if anchor.exists() and not (data / ASIDE).exists():
        _put(data / ASIDE, anchor.read_bytes())
    for subject in Subject:
        memory.drop_checkpoint(data, subject)
    for name in FILES:
        _put(data / name, (place / name).read_bytes())
    if database.settings.is_embedded:
        _take(database, place / "practice.db")
    else:
        owner.grant(database)
        (place / FILLING).unlink()
    if (data / ASIDE).exists():
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        (data / ASIDE).rename(data / f"before-restore-{stamp}.json")
    sync_folder(data)


def leave_empty(database: db.Database) -> None:
    """Take away the embedded file that opening an empty place made: another key may come."""
    if not database.settings.is_embedded or not dump.is_empty(database.engine):
        return
    database.engine.dispose()
    file = _file_of(database)
    for ending in ("", "-wal", "-shm"):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)


def _take(database: db.Database, proven: Path) -> None:
    """Put the file in the place of the empty one."""
    left = proven.with_name(f"{proven.name}-wal")
    if left.exists() and left.stat().st_size:
        raise BackupRefused("Nothing was restored. The database could not be closed.")
    database.engine.dispose()
    file = _file_of(database)
    for ending in ("-wal", "-shm"):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
    with proven.open("rb+") as whole:
        os.fsync(whole.fileno())
    proven.chmod(0o600)
    proven.replace(file)
    sync_folder(file.parent)


def _put(path: Path, content: bytes) -> None:
    """Write a private file whole, or leave the one before."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with fresh.open("wb") as to:
        to.write(content)
        to.flush()
        os.fsync(to.fileno())
    fresh.replace(path)
