"""Backups: one file that holds the practice at one moment, made while people go on saving.

A backup is made under a name of its own beside its place, read through to its end, and only then
given its name: a file with a backup's name is whole, whenever the power goes. Its event is kept
with the giving of the name, or the file goes again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from shutil import disk_usage, rmtree

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.backup_file import BackupRefused, Manifest, kind_of, read_through, sizes
from kapnotes.actions.backup_place import sync_folder
from kapnotes.audit import memory
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, head_of, record
from kapnotes.db import dump
from kapnotes.db.dump import DumpFailed
from kapnotes.db.parcel import pack
from kapnotes.db.ring import RootChanged, hold, recovery_sealed

LOCK = "backup.lock"
SPARE_BYTES = 64_000_000
"""So much is left free on the disk: the database goes on growing meanwhile."""


class Cause(StrEnum):
    """Why there is a backup: somebody asked for it, or the plan did."""

    ASKED = "asked"
    PLANNED = "planned"


class Busy(BackupRefused):
    """A backup of this practice is being made, restored or tried already (409)."""

    code = "backup_busy"
    sentence = "Another backup is under way here already. Please wait until it is ready."


class BackupFailed(BackupRefused):
    """A backup that could not be made; nothing is left of it (409)."""

    code = "backup_failed"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that stands in its place, and what it says of itself."""

    path: Path
    size: int
    digest: str
    manifest: Manifest


def make(*, to: Path, cause: Cause = Cause.ASKED, by: Actor, at: datetime) -> Made:
    """Make a backup as that file, which must not be there yet.

    Raises Busy, or BackupFailed with why; the second is an event.
    """
    check_role(by, Action.MAKE_BACKUP)
    with alone(db.current().settings.data):
        try:
            return _made(to, cause, by=by, at=at)
        except (DumpFailed, OSError, BackupRefused) as error:
            why = f"{error.strerror}." if isinstance(error, OSError) else str(error)
            with suppress(Exception):  # the same disk may be full for the trail too
                record(Did.BACKUP_FAILED, by=by, at=at, reason=cause.value)
            raise BackupFailed(f"No backup was made. {why}") from None


@contextmanager
def alone(data: Path, name: str = LOCK) -> Iterator[None]:
    """One of its kind at a time, on this machine; a dead one holds nothing."""
    with (data / name).open("a") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


def _made(to: Path, cause: Cause, *, by: Actor, at: datetime) -> Made:
    database = db.current()
    if to.exists():
        raise BackupRefused(f"{to.name} exists already; a backup overwrites nothing.")
    _sweep(to.parent)
    needed = sizes(database) + SPARE_BYTES
    if disk_usage(to.parent).free < needed:
        raise BackupRefused(
            f"The disk is too full: it takes about {needed // 1_000_000} MB free while it is made."
        )
    with _making(to) as place:
        file = place / "parcel"
        digest = _write(database, place, file, at=at)
        manifest = read_through(file, database.ring)
        made = Made(to, file.stat().st_size, digest, manifest)
        try:
            _keep(made=made, file=file, cause=cause, by=by, at=at)
        except BackupRefused:  # the name is taken by another file
            raise
        except BaseException:
            to.unlink(missing_ok=True)
            raise
    return made


@does(Did.BACKUP_MADE)
def _keep(deed: Deed, *, made: Made, file: Path, cause: Cause, by: Actor, at: datetime) -> None:
    """Give a backup that is whole its name, with its event."""
    del by, at
    deed.details |= {
        "cause": cause.value,
        "position": made.manifest.position,
        "bytes": made.size,
        "digest": made.digest,
    }
    if not made.path.exists():  # the act may be tried again after the name was given
        _name(file, made.path)


def _name(file: Path, to: Path) -> None:
    """Give it its name for good; where a file has that name by now, that one stays."""
    try:
        os.link(file, to)
    except FileExistsError:
        raise BackupRefused(f"{to.name} exists already; a backup overwrites nothing.") from None
    except OSError:  # a file system without a second name for a file
        file.rename(to)
    sync_folder(to.parent)


@contextmanager
def _making(to: Path) -> Iterator[Path]:
    """A folder beside the place, for this process alone, that goes again whatever happens."""
    place = to.parent / f".{to.name}.making"
    place.mkdir(mode=0o700)
    try:
        with (place / LOCK).open("w") as mine:
            flock(mine, LOCK_EX)
            yield place
    finally:
        rmtree(place, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Take away what backups left that were killed; one that is being made holds its lock."""
    for place in folder.glob(".*.making"):
        with suppress(BlockingIOError), (place / LOCK).open("a") as left:
            flock(left, LOCK_EX | LOCK_NB)
            rmtree(place, ignore_errors=True)


def _write(database: db.Database, place: Path, file: Path, *, at: datetime) -> str:
    """Write the whole parcel, down to the disk; return its digest."""
    source = _of_embedded if database.settings.is_embedded else _of_postgresql
    with source(database, place, at=at) as (manifest, pieces):
        file.touch(mode=0o600)
        with file.open("wb") as to:
            sealed = recovery_sealed(database.engine)
            digest = pack(to, database.ring, _joined(manifest, pieces), recovery_sealed=sealed)
            to.flush()
            os.fsync(to.fileno())
    return digest


def _joined(manifest: Manifest, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield manifest.packed()
    yield from pieces


@contextmanager
def _of_embedded(
    database: db.Database, place: Path, *, at: datetime
) -> Iterator[tuple[Manifest, Iterator[bytes]]]:
    """A copy of the file, and what it says: the copy itself is asked, so that both agree."""
    copy = place / "practice.db"
    dump.copy_embedded(database.engine, copy)
    other = database.beside(data=place, database_url=f"sqlite:///{copy}")
    try:
        with other.reading() as session:
            manifest = _manifest(database, session, at=at)
    finally:
        other.close()
    yield manifest, dump.pieces_of(copy)


@contextmanager
def _of_postgresql(
    database: db.Database, place: Path, *, at: datetime
) -> Iterator[tuple[Manifest, Iterator[bytes]]]:
    """What `pg_dump` writes at the very snapshot that is counted."""
    del place
    settings = database.settings
    with database.standing_still() as session:
        connection = session.connection()
        snapshot = dump.snapshot_of(connection)
        url = settings.owner_url or settings.database_url
        tools = dump.tools_for(url, settings.postgres_bin)
        manifest = _manifest(database, session, at=at)
        with dump.dumped(tools, url, snapshot) as pieces:
            yield manifest, pieces


def _manifest(database: db.Database, session: db.Session, *, at: datetime) -> Manifest:
    """What a backup says of the database that this session sees."""
    connection = session.connection()
    if database.ring.other is not None:
        raise BackupRefused("A rotation of the key is not over. Finish it first: key rotate.")
    try:
        hold(connection, database.ring)
    except RootChanged:
        raise BackupRefused(
            "The key of the practice was changed. Start the service anew."
        ) from None
    position, hash_ = head_of(session)
    seen = database.settings.data / memory.ANCHOR
    return Manifest(
        made_at=at,
        kind=kind_of(database),
        revision=db.revision_of(connection),
        position=position,
        hash=hash_,
        counts=dump.table_counts(connection),
        anchor=seen.read_text() if seen.exists() else "",
    )
