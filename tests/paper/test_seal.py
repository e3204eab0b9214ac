"""The seal on a real document, as poppler, qpdf and pyHanko read it; and what cannot seal."""

import io
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from kapnotes.paper import certificate
from kapnotes.paper.apart import apart
from kapnotes.paper.certificate import BadCertificate, KeyPair
from kapnotes.paper.press import Printer
from kapnotes.paper.seal import SealFailed
from kapnotes.paper.seal_check import State, check
from tests.paper.authority import (
    AT,
    PASSWORD,
    SERVER,
    YEAR,
    authority,
    file_of,
    issue,
    stamping,
)
from tests.paper.sealed import bound, pair, sealed

pytestmark = pytest.mark.safety("KAP/seal")

EC = new_ec_key(SECP256R1())
RSA = new_rsa_key(65537, 2048)


@pytest.fixture(scope="module")
def own() -> KeyPair:
    return pair()


@pytest.fixture(scope="module")
def plain(printer: Printer) -> bytes:
    return bound(printer)


@pytest.fixture(scope="module")
def pdf(plain: bytes, own: KeyPair) -> bytes:
    return sealed(plain, own)


def said(tool: str, *more: str, pdf: bytes, folder: Path) -> str:
    """What a program says of the file."""
    file = folder / "document.pdf"
    file.write_bytes(pdf)
    found = shutil.which(tool)
    assert found
    out = subprocess.run([found, *more, str(file)], check=True, capture_output=True)  # noqa: S603 - our own file
    return out.stdout.decode()


def test_poppler_finds_it_valid_over_the_whole_document(pdf: bytes, tmp_path: Path) -> None:
    words = said("pdfsig", pdf=pdf, folder=tmp_path)
    for line in (
        "Signature #1",
        "Signature Field Name: Seal",
        "Signer Certificate Common Name: Lindenhof Practice",
        "Signing Time: Nov 23 2026",
        "Signing Hash Algorithm: SHA-256",
        "Signature Type: ETSI.CAdES.detached",
        "Total document signed",
        "Signature Validation: Signature is Valid.",
    ):
        assert line in words
    assert "Signature #2" not in words


def test_pyhanko_finds_it_good_to_the_bottom_line(pdf: bytes, own: KeyPair) -> None:
    [found] = PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures
    root = Certificate.load(own.certificates[0])
    roots = ValidationContext(trust_roots=[root], allow_fetching=False, moment=AT)
    status = apart(lambda: validate_pdf_signature(found, roots))
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level is ModificationLevel.NONE
    assert found.docmdp_level is MDPPerm.NO_CHANGES


def test_the_document_itself_stays_byte_for_byte(pdf: bytes, plain: bytes, tmp_path: Path) -> None:
    assert pdf.startswith(plain)
    assert "No syntax or stream encoding errors" in said(
        "qpdf", "--check", pdf=pdf, folder=tmp_path
    )


