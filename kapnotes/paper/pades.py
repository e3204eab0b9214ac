"""How a seal is put on: PAdES baseline by pyHanko, certifying that nothing may be changed."""

import io
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kapnotes.paper.apart import apart
from kapnotes.paper.certificate import Key
from kapnotes.paper.seal import FIELD, FIELD_WORDS, Sealer, SealFailed
from kapnotes.paper.time_stamp import NoTimeStamp, Stamper

DIGEST = "sha256"
ROOM = 3072
"""Bytes that a signature takes beside its certificates; what is left over is zeros."""
STAMP_ROOM = 12288
"""Bytes more for a time stamp, which brings the certificates of its authority."""


class KeySigner(Signer):
    """Signs with a key that is open in memory already."""

    def __init__(self, key: Key, certificates: tuple[bytes, ...]) -> None:
        own, *more = (x509.Certificate.load(one) for one in certificates)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko left it bare
        store.register_multiple(more)
        super().__init__(signing_cert=own, cert_registry=store)
        self._key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's own shape
    ) -> bytes:
        """Sign what pyHanko asks for; it asks for SHA-256 only."""
        del digest_algorithm, dry_run
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ECDSA(hashes.SHA256()))


class DatedSigner(PdfSigner):
    """Writes the moment that it is given, not that of the machine, into the signature."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at.astimezone(UTC).replace(microsecond=0)

    def init_signing_session(
        self,
        pdf_out: Any,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 - pyHanko's own shape
    ) -> PdfSigningSession:
        """The session of one signature."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """Name PAdES alone: what pyHanko says of P-256 is PDF 2.0, and the file is PDF 1.7."""
        del md_algorithm
        pdf_out.register_extension(ESIC_EXTENSION_1)


def sign(pdf: bytes, *, sealer: Sealer, signer: str, reason: str, at: datetime) -> bytes:
    """Append the signature. Raises SealFailed with a sentence."""
    certificates = sealer.pair.certificates
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        name=signer,
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    field = SigFieldSpec(
        FIELD,
        readable_field_name=FIELD_WORDS,
        # PDF/A forbids a hidden field, PDF/UA an untagged one on the page: so it stands beside it
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    stamper = Stamper(sealer.tsa_url, sealer.tsa_seconds) if sealer.tsa_url else None
    room = ROOM + sum(map(len, certificates)) + (STAMP_ROOM if stamper else 0)
    dated = DatedSigner(
        meta,
        KeySigner(sealer.pair.key, certificates),
        timestamper=stamper,
        new_field_spec=field,
        at=at,
    )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        sealed: io.BytesIO = apart(lambda: dated.sign_pdf(writer, bytes_reserved=2 * room))
    except NoTimeStamp as error:
        raise SealFailed(f"The document was not sealed. {error}") from None
    except (SigningError, PdfError, ValueError) as error:
        raise SealFailed(f"The document could not be sealed: {error}.") from None
    return sealed.getvalue()
