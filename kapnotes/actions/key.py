"""The root key: another one in its place, without a moment in which the practice cannot be read.

A rotation goes in steps. The new key is written beside the old one before anything is wrapped
under it, and takes the old one's place after everything is; in between the practice opens with
both. A rotation that was killed is taken up where it stopped, by asking for it again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from shutil import disk_usage

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did, Outcome
from kapnotes.audit.trail import Deed, does, record
from kapnotes.clinic.refusals import Refusal, WrongState
from kapnotes.db import cipher
from kapnotes.ground.key_file import KeyFile
from kapnotes.keys import KeyRing, SealBroken
from kapnotes.keys.presence import Presence, Taken
from kapnotes.keys.recovery_key import SealedRoots, read_roots, seal_root, write_roots
from kapnotes.records import wrapped

SPARE = 1.2
"""Times the file's size that must be free: every page goes through the log once."""
IN_ENVIRONMENT = (
    "The root key is in KAPNOTES_KEY, which no command can change. Put it into a file that only "
    "the server reads, name that in KAPNOTES_KEY_FILE, unset KAPNOTES_KEY, and ask again."
)
IN_USE = (
    "This practice is open somewhere. Stop the server, the worker and every other command on every "
    "machine, and ask again; nothing was changed."
)


class Step(StrEnum):
    """How far a rotation has come."""

    STAGED = "staged"
    """The new key lies beside the old one."""
    SEALED = "sealed"
    """The recovery key opens both."""
    REWRAPPED = "rewrapped"
    """Every data key and secret is wrapped under the new one."""
    REKEYED = "rekeyed"
    """The embedded file is encrypted under it."""
    PROMOTED = "promoted"
    """The new key has the old one's place."""


def rotate(*, by: Actor, at: datetime, after: Callable[[Step], None] = lambda _: None) -> None:
    """Put a new root key in place of the old one, or end a rotation that was broken off.

    `after` is told each step once it stands. The former key is laid aside for backups of before.
    Raises Refusal while anybody else has the practice open, and where there is no key file.
    """
    database = db.current()
    try:
        check_role(by, Action.ROTATE_KEY)
        file = _file(database)
        presence = database.presence or Presence(database.settings.data)
        try:
            with presence.alone():
                _rotate(database, file, by=by, at=at, after=after)
        finally:
            if presence is not database.presence:
                presence.leave()
    except Taken:
        refused: Refusal = WrongState(IN_USE)
    except cipher.CipherFailed as error:
        _open_anew(database, file, follows=file.read_next())
        refused = WrongState(f"{error} The practice opens as before; ask again.")
    except Refusal as refusal:
        if refusal.is_recorded:
            raise
        refused = refusal
    else:
        _open_anew(database, file)
        return
    record(Did.KEY_ROTATED, by=by, at=at, outcome=Outcome.REFUSED, reason=refused.code)
    raise refused


def _open_anew(database: db.Database, file: KeyFile, *, follows: bytes = b"") -> None:
    settings = replace(database.settings, key=file.read(), next_key=follows)
    db.use(db.Database(settings)).check_key()


def _file(database: db.Database) -> KeyFile:
    file = database.settings.key_file
    if file is None:
        raise WrongState(IN_ENVIRONMENT)
    return file


def _rotate(
    database: db.Database, file: KeyFile, *, by: Actor, at: datetime, after: Callable[[Step], None]
) -> None:
    embedded = _embedded(database)
    if embedded is not None and disk_usage(embedded.parent).free < SPARE * embedded.stat().st_size:
        raise WrongState("There is too little room on the disk to encrypt the database anew.")
    root = file.stage()
    after(Step.STAGED)
    old, new = KeyRing(database.settings.key), KeyRing(root)
    sealed = _seal_for_recovery(database, old, new, root)
    after(Step.SEALED)
    database.engine.dispose()
    _rewrap(old=old, new=new, sealed=sealed, by=by, at=at)
    after(Step.REWRAPPED)
    if embedded is not None:
        database.engine.dispose()
        cipher.rekey(embedded, old.database_keys()[0], new.database_keys()[0])
    after(Step.REKEYED)
    file.promote(old.mark)
    after(Step.PROMOTED)


def _embedded(database: db.Database) -> Path | None:
    """The embedded file; None for PostgreSQL."""
    if not database.settings.is_embedded:
        return None
    return Path(database.settings.database_url.removeprefix("sqlite:///"))


def _seal_for_recovery(database: db.Database, old: KeyRing, new: KeyRing, root: bytes) -> bytes:
    """Let the recovery key open the new root too, and the old one until then; b"" without one."""
    with database.reading() as session:
        public, _ = wrapped.recovery(session)
    if public is None:
        return b""
    path = database.settings.recovery_file
    kept = read_roots(path)
    if kept is None or kept.public != public:
        kept = SealedRoots(public, {})
    if old.mark not in kept.roots:
        kept = kept.plus(old.mark, seal_root(public, database.settings.key))
    if new.mark not in kept.roots:
        kept = kept.plus(new.mark, seal_root(public, root))
    write_roots(path, kept)
    return kept.roots[new.mark]


@does(Did.KEY_ROTATED)
def _rewrap(
    deed: Deed, *, old: KeyRing, new: KeyRing, sealed: bytes, by: Actor, at: datetime
) -> None:
    """Wrap everything under the new root, in one transaction with its event."""
    del by
    if wrapped.mark(deed.session) == new.mark:
        deed.keep_silent()
        return
    if wrapped.others(deed.session):
        raise WrongState(IN_USE)
    try:
        count = wrapped.rewrap(deed.session, old, new, at=at)
    except SealBroken as broken:
        raise WrongState(
            f"One key does not open ({broken}), so nothing was changed. Run: notes verify."
        ) from None
    if sealed:
        public, _ = wrapped.recovery(deed.session)
        wrapped.keep_recovery(deed.session, public or b"", sealed)
    deed.details |= {"former": old.mark, "root": new.mark, "wrapped": count}
