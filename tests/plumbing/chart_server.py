"""A small FHIR server on this machine: Binary and DocumentReference, and every way to fail.

It keeps what it is given, creates only once where `If-None-Exist` asks for that, and searches by
identifier. A test tells it beforehand how its next answers go wrong.
"""

import json
import socket
import ssl
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fhir.resources.R4B.binary import Binary
from fhir.resources.R4B.documentreference import DocumentReference
from pydantic import ValidationError

FHIR = "application/fhir+json"
HANGS = 20.0


@dataclass(slots=True)
class Asked:
    """One request that it got."""

    what: str
    head: dict[str, str]
    body: bytes


@dataclass(slots=True)
class ChartServer:
    """What it keeps, whom it lets in, and what goes wrong next.

    `takes_own_ids`: whether a client may choose the id of a Binary. `searches`: whether it looks
    up identifiers; one that does not answers with everything, as some do.
    """

    url: str = ""
    token: str = ""
    takes_own_ids: bool = True
    searches: bool = True
    binaries: dict[str, bytes] = field(default_factory=dict)
    references: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    wrong: list[tuple[str, str | int]] = field(default_factory=list)
    is_over: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def fail(self, what: str, how: str | int, *, times: int = 1) -> None:
        """Have the next requests that begin so go wrong: a status, or a word of `Handler`."""
        self.wrong += [(what, how)] * times

    def numbers(self) -> list[str]:
        """The numbers of the documents that it has."""
        return [one["masterIdentifier"]["value"] for one in self.references.values()]

    def requests(self) -> list[str]:
        """What was asked of it, in order, without what stands behind a question mark."""
        return [one.what.partition("?")[0] for one in self.asked]

    def next_fault(self, what: str) -> str | int | None:
        """What goes wrong with this request, once."""
        with self.lock:
            for place, (first, how) in enumerate(self.wrong):
                if what.startswith(first):
                    del self.wrong[place]
                    return how
        return None


