"""Signed heads of the trail: what a chain worked out again is compared with.

A chain alone does not show a cut tail, a full rewrite or an older file put back. So the head is
signed: each hour, in each document, and in a file that the practice may keep elsewhere. Whoever
holds one can be shown that the trail still goes through it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from kapnotes.audit.trail import Entry, head_of
from kapnotes.keys import KeyRing

BATCH = 1000
MOST_BYTES = 10_000
"""More than the testimony of a signed head has."""
SHORT = 16
"""Signs of a hash or a signature that stand in a footer: enough to find the entry again."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A signed head: how long the trail was, its last hash, and when that was (ISO 8601) or ""."""

    position: int
    hash: str
    signature: str
    at: str = ""

    def text(self) -> bytes:
        """What the signature is over."""
        words = f"kapnotes head|{self.position}|{self.hash}"
        return (f"{words}|{self.at}" if self.at else words).encode()

    @property
    def short(self) -> str:
        """For a footer: how many entries, and where the last hash and its signature begin."""
        return f"{self.position}-{self.hash[:SHORT]}-{self.signature[:SHORT]}"


def sign_head(ring: KeyRing, position: int, hash_: str, *, at: datetime | None = None) -> Anchor:
    """Sign a head with the practice's Ed25519 key."""
    when = at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
    bare = Anchor(position, hash_, "", when)
    return replace(bare, signature=ring.signing_key().sign(bare.text()).hex())


def signed_head(session: Session, ring: KeyRing) -> Anchor:
    """The head of the trail as it stands, signed: what a document carries out of the house."""
    return sign_head(ring, *head_of(session))


def testimony(ring: KeyRing, anchor: Anchor) -> bytes:
    """A signed head whole, as JSON, with the public key: anyone can check it with Ed25519 alone."""
    public = ring.signing_key().public_key().public_bytes_raw()
    told = {
        "position": anchor.position,
        "hash": anchor.hash,
        **({"at": anchor.at} if anchor.at else {}),
        "signature": anchor.signature,
        "signed": anchor.text().decode(),
        "algorithm": "Ed25519",
        "public_key": public.hex(),
    }
    return json.dumps(told, indent=1).encode()


def told(testimony: bytes) -> Anchor | None:
    """The signed head that a testimony tells of, whoever signed it; None if it is none."""
    if len(testimony) > MOST_BYTES:
        return None
    try:
        found = json.loads(testimony)
        values = found["position"], found["hash"], found["signature"], found.get("at", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if type(values[0]) is not int or not all(isinstance(one, str) for one in values[1:]):
        return None
    return Anchor(*values)


@lru_cache(maxsize=4)
def public_key(ring: KeyRing) -> Ed25519PublicKey:
    """The key that heads are compared with, made once: a year has thousands of them."""
    return ring.signing_key().public_key()


def is_genuine(ring: KeyRing, anchor: Anchor) -> bool:
    """Whether the anchor was signed by this practice."""
    try:
        public_key(ring).verify(bytes.fromhex(anchor.signature), anchor.text())
    except (InvalidSignature, ValueError):
        return False
    return True


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
