"""Restoring: a backup put into an empty place, proven there, and what is missing since, in words.

What comes out of a backup is first whole in a place of its own: there its rows are counted against
the manifest, trail and signed record are verified, and every sitting is ended. Only then does it
take the practice's place, in one step: whoever pulls the plug finds an empty place, or all of it.
A drill is the same without the last step.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import proof
from kapnotes.actions.backup import alone
from kapnotes.actions.backup_file import (
    EMBEDDED,
    KIND_WORDS,
    BackupRefused,
    Manifest,
    kind_of,
    opened,
    read_through,
)
from kapnotes.actions.backup_gap import since, unseen
from kapnotes.actions.backup_place import begin, leave_empty, settle, was_broken_off
from kapnotes.audit.events import Did
from kapnotes.audit.seal import is_genuine, told
from kapnotes.audit.trail import Deed, does, head_of, record
from kapnotes.db import dump
from kapnotes.db.dump import DumpFailed
from kapnotes.keys.presence import Presence, Taken
from kapnotes.records import sitting
from kapnotes.settings import SettingsRefused

OWN_MEMORY = "the head that the backup remembers"
DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came out of a backup: what it says of itself, and sentences of what was found.

    `missing` is how many entries of the trail are known to have come after it.
    """

    manifest: Manifest
    verified: tuple[str, ...]
    gap: str
    missing: int = 0
    faults: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def restore(
    *, file: Path, anchors: Mapping[str, bytes] | None = None, by: Actor, at: datetime
) -> Restored:
    """Put a backup into this empty practice. Raises BackupRefused; then the place is empty still.

    `anchors` are heads of the trail that were kept elsewhere: they tell how much is missing.
    """
    check_role(by, Action.MAKE_BACKUP)
    database = db.current()
    with alone(database.settings.data), _nobody_else(database):
        try:
            if not dump.is_empty(database.engine) and not was_broken_off(database):
                raise BackupRefused(
                    "There is a practice here already. Restore into an empty place."
                )
            return _restored(database, file, anchors or {}, by=by, at=at)
        except (DumpFailed, OSError, SettingsRefused) as error:
            leave_empty(database)
            why = f"{error.strerror}." if isinstance(error, OSError) else str(error)
            raise BackupRefused(f"Nothing was restored. {why}") from None
        except BackupRefused:
            leave_empty(database)
            raise


@contextmanager
def _nobody_else(database: db.Database) -> Iterator[None]:
    """Have the place alone on this machine. Raises BackupRefused while somebody has it open."""
    with ExitStack() as held:
        try:
            mine = database.presence
            if mine is None:
                mine = Presence(database.settings.data)
                held.callback(mine.leave)
            held.enter_context(mine.alone())
        except Taken:
            raise BackupRefused("This place is open elsewhere. Stop what runs there.") from None
        yield


def _restored(
    database: db.Database, file: Path, anchors: Mapping[str, bytes], *, by: Actor, at: datetime
) -> Restored:
    manifest = _fitting(file)
    seen = _heads_seen(database, anchors)
    url = database.settings.owner_url or database.settings.database_url
    if not database.settings.is_embedded:
        dump.clear(url)  # what a restore left that was broken off before it was proven
    place = begin(database, position=manifest.position)
    try:
        with _opened(file, place, url) as other:
            found = _proven(other, manifest, seen, by=by, at=at)
            if found.faults:
                raise BackupRefused(" ".join(["Nothing was restored.", *found.faults]))
            mark_restored(missing=found.missing, by=by, at=at)
        settle(database, place)
    except BaseException:
        if not database.settings.is_embedded:
            dump.clear(url)
        raise
    finally:
        rmtree(place, ignore_errors=True)
    return found


def drill(*, file: Path, by: Actor, at: datetime) -> Restored:
    """Restore a backup into a place of its own, prove it, and take it away again: an event.

    Raises BackupRefused where it does not get that far; that is an event too.
    """
    check_role(by, Action.MAKE_BACKUP)
    with alone(db.current().settings.data, f"{DRILL}.lock"):
        return _drilled(file, by=by, at=at)


def _drilled(file: Path, *, by: Actor, at: datetime) -> Restored:
    database = db.current()
    place = database.settings.data / DRILL
    rmtree(place, ignore_errors=True)
    try:
        manifest = _fitting(file)
        place.mkdir(mode=0o700)
        with ExitStack() as held:
            url = ""
            if not database.settings.is_embedded:
                near = database.settings.owner_url or database.settings.database_url
                url = held.enter_context(dump.spare(near, of=str(place)))
            other = held.enter_context(_opened(file, place, url))
            found = _proven(other, manifest, {}, by=by, at=at)
    except (BackupRefused, DumpFailed, OSError) as error:
        record(Did.BACKUP_DRILL_FAILED, by=by, at=at)
        raise BackupRefused(f"The drill failed. {error}") from None
    finally:
        rmtree(place, ignore_errors=True)
    done = Did.BACKUP_DRILLED if found.is_whole else Did.BACKUP_DRILL_FAILED
    gap = since(manifest, at=at)
    record(done, by=by, at=at, about=_about(manifest.position))
    return Restored(manifest, found.verified, gap, faults=found.faults)


