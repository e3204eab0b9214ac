"""Certificates as an authority would issue them, and a time stamp authority that listens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
PASSWORD = "a password of the practice"
YEAR = timedelta(days=365)
SIGNING = frozenset({"digital_signature", "content_commitment"})
SERVER = ExtendedKeyUsageOID.SERVER_AUTH
STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
_CA_KEY = new_ec_key(SECP256R1())


def _name(said: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)])


def issue(
    subject: str,
    key: Any,
    *,
    ends: datetime = AT + YEAR,
    usage: frozenset[str] | None = SIGNING,
    purpose: x509.ObjectIdentifier | None = None,
    is_critical: bool = False,
) -> x509.Certificate:
    """A certificate for a key, issued a year before it ends by the authority of these tests."""
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("Test authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - 2 * YEAR)
        .not_valid_after(ends)
    )
    if usage is not None:
        names = (
            "digital_signature content_commitment key_encipherment data_encipherment "
            "key_agreement key_cert_sign crl_sign encipher_only decipher_only"
        )
        flags = {name: name in usage for name in names.split()}
        made = made.add_extension(x509.KeyUsage(**flags), critical=True)
    if purpose is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), critical=is_critical)
    return made.sign(_CA_KEY, hashes.SHA256())


def authority() -> x509.Certificate:
    """The authority's own certificate."""
    return issue("Test authority", _CA_KEY, ends=AT + 9 * YEAR, usage=frozenset({"key_cert_sign"}))


def file_of(
    certificate: x509.Certificate | None,
    key: Any,
    *,
    password: str = PASSWORD,
    more: tuple[x509.Certificate, ...] = (),
) -> bytes:
    """A PKCS#12 file, as an authority hands it out."""
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return serialize_key_and_certificates(b"seal", key, certificate, list(more), how)


class Stamping(HTTPServer):
    """A time stamp authority; `answer` is what it says instead, for one that fails."""

    def __init__(self, *, answer: bytes | None, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        key = new_rsa_key(65537, 2048)
        own = issue("Test stamps", key, usage=SIGNING, purpose=STAMPING, is_critical=True)
        self.clock = DummyTimeStamper(
            asn1.Certificate.load(own.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(
                key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
            fixed_dt=AT,
        )
        self.answer, self.status = answer, status
        self.asked: list[bytes] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/tsr"


class _Desk(BaseHTTPRequestHandler):
    server: Stamping

    def do_POST(self) -> None:
        """Answer one request."""
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(asked)
        said = self.server.answer
        if said is None:
            said = self.server.clock.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def stamping(*, answer: bytes | None = None, status: int = 200) -> Iterator[Stamping]:
    """A time stamp authority that listens for a while."""
    with Stamping(answer=answer, status=status) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
