"""A database that is locked, or restarts: said in seconds, and nothing that was saved is lost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes.db import Database
from kapnotes.settings import Settings
from tests.conftest import KEY
from tests.journeys.fault import begin, health, refused, signed_in, texts
from tests.journeys.power import Power, powered
from tests.journeys.window import Window

PATIENCE = 15
"""Seconds that the editor waits for an answer."""


@contextmanager
def held(practice: Power) -> Iterator[None]:
    """Somebody holds what every save needs, and does not give it back."""
    settings = Settings(data=practice.data, database_url=practice.url, key=KEY)
    other = Database(settings)
    try:
        with other.engine.execution_options(writes=True).connect() as connection:
            asked = "SELECT 1 FROM trail_head WHERE id = 1"
            if practice.postgres:
                asked += " FOR UPDATE"
            connection.execute(sa.text(asked)).all()
            yield
            connection.rollback()
    finally:
        other.close()


@pytest.mark.safety("KAP/disk-full")
@pytest.mark.safety("KAP/ready")
@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_a_lock_that_nobody_gives_back_is_said_before_the_editor_gives_up(
    kind: str, prepare: Callable[[str], None], tmp_path: Path
) -> None:
    with powered(kind, tmp_path, prepare) as practice:
        begun = begin(practice.data, practice.url)
        server = practice.serve()
        window = signed_in(server.base_url)
        version = window.save(begun.note_id, 1, "kept")
        with held(practice):
            found: list[str] = []
            saving = threading.Thread(
                target=lambda: found.append(refused(window, begun.note_id, version, "waits"))
            )
            saving.start()
            status, said = health(server.base_url)
            assert status == 503
            assert said["database"].startswith("The database is held by something else.")
            saving.join(PATIENCE)
            assert found == ["the database is held by something else"]
        window.save(begun.note_id, version, "waited")
        assert health(server.base_url)[0] == 200
        practice.stop_server()
        assert texts(practice.data, practice.url, begun) == ("waited", True)


def save_on(window: Window, note_id: UUID, version: int, ended: threading.Event) -> list[str]:
    """Save until told to end, over whatever comes; the texts that were answered as saved."""
    saved = ["kept"]
    while not ended.wait(0.02):
        text = f"text {len(saved)}"
        try:
            version = window.save(note_id, version, text)
        except Exception:  # noqa: BLE001, S112 - the same text is sent again
            continue
        saved.append(text)
    return saved


@pytest.mark.safety("KAP/restarted")
@pytest.mark.safety("KAP/ready")
def test_postgresql_that_restarts_is_said_and_used_again(
    prepare: Callable[[str], None], tmp_path: Path
) -> None:
    with powered("postgresql", tmp_path, prepare) as practice:
        begun = begin(practice.data, practice.url)
        server = practice.serve()
        window = signed_in(server.base_url)
        version = window.save(begun.note_id, 1, "kept")
        practice.stop_database()
        reason = refused(window, begun.note_id, version, "not yet")
        assert reason == "the database cannot be reached"
        status, said = health(server.base_url)
        assert status == 503
        assert said["database"].startswith("The database cannot be reached.")
        status, page = window.ask("GET", "/")
        assert status == 503
        assert "The database cannot be reached." in page
        assert window.ask("GET", "/livez")[0] == 200
        practice.start_database()
        version = window.save(begun.note_id, version, "again")
        assert health(server.base_url)[0] == 200
        ended, saved = threading.Event(), list[str]()
        writing = threading.Thread(
            target=lambda: saved.extend(save_on(window, begun.note_id, version, ended))
        )
        writing.start()
        for _ in range(2):
            practice.stop_database()
            practice.start_database()
        ended.wait(1.0)
        ended.set()
        writing.join()
        practice.stop_server()
        text, is_whole = texts(practice.data, practice.url, begun)
        assert is_whole
        assert len(saved) > 1
        assert text == saved[-1]