def _about(position: int) -> Deed:
    with db.current().reading() as session:
        return Deed(session, details={"position": position})


def _fitting(file: Path) -> Manifest:
    """The manifest of a backup that is whole and belongs here. Raises BackupRefused."""
    database = db.current()
    manifest = read_through(file, database.ring)
    if manifest.kind != kind_of(database):
        raise BackupRefused(
            f"This backup is of {KIND_WORDS[manifest.kind]}; here is "
            f"{KIND_WORDS[kind_of(database)]}. Set KAPNOTES_DATABASE_URL to the same kind."
        )
    if not db.is_known(manifest.revision):
        raise BackupRefused(
            "This backup was made by a newer version of this product. Install that version first."
        )
    return manifest


@contextmanager
def _opened(file: Path, place: Path, url: str) -> Iterator[db.Database]:
    """The practice of a backup, for a while in place of the one that is served."""
    database = db.current()
    with opened(file, database.ring) as (manifest, pieces):
        if manifest.kind == EMBEDDED:
            copy = place / "practice.db"
            copy.touch(mode=0o600)
            with copy.open("wb") as to:
                for piece in pieces:
                    to.write(piece)
                to.flush()
                os.fsync(to.fileno())
            url = f"sqlite:///{copy}"
        else:
            tools = dump.tools_for(url, database.settings.postgres_bin)
            dump.put_back(tools, url, pieces)
    with db.instead(database.beside(data=place, database_url=url)) as other:
        other.check_key()
        yield other


def _proven(
    other: db.Database, manifest: Manifest, seen: Mapping[str, bytes], *, by: Actor, at: datetime
) -> Restored:
    """Count, bring up to date and verify what came out of a backup."""
    faults = _differences(other, manifest)
    if not db.is_migrated():
        db.migrate()
    if manifest.anchor:
        seen = {**seen, OWN_MEMORY: manifest.anchor.encode()}
    heads = {name: told(content) for name, content in seen.items()}
    signed = {name: one for name, one in heads.items() if one and is_genuine(other.ring, one)}
    faults += [f"{name} was not signed by this practice." for name in heads.keys() - signed.keys()]
    behind = {name: seen[name] for name, one in signed.items() if one.position <= manifest.position}
    trail = proof.verify_trail(anchors=behind, anew=True, by=by, at=at)
    notes = proof.verify_notes(anew=True, by=by, at=at)
    faults += [one.sentence for one in (trail, notes) if not one.is_whole]
    rows = sum(manifest.counts.values())
    counted = f"{rows} rows in {len(manifest.counts)} tables, as many as when it was made."
    last = max(signed.values(), key=lambda one: one.position, default=None)
    return Restored(
        manifest,
        (counted, trail.sentence, notes.sentence),
        unseen(manifest, last),
        max(0, last.position - manifest.position) if last else 0,
        tuple(faults),
    )


def _differences(other: db.Database, manifest: Manifest) -> list[str]:
    """Where what came out is not what went in, by its rows and the head of its trail."""
    with other.reading() as session:
        counts = dump.table_counts(session.connection())
        head = head_of(session)
    names = sorted({*counts, *manifest.counts})
    found = [
        f"The table {name} has {counts.get(name, 0)} rows and had {manifest.counts.get(name, 0)}."
        for name in names
        if counts.get(name, 0) != manifest.counts.get(name, 0)
    ]
    if head != (manifest.position, manifest.hash):
        found.append("The trail ends elsewhere than when the backup was made.")
    return found


@does(Did.BACKUP_RESTORED)
def mark_restored(deed: Deed, *, missing: int, by: Actor, at: datetime) -> None:
    """Say in the restored trail that it was; whoever was signed in then is so no longer."""
    del by
    ended = sitting.end_everyone(deed.session, at=at)
    deed.details |= {"missing": missing, "sittings": ended}


def _heads_seen(database: db.Database, given: Mapping[str, bytes]) -> dict[str, bytes]:
    """The heads of the trail that this place, or somebody elsewhere, remembers; by their files.

    Whether they are genuine can be told once there is a practice.
    """
    here = sorted(database.settings.data.glob("trail-anchor*.json"))
    return {**given, **{path.name: path.read_bytes() for path in here}}