def test_it_keeps_what_pdf_a_and_pdf_ua_ask_of_a_field_nobody_sees(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        [field] = opened.Root.AcroForm.Fields
        assert (str(field.T), str(field.TU)) == ("Seal", "Seal of the practice")
        assert field.Subtype == "/Widget"
        assert int(field.F) & 0b100  # printed
        assert not int(field.F) & 0b100011  # neither invisible, hidden nor unseen
        x, y, right, top = (float(one) for one in field.Rect)
        assert (right - x, top - y) == (0, 0)
        assert x < float(opened.pages[0].MediaBox[0])  # beside the page
        assert all(page.Tabs == "/S" for page in opened.pages)
        assert set(opened.Root.Extensions.keys()) == {"/ESIC"}
        assert opened.Root.Perms.DocMDP.Reason == "Complete"
        xmp = opened.Root.Metadata.read_bytes()
        assert b"pdfaid:part" in xmp
        assert b"pdfuaid:part" in xmp
        assert "/StructTreeRoot" in opened.Root


def test_a_key_of_our_own_holds_for_thirty_years(own: KeyPair) -> None:
    found = own.own
    assert found.not_valid_before_utc == AT.replace(hour=0, minute=0) - timedelta(days=1)
    assert found.not_valid_after_utc.year == 2056
    assert own.name == "Lindenhof Practice"
    again = certificate.kept(own.secret(), certificate.to_pem(own.certificates))
    assert (again.secret(), again.certificates) == (own.secret(), own.certificates)


@pytest.mark.parametrize(
    "name",
    [
        "Praxis für Gespräche am Lindenhof " * 4,
        "\u05de\u05e8\u05e4\u05d0\u05d4",
        "\u05de\u05e8\u05e4\u05d0\u05d4 Lindenhof",
        "\n",
        "Lindenhof 🌿",
    ],
)
def test_any_name_of_a_practice_makes_a_certificate(name: str, plain: bytes) -> None:
    own = pair(name)
    assert check(sealed(plain, own), certificates=own.certificates).state is State.UNCHANGED


def test_a_certificate_that_has_ended_seals_nothing(plain: bytes) -> None:
    old = certificate.make("Lindenhof", at=AT - timedelta(days=365 * 31))
    with pytest.raises(SealFailed, match=r"ended on \d+ Nov 2025. Put a renewed one"):
        sealed(plain, old)


@pytest.mark.parametrize("key", [EC, RSA], ids=["ecdsa", "rsa"])
def test_a_file_of_the_practice_seals_with_its_chain(
    key: object, plain: bytes, tmp_path: Path
) -> None:
    content = file_of(issue("Lindenhof GmbH", key), key, more=(authority(),))
    own = certificate.read_file(content, PASSWORD)
    pdf = sealed(plain, own)
    assert "Signature is Valid" in said("pdfsig", pdf=pdf, folder=tmp_path)
    found = check(pdf, certificates=[b"".join(own.certificates)])
    assert found.state is State.UNCHANGED, found.sentences
    assert len(own.certificates) == 2
    beside = check(pdf, certificates=[own.certificates[1]])
    assert beside.state is State.UNKNOWN  # the authority's own certificate vouches, it seals not


def test_a_certificate_that_names_no_usage_may_seal(plain: bytes) -> None:
    own = certificate.read_file(file_of(issue("Lindenhof", EC, usage=None), EC), PASSWORD)
    assert check(sealed(plain, own), certificates=own.certificates).state is State.UNCHANGED


WRONG = {
    "no password": (file_of(issue("A", EC), EC), "", "no PKCS#12 file, or the password"),
    "wrong password": (file_of(issue("A", EC), EC), "no", "no PKCS#12 file, or the password"),
    "no such file": (b"%PDF-1.7", PASSWORD, "no PKCS#12 file, or the password"),
    "no key": (file_of(issue("A", EC), None), PASSWORD, "holds no private key"),
    "no certificate": (file_of(None, EC), PASSWORD, "holds no certificate"),
    "weak key": (
        file_of(issue("A", weak := new_rsa_key(65537, 1024)), weak),  # noqa: S505 - to be refused
        PASSWORD,
        "RSA with at least 2048 bits",
    ),
    "usage": (
        file_of(issue("A", EC, usage=frozenset({"key_encipherment"})), EC),
        PASSWORD,
        "not for signing",
    ),
    "purpose": (file_of(issue("A", EC, purpose=SERVER), EC), PASSWORD, "such as a web server"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_cannot_seal_is_refused_with_the_reason(case: str) -> None:
    content, password, words = WRONG[case]
    with pytest.raises(BadCertificate, match=words):
        certificate.read_file(content, password)


def test_an_ended_certificate_of_a_file_is_refused() -> None:
    ended = issue("Lindenhof", EC, ends=AT - YEAR)
    own = certificate.read_file(file_of(ended, EC), PASSWORD)
    with pytest.raises(BadCertificate, match="The certificate of Lindenhof ended on 23 Nov 2025"):
        own.check(AT)


def test_a_time_stamp_is_asked_for_and_told(plain: bytes, own: KeyPair, tmp_path: Path) -> None:
    with stamping() as server:
        pdf = sealed(plain, own, tsa_url=server.url)
    assert len(server.asked) == 1
    assert b"Lindenhof" not in server.asked[0]
    found = check(pdf, certificates=own.certificates)
    assert found.state is State.UNCHANGED, found.sentences
    assert "A time stamp authority confirms that it was there on 2026-11-23 at 14:05 UTC." in (
        found.sentences
    )
    assert "Signature is Valid" in said("pdfsig", pdf=pdf, folder=tmp_path)


def test_an_authority_that_is_down_is_said_and_nothing_is_sealed(
    plain: bytes, own: KeyPair
) -> None:
    with stamping() as server:
        url = server.url
    with pytest.raises(SealFailed, match=r"127\.0\.0\.1 did not answer .* Try again later"):
        sealed(plain, own, tsa_url=url)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (b"down for today", 503, "did not answer"),
        (b"down for today", 200, "no time stamp that fits"),
        (b"", 200, "no time stamp that fits"),
        (b"0" * 70_000, 200, "did not answer"),
    ],
)
def test_an_authority_that_answers_nonsense_is_said(
    plain: bytes, own: KeyPair, answer: bytes, status: int, words: str
) -> None:
    with (
        stamping(answer=answer, status=status) as server,
        pytest.raises(SealFailed, match=words),
    ):
        sealed(plain, own, tsa_url=server.url)


def test_the_server_starts_without_the_library_that_seals() -> None:
    asked = "import sys, kapnotes.web.app, kapnotes.cli; print('pyhanko' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True)  # noqa: S603 - our own words
    assert out.stdout.decode().strip() == "False"
