"""The key to which a locked page seals what could not be saved: P-256, HKDF, then AES-GCM there.

The page makes a key pair for one lock, agrees with the public half of this one on a key, and
forgets its own private half: from then on this side alone can find that key again.
"""

import base64
import binascii

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
INFO = b"kapnotes locked page"


class NoPoint(ValueError):
    """What was given is no point of the curve."""


class PageKey:
    """One person's key for locked pages, always the same for the same seed (256 bits in hex)."""

    def __init__(self, seed: str) -> None:
        wide = HKDF(hashes.SHA256(), 48, None, INFO).derive(bytes.fromhex(seed))
        self._private = ec.derive_private_key(int.from_bytes(wide) % (ORDER - 1) + 1, CURVE)

    @property
    def public(self) -> str:
        """The public half, an uncompressed point in base64."""
        public = self._private.public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.b64encode(point).decode()

    def opens(self, point: str) -> str:
        """The key of 32 bytes agreed on with a page's point, both in base64. Raises NoPoint."""
        try:
            other = ec.EllipticCurvePublicKey.from_encoded_point(
                CURVE, base64.b64decode(point, validate=True)
            )
        except (ValueError, binascii.Error):
            raise NoPoint from None
        shared = self._private.exchange(ec.ECDH(), other)
        return base64.b64encode(HKDF(hashes.SHA256(), 32, None, INFO).derive(shared)).decode()
