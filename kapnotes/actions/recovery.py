"""The recovery key: made and shown once, tried in a drill, and used when the root key is lost."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, record
from kapnotes.clinic.refusals import WrongState
from kapnotes.db.ring import recovery_of
from kapnotes.ground.key_file import KeyFile, encoded
from kapnotes.keys import KeyRing
from kapnotes.keys.private_file import write_private
from kapnotes.keys.recovery_key import (
    BadRecoveryKey,
    RecoveryKey,
    SealedRoots,
    read_roots,
    seal_root,
    write_roots,
)
from kapnotes.records import wrapped
from kapnotes.settings import Settings, SettingsRefused

NONE_YET = "This practice has no recovery key yet. Run: key recovery"
UNDER_WAY = "A rotation of the key is not over. Finish it first: key rotate."


def renew(*, by: Actor, at: datetime) -> str:
    """Make a recovery key in place of the one before, if there was one; return it as it is told.

    What a backup carries goes on opening with the key of its day.
    """
    made = RecoveryKey.made()
    sealed = seal_root(made.public, db.current().settings.key)
    _keep(public=made.public, sealed=sealed, by=by, at=at)
    _write(SealedRoots(made.public, {KeyRing(db.current().settings.key).mark: sealed}))
    return made.told()


def _write(kept: SealedRoots) -> None:
    write_roots(db.current().settings.recovery_file, kept)


@does(Did.RECOVERY_KEY_SET)
def _keep(deed: Deed, *, public: bytes, sealed: bytes, by: Actor, at: datetime) -> None:
    """Keep its public half; the paper holds the other."""
    del at
    check_role(by, Action.ROTATE_KEY)
    if db.current().ring.other is not None:
        raise WrongState(UNDER_WAY)
    former, _ = wrapped.recovery(deed.session)
    wrapped.keep_recovery(deed.session, public, sealed)
    deed.details["renewed"] = former is not None


def lay_beside() -> None:
    """Write the file that a recovery needs, where it is missing: after a restoring, or a new disk.

    A folder that cannot be written is no reason to stop here.
    """
    database = db.current()
    path = database.settings.recovery_file
    kept = None if path.exists() else recovery_of(database.engine)
    if kept is not None:
        with suppress(OSError):
            write_roots(path, SealedRoots(kept.public, {kept.mark: kept.sealed}))


def drill(*, typed: str, by: Actor, at: datetime) -> None:
    """Try whether the recovery key would bring this practice back. Raises WrongState if not.

    Everything that a recovery needs is tried: the file beside the database, and what it opens. A
    file that is missing is written again.
    """
    _drill(typed=typed, by=by, at=at)


@does(Did.RECOVERY_KEY_TRIED)
def _drill(deed: Deed, *, typed: str, by: Actor, at: datetime) -> None:
    del at
    check_role(by, Action.ROTATE_KEY)
    database = db.current()
    public, sealed = wrapped.recovery(deed.session)
    if public is None or sealed is None:
        raise WrongState(NONE_YET)
    mark = wrapped.mark(deed.session)
    path = database.settings.recovery_file
    kept = read_roots(path)
    is_beside = kept is not None and kept.public == public and mark in kept.roots
    if kept is None or not is_beside:
        kept = SealedRoots(public, {mark: sealed})
        write_roots(path, kept)
    try:
        key = RecoveryKey.typed(typed)
        roots = {key.open(kept.roots[mark]), key.open(sealed)}
    except BadRecoveryKey as bad:
        raise WrongState(str(bad)) from None
    if {KeyRing(root).mark for root in roots} != {mark}:
        raise WrongState("The recovery key opens another root key than the practice has now.")
    deed.details["file"] = is_beside


def recover(
    *, typed: str, settings: Settings, by: Actor, at: datetime, carried: bytes = b""
) -> KeyFile:
    """Write the root key again, from the recovery key and what is kept; return where it lies.

    `settings` are those of the practice with whatever key; `carried` is the sealed root that a
    backup carries, for a machine on which there is no practice yet. Raises WrongState.
    """
    file = settings.key_file
    if file is None:
        raise WrongState("Unset KAPNOTES_KEY: the key is written into a file.")
    try:
        key = RecoveryKey.typed(typed)
        if carried:
            _put(file, key.open(carried))
            return file
        found = [key.open(sealed) for sealed in _sealed_roots(settings)]
    except BadRecoveryKey as bad:
        raise WrongState(str(bad)) from None
    root, follows = _fitting(settings, found)
    _put(file, root)
    if follows:
        write_private(file.next_path, encoded(follows), is_new=False)
    opened = db.use(db.Database(replace(settings, key=root, next_key=follows)))
    opened.check_key()
    record(Did.KEY_RECOVERED, by=by, at=at)
    return file


def _sealed_roots(settings: Settings) -> list[bytes]:
    """What is sealed for the recovery key, newest first: beside the database, or in PostgreSQL."""
    kept = read_roots(settings.recovery_file)
    if kept is not None:
        return list(kept.roots.values())[::-1]
    if not settings.is_embedded:
        database = db.Database(settings)
        try:
            with database.reading() as session:
                _, sealed = wrapped.recovery(session)
        finally:
            database.close()
        if sealed:
            return [sealed]
    raise WrongState(
        f"{settings.recovery_file.name} is missing in the data folder, and without it the "
        "recovery key opens nothing. Take it from a backup: key recover --backup FILE"
    )


def _fitting(settings: Settings, roots: list[bytes]) -> tuple[bytes, bytes]:
    """The root that opens the practice, or two while a rotation is not over."""
    pairs = [(root, b"") for root in roots]
    pairs += [(old, new) for new, old in pairwise(roots)]
    for root, follows in pairs:
        database = db.Database(replace(settings, key=root, next_key=follows))
        try:
            database.check_key()
        except SettingsRefused:
            continue
        finally:
            database.close()
        return root, follows
    raise WrongState("This recovery key does not open this practice.")


def _put(file: KeyFile, root: bytes) -> None:
    """Write the key; one that lies there and is another is laid aside."""
    if file.path.exists():
        lying = file.read()
        if lying != root:
            file.path.replace(file.former_path(KeyRing(lying).mark))
    write_private(file.path, encoded(root), is_new=False)
