"""A backup as a file: what it says of itself, and the database behind it.

A parcel (see `parcel`) whose first piece is the manifest and whose others are the database: the
embedded file under its own cipher, or what `pg_dump` writes. Kept documents are rows of the
database; no key is in the file.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from kapnotes import db
from kapnotes.clinic.refusals import Refusal
from kapnotes.db import dump
from kapnotes.db.parcel import ParcelBroken, unpack
from kapnotes.keys import KeyRing

EMBEDDED, POSTGRESQL = "embedded", "postgresql"
KIND_WORDS = {EMBEDDED: "the embedded database", POSTGRESQL: "a PostgreSQL database"}


class BackupRefused(Refusal):
    """A backup that cannot be made, read or put back here; the sentence says why (409)."""

    code = "backup_refused"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    `position` and `hash` are the head of its trail, `counts` the rows of each table, `revision`
    the version of the tables, and `anchor` the signed head that the last verification had seen
    when it was made, as the verifier's memory has it; "" before the first.
    """

    made_at: datetime
    kind: str
    revision: str
    position: int
    hash: str
    counts: Mapping[str, int]
    anchor: str

    def packed(self) -> bytes:
        """The manifest as the first piece of a parcel."""
        plain = {**asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(plain, sort_keys=True).encode()


@contextmanager
def opened(file: Path, ring: KeyRing) -> Iterator[tuple[Manifest, Iterator[bytes]]]:
    """What a backup says of itself, and the pieces of its database.

    Raises BackupRefused where it cannot be read, is cut, or was changed; for the pieces as they
    are taken.
    """
    try:
        with file.open("rb") as source:
            pieces = unpack(source, ring)
            yield _manifest(next(pieces, b"")), pieces
    except ParcelBroken as broken:
        raise BackupRefused(str(broken)) from None
    except OSError as error:
        raise BackupRefused(f"{file.name} could not be read: {error.strerror}.") from None


def _manifest(piece: bytes) -> Manifest:
    try:
        plain = json.loads(piece)
        return Manifest(**{**plain, "made_at": datetime.fromisoformat(plain["made_at"])})
    except (ValueError, KeyError, TypeError):
        raise ParcelBroken("This backup says nothing of itself that can be read here.") from None


def manifest_of(file: Path, ring: KeyRing) -> Manifest:
    """What a backup says of itself, without reading the rest. Raises BackupRefused."""
    with opened(file, ring) as (manifest, _):
        return manifest


def read_through(file: Path, ring: KeyRing) -> Manifest:
    """Read every piece to the end. Raises BackupRefused unless it is whole."""
    with opened(file, ring) as (manifest, pieces):
        for _ in pieces:
            continue
        return manifest


def kind_of(database: db.Database) -> str:
    """Which kind of database this is, by the word of a manifest."""
    return EMBEDDED if database.settings.is_embedded else POSTGRESQL


def sizes(database: db.Database) -> int:
    """About how many bytes a backup of this database may take while it is made."""
    return dump.size_of(database.engine) * (2 if database.settings.is_embedded else 1)
