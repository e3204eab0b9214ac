"""A browser's window reduced to what saving needs: a cookie, a token, forms and answers."""

import http.client
import re
import urllib.parse
from dataclasses import dataclass, field
from uuid import UUID

from tests.builders import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'"version":\s*(\d+)')
TIMEOUT = 40


class NotSaved(Exception):
    """The server did not keep it: the status, and what it said."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"{status}: {said[:300]}")
        self.status = status
        self.said = said


@dataclass(slots=True)
class Window:
    """A person's window on a practice that is served; it may be pointed at another server."""

    base_url: str
    email: str = "thea@test.example"
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, password: str = PASSWORD) -> int:
        """Sign in by the password, as in a demo practice; the status of the answer."""
        self.token = self.token_of("/sign-in")
        form = {"email": self.email, "password": password, "csrf_token": self.token}
        status = self.ask("POST", "/sign-in", form)[0]
        if status == http.client.FOUND:
            self.token = self.token_of("/account")
        return status

    def token_of(self, path: str) -> str:
        """The token of a page's forms. Raises NotSaved when there is none."""
        status, page = self.ask("GET", path)
        found = TOKEN.search(page)
        if found is None:
            raise NotSaved(status, page)
        return found[1]

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        """One request; the status and the text of its answer."""
        status, body, _ = self.fetch(method, path, form, headers)
        return status, body.decode(errors="replace")

    def fetch(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes, str]:
        """One request; status, body and type of its answer."""
        line = http.client.HTTPConnection(
            urllib.parse.urlsplit(self.base_url).netloc, timeout=TIMEOUT
        )
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "PUT":
            sent["X-CSRFToken"] = self.token
        try:
            line.request(method, path, urllib.parse.urlencode(form) if form else None, sent)
            answer = line.getresponse()
            body = answer.read()
        finally:
            line.close()
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, body, answer.headers.get("Content-Type", "")

    def send(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Post a form with this window's token."""
        return self.ask("POST", path, {**form, "csrf_token": self.token})

    def save(self, note_id: UUID, base: int, text: str, name: str = "themes") -> int:
        """Save a draft as the editor does; its new version. Raises NotSaved unless it is kept."""
        path = f"/notes/{note_id}/draft"
        status, said = self.ask("PUT", path, {"_version": str(base), name: text})
        if status != http.client.OK:
            raise NotSaved(status, said)
        return int(VERSION.findall(said)[0])
