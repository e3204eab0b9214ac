"""A browser at the real server: keeps its connection, its cookies and its form token."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from bench.practice import PASSWORD

OK = 200
FORM = "application/x-www-form-urlencoded"


class WrongAnswer(Exception):
    """The server did not answer as it should; the text names the request and the status."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; `location` is where a redirect leads."""

    status: int
    content: bytes
    location: str


@dataclass(slots=True)
class Visitor:
    """Someone at the door of the server on that port."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    connection: HTTPConnection | None = None

    def get(self, path: str) -> bytes:
        """A page. Raises WrongAnswer for anything else."""
        answer = self.ask("GET", path)
        if answer.status != OK:
            raise WrongAnswer(f"{path}: {answer.status}")
        return answer.content

    def put(self, path: str, form: Mapping[str, Any]) -> dict[str, Any]:
        """Send a form as the page's own script does. Raises WrongAnswer if it is not taken."""
        answer = self.ask("PUT", path, form)
        if answer.status != OK:
            raise WrongAnswer(f"PUT {path}: {answer.status}")
        found: dict[str, Any] = json.loads(answer.content)
        return found

    def post(self, path: str, form: Mapping[str, Any]) -> Answer:
        """Send a form as a page does."""
        return self.ask("POST", path, {"csrf_token": self.token, **form})

    def weigh(self, path: str) -> int:
        """How many bytes of a page come over the line, packed as for a browser."""
        return len(self.ask("GET", path, headers={"Accept-Encoding": "gzip"}).content)

    def ask(
        self,
        method: str,
        path: str,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request over the connection that is kept."""
        if self.connection is None:
            self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, **(headers or {})}
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers |= {"Content-Type": FORM, "X-CSRFToken": self.token}
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            self.leave()
            raise
        for value in answer.headers.get_all("Set-Cookie", ()):
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(answer.status, content, answer.headers.get("Location", ""))

    def leave(self) -> None:
        """Close the connection; the next request opens another."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def sign_in(self, email: str) -> "Visitor":
        """Sign in and keep the form token."""
        self.token = _token_in(self.get("/sign-in"))
        self.post("/sign-in", {"email": email, "password": PASSWORD})
        self.token = _token_in(self.get("/"))
        return self


def _token_in(page: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise WrongAnswer("the page has no form token")
    return found[1].decode()
