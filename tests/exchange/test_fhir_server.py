"""Documents on a real FHIR server of this machine: there once, whatever goes wrong in between."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kapnotes.exchange import fhir_server
from kapnotes.exchange.fhir_server import Server
from kapnotes.exchange.parcel import NotDelivered, Parcel
from tests.exchange.test_document_reference import SENT
from tests.plumbing.chart_server import ChartServer, serving

OWN = UUID("0b9f6a44-5a3e-4c1d-9f0e-2f4f0f9d8c11")
PARCEL = Parcel(
    document_id=OWN,
    sent=SENT,
    revision=2,
    edition="full",
    file_digest=sha256(SENT.content).hexdigest(),
    pages=3,
)
NAMES = ("Falk", "Jördis", "Müller", "KN-1042")


def server_of(chart: ChartServer, *, seconds: float = 5, token: str = "") -> Server:
    return Server(chart.url, token, seconds)


def post(chart: ChartServer, parcel: Parcel = PARCEL, **more: float) -> str:
    return fhir_server.post(parcel, server=server_of(chart, **more))


def refused(chart: ChartServer, **more: float) -> NotDelivered:
    """Why it did not arrive; its words name nobody."""
    with pytest.raises(NotDelivered) as caught:
        post(chart, **more)
    assert not [name for name in NAMES if name in caught.value.sentence]
    return caught.value


def test_the_very_bytes_arrive_and_the_reference_points_to_them(chart_server: ChartServer) -> None:
    receipt = post(chart_server)
    assert chart_server.binaries == {str(OWN): SENT.content}
    [(named, reference)] = chart_server.references.items()
    assert receipt == f"{chart_server.url}/DocumentReference/{named}"
    assert reference["content"][0]["attachment"]["url"] == f"Binary/{OWN}"
    assert reference["relatesTo"][0]["target"]["identifier"]["value"] == SENT.replaces


def test_sent_twice_it_is_there_once_and_the_receipt_is_the_same(chart_server: ChartServer) -> None:
    assert post(chart_server) == post(chart_server)
    assert len(chart_server.binaries) == len(chart_server.references) == 1


def test_another_document_is_another_one(chart_server: ChartServer) -> None:
    other = replace(PARCEL, document_id=UUID(int=5), sent=replace(SENT, number="A1B2C3D4E5F6-F3"))
    assert post(chart_server) != post(chart_server, other)
    assert chart_server.numbers() == [SENT.number, "A1B2C3D4E5F6-F3"]


@pytest.mark.parametrize(
    "broken", ["GET DocumentReference", "PUT Binary", "POST DocumentReference"]
)
@pytest.mark.parametrize("how", ["drop", "drop_after"])
@pytest.mark.parametrize("searches", [True, False])
def test_a_line_that_breaks_anywhere_leaves_one_document_after_the_next_try(
    chart_server: ChartServer, broken: str, how: str, *, searches: bool
) -> None:
    chart_server.searches = searches
    chart_server.fail(broken, how)
    error = refused(chart_server)
    assert (error.code, error.is_final) == ("line_closed", False)
    post(chart_server)
    assert chart_server.numbers() == [SENT.number]
    assert chart_server.binaries == {str(OWN): SENT.content}


def test_a_server_that_gives_the_ids_itself_is_taken_at_its_word(chart_server: ChartServer) -> None:
    chart_server.takes_own_ids = False
    post(chart_server)
    [(named, content)] = chart_server.binaries.items()
    assert content == SENT.content
    [reference] = chart_server.references.values()
    assert reference["content"][0]["attachment"]["url"] == f"Binary/{named}"
    chart_server.fail("POST DocumentReference", "drop_after")
    post(chart_server)
    assert len(chart_server.binaries) == 1


def test_a_server_that_answers_a_search_with_everything_is_not_believed(
    chart_server: ChartServer,
) -> None:
    chart_server.searches = False
    other = replace(PARCEL, document_id=UUID(int=5), sent=replace(SENT, number="A1B2C3D4E5F6-F3"))
    post(chart_server, other)
    post(chart_server)
    assert sorted(chart_server.numbers()) == [SENT.number, "A1B2C3D4E5F6-F3"]


@pytest.mark.parametrize(
    ("status", "said", "is_final"),
    [
        (400, "does not take the document (400: invalid)", True),
        (401, "does not take the token (401", True),
        (403, "does not let this practice store documents (403", True),
        (404, "has nothing at the address that is set (404", True),
        (409, "has something else where the document belongs (409", True),
        (412, "holds the document's number more than once (412", True),
        (413, "finds the document too large (413", True),
        (422, "does not take the document (422: invalid)", True),
        (429, "is too busy (429", False),
        (500, "failed (500", False),
        (503, "failed (503", False),
        (302, "sends us to another address", True),
    ],
)
def test_what_the_server_refuses_is_said_without_its_words(
    chart_server: ChartServer, status: int, said: str, *, is_final: bool
) -> None:
    chart_server.fail("POST DocumentReference", status)
    error = refused(chart_server)
    assert said in error.sentence
    assert error.is_final is is_final
    assert "other.example" not in " ".join(one.what for one in chart_server.asked)
    assert chart_server.references == {}


def test_the_token_is_sent_and_a_wrong_one_is_said(chart_server: ChartServer) -> None:
    chart_server.token = "a-long-token"
    error = refused(chart_server)
    assert error.code == "status_401"
    assert chart_server.requests() == ["GET DocumentReference"]
    fhir_server.post(PARCEL, server=server_of(chart_server, token="a-long-token"))
    assert chart_server.numbers() == [SENT.number]
    assert "a-long-token" not in repr(server_of(chart_server, token="a-long-token"))


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_server_that_is_too_slow_is_left(chart_server: ChartServer, how: str) -> None:
    chart_server.fail("POST DocumentReference", how)
    begun = monotonic()
    assert refused(chart_server, seconds=1).code == "timeout"
    assert monotonic() - begun < 5


def test_what_is_no_answer_is_not_read_for_ever(chart_server: ChartServer) -> None:
    chart_server.fail("GET DocumentReference", "flood")
    post(chart_server)
    assert chart_server.numbers() == [SENT.number]
    chart_server.references.clear()
    chart_server.fail("GET DocumentReference", "nonsense")
    assert refused(chart_server).code == "no_http"


def test_nothing_there_is_said(chart_server: ChartServer) -> None:
    nowhere = Server("http://127.0.0.1:1/fhir", "", 5)
    with pytest.raises(NotDelivered, match="Nothing answers"):
        fhir_server.post(PARCEL, server=nowhere)
    with pytest.raises(NotDelivered, match="name is not known"):
        fhir_server.post(PARCEL, server=replace(nowhere, url="http://chart.invalid/fhir"))
    with pytest.raises(NotDelivered, match="no encrypted line"):
        fhir_server.post(
            PARCEL, server=replace(nowhere, url=chart_server.url.replace("http:", "https:"))
        )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(pem))
    return path


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[ChartServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from serving(ChartServer(), context)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    encrypted: ChartServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(encrypted).code == "certificate"
    assert encrypted.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    post(encrypted)
    assert encrypted.numbers() == [SENT.number]
