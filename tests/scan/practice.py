"""What is scanned: a demo practice of its own behind the real server, and a person signed in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import werkzeug.routing

from kapnotes import db
from kapnotes.actions import demo
from kapnotes.settings import Settings
from kapnotes.web.app import create_app
from tests.builders import PASSWORD
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.plumbing.server import Server, serving

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Scanned:
    """The practice that is scanned: its server, its doors, and a folder for reports."""

    server: Server
    doors: werkzeug.routing.Map
    folder: Path

    def log(self) -> str:
        """What the server said."""
        return self.server.said()


@contextmanager
def scanned() -> Iterator[Scanned]:
    """Serve a new demo practice on the loopback address until the end of the block."""
    with TemporaryDirectory(prefix="kapnotes-scan-") as name:
        folder = Path(name)
        data = folder / "data"
        data.mkdir(mode=0o700)
        settings = Settings(data=data, database_url=f"sqlite:///{data / 'practice.db'}", key=KEY)
        app = create_app(settings)
        opened = db.current()
        db.migrate()
        demo.load(password=PASSWORD, at=datetime.now(UTC))
        opened.close()
        env = {
            **settings_of(data, settings.database_url),
            "KAPNOTES_SIGN_IN_TRIES": "50",  # scanners guess, and all from one address
        }
        with serving(env, log=folder / "server.log", processes=2) as server:
            yield Scanned(server, app.url_map, folder)


@dataclass(frozen=True, slots=True)
class Person:
    """A browser of the standard library, signed in."""

    base_url: str
    jar: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> tuple[int, str, str]:
        """Ask for a page: its status, its type and its text. Only our own server is asked."""
        try:
            with self._opener().open(self.base_url + path, timeout=SECONDS) as answer:
                kind = answer.headers.get_content_type()
                return answer.status, kind, answer.read().decode(errors="replace")
        except HTTPError as error:
            with error:
                return error.code, error.headers.get_content_type(), ""

    def token(self) -> str:
        """The token of this sitting's forms."""
        return found[1] if (found := TOKEN.search(self.get("/")[2])) else ""

    def cookie(self) -> str:
        """The cookie of the sitting, as a request carries it."""
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)

    def _opener(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.jar))

    def enter(self, role: str) -> None:
        """Sign in. Raises RuntimeError if the door stays shut."""
        found = TOKEN.search(self.get("/sign-in")[2])
        form = {
            "email": f"{role}@demo.example",
            "password": PASSWORD,
            "csrf_token": found[1] if found else "",
        }
        asked = Request(f"{self.base_url}/sign-in", data=urlencode(form).encode())  # noqa: S310 - our own server
        self._opener().open(asked, timeout=SECONDS).close()
        if "sign-out" not in self.get("/")[2]:
            raise RuntimeError(f"The {role} does not come in.")


def signed_in(base_url: str, role: str) -> Person:
    """A new sitting of the demo's person of that role."""
    person = Person(base_url)
    person.enter(role)
    return person
