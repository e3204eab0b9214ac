"""Reading the seal of a file from outside; loaded in a child process only.

Three things have to agree. Every byte outside the signature is under it, and every byte of the
signature is as `pades` writes it, so that there is no place left for a change. pyHanko finds the
signature good to its bottom line, over the whole file, with nothing modified since. And the
certificate is one of the practice's own, compared byte by byte.
"""

import io
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from asn1crypto import algos, cms, x509
from pikepdf import PasswordError, Pdf, PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from kapnotes.paper.apart import apart
from kapnotes.paper.identity import Identity, identity
from kapnotes.paper.page_compare import differences
from kapnotes.paper.seal import FIELD
from kapnotes.paper.seal_check import Reading, State

Chains: TypeAlias = Mapping[bytes, frozenset[bytes]]
"""A key's own certificate, and all that belong to it."""
HEAD = 1024
"""A PDF says within its first bytes that it is one."""
BROKEN = "Its seal does not fit what the file holds now."
TOUCHED = "The seal itself was touched."
OTHER = "It is sealed with a key that is not this practice's."
MORE = "Somebody else signed it, or put a field into it, after it was sealed."
GONE = "The practice's seal has been taken off."
USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def read(pdf: bytes, *, certificates: Sequence[bytes], kept: bytes = b"") -> Reading:
    """Read one file; see `seal_check.check`."""
    if b"%PDF-" not in pdf[:HEAD]:
        return Reading(State.UNKNOWN, sentences=("This is not a PDF.",))
    chains = dict(_chain(one) for one in certificates)
    is_ours = _holds(pdf, chains)
    named = _named(pdf)
    if isinstance(named, str):
        state = State.CHANGED if is_ours else State.UNKNOWN
        return Reading(state, sentences=(named,), is_sealed=is_ours)
    try:
        faults, notes = apart(lambda: _look(pdf, chains))
    except Exception:  # noqa: BLE001 - a file made to break a reader is a broken seal, no error
        faults, notes = (BROKEN if is_ours else GONE,), ()
    return _told(pdf, named, faults, notes, kept, is_ours=is_ours)


def _told(
    pdf: bytes,
    named: Identity,
    faults: tuple[str, ...],
    notes: tuple[str, ...],
    kept: bytes,
    *,
    is_ours: bool,
) -> Reading:
    """Put the answer together."""
    if not faults:
        said = ("The practice's seal is on it and whole.", *notes)
        return Reading(State.UNCHANGED, named.number, named.content_digest, said, is_sealed=True)
    is_ours = is_ours and faults != (OTHER,)
    is_changed = is_ours or (named.number != "" and faults == (GONE,))
    if faults == (GONE,) and not named.number:
        faults = ("It has no seal, and does not name itself as a document of a practice.",)
    if is_changed:
        faults = (*faults, *_compared(pdf, kept))
    state = State.CHANGED if is_changed else State.UNKNOWN
    return Reading(state, named.number, named.content_digest, faults, is_sealed=is_ours)


def _named(pdf: bytes) -> Identity | str:
    """What the file says of itself, or the sentence why it cannot be read."""
    try:
        with Pdf.open(io.BytesIO(pdf)) as opened:
            if opened.is_encrypted:
                return "This PDF is encrypted, and no document of this practice is."
            return identity(opened)
    except PasswordError:
        return "This PDF is encrypted, and no document of this practice is."
    except MemoryError:
        return "Reading this PDF needs more memory than a check may use."
    except Exception:  # noqa: BLE001 - a file made to break a reader cannot be read, no error
        return "This PDF is damaged and cannot be read."


def _chain(certificates: bytes) -> tuple[bytes, frozenset[bytes]]:
    """A key's own certificate, and all that belong to it, taken apart."""
    found = []
    while certificates:
        one = x509.Certificate.load(certificates).dump()
        found.append(one)
        certificates = certificates[len(one) :]
    return found[0], frozenset(found)


def _holds(pdf: bytes, certificates: Iterable[bytes]) -> bool:
    """Whether one of the practice's certificates stands in a signature, good or broken."""
    lower = pdf.lower()
    return any(one.hex().encode() in lower for one in certificates)


def _look(pdf: bytes, chains: Chains) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is wrong with the seal, and what is to be said of a whole one."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    fields = list(enumerate_sig_fields(reader))
    ours = [field for name, value, field in fields if name == FIELD and value is not None]
    if not any(value is not None for _, value, _ in fields):
        return (GONE,), ()
    if not ours:
        return (OTHER,), ()
    found = EmbeddedPdfSignature(reader, ours[0], FIELD)
    chain = chains.get(found.signer_cert.dump())
    if chain is None:
        return (OTHER,), ()
    faults = tuple(_faults(pdf, reader, found, chain, len(fields)))
    return faults, () if faults else _stamped(found)


