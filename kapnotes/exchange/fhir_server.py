"""A FHIR server: kept documents as Binary and DocumentReference, there once however often sent.

The bytes go in under an id of ours, and the reference only if there is none with its number yet,
so that a line that breaks after the server stored something does no harm. Nothing that the server
says is repeated to a person but its numbers and codes: its words may name a patient.
"""

import json
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from threading import Timer
from typing import Any
from urllib.parse import quote, urlsplit

from kapnotes import forms
from kapnotes.exchange.composition import DOCUMENTS
from kapnotes.exchange.document_reference import document_reference
from kapnotes.exchange.parcel import NotDelivered, Parcel

FHIR_JSON = "application/fhir+json"
LONGEST_ANSWER = 262_144
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
NO_OWN_IDS = frozenset({400, 403, 404, 405, 409, 412, 422, 501})
"""How a server says that it gives the ids itself."""
BUSY = frozenset({408, 425, 429})
"""What may be better in a while; so may every answer from 500 on."""
SENTENCES = {
    401: "does not take the token",
    403: "does not let this practice store documents",
    404: "has nothing at the address that is set",
    405: "does not store documents",
    409: "has something else where the document belongs",
    410: "has nothing at the address that is set",
    412: "holds the document's number more than once",
    413: "finds the document too large",
    429: "is too busy",
}

TOO_LATE = "The FHIR server did not answer in time."
CLOSED = "The FHIR server closed the line before it answered."
_BROKEN: tuple[tuple[type[Exception], str, str], ...] = (
    (TimeoutError, TOO_LATE, "timeout"),
    (
        ssl.SSLCertVerificationError,
        "The FHIR server's certificate is not to be trusted.",
        "certificate",
    ),
    (ssl.SSLEOFError, CLOSED, "line_closed"),
    (ssl.SSLError, "The FHIR server offers no encrypted line.", "no_tls"),
    (ConnectionRefusedError, "Nothing answers at the FHIR server's address.", "refused"),
    (socket.gaierror, "The FHIR server's name is not known.", "no_name"),
    (ConnectionError, CLOSED, "line_closed"),
    (IncompleteRead, CLOSED, "line_closed"),
    (HTTPException, "What answers there is no FHIR server.", "no_http"),
)
"""What a line that broke means, the first that fits."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is: `url` without a slash at its end, a bearer token or "", a limit in seconds."""

    url: str
    token: str = field(default="", repr=False)
    seconds: float = 20.0

    @property
    def host(self) -> str:
        """The name of its machine, as a page may show it."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered: its status, where it says that something is, what came with it."""

    status: int
    location: str
    content: dict[str, Any]

    def id_of(self, kind: str) -> str:
        """The id that the server gave to a resource of this kind; "" if it does not say."""
        parts = urlsplit(self.location).path.split("/")
        found = ""
        if kind in parts[:-1]:
            found = parts[len(parts) - parts[::-1].index(kind)]
        elif self.content.get("resourceType") == kind:
            found = str(self.content.get("id", ""))
        return found if ID.fullmatch(found) else ""


def post(parcel: Parcel, *, server: Server) -> str:
    """Store a document there; return the address of its DocumentReference. Raises NotDelivered."""
    known = _find(parcel, server)
    if known:
        return f"{server.url}/DocumentReference/{known}"
    text = document_reference(parcel.sent, url=_binary(parcel, server))
    number = f"{DOCUMENTS}|{parcel.sent.number}"
    only_once = {"If-None-Exist": f"identifier={quote(number, safe=':|')}"}
    answer = _ask(server, "POST", "DocumentReference", text.encode(), only_once)
    if answer.status not in {200, 201}:
        raise _refused(answer)
    made = answer.id_of("DocumentReference")
    if not made:
        return f"{server.url}/DocumentReference?identifier={quote(number, safe=':')}"
    return f"{server.url}/DocumentReference/{made}"


def _find(parcel: Parcel, server: Server) -> str:
    """The id of the DocumentReference with this number, where the server says that it has one.

    A server that does not search, or that answers with others, counts as one that has none.
    """
    number = parcel.sent.number
    query = quote(f"{DOCUMENTS}|{number}", safe=":")
    answer = _ask(server, "GET", f"DocumentReference?identifier={query}")
    if answer.status == 401:  # noqa: PLR2004 - HTTP's own number
        raise _refused(answer)
    entries = answer.content.get("entry") if answer.status == 200 else None  # noqa: PLR2004 - same
    for entry in entries if isinstance(entries, list) else []:
        found = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(found, dict) or found.get("resourceType") != "DocumentReference":
            continue
        master = {"system": DOCUMENTS, "value": number}
        named = str(found.get("id", ""))
        if found.get("masterIdentifier") == master and ID.fullmatch(named):
            return named
    return ""


