"""What the verifier remembers, in files beside the database: the head it saw last, and more.

`trail-anchor.json` is the last head seen, signed. `trail-memory.bin` holds eight bytes of the hash
of every entry that was seen: it proves nothing by itself, but names the first entry that is another
than it was, which a signed head behind it cannot. A checkpoint says how far a verification came
that is not over; it is signed, so that nobody has entries passed over by writing one.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature

from kapnotes.audit.canonical import START
from kapnotes.audit.seal import Anchor, is_genuine, public_key, told
from kapnotes.keys import KeyRing

ANCHOR = "trail-anchor.json"
PRINTS = "trail-memory.bin"
LOCK = "trail-memory.lock"
PRINT_BYTES = 8
CHECKPOINT_AGE = timedelta(hours=24)
"""A verification that was broken off longer ago than this begins anew."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The last head seen, None before the first verification, and the prints of its entries."""

    anchor: Anchor | None = None
    prints: bytes = b""
    is_genuine: bool = True


def remembered(folder: Path, ring: KeyRing) -> Memory:
    """What the last verification saw."""
    path = folder / ANCHOR
    if not path.exists():
        return Memory()
    anchor = told(path.read_bytes())
    if anchor is None or not is_genuine(ring, anchor):
        return Memory(anchor=anchor, is_genuine=False)
    prints = folder / PRINTS
    known = prints.read_bytes() if prints.exists() else b""
    return Memory(anchor, known[: PRINT_BYTES * anchor.position])


def remember(folder: Path, anchor: Anchor, *, after: int, prints: bytes) -> None:
    """Keep the head for the next verification, and the prints of the entries behind `after`."""
    with _alone(folder):
        path = folder / PRINTS
        path.touch(mode=0o600)
        with path.open("r+b") as file:
            if path.stat().st_size >= PRINT_BYTES * after:
                file.truncate(PRINT_BYTES * after)
                file.seek(0, os.SEEK_END)
                file.write(prints)
            else:
                file.truncate(0)
            file.flush()
            os.fsync(file.fileno())
        kept = {name: value for name, value in asdict(anchor).items() if value != ""}
        _write(folder / ANCHOR, json.dumps(kept))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of two verifications that end at once, one writes after the other."""
    with (folder / LOCK).open("a") as file:
        flock(file, LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a verification of the `subject` came: after which entry it goes on."""

    subject: str
    began_at: datetime
    position: int = 0
    hash: str = START
    counts: Mapping[str, int] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The checkpoint as JSON can hold it."""
        return {
            "subject": self.subject,
            "began_at": self.began_at.isoformat(),
            "position": self.position,
            "hash": self.hash,
            "counts": dict(self.counts),
        }


def sign(ring: KeyRing, what: str, plain: Mapping[str, Any]) -> str:
    """The practice's signature (hex) over plain values, as being of that kind."""
    return ring.signing_key().sign(_text(what, plain)).hex()


def is_signed(ring: KeyRing, what: str, plain: Mapping[str, Any], signature: str) -> bool:
    """Whether the practice signed these values as being of that kind."""
    try:
        public_key(ring).verify(bytes.fromhex(signature), _text(what, plain))
    except (InvalidSignature, ValueError):
        return False
    return True


def _text(what: str, plain: Mapping[str, Any]) -> bytes:
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"kapnotes {what}|{text}".encode()


def save_checkpoint(folder: Path, ring: KeyRing, checkpoint: Checkpoint) -> None:
    """Say how far a verification came, in case that it is broken off."""
    plain = checkpoint.plain()
    signed = {**plain, "signature": sign(ring, "checkpoint", plain)}
    _write(_checkpoint(folder, checkpoint.subject), json.dumps(signed))


def checkpoint_of(folder: Path, ring: KeyRing, subject: str, *, at: datetime) -> Checkpoint | None:
    """Where a verification that was broken off goes on; None if there is none, or it is old.

    One that the practice did not sign is no checkpoint.
    """
    path = _checkpoint(folder, subject)
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_bytes())
        signature = found.pop("signature")
        began_at = datetime.fromisoformat(found["began_at"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(signature, str) or not is_signed(ring, "checkpoint", found, signature):
        return None
    if found["subject"] != subject or not timedelta() <= at - began_at < CHECKPOINT_AGE:
        return None
    return Checkpoint(subject, began_at, found["position"], found["hash"], found["counts"])


def drop_checkpoint(folder: Path, subject: str) -> None:
    """The verification is over."""
    _checkpoint(folder, subject).unlink(missing_ok=True)


def _checkpoint(folder: Path, subject: str) -> Path:
    return folder / f"{subject}-checkpoint.json"