def _faults(
    pdf: bytes,
    reader: PdfFileReader,
    found: EmbeddedPdfSignature,
    chain: frozenset[bytes],
    fields: int,
) -> Iterator[str]:
    """Each thing that is not as it was sealed, in a sentence."""
    zero, before, behind, after = (int(one) for one in found.byte_range)
    end = behind + after
    if zero or not 0 < before < behind or after < 0:
        yield TOUCHED
        return
    if fields > 1 or len(reader.root["/AcroForm"]["/Fields"]) > 1:
        yield MORE
    if len(pdf) < end or pdf[before : before + 1] != b"<" or pdf[behind - 1 : behind] != b">":
        yield "The file was written anew, or cut off, after it was sealed."
        return
    if len(pdf) > end:
        more = len(pdf) - end
        said = "a byte was" if more == 1 else f"{more:,} bytes were"
        yield f"After it was sealed, {said} added to the file."
        yield from _compared(pdf, pdf[:end], "the document that was sealed")
    if pdf[before:behind] != _plain(found, chain, room=behind - before):
        yield TOUCHED
        return
    status = _status(found, is_longer=len(pdf) > end)
    if not status.intact:
        yield BROKEN
    elif len(pdf) == end and not _is_good(status, reader):
        yield "Its seal is not as the practice seals its documents."


def _is_good(status: PdfSignatureStatus, reader: PdfFileReader) -> bool:
    """Everything that pyHanko asks of a signature, and a certification that forbids changes."""
    certified = read_certification_data(reader)
    return (
        status.bottom_line
        and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level is ModificationLevel.NONE
        and certified is not None
        and certified.permission is MDPPerm.NO_CHANGES
    )


def _status(found: EmbeddedPdfSignature, *, is_longer: bool) -> PdfSignatureStatus:
    """What pyHanko says of it; the certificate is trusted itself, on the day of the seal.

    A time stamp's authority is trusted as it names itself: it is a witness for others, and our
    own answer does not rest on it. What was added behind is told already, and not weighed again.
    """
    own = _trusting([found.signer_cert], found.self_reported_timestamp)
    stamp = _stamp(found)
    theirs = None
    if stamp is not None:
        theirs = _trusting([one.chosen for one in stamp["certificates"]], _stamp_time(stamp))
    return validate_pdf_signature(found, own, theirs, key_usage_settings=USAGE, skip_diff=is_longer)


def _trusting(roots: list[x509.Certificate], moment: datetime | None) -> ValidationContext:
    return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False)


def _plain(found: EmbeddedPdfSignature, chain: frozenset[bytes], *, room: int) -> bytes:
    """The signature as `pades` would have written it into that room, from its parts.

    Whatever else could stand there, unread by anyone, makes a difference to this.
    """
    data, info = found.signed_data, found.signer_info
    if any(one.chosen.dump() not in chain for one in data["certificates"]):
        return b""
    own = found.signer_cert
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    mechanism = "sha256_ecdsa" if own.public_key.algorithm == "ec" else "sha256_rsa"
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
        ),
        "digest_algorithm": digest,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": mechanism}),
        "signed_attrs": info["signed_attrs"],
        "signature": info["signature"].native,
    }
    if _stamp(found) is not None:
        signer["unsigned_attrs"] = info["unsigned_attrs"]
    plain = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": (digest,),
                    "encap_content_info": {"content_type": "data"},
                    "certificates": data["certificates"],
                    "signer_infos": [signer],
                }
            ),
        }
    )
    written: bytes = plain.dump().hex().upper().encode()
    return b"<" + written.ljust(room - 2, b"0") + b">"


def _stamp(found: EmbeddedPdfSignature) -> Any:
    """The signed data of a time stamp, if the signature carries exactly that and no more."""
    unsigned = found.signer_info["unsigned_attrs"]
    if len(unsigned) != 1 or unsigned[0]["type"].native != "signature_time_stamp_token":
        return None
    [token] = unsigned[0]["values"]
    return token["content"]


def _stamp_time(stamp: Any) -> datetime:
    made: datetime = stamp["encap_content_info"]["content"].parsed["gen_time"].native
    return made


def _stamped(found: EmbeddedPdfSignature) -> tuple[str, ...]:
    """What the time stamp says, where there is one."""
    stamp = _stamp(found)
    if stamp is None:
        return ()
    at = _stamp_time(stamp)
    return (f"A time stamp authority confirms that it was there on {at:%Y-%m-%d at %H:%M} UTC.",)


def _compared(
    pdf: bytes, kept: bytes, what: str = "the document that the practice keeps"
) -> tuple[str, ...]:
    """Which pages differ, where there is something to compare with."""
    if not kept:
        return ()
    try:
        return differences(pdf, kept, what=what)
    except (PdfError, MemoryError, RecursionError, ValueError, TypeError):
        return ("Its pages cannot be compared with the practice's own.",)
