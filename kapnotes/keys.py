"""The key ring: the practice's root key, what is derived from it, and sealing with data keys.

Each patient has a data key for the record and another for process notes; both are kept
wrapped by keys derived from the root key, so that rotation rewraps and never re-encrypts.
A sealed value is bound to its place (table, column, row, patient, version): put elsewhere,
or put back in an older state, it does not open.
"""

import hashlib
import os
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
FORMAT = b"\x01"


class Purpose(StrEnum):
    """What a data key seals."""

    RECORD = "record"
    PROCESS = "process"


SEALING = "sealing"
"""What the practice's own key for documents is wrapped under; it is no patient's."""


class SealBroken(Exception):
    """A sealed value that does not open in its place: changed, moved or put back."""


class KeyRing:
    """Holds the root key and opens what was wrapped with it; keeps no patient's key."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._lookup = self._derived("kapnotes lookup")
        self._wrapping = {
            purpose: AESGCM(self._derived(f"kapnotes wrap {purpose}")) for purpose in Purpose
        }
        self._sealing = DataKey(self._derived(f"kapnotes wrap {SEALING}"))

    def _derived(self, label: str) -> bytes:
        return HKDF(hashes.SHA256(), 32, None, label.encode()).derive(self._root)

    def database_key(self) -> str:
        """The raw SQLCipher key, 64 hex digits."""
        return self._derived("kapnotes database").hex()

    def cookie_key(self) -> bytes:
        """The key under which Flask signs its cookie."""
        return self._derived("kapnotes cookie")

    def lookup_hash(self, text: str) -> str:
        """A keyed digest under which something secret can be found again but not read."""
        return hashlib.blake2b(text.encode(), key=self._lookup, digest_size=32).hexdigest()

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs the heads of the trail."""
        return Ed25519PrivateKey.from_private_bytes(self._derived("kapnotes trail signature"))

    def wrap_secret(self, secret: bytes, place: str) -> bytes:
        """The practice's private key for documents, wrapped; `place` names its row."""
        return self._sealing.seal(secret, place)

    def open_secret(self, wrapped: bytes, place: str) -> bytes:
        """Open a private key in its row. Raises SealBroken when it was changed or moved."""
        return self._sealing.open(wrapped, place)

    def new_data_key(self, purpose: Purpose, place: str) -> bytes:
        """A new data key, wrapped; `place` names the row that will keep it."""
        return self._wrap(purpose, os.urandom(32), place)

    def _wrap(self, purpose: Purpose, key: bytes, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping[purpose].encrypt(nonce, key, place.encode())

    def unwrap(self, purpose: Purpose, wrapped: bytes, place: str) -> "DataKey":
        """Open a wrapped data key. Raises SealBroken when it was changed or moved."""
        nonce, rest = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return DataKey(self._wrapping[purpose].decrypt(nonce, rest, place.encode()))
        except InvalidTag:
            raise SealBroken(f"data key of {place}") from None

    def rewrap(self, new: "KeyRing", purpose: Purpose, wrapped: bytes, place: str) -> bytes:
        """The same data key, wrapped by another ring."""
        nonce, rest = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            key = self._wrapping[purpose].decrypt(nonce, rest, place.encode())
        except InvalidTag:
            raise SealBroken(f"data key of {place}") from None
        return new._wrap(purpose, key, place)  # noqa: SLF001 - its own class


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
