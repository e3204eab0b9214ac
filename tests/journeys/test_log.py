"""No line of a log holds a text, a name, a token or what was asked for, after a day of all that.

The real server and worker go through a therapist's work with marked words in it: what is saved,
refused, too long, not found, and what breaks because the database is away. Everything that any of
them wrote to its log is then searched (ASVS 16.2.5).
"""

import base64
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kapnotes import db
from kapnotes.settings import Settings
from tests.builders import PASSWORD, add_patient, run_session, signed
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.journeys.fault import begin, refused, signed_in
from tests.journeys.power import powered
from tests.journeys.window import Window
from tests.plumbing.worker import working

pytestmark = pytest.mark.safety("ASVS-16.2/logs")
CANARY = "canary-5C9"
"""A mark in everything that is typed or asked for."""
METRICS_TOKEN = f"{CANARY}-token-of-the-watcher"
NAMES = ("Falk", "Jördis", "Thea", "thea@", "Canaria")


def work_through(window: Window, note_id: object, infusion_id: object, patient_id: object) -> None:
    """A day's requests, good and bad, each with the mark in it."""
    text = f"{CANARY} she spoke of the tide"
    page, draft = f"/notes/{note_id}/edit", f"/notes/{note_id}/draft"
    assert window.ask("PUT", draft, {"_version": "1", "themes": text})[0] == 200
    assert window.ask("PUT", draft, {"_version": CANARY, "themes": CANARY})[0] == 409
    with suppress(ConnectionError):  # the server may hang up before it has heard all of it
        assert window.ask("PUT", draft, {"_version": "1", "themes": CANARY * 200_000})[0] == 413
    assert window.send(page, {"_version": "1", "themes": text})[0] in {302, 409}
    window.send(f"/notes/{note_id}/sign", {"digest": CANARY, "password": f"{CANARY}-password"})
    window.send(f"/notes/{note_id}/process", {"_version": "0", "text": text})
    window.send("/patients", {"q": f"Canaria {CANARY}"})
    window.send("/patients/new", {"family_name": CANARY, "birth_date": CANARY})
    window.send(f"/infusions/{infusion_id}/dose/new", {"mg": CANARY, "lot": CANARY})
    for path in (
        "/",
        f"/?q={CANARY}",
        f"/no-such-page/{CANARY}?name={CANARY}",
        f"/patients/{patient_id}?{CANARY}",
        f"/patients/{CANARY}",
        f"/infusions/{infusion_id}/summary.pdf?{CANARY}",
        f"/audit?actor={CANARY}",
        f"/verify/{CANARY}",
        "/metrics",
    ):
        window.ask("GET", path, headers={"Authorization": f"Bearer {CANARY}", "Referer": CANARY})
    window.ask("PUT", f"/{CANARY}", {"x": CANARY})
    window.ask("GET", "/", headers={"Host": f"{CANARY}.example"})
    stranger = Window(window.base_url, email=f"{CANARY}@test.example")
    stranger.sign_in(f"{CANARY}-password")


def secrets_of(*windows: Window) -> list[str]:
    """The words that may stand in no line, and the tokens of these windows."""
    tokens = [one.token for one in windows]
    cookies = [value for one in windows for value in one.cookies.values() if value]
    key = base64.b64encode(KEY).decode()
    return [CANARY, PASSWORD, METRICS_TOKEN, key, *NAMES, *tokens, *cookies]


def events_of(log: str) -> set[str]:
    """What our own lines tell; each is one JSON object."""
    return {json.loads(line)["event"] for line in log.splitlines() if line.startswith("{")}


def test_a_whole_day_leaves_nothing_of_it_in_any_log(
    prepare: Callable[[str], None], tmp_path: Path
) -> None:
    with powered("postgresql", tmp_path, prepare) as practice:
        begun = begin(practice.data, practice.url)
        settings = Settings(data=practice.data, database_url=practice.url, key=KEY)
        opened = db.use(db.Database(settings))
        run_session(begun.small)
        signed(begun.small, "preparation")
        patient_id = add_patient(begun.small.therapist, family_name="Canaria", record_number=CANARY)
        opened.close()
        practice.env = {
            "KAPNOTES_METRICS_TOKEN": METRICS_TOKEN,
            "KAPNOTES_SMTP_URL": "smtps://reminders:" + CANARY + "@127.0.0.1:1",
            "KAPNOTES_MAIL_FROM": "notes@practice.example",
            "KAPNOTES_PRINT_MEGABYTES": "150",
        }
        server = practice.serve()
        env = settings_of(practice.data, practice.url) | practice.env
        with working(env, log=tmp_path / "worker.log"):
            window = signed_in(server.base_url)
            work_through(window, begun.note_id, begun.small.infusion_id, patient_id)
            practice.stop_database()
            assert refused(window, begun.note_id, 1, f"{CANARY} typed while it was away")
            window.ask("GET", f"/patients/{patient_id}?{CANARY}")
            time.sleep(2)
            practice.start_database()
        practice.stop_server()
        logs = {
            "server": server.said(),
            "worker": (tmp_path / "worker.log").read_text(),
        }
        found = {
            (name, secret)
            for name, log in logs.items()
            for secret in secrets_of(window)
            if secret in log
        }
        assert found == set()
        assert "database in trouble" in events_of(logs["server"])
        assert not [name for name, log in logs.items() if re.search(r"\bTraceback\b", log)]
