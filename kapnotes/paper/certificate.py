"""The practice's certificate and its key: made by itself, or read from a file of the practice.

Our own are ECDSA on P-256 with SHA-256: made in a moment, and read by pyHanko, by poppler and by
Acrobat [B]. A certificate that the practice made itself proves that two documents come from the
same key; who holds that key, nobody else says.
"""

import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeAlias

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

Key: TypeAlias = EllipticCurvePrivateKey | RSAPrivateKey

VALID = timedelta(days=10957)
"""How long a certificate of our own holds: thirty years, as long as a chart may be asked for."""
LONGEST_NAME = 64
"""What a certificate takes of an organisation's name (RFC 5280, ub-organization-name)."""
SMALLEST_RSA = 2048
CURVES = (SECP256R1, SECP384R1, SECP521R1)
FOR_DOCUMENTS = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # RFC 9336, documents
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft, documents
        ObjectIdentifier("1.2.840.113583.1.1.5"),  # Adobe, authentic documents
    }
)
"""Purposes under which a certificate may sign a document, where it names purposes at all."""


class BadCertificate(Exception):
    """A certificate that cannot seal; the text is a sentence that says what to change."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and its certificates (DER): its own first, then those that vouch for it."""

    key: Key = field(repr=False)
    certificates: tuple[bytes, ...]

    @property
    def own(self) -> x509.Certificate:
        """The certificate of the key itself."""
        return x509.load_der_x509_certificate(self.certificates[0])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return sha256(self.certificates[0]).hexdigest()

    @property
    def name(self) -> str:
        """Whom the certificate names: the organisation, or else the common name."""
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
            for found in self.own.subject.get_attributes_for_oid(kind):
                return str(found.value)
        return "nobody"

    def secret(self) -> bytes:
        """The private key as PKCS#8, to be wrapped before it is kept."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def check(self, at: datetime) -> None:
        """Raise BadCertificate unless the certificate holds at that moment."""
        own = self.own
        if at < own.not_valid_before_utc:
            raise BadCertificate(
                f"The certificate of {self.name} holds only from {_day(own.not_valid_before_utc)}."
            )
        if at > own.not_valid_after_utc:
            raise BadCertificate(
                f"The certificate of {self.name} ended on {_day(own.not_valid_after_utc)}. "
                "Put a renewed one in its place."
            )


def make(organisation: str, *, at: datetime) -> KeyPair:
    """Make a new key and a certificate by itself; it holds from the day before `at` (UTC).

    A clock that is put right by some minutes does not make a key come from the future.
    """
    key = generate_private_key(SECP256R1())
    subject = _subject(organisation)
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = today - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    number = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(number, critical=False)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(key, (made.public_bytes(Encoding.DER),))


def _subject(organisation: str) -> x509.Name:
    """The practice's name as certificates take it.

    A name that mixes scripts of both directions, or has a sign newer than Unicode 3.2, is one that
    readers refuse (RFC 4518): what they take of it stands instead, and the page has it whole.
    """
    printable = "".join(one for one in organisation if one.isprintable())
    for said in (printable, printable.encode("ascii", "ignore").decode(), "Practice"):
        cut = said.encode()[:LONGEST_NAME].decode(errors="ignore").strip()
        if cut:
            found = x509.Name(
                [
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, cut),
                    x509.NameAttribute(NameOID.COMMON_NAME, cut),
                ]
            )
            if _is_readable(found.public_bytes()):
                return found
    raise AssertionError


def _is_readable(name: bytes) -> bool:
    """Whether a name can be compared with another, as every check of a seal does."""
    try:
        return bool(asn1.Name.load(name).hashable)
    except ValueError:
        return False


def kept(secret: bytes, pem: str) -> KeyPair:
    """A key pair that was kept: its private key as PKCS#8, its certificates as PEM."""
    key = load_der_private_key(secret, None)
    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey):
        raise BadCertificate("The practice's key is of a kind that cannot seal.")
    return KeyPair(key, from_pem(pem))


def to_pem(certificates: Iterable[bytes]) -> str:
    """Certificates as text, one after another."""
    return "".join(
        x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM).decode()
        for one in certificates
    )


def from_pem(text: str) -> tuple[bytes, ...]:
    """The certificates of a text, as DER."""
    found = x509.load_pem_x509_certificates(text.encode())
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def read_file(content: bytes, password: str) -> KeyPair:
    """Read a PKCS#12 file. Raises BadCertificate for one that cannot seal documents."""
    try:
        found = load_pkcs12(content, password.encode() or None)
    except (ValueError, binascii.Error):
        raise BadCertificate("It is no PKCS#12 file, or the password is not its own.") from None
    if found.key is None:
        raise BadCertificate("It holds no private key. Export it again together with its key.")
    if found.cert is None:
        raise BadCertificate("It holds no certificate that belongs to its key.")
    key = _sealing_key(found.key)
    own = found.cert.certificate
    if _public(own.public_key()) != _public(key.public_key()):
        raise BadCertificate("Its certificate does not belong to its key.")
    _check_usage(own)
    if not all(_is_readable(one.public_bytes()) for one in (own.subject, own.issuer)):
        raise BadCertificate("Its certificate has signs in a name that most readers refuse.")
    more = tuple(one.certificate for one in found.additional_certs)
    return KeyPair(key, tuple(one.public_bytes(Encoding.DER) for one in (own, *more)))


def _sealing_key(key: object) -> Key:
    if isinstance(key, RSAPrivateKey) and key.key_size >= SMALLEST_RSA:
        return key
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, CURVES):
        return key
    raise BadCertificate(
        f"Its key must be RSA with at least {SMALLEST_RSA} bits, or ECDSA on P-256, P-384 or P-521."
    )


def _public(key: object) -> bytes:
    """A public key as it can be compared."""
    made: bytes = key.public_bytes(  # type: ignore[attr-defined] # every kind of key has it
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return made


def _check_usage(own: x509.Certificate) -> None:
    """Refuse a certificate that was issued for something else than signing documents."""
    extensions = own.extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            raise BadCertificate("Its certificate is not for signing (key usage).")
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return
    if not purposes & FOR_DOCUMENTS:
        raise BadCertificate(
            "Its certificate is for something else than documents, such as a web server "
            "(extended key usage)."
        )


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
