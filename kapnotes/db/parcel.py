"""A parcel: one file that opens whole under the practice's key, or not at all.

After a head of fixed length come pieces, each sealed with AES-256-GCM under a key of this file
alone and bound to its place in the order. The last piece says that it is the last: a file that
was cut, changed, or never written to its end does not open. The parcel holds no key; for whoever
lost the root key its head carries that one sealed for the recovery key (see `ring.key_ring`).
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kapnotes.keys import KeyRing

MAGIC = b"kapnotes backup 1\n"
SALT_BYTES = 32
MARK_BYTES = 16
PIECE_BYTES = 1_048_576
"""The most plain bytes of one piece."""
_TAG_BYTES = 16
_LENGTH = struct.Struct(">H")
_FRAME = struct.Struct(">BI")


class ParcelBroken(Exception):
    """A file that is no parcel, or was cut or changed; its text is a sentence."""


class OtherKey(ParcelBroken):
    """A parcel that was sealed under another root key."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in the open before the pieces: a salt, the key's mark, and the sealed root."""

    salt: bytes
    mark: bytes
    recovery_sealed: bytes

    def packed(self) -> bytes:
        """The head as the file begins with it; every piece is bound to it."""
        sealed = self.recovery_sealed
        return MAGIC + self.salt + self.mark + _LENGTH.pack(len(sealed)) + sealed


def head_of(source: BinaryIO) -> Head:
    """Read a parcel's head. Raises ParcelBroken for another kind of file."""
    magic, salt, mark = (source.read(n) for n in (len(MAGIC), SALT_BYTES, MARK_BYTES))
    length = source.read(_LENGTH.size)
    if magic != MAGIC or len(length) < _LENGTH.size:
        raise ParcelBroken("This file is no backup of this product, or was cut short.")
    return Head(salt, mark, source.read(_LENGTH.unpack(length)[0]))


def pack(
    to: BinaryIO, ring: KeyRing, pieces: Iterable[bytes], *, recovery_sealed: bytes = b""
) -> str:
    """Write the pieces as a parcel; return the SHA-256 of the file, in hex."""
    salt = os.urandom(SALT_BYTES)
    key = ring.backup_key(salt)
    head = Head(salt, _mark(key), recovery_sealed).packed()
    aead, digest = AESGCM(key), hashlib.sha256(head)
    to.write(head)
    number = 0
    for piece in _split(pieces):
        digest.update(_write(to, aead, head, number, piece, is_last=False))
        number += 1
    digest.update(_write(to, aead, head, number, b"", is_last=True))
    return digest.hexdigest()


def unpack(source: BinaryIO, ring: KeyRing) -> Iterator[bytes]:
    """The pieces of a parcel, in order. Raises ParcelBroken where it is not as it was packed."""
    known = head_of(source)
    key, head = ring.backup_key(known.salt), known.packed()
    if _mark(key) != known.mark:
        raise OtherKey(
            "This backup was made under another key. Put the key file of that time in place, or "
            "set KAPNOTES_KEY to that key; if it is lost: key recover."
        )
    aead, number, is_last = AESGCM(key), 0, False
    while not is_last:
        frame = source.read(_FRAME.size)
        if len(frame) < _FRAME.size:
            raise ParcelBroken("This backup was cut short: its end is missing.")
        flag, length = _FRAME.unpack(frame)
        if flag > 1 or not _TAG_BYTES <= length <= PIECE_BYTES + _TAG_BYTES:
            raise ParcelBroken(f"This backup was changed in its piece {number + 1}.")
        is_last = flag == 1
        sealed = source.read(length)
        if len(sealed) < length:
            raise ParcelBroken("This backup was cut short: its end is missing.")
        try:
            piece = aead.decrypt(_nonce(number, is_last=is_last), sealed, head)
        except InvalidTag:
            raise ParcelBroken(f"This backup was changed in its piece {number + 1}.") from None
        number += 1
        if piece:
            yield piece
    if source.read(1):
        raise ParcelBroken("This backup has something behind its end.")


def _split(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for begin in range(0, len(piece), PIECE_BYTES):
            yield piece[begin : begin + PIECE_BYTES]


def _write(
    to: BinaryIO, aead: AESGCM, head: bytes, number: int, piece: bytes, *, is_last: bool
) -> bytes:
    sealed = aead.encrypt(_nonce(number, is_last=is_last), piece, head)
    framed = _FRAME.pack(is_last, len(sealed)) + sealed
    to.write(framed)
    return framed


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _mark(key: bytes) -> bytes:
    """By this a parcel of another key is told from one that was changed; it gives nothing away."""
    return hashlib.blake2b(b"kapnotes backup mark", key=key, digest_size=MARK_BYTES).digest()
