"""Nothing of a process note is left where a file can be read: data, temporary files, logs, queue.

The real server and worker take the note through their doors, make and hand out every document of
its patient, and are killed in the middle. What they leave on disk is then searched, the database
and its log included (45 CFR 164.501; safety.md, encryption).
"""

import http.client
import os
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from kapnotes import db
from kapnotes.settings import Settings
from tests.builders import run_session, sign, signed, small_practice, written
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.journeys.test_document_kill import signed_in
from tests.plumbing.server import Server, serving
from tests.plumbing.worker import working

CANARY = "canary-7F3-of-the-process-note"
PATIENCE = 90.0
PATIENT = "Falk"
"""A family name: it stands in every document, and in no file of ours."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(slots=True)
class Browser:
    """A therapist who is signed in, without a browser's windows."""

    server: Server
    cookie: str

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Ask for a page, or send a form."""
        line = http.client.HTTPConnection(
            urllib.parse.urlsplit(self.server.base_url).netloc, timeout=60
        )
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, urllib.parse.urlencode(form or {}), headers)
        answer = line.getresponse()
        body = answer.read()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).split(";")[0]
        line.close()
        return answer.status, body

    def send(self, page: str, path: str, form: dict[str, str]) -> int:
        """Send a form with the token of the page that it stands on."""
        token = TOKEN.search(self.ask("GET", page)[1].decode())
        assert token
        return self.ask("POST", path, {**form, "csrf_token": token[1]})[0]


def holding(folder: Path, word: str) -> list[Path]:
    """The files below a folder that hold the word, as it is or in UTF-16."""
    needles = (word.encode(), word.encode("utf-16-le"))
    return [
        file
        for file in _files(folder)
        if any(needle in content for content in [file.read_bytes()] for needle in needles)
    ]


def _files(folder: Path) -> Iterator[Path]:
    for base, _, names in os.walk(folder):
        for name in names:
            file = Path(base, name)
            if file.is_file() and not file.is_symlink():
                yield file


def pdf_of(browser: Browser, path: str) -> bytes:
    """The document of an address, once it is made."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        status, body = browser.ask("GET", path)
        if body.startswith(b"%PDF-"):
            return body
        assert status in {200, 202, 503}, (path, status)
        time.sleep(0.2)
    raise AssertionError(f"{path} was not made in {PATIENCE} s")


def type_it(browser: Browser, note_id: UUID) -> None:
    """Save it, and have it refused for what is wrong with it."""
    page = f"/notes/{note_id}/process"
    assert browser.send(page, page, {"_version": "0", "text": CANARY * 50}) == 302
    too_long = {"_version": "1", "text": f"{CANARY} " * 3_000}
    assert browser.send(page, page, too_long) >= 400
    assert browser.send(page, page, {"_version": CANARY, "text": CANARY}) >= 400
    assert browser.send(page, f"{page}/{CANARY}", {}) == 404
    assert CANARY.encode() in browser.ask("GET", page)[1]


def database_files(url: str) -> list[Path]:
    """Where PostgreSQL keeps its files; the embedded database is in the data folder."""
    found = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).get("host", [])
    return [Path(one) / "data" for one in found]


def test_a_word_that_is_left_in_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text(f"before {CANARY} after")
    (tmp_path / "wide").write_bytes(CANARY.encode("utf-16-le"))
    (tmp_path / "else").write_text("nothing")
    assert {one.name for one in holding(tmp_path, CANARY)} == {"plain", "wide"}


@pytest.mark.safety("HIP-312.a2iv/no-traces")
@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_no_file_holds_anything_of_a_process_note(
    kind: str, lend_database: Callable[[str], AbstractContextManager[str]], tmp_path: Path
) -> None:
    data, loose = tmp_path / "data", tmp_path / "loose"
    data.mkdir()
    loose.mkdir()
    with lend_database(kind) as url:
        opened = db.use(db.Database(Settings(data=data, database_url=url, key=KEY)))
        small = small_practice()
        run_session(small)
        signed(small, "preparation")
        note_id = written(small, "dosing")
        env = {**settings_of(data, url), "TMPDIR": str(loose)}
        with (
            working(env, log=tmp_path / "worker.log") as worker,
            serving(env, log=tmp_path / "server.log", processes=2) as server,
        ):
            browser = Browser(server, signed_in(server))
            type_it(browser, note_id)
            sign(small, note_id)
            signed(small, "integration")
            for path in (
                f"/infusions/{small.infusion_id}/summary.pdf",
                f"/courses/{small.course_id}/summary.pdf",
                f"/patients/{small.patient_id}/chart.pdf",
            ):
                assert pdf_of(browser, path), path
            server.crash()
            worker.crash()
        opened.close()
        assert holding(tmp_path, CANARY) == []
        assert holding(tmp_path, PATIENT) == []
        for folder in database_files(url):
            assert (folder / "PG_VERSION").is_file()
            assert holding(folder, CANARY) == []
