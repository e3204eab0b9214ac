"""Every signed infusion ends with exactly one document, whatever was killed while it was made.

The server, the worker, or a printer of either is killed with -9 at a random moment of each round,
while somebody asks for the document over and over. The short form plays a few rounds on each
database; `make kill-documents` plays 200.
"""

import http.client
import os
import random
import re
import signal
import threading
import time
import urllib.parse
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import infusion, trail
from kapnotes.actions.sealing import certificates
from kapnotes.paper.seal_check import State, check
from kapnotes.records.document import Document
from kapnotes.records.job import Job
from kapnotes.settings import Settings
from tests.builders import AT, PASSWORD, Small, run_session, signed, small_practice
from tests.conftest import KEY
from tests.factors import code_for
from tests.journeys.conftest import settings_of
from tests.plumbing.server import Server, free_port, serving
from tests.plumbing.worker import Worker, printers_of, working

ROUNDS = int(os.environ.get("KILL_ROUNDS", "2"))
PATIENCE = 90.0
THEA = "thea@test.example"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Reader(threading.Thread):
    """Somebody who opens the document over and over, whether the server is there or not."""

    def __init__(self, host: str, path: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.host, self.path, self.cookie = host, path, cookie
        self.served: list[bytes] = []
        self.odd: list[int] = []
        self.ended = threading.Event()

    def run(self) -> None:
        """Ask until told to end."""
        while not self.ended.wait(0.05):
            with suppress(OSError, http.client.HTTPException):
                line = http.client.HTTPConnection(self.host, timeout=30)
                line.request("GET", self.path, headers={"Cookie": self.cookie})
                answer = line.getresponse()
                body = answer.read()
                if answer.status == 200 and answer.getheader("Content-Type") == "application/pdf":
                    self.served.append(body)
                elif answer.status not in {200, 202, 409, 503}:
                    self.odd.append(answer.status)
                line.close()


def signed_in(server: Server) -> str:
    """A cookie of the therapist's sitting."""
    host = urllib.parse.urlsplit(server.base_url).netloc
    cookie = ""
    steps = {"/sign-in": {"email": THEA, "password": PASSWORD}, "/sign-in/factor": {"code": ""}}
    for path, form in steps.items():
        if "code" in form:
            form["code"] = code_for(THEA)
        for method in ("GET", "POST"):
            line = http.client.HTTPConnection(host, timeout=20)
            headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            line.request(method, path, urllib.parse.urlencode(form), headers)
            answer = line.getresponse()
            page = answer.read().decode()
            cookie = (answer.getheader("Set-Cookie") or cookie).split(";")[0]
            if method == "GET":
                token = TOKEN.search(page)
                assert token
                form["csrf_token"] = token[1]
            line.close()
        assert answer.status == 302
    return cookie


def sign_an_infusion(small: Small, number: int) -> UUID:
    """An infusion with its session and its three notes signed: its summary is asked for."""
    about = infusion.plan(
        course_id=small.course_id,
        planned_for=AT - timedelta(hours=1),
        route="iv",
        phase="induction",
        reason=f"Round {number}",
        by=small.therapist,
        at=AT,
    )
    one = replace(small, infusion_id=about)
    run_session(one)
    for kind in ("preparation", "dosing", "integration"):
        signed(one, kind)
    return about


def kill_something(chance: random.Random, server: Server, worker: Worker) -> str:
    """Kill one of the processes that have to do with documents; the name of what it was."""
    victim = chance.choice(["server", "worker", "printer of the server", "printer of the worker"])
    if victim == "server":
        server.crash()
    elif victim == "worker":
        worker.crash()
    else:
        group = server.process.pid if victim.endswith("server") else worker.process.pid
        for printer in printers_of(group):
            with suppress(ProcessLookupError):
                os.kill(printer, signal.SIGKILL)
    return victim


def kept(infusion_id: UUID) -> list[Document]:
    with db.current().reading() as session:
        query = sa.select(Document).where(Document.about_id == infusion_id)
        found = list(session.execute(query).scalars())
        for one in found:
            assert sha256(one.content).hexdigest() == one.file_digest
        return found


def wait_until_made(infusion_id: UUID) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with db.current().reading() as session:
            query = sa.select(Job.state, Job.failure).where(Job.about_id == infusion_id)
            found = {(state, failure) for state, failure in session.execute(query)}
        if found == {("done", "")}:
            return
        assert not any(failure for _, failure in found), found
        time.sleep(0.1)
    raise AssertionError(f"not made in {PATIENCE} s")


@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_every_signed_infusion_ends_with_exactly_one_document(
    kind: str, lend_database: Callable[[str], AbstractContextManager[str]], tmp_path: Path
) -> None:
    chance = random.Random(11)  # noqa: S311 - when the power goes, not a secret
    with lend_database(kind) as url, ExitStack() as stack:
        opened = db.use(db.Database(Settings(data=tmp_path, database_url=url, key=KEY)))
        small = small_practice()
        env = settings_of(tmp_path, url)
        port = free_port()
        worker = stack.enter_context(working(env, log=tmp_path / "worker.log"))
        serve = {"log": tmp_path / "log", "processes": 2, "port": port}
        house = stack.enter_context(ExitStack())
        server = house.enter_context(serving(env, **serve))
        cookie = signed_in(server)
        for number in range(ROUNDS):
            host = urllib.parse.urlsplit(server.base_url).netloc
            about = sign_an_infusion(small, number)
            reader = Reader(host, f"/infusions/{about}/summary.pdf", cookie)
            reader.start()
            time.sleep(chance.uniform(0.0, 1.5))
            victim = kill_something(chance, server, worker)
            if victim == "server":
                house.close()
                server = house.enter_context(serving(env, **serve))
            elif victim == "worker":
                worker.start_again()
            wait_until_made(about)
            time.sleep(0.3)
            reader.ended.set()
            reader.join(40)
            found = kept(about)
            assert len(found) == 1, (number, victim)
            assert set(reader.served) <= {found[0].content}, (number, victim)
            assert reader.odd == [], (number, victim)
        _all_whole(kept(about)[0].content)
        opened.close()


def _all_whole(content: bytes) -> None:
    """The last document is sealed and whole, and so is the trail of all that happened."""
    with db.current().reading() as session:
        known = certificates(session)
    assert check(content, certificates=known).state is State.UNCHANGED
    assert trail.verify(by=operator(), at=datetime.now(UTC)).is_whole
