"""The key ring: the practice's root key, what is derived from it, and sealing with data keys.

Each patient has a data key for the record and another for process notes; both are kept
wrapped by keys derived from the root key, so that rotation rewraps and never re-encrypts.
What has to outlive a rotation (`Secret`) is not derived from the root but kept wrapped by it.
A sealed value is bound to its place (table, column, row, patient, version): put elsewhere,
or put back in an older state, it does not open.
"""

import hashlib
import os
from collections.abc import Callable
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
MARK_BYTES = 16
FORMAT = b"\x01"


class Purpose(StrEnum):
    """What a data key seals."""

    RECORD = "record"
    PROCESS = "process"


class Secret(StrEnum):
    """What stays the same whatever the root key becomes; the words are of the first practices."""

    LOOKUP = "lookup"
    """Under it something secret is found again: a sitting by its token."""
    COOKIE = "cookie"
    SIGNATURE = "trail signature"
    """It signs the heads of the trail, and heads are kept for years."""

    @property
    def place(self) -> str:
        """What the wrapped secret is bound to."""
        return f"key_ring|{self.value}"


SEALING = "sealing"
"""What the secrets of the practice and its people are wrapped under; it is no patient's."""


class SealBroken(Exception):
    """A sealed value that does not open in its place: changed, moved or put back."""


class KeyRing:
    """Holds the root key and opens what was wrapped with it; keeps no patient's key.

    While a rotation is under way, or was broken off, there is an `other` root: what the first does
    not open, it opens. `kept` gives a wrapped secret from the database; without it, or where it
    gives none, secrets are what the first practices derived from their root.
    """

    def __init__(
        self,
        root: bytes,
        *,
        other: "KeyRing | None" = None,
        kept: Callable[[Secret], bytes | None] = lambda _: None,
    ) -> None:
        self._root = root
        self.other = other
        self._kept = kept
        self._secrets: dict[Secret, bytes] = {}
        self._wrapping = {
            purpose: AESGCM(self._derived(f"kapnotes wrap {purpose}")) for purpose in Purpose
        }
        self._sealing = DataKey(self._derived(f"kapnotes wrap {SEALING}"))
        self.mark = self._derived("kapnotes root mark")[:MARK_BYTES].hex()

    def _derived(self, label: str) -> bytes:
        return HKDF(hashes.SHA256(), 32, None, label.encode()).derive(self._root)

    def turned(self) -> "KeyRing":
        """The same two roots, the other one first; the ring itself when there is one alone."""
        if self.other is None:
            return self
        mine = KeyRing(self._root, kept=self._kept)
        return KeyRing(self.other._root, other=mine, kept=self._kept)  # noqa: SLF001 - its own class

    def database_keys(self) -> tuple[str, ...]:
        """The raw SQLCipher keys that may open the file, 64 hex digits each, likeliest first."""
        mine = self._derived("kapnotes database").hex()
        return (mine, *(self.other.database_keys() if self.other else ()))

    def secret(self, which: Secret) -> bytes:
        """A secret that outlives rotations. Raises SealBroken when this ring does not open it."""
        found = self._secrets.get(which)
        if found is None:
            wrapped = self._kept(which)
            if wrapped is None:
                return self.first_secret(which)
            found = self._secrets[which] = self.open_secret(wrapped, which.place)
        return found

    def first_secret(self, which: Secret) -> bytes:
        """What the secret was before it was kept: derived from the root."""
        return self._derived(f"kapnotes {which}")

    def cookie_key(self) -> bytes:
        """The key under which Flask signs its cookie."""
        return self.secret(Secret.COOKIE)

    def lookup_hash(self, text: str) -> str:
        """A keyed digest under which something secret can be found again but not read."""
        key = self.secret(Secret.LOOKUP)
        return hashlib.blake2b(text.encode(), key=key, digest_size=32).hexdigest()

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs the heads of the trail."""
        return Ed25519PrivateKey.from_private_bytes(self.secret(Secret.SIGNATURE))

    def backup_key(self, salt: bytes) -> bytes:
        """The key of one backup, told from all others by its salt (see `parcel`)."""
        return self._derived(f"kapnotes backup {salt.hex()}")

    def wrap_secret(self, secret: bytes, place: str) -> bytes:
        """A secret that is no patient's (a private key, a seed), wrapped; `place` names its row."""
        return self._sealing.seal(secret, place)

    def open_secret(self, wrapped: bytes, place: str) -> bytes:
        """Open a secret in its row. Raises SealBroken when it was changed or moved."""
        try:
            return self._sealing.open(wrapped, place)
        except SealBroken:
            if self.other is None:
                raise
            return self.other.open_secret(wrapped, place)

    def new_data_key(self, purpose: Purpose, place: str) -> bytes:
        """A new data key, wrapped; `place` names the row that will keep it."""
        return self._wrap(purpose, os.urandom(32), place)

    def _wrap(self, purpose: Purpose, key: bytes, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping[purpose].encrypt(nonce, key, place.encode())

    def _unwrapped(self, purpose: Purpose, wrapped: bytes, place: str) -> bytes:
        nonce, rest = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._wrapping[purpose].decrypt(nonce, rest, place.encode())
        except (InvalidTag, ValueError):
            if self.other is None:
                raise SealBroken(f"data key of {place}") from None
            return self.other._unwrapped(purpose, wrapped, place)  # noqa: SLF001 - its own class

    def unwrap(self, purpose: Purpose, wrapped: bytes, place: str) -> "DataKey":
        """Open a wrapped data key. Raises SealBroken when it was changed or moved."""
        return DataKey(self._unwrapped(purpose, wrapped, place))

    def rewrap(self, new: "KeyRing", purpose: Purpose, wrapped: bytes, place: str) -> bytes:
        """The same data key, wrapped by another ring."""
        return new._wrap(purpose, self._unwrapped(purpose, wrapped, place), place)  # noqa: SLF001 - its own class

    def rewrap_secret(self, new: "KeyRing", wrapped: bytes, place: str) -> bytes:
        """The same secret, wrapped by another ring."""
        return new.wrap_secret(self.open_secret(wrapped, place), place)


class DataKey:
    """One data key, open in memory."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt for one place: format byte, nonce, AES-256-GCM text."""
        nonce = os.urandom(NONCE_BYTES)
        return FORMAT + nonce + self._aead.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt from its place. Raises SealBroken for anything else."""
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            if sealed[:1] != FORMAT:
                raise InvalidTag
            return self._aead.decrypt(nonce, rest, place.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(place) from None
