"""The practice's seal on a finished document: a PAdES signature that allows no change after it.

It is put on by the server's own process, never by the printer's child, which holds no key. The
field cannot be seen; what a person reads stands in the footer. pyHanko is loaded when the first
document is sealed, not before.
"""

from dataclasses import dataclass
from datetime import datetime

from kapnotes.paper.certificate import BadCertificate, KeyPair

FIELD = "Seal"
"""The name of our one field: what else a document has in it is not ours."""
FIELD_WORDS = "Seal of the practice"
"""What a screen reader says of it."""


class SealFailed(Exception):
    """A document could not be sealed; the text is a sentence. It can be tried again."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """What seals: the practice's key pair, and a time stamp authority (RFC 3161) if it has one."""

    pair: KeyPair
    tsa_url: str = ""
    tsa_seconds: int = 10
    """How long the authority may take to answer."""


def seal(pdf: bytes, *, sealer: Sealer, signer: str, reason: str, at: datetime) -> bytes:
    """The document with the practice's seal on it, as of `at` (aware). Raises SealFailed.

    The bytes of the document stay as they are; the seal is appended and covers all of them.
    """
    from kapnotes.paper import pades  # noqa: PLC0415 - loads pyHanko, half a second and 30 MB

    try:
        sealer.pair.check(at)
    except BadCertificate as error:
        raise SealFailed(f"The document could not be sealed. {error}") from None
    return pades.sign(pdf, sealer=sealer, signer=signer, reason=reason, at=at)