def _binary(parcel: Parcel, server: Server) -> str:
    """Store the bytes; return where they are, from the server's own address on."""
    own = str(parcel.document_id)
    resource: dict[str, Any] = {
        "resourceType": "Binary",
        "id": own,
        "contentType": parcel.sent.content_type,
        "data": b64encode(parcel.sent.content).decode(),
    }
    answer = _ask(server, "PUT", f"Binary/{own}", forms.write_json(resource).encode())
    if answer.status in {200, 201}:
        return f"Binary/{own}"
    if answer.status not in NO_OWN_IDS:
        raise _refused(answer)
    del resource["id"]
    answer = _ask(server, "POST", "Binary", forms.write_json(resource).encode())
    if answer.status not in {200, 201}:
        raise _refused(answer)
    made = answer.id_of("Binary")
    if not made:
        raise NotDelivered(
            "The FHIR server does not say where it put the document.",
            code="no_place",
            is_final=True,
        )
    return f"Binary/{made}"


def _refused(answer: Answer) -> NotDelivered:
    """What an answer means that is no success."""
    status = answer.status
    code = f"status_{status}"
    if 300 <= status < 400:  # noqa: PLR2004 - HTTP's own numbers
        said = "sends us to another address; set KAPNOTES_FHIR_URL to that one"
        return NotDelivered(f"The FHIR server {said} ({status}).", code=code, is_final=True)
    said = SENTENCES.get(status, "failed" if status >= 500 else "does not take the document")  # noqa: PLR2004 - HTTP's own number
    issues = ", ".join(_issues(answer.content))
    detail = f"{status}: {issues}" if issues else f"{status}"
    is_final = status < 500 and status not in BUSY  # noqa: PLR2004 - HTTP's own number
    return NotDelivered(f"The FHIR server {said} ({detail}).", code=code, is_final=is_final)


def _issues(content: Mapping[str, Any]) -> Iterator[str]:
    """The codes of an OperationOutcome, three at most; never its words."""
    listed = content.get("issue")
    for one in (listed if isinstance(listed, list) else [])[:3]:
        code = one.get("code") if isinstance(one, dict) else None
        if isinstance(code, str) and re.fullmatch(r"[a-z-]{1,30}", code):
            yield code


def _ask(
    server: Server,
    method: str,
    path: str,
    body: bytes | None = None,
    more: Mapping[str, str] = {},
) -> Answer:
    """One request on a line of its own; a redirect is an answer like others, and not followed."""
    head = {"Accept": FHIR_JSON, "Prefer": "return=minimal, handling=strict", **more}
    if server.token:
        head["Authorization"] = f"Bearer {server.token}"
    if body is not None:
        head["Content-Type"] = FHIR_JSON
    base = urlsplit(server.url).path
    with _line(server) as line:
        line.request(method, f"{base}/{path}", body=body, headers=head)
        return _read(line.getresponse())


def _read(answer: HTTPResponse) -> Answer:
    """An answer, as far as it is looked at; more than is looked at counts as nothing."""
    text = answer.read(LONGEST_ANSWER + 1)
    content: Any = None
    if len(text) <= LONGEST_ANSWER:
        with suppress(ValueError, RecursionError):
            content = json.loads(text)
    location = answer.getheader("Location") or answer.getheader("Content-Location") or ""
    return Answer(answer.status, location, content if isinstance(content, dict) else {})


@contextmanager
def _line(server: Server) -> Iterator[HTTPConnection]:
    """A line that is cut when its time is over, however slowly the other side goes on."""
    parts = urlsplit(server.url)
    host, port = parts.hostname or "", parts.port
    line = (
        HTTPSConnection(host, port, timeout=server.seconds, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(host, port, timeout=server.seconds)
    )
    is_cut = []

    def cut() -> None:
        is_cut.append(True)
        if line.sock is not None:
            with suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)

    limit = Timer(server.seconds, cut)
    limit.daemon = True
    limit.start()
    try:
        yield line
        if is_cut:  # an answer that was cut short reads like one that is over
            raise TimeoutError
    except (OSError, HTTPException, UnicodeError) as error:
        if is_cut:
            raise NotDelivered(TOO_LATE, code="timeout") from None
        raise _broken(error) from None
    finally:
        limit.cancel()
        line.close()


def _broken(error: Exception) -> NotDelivered:
    """What a line means that broke before there was an answer."""
    for kind, sentence, code in _BROKEN:
        if isinstance(error, kind):
            return NotDelivered(sentence, code=code)
    return NotDelivered("The FHIR server cannot be reached.", code="unreachable")