def outcome(code: str, words: str) -> dict[str, Any]:
    """An OperationOutcome; its words name a patient, as those of real servers do."""
    issue = {"severity": "error", "code": code, "diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


class Listening(ThreadingHTTPServer):
    """What listens for it."""

    daemon_threads = True
    kept: ChartServer


class Handler(BaseHTTPRequestHandler):
    """What answers its requests."""

    protocol_version = "HTTP/1.1"
    server: "Listening"

    @property
    def kept(self) -> ChartServer:
        """What it keeps."""
        return self.server.kept

    def log_message(self, *given: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def _answer(self, method: str) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path = self.path.removeprefix("/fhir/")
        what = f"{method} {path}"
        self.kept.asked.append(Asked(what, dict(self.headers.items()), body))
        fault = self.kept.next_fault(what)
        if isinstance(fault, int):
            patient = "Jördis Falk is known already"
            self._say(fault, outcome("invalid", patient), {"Location": "http://other.example/"})
        elif fault is not None:
            getattr(self, f"_{fault}")(method, path, body)
        elif self.kept.token and self.headers.get("Authorization") != f"Bearer {self.kept.token}":
            self._say(401, outcome("login", "no"))
        else:
            self._do(method, path, body)

    def _do(self, method: str, path: str, body: bytes) -> None:
        parts = urlsplit(path)
        kind, _, named = parts.path.partition("/")
        acts: dict[tuple[str, str], Callable[[], None]] = {
            ("PUT", "Binary"): lambda: self._put(named, body),
            ("POST", "Binary"): lambda: self._binary(str(next(self.kept.ids)), body),
            ("POST", "DocumentReference"): lambda: self._reference(body),
            ("GET", "DocumentReference"): lambda: self._search(parts.query),
        }
        acts.get((method, kind), lambda: self._say(404, outcome("not-found", path)))()

    def _put(self, named: str, body: bytes) -> None:
        if not self.kept.takes_own_ids:
            self._say(405, outcome("not-supported", "ids are given here"))
        elif json.loads(body).get("id") != named:
            self._say(400, outcome("invalid", "another id"))
        else:
            self._binary(named, body)

    def _binary(self, named: str, body: bytes) -> None:
        try:
            Binary.model_validate_json(body)
        except ValidationError as error:
            self._say(422, outcome("structure", str(error)))
            return
        is_new = named not in self.kept.binaries
        self.kept.binaries[named] = b64decode(json.loads(body)["data"])
        self._made("Binary", named, is_new=is_new)

    def _reference(self, body: bytes) -> None:
        try:
            DocumentReference.model_validate_json(body)
        except ValidationError as error:
            self._say(422, outcome("structure", str(error)))
            return
        made = json.loads(body)
        address = made["content"][0]["attachment"]["url"]
        if address.removeprefix("Binary/") not in self.kept.binaries:
            self._say(422, outcome("not-found", address))
            return
        with self.kept.lock:
            asked = parse_qs(self.headers.get("If-None-Exist", ""))
            known = self._with(asked["identifier"][0]) if "identifier" in asked else []
            if len(known) > 1:
                self._say(412, outcome("multiple-matches", "twice"))
                return
            named = known[0] if known else str(next(self.kept.ids))
            self.kept.references.setdefault(named, {**made, "id": named})
        self._made("DocumentReference", named, is_new=not known)

    def _with(self, identifier: str) -> list[str]:
        system, _, value = identifier.partition("|")
        wanted = {"system": system, "value": value}
        return [
            named
            for named, one in self.kept.references.items()
            if one.get("masterIdentifier") == wanted
        ]

    def _search(self, query: str) -> None:
        asked = parse_qs(query)["identifier"][0]
        named = self._with(asked) if self.kept.searches else list(self.kept.references)
        entries = [{"resource": self.kept.references[one]} for one in named]
        self._say(200, {"resourceType": "Bundle", "type": "searchset", "entry": entries})

    def _made(self, kind: str, named: str, *, is_new: bool) -> None:
        where = {"Location": f"{self.kept.url}/{kind}/{named}/_history/1"}
        self._say(201 if is_new else 200, None, where)

    def _say(
        self, status: int, content: dict[str, Any] | None, head: dict[str, str] | None = None
    ) -> None:
        text = json.dumps(content).encode() if content is not None else b""
        self.send_response(status)
        for name, value in {"Content-Type": FHIR, **(head or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _drop(self, method: str, path: str, body: bytes) -> None:
        """Close the line without a word, and keep nothing."""
        del method, path, body
        self.connection.shutdown(socket.SHUT_RDWR)

    def _drop_after(self, method: str, path: str, body: bytes) -> None:
        """Keep it, then close the line without a word."""
        line, self.wfile = self.wfile, _Nowhere()  # type: ignore[assignment] # it takes all
        self._do(method, path, body)
        self.wfile = line
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self, method: str, path: str, body: bytes) -> None:
        """Say nothing until the test is over."""
        del method, path, body
        self.kept.is_over.wait(HANGS)

    def _drip(self, method: str, path: str, body: bytes) -> None:
        """Answer so slowly that no single wait is long."""
        del method, path, body
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self.kept.is_over.wait(0.1):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def _flood(self, method: str, path: str, body: bytes) -> None:
        """Answer with more than anybody reads."""
        del method, path, body
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        try:
            for _ in range(999):
                self.wfile.write(b'{"resourceType":' * 62_500)
        except OSError:
            return

    def _nonsense(self, method: str, path: str, body: bytes) -> None:
        """Speak another language."""
        del method, path, body
        self.wfile.write(b"220 mail.example ESMTP\r\n")


class _Nowhere:
    """A line on which everything that is said is lost."""

    def write(self, text: bytes) -> int:
        """Lose it."""
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        return False


def serving(kept: ChartServer, context: ssl.SSLContext | None = None) -> Iterator[ChartServer]:
    """Serve on a free port until the test is over."""
    with Listening(("127.0.0.1", 0), Handler) as server:
        server.kept = kept
        scheme = "http"
        if context is not None:
            scheme = "https"
            server.socket = context.wrap_socket(server.socket, server_side=True)
        kept.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/fhir"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield kept
        kept.is_over.set()
        server.shutdown()
        thread.join(5)


@pytest.fixture
def chart_server() -> Iterator[ChartServer]:
    """A FHIR server of this test's own."""
    yield from serving(ChartServer())
