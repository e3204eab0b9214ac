"""What was answered as saved is there after a `kill -9`, whenever it comes."""

import http.client
import random
import re
import threading
import urllib.parse
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import note, trail
from kapnotes.settings import Settings
from tests.builders import PASSWORD, Small, small_practice
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.plumbing.server import Server, serving

ROUNDS = 4
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Window:
    """A browser window reduced to what saving needs: a cookie and a token."""

    def __init__(self, server: Server) -> None:
        self.host = urllib.parse.urlsplit(server.base_url).netloc
        self.cookie = ""
        self.token = self.find_token(self.ask("GET", "/sign-in")[1])
        signing_in = {"email": "thea@test.example", "password": PASSWORD}
        status, _ = self.ask("POST", "/sign-in", {**signing_in, "csrf_token": self.token})
        assert status == 302
        self.token = self.find_token(self.ask("GET", "/")[1])

    @staticmethod
    def find_token(page: str) -> str:
        found = TOKEN.search(page)
        assert found
        return found[1]

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.host, timeout=20)
        body = urllib.parse.urlencode(form or {})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        if method == "PUT":
            headers["X-CSRFToken"] = self.token
        connection.request(method, path, body if form else None, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        text = answer.read().decode()
        connection.close()
        return answer.status, text


def save_until_dead(
    window: Window, note_id: UUID, base: int, number: int, killer: threading.Timer
) -> list[str]:
    """Save text after text until the server is gone; return those answered as saved.

    The killer is let go once the first is saved: a server that has just started takes its time.
    """
    saved: list[str] = []
    while True:
        text = f"round {number}, text {len(saved)}"
        try:
            status, body = window.ask(
                "PUT", f"/notes/{note_id}/draft", {"_version": str(base), "themes": text}
            )
        except (OSError, http.client.HTTPException):
            return saved
        assert status == 200, body
        base = int(re.findall(r'"version":\s*(\d+)', body)[0])
        saved.append(text)
        if len(saved) == 1:
            killer.start()


@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_no_text_that_was_reported_saved_is_lost(
    kind: str, lend_database: Callable[[str], AbstractContextManager[str]], tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311 - when the power goes, not a secret
    with lend_database(kind) as url:
        settings = Settings(data=tmp_path, database_url=url, key=KEY)
        small, note_id = _begin(settings)
        for number in range(ROUNDS):
            with serving(settings_of(tmp_path, url), log=tmp_path / "log", processes=2) as server:
                window = Window(server)
                base = _newest(settings, small, note_id)[0]
                killer = threading.Timer(chance.uniform(0.2, 0.8), server.crash)
                saved = save_until_dead(window, note_id, base, number, killer)
                killer.join()
            assert saved
            _, newest, whole = _newest(settings, small, note_id)
            count = int(newest.rpartition(" ")[2])
            assert newest.startswith(f"round {number}, ")
            assert count >= len(saved) - 1
            assert whole


def _begin(settings: Settings) -> tuple[Small, UUID]:
    opened = db.use(db.Database(settings))
    small = small_practice()
    note_id = note.begin(
        infusion_id=small.infusion_id,
        kind="integration",
        by=small.therapist,
        at=datetime.now(UTC),
    )
    opened.close()
    return small, note_id


def _newest(settings: Settings, small: Small, note_id: UUID) -> tuple[int, str, bool]:
    """The newest draft's version and text, and whether the trail is whole."""
    opened = db.use(db.Database(settings))
    at = datetime.now(UTC)
    writing = note.open_to_write(note_id=note_id, by=small.therapist, at=at)
    verdict = trail.verify(by=operator(), at=at)
    opened.close()
    return writing.version, writing.raw.get("themes", [""])[0], verdict.is_whole
