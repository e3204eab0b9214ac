"""The recovery key: shown once, kept on paper, and the way back when the root key is lost.

The practice keeps its public half alone, and beside it each root key sealed for it (X25519, HKDF,
AES-256-GCM): a rotation seals the new root without the paper, and what was sealed before goes on
opening a backup of then. The sealed roots lie in a file beside the database, because the database
is what they open.
"""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kapnotes.keys.private_file import write_private

FILE = "practice.recovery"
SECRET_BYTES = 20
CHECK_SIGNS = 4
GROUP = 4
PUBLIC_BYTES = 32
ALIKE = str.maketrans("018", "OIB")
"""Signs that no recovery key has, and what they were meant to be."""


class BadRecoveryKey(Exception):
    """What was typed is no recovery key, or not the one of this practice; says which."""


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The secret half, as long as it is typed or shown."""

    secret: bytes = field(repr=False)

    @classmethod
    def made(cls) -> "RecoveryKey":
        """A new one."""
        return cls(os.urandom(SECRET_BYTES))

    @classmethod
    def typed(cls, text: str) -> "RecoveryKey":
        """What a person typed from paper. Raises BadRecoveryKey for a slip of the finger."""
        signs = "".join(text.upper().replace("-", " ").split()).translate(ALIKE)
        try:
            secret = base64.b32decode(signs[:-CHECK_SIGNS])
        except binascii.Error:
            secret = b""
        if len(secret) != SECRET_BYTES or signs[-CHECK_SIGNS:] != _check(secret):
            raise BadRecoveryKey("This is no recovery key: a sign is missing or wrong.")
        return cls(secret)

    def told(self) -> str:
        """As it stands on paper: nine groups of four signs, the last of them a check."""
        signs = base64.b32encode(self.secret).decode() + _check(self.secret)
        return " ".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))

    def _private(self) -> X25519PrivateKey:
        key = HKDF(hashes.SHA256(), 32, None, b"kapnotes recovery").derive(self.secret)
        return X25519PrivateKey.from_private_bytes(key)

    @property
    def public(self) -> bytes:
        """The half that the practice keeps."""
        return self._private().public_key().public_bytes_raw()

    def open(self, sealed: bytes) -> bytes:
        """The root key. Raises BadRecoveryKey when it was sealed for another."""
        once, rest = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES:]
        try:
            shared = self._private().exchange(X25519PublicKey.from_public_bytes(once))
            key = _between(shared, once, self.public)
            return AESGCM(key).decrypt(bytes(12), rest, None)
        except (InvalidTag, ValueError):
            raise BadRecoveryKey("This recovery key does not open this practice.") from None


def _check(secret: bytes) -> str:
    return base64.b32encode(sha256(b"kapnotes recovery key" + secret).digest()).decode()[
        :CHECK_SIGNS
    ]


def _between(shared: bytes, once: bytes, public: bytes) -> bytes:
    label = b"kapnotes sealed root" + once + public
    return HKDF(hashes.SHA256(), 32, None, label).derive(shared)


def seal_root(public: bytes, root: bytes) -> bytes:
    """A root key, sealed for who has the other half; each sealing has a key of its own."""
    mine = X25519PrivateKey.generate()
    once = mine.public_key().public_bytes_raw()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
    return once + AESGCM(_between(shared, once, public)).encrypt(bytes(12), root, None)


@dataclass(frozen=True, slots=True)
class SealedRoots:
    """What lies beside the database: the public half, and each root by its mark, oldest first."""

    public: bytes
    roots: Mapping[str, bytes]

    def plus(self, mark: str, sealed: bytes) -> "SealedRoots":
        """The same with one more root, as the newest."""
        former = {name: kept for name, kept in self.roots.items() if name != mark}
        return SealedRoots(self.public, {**former, mark: sealed})


def read_roots(path: Path) -> SealedRoots | None:
    """What the file holds; None where there is none, or what it holds is none."""
    try:
        found = json.loads(path.read_bytes())
        roots = {str(mark): bytes.fromhex(kept) for mark, kept in found["roots"].items()}
        return SealedRoots(bytes.fromhex(found["public"]), roots)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write_roots(path: Path, kept: SealedRoots) -> None:
    """Put them in place of what the file held, whole or not at all."""
    roots = {mark: sealed.hex() for mark, sealed in kept.roots.items()}
    text = json.dumps({"public": kept.public.hex(), "roots": roots}, indent=1)
    write_private(path, text.encode(), is_new=False)
