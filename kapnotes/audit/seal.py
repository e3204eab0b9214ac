"""Proof that the trail is whole: the chain worked out again, and signed heads to compare with.

A chain alone does not show a cut tail, a full rewrite or an older file put back. So the head is
signed, and the verifier remembers the last head it saw in a file beside the database, which
the practice may keep elsewhere.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from sqlalchemy.orm import Session

from kapnotes.audit.trail import START, Entry, digest, head_of
from kapnotes.keys import KeyRing

ANCHOR = "trail-anchor.json"
BATCH = 1000
SHORT = 16
"""Signs of a hash or a signature that stand in a footer: enough to find the entry again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: `bad_position` is the first entry that is not as it was written."""

    entries: int
    head: str
    bad_position: int | None
    sentence: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.bad_position is None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A signed head: how long the trail was, and its last hash."""

    position: int
    hash: str
    signature: str

    def text(self) -> bytes:
        """What the signature is over."""
        return f"kapnotes head|{self.position}|{self.hash}".encode()

    @property
    def short(self) -> str:
        """For a footer: how many entries, and where the last hash and its signature begin."""
        return f"{self.position}-{self.hash[:SHORT]}-{self.signature[:SHORT]}"


def sign_head(ring: KeyRing, position: int, hash_: str) -> Anchor:
    """Sign a head with the practice's Ed25519 key."""
    bare = Anchor(position, hash_, "")
    return Anchor(position, hash_, ring.signing_key().sign(bare.text()).hex())


def signed_head(session: Session, ring: KeyRing) -> Anchor:
    """The head of the trail as it stands, signed: what a document carries out of the house."""
    return sign_head(ring, *head_of(session))


def testimony(ring: KeyRing, anchor: Anchor) -> bytes:
    """A signed head whole, as JSON, with the public key: anyone can check it with Ed25519 alone."""
    public = ring.signing_key().public_key().public_bytes_raw()
    told = {
        "position": anchor.position,
        "hash": anchor.hash,
        "signature": anchor.signature,
        "signed": anchor.text().decode(),
        "algorithm": "Ed25519",
        "public_key": public.hex(),
    }
    return json.dumps(told, indent=1).encode()


def is_genuine(ring: KeyRing, anchor: Anchor) -> bool:
    """Whether the anchor was signed by this practice."""
    try:
        ring.signing_key().public_key().verify(bytes.fromhex(anchor.signature), anchor.text())
    except (InvalidSignature, ValueError):
        return False
    return True


def remember(folder: Path, anchor: Anchor) -> None:
    """Keep the anchor for the next verification."""
    fresh = folder / f"{ANCHOR}.{os.getpid()}"
    content = {"position": anchor.position, "hash": anchor.hash, "signature": anchor.signature}
    fresh.write_text(json.dumps(content))
    fresh.chmod(0o600)
    fresh.replace(folder / ANCHOR)


def remembered(folder: Path) -> Anchor | None:
    """The anchor of the last verification; None before the first."""
    path = folder / ANCHOR
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text())
        return Anchor(int(found["position"]), str(found["hash"]), str(found["signature"]))
    except (ValueError, KeyError, TypeError):
        return Anchor(-1, "", "")


def verify(session: Session, ring: KeyRing, anchor: Anchor | None) -> Verdict:
    """Work the chain out again from its start and compare it with the head and the anchor."""
    position, prev_hash, anchored = 0, START, anchor is None or anchor.position == 0
    for entry in entries(session):
        expected = _values(entry)
        is_next = entry.position == position + 1 and entry.prev_hash == prev_hash
        if not is_next or digest(expected) != entry.hash:
            bad = min(entry.position, position + 1)
            return _bad(position, prev_hash, bad, "is not as it was written")
        position, prev_hash = entry.position, entry.hash
        if anchor is not None and anchor.position == position:
            anchored = True
            if anchor.hash != prev_hash:
                return _bad(position, prev_hash, position, "differs from the head seen before")
    if head_of(session) != (position, prev_hash):
        return _bad(position, prev_hash, position + 1, "is missing at the end")
    if anchor is not None and not is_genuine(ring, anchor):
        return _bad(position, prev_hash, position, "cannot be compared: the anchor is not genuine")
    if not anchored:
        return _bad(position, prev_hash, position + 1, "was there at the last check and is gone")
    return Verdict(position, prev_hash, None, f"The trail is whole: {position} entries.")


def _bad(position: int, head: str, bad: int, words: str) -> Verdict:
    return Verdict(position, head, bad, f"The trail is not whole: entry {bad} {words}.")


def entries(session: Session) -> Iterator[Entry]:
    """Every entry from the first, in batches."""
    first = sa.select(Entry).order_by(Entry.position).limit(BATCH)
    query = first
    while True:
        batch = list(session.execute(query).scalars())
        yield from batch
        if len(batch) < BATCH:
            return
        query = first.where(Entry.position > batch[-1].position)
        session.expunge_all()


def _values(entry: Entry) -> dict[str, object]:
    names = [column.key for column in Entry.__mapper__.columns]
    return {name: getattr(entry, name) for name in names if name != "hash"}


def plain(entry: Entry) -> dict[str, object]:
    """An entry as plain values, as an export has it."""
    values = _values(entry)
    values["hash"] = entry.hash
    return {
        name: value if value is None or isinstance(value, int | dict) else str(value)
        for name, value in values.items()
    }
