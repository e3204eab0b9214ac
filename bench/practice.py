"""A practice to measure: a folder of its own, its app, and a browser that is signed in.

The browser calls the app in this process, as the server's worker does, without a socket.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import create_environ

from kapnotes import db
from kapnotes.actions import demo
from kapnotes.settings import Settings
from kapnotes.web.app import create_app

PASSWORD = "a long password for measuring"  # noqa: S105 - of a practice that lives for minutes
KEY = bytes(range(32))
THERAPIST = "therapist@demo.example"
HOST = "http://127.0.0.1:8000"


@dataclass(slots=True)
class Browser:
    """Someone at the app's door; keeps cookies, and the form token once signed in."""

    app: Flask
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> bytes:
        """A page."""
        return self.ask("GET", path)

    def put(self, path: str, form: Mapping[str, Any]) -> Any:
        """Send a form as the page's own script does; the answer's JSON."""
        return json.loads(self.ask("PUT", path, form))

    def post(self, path: str, form: Mapping[str, Any]) -> bytes:
        """Send a form as a page does."""
        return self.ask("POST", path, {"csrf_token": self.token, **form})

    def ask(self, method: str, path: str, form: Mapping[str, Any] | None = None) -> bytes:
        """Ask the app. Raises RuntimeError for an answer that is neither a page nor a redirect."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = b""
        if form is not None:
            body = urlencode(form, doseq=True).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.token
        environ = create_environ(
            path, base_url=HOST, method=method, headers=headers, input_stream=_stream(body)
        )
        environ["CONTENT_LENGTH"] = str(len(body))
        begun: list[Any] = []
        answer = self.app.wsgi_app(environ, lambda *words: begun.extend(words))
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if not begun[0].startswith(("2", "3")):
            raise RuntimeError(f"{method} {path}: {begun[0]} {content[:300]!r}")
        for name, value in begun[1]:
            if name == "Set-Cookie":
                cookie, _, rest = value.partition("=")
                self.cookies[cookie] = rest.partition(";")[0]
        return content

    def sign_in(self, email: str, password: str = PASSWORD) -> "Browser":
        """Sign in and keep the form token."""
        form = {"email": email, "password": password}
        self.token = token_in(self.get("/sign-in"))
        self.post("/sign-in", form)
        self.token = token_in(self.get("/"))
        return self


def _stream(body: bytes) -> Any:
    from io import BytesIO

    return BytesIO(body)


def token_in(page: bytes) -> str:
    """The form token of a page."""
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no form token")
    return found[1].decode()


def settings_of(folder: Path) -> Settings:
    """Settings of a practice in this folder, with the key that every measured practice has."""
    return Settings(data=folder, database_url=f"sqlite:///{folder / 'practice.db'}", key=KEY)


def load_demo(folder: Path) -> None:
    """Make the demo practice of today in an empty folder."""
    opened = db.use(db.Database(settings_of(folder)))
    db.migrate()
    demo.load(password=PASSWORD, at=datetime.now(UTC))
    opened.close()


@contextmanager
def demo_practice() -> Iterator[Path]:
    """The folder of a demo practice, until the end of the block."""
    with TemporaryDirectory(prefix="kapnotes-bench-") as name:
        folder = Path(name)
        load_demo(folder)
        yield folder


@contextmanager
def served(folder: Path) -> Iterator[Flask]:
    """The app of the practice in that folder."""
    app = create_app(settings_of(folder))
    try:
        yield app
    finally:
        app.extensions["printer"].stop()
        db.current().close()


def fresh_name() -> str:
    """A word that was not there before."""
    return secrets.token_hex(8)
