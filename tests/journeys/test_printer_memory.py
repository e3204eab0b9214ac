"""A printer without memory: said to who asked and to a watcher, and no save waits for it."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kapnotes import db
from kapnotes.settings import Settings
from tests.builders import run_session, signed
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.journeys.fault import begin, health, signed_in, texts
from tests.journeys.window import Window
from tests.plumbing.server import serving

pytestmark = [pytest.mark.safety("ASVS-15.1/document-limits"), pytest.mark.safety("KAP/ready")]
PATIENCE = 90.0
TOO_LITTLE = {"KAPNOTES_PRINT_MEGABYTES": "150"}
"""Not enough for the printer's own libraries."""


def asked(window: Window, path: str) -> tuple[int, str]:
    """What becomes of a document: the last answer, once it is more than "in the making"."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        status, body, kind = window.fetch("GET", path)
        if kind.startswith("application/pdf"):
            return status, "a document"
        said = body.decode(errors="replace")
        if status == 503 or "lost" in said:
            return status, said
        time.sleep(0.3)
    raise AssertionError(said)


@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_a_printer_without_memory_is_said_and_stops_no_save(
    kind: str, lend_database: Callable[[str], AbstractContextManager[str]], tmp_path: Path
) -> None:
    with lend_database(kind) as url:
        begun = begin(tmp_path, url)
        opened = db.use(db.Database(Settings(data=tmp_path, database_url=url, key=KEY)))
        run_session(begun.small)
        signed(begun.small, "preparation")
        opened.close()
        path = f"/infusions/{begun.small.infusion_id}/summary.pdf"
        env, log = settings_of(tmp_path, url), tmp_path / "log"
        with serving(env | TOO_LITTLE, log=log, processes=2) as server:
            window = signed_in(server.base_url)
            version = window.save(begun.note_id, 1, "before")
            _, said = asked(window, path)
            assert "Nothing that was written is lost" in said
            version = window.save(begun.note_id, version, "after")
            status, checks = health(server.base_url)
            assert status == 200, "people can work without paper"
            assert checks["database"] == "ok"
            assert checks["printer"] != "ok"
        with serving(env, log=log, processes=2) as server:
            window = Window(server.base_url, cookies=window.cookies, token=window.token)
            assert asked(window, path) == (200, "a document")
        assert texts(tmp_path, url, begun) == ("after", True)
