"""A device for passkeys in a few lines: it makes one, and answers as it is told, right or wrong."""

import json
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url, encode_cbor

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass(slots=True)
class Device:
    """One passkey, its counter, and whether the device verified its user."""

    host: str = "localhost"
    origin: str = ORIGIN
    count: int = 0
    is_verified: bool = True
    id: bytes = field(default_factory=lambda: token_bytes(32))
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: str) -> str:
        """Answer what asks for a new passkey."""
        numbers = self._key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        key = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = struct.pack(">H", len(self.id))
        data = self._data(HAS_KEY) + bytes(16) + length + self.id + key
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._told(
            clientDataJSON=self._client("webauthn.create", options), attestationObject=attestation
        )

    def use(self, options: str) -> str:
        """Answer what asks for this passkey."""
        self.count += 1
        client, data = self._client("webauthn.get", options), self._data()
        signed = self._key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._told(clientDataJSON=client, authenticatorData=data, signature=signed)

    def _client(self, kind: str, options: str) -> bytes:
        asked = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": asked, "origin": self.origin}).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        return sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _told(self, **response: bytes) -> str:
        return json.dumps(
            {
                "id": bytes_to_base64url(self.id),
                "rawId": bytes_to_base64url(self.id),
                "type": "public-key",
                "response": {name: bytes_to_base64url(one) for name, one in response.items()},
                "clientExtensionResults": {},
            }
        )
