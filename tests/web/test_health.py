"""The health addresses tell the truth, and nothing of the practice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import health, practice
from kapnotes.actions.health import Health
from kapnotes.db import Database
from kapnotes.paper.press import Printer
from kapnotes.settings import Settings
from tests.builders import AT, small_practice
from tests.kept import ask
from tests.web.served import Served

pytestmark = pytest.mark.safety("KAP/ready")
NOW = datetime.now(UTC)


@pytest.fixture
def look(database: Database) -> Callable[[], Health]:
    """An examination of an open practice, with a printer that was not started."""
    assert database
    return lambda: health.examine(printer=Printer(), at=datetime.now(UTC))


def test_all_is_well(served: Served) -> None:
    answer = served.visitor().get("/readyz")
    assert answer.status_code == 200
    said = answer.get_json()
    names = {*health.NEEDED, "clock", "fonts", "harfbuzz-subset", "documents"}
    assert {name for name in names if said[name] != "ok"} == set()
    assert isinstance(said["trail_age_seconds"], int)
    assert served.visitor().get("/livez").get_json() == {"status": "ok"}


def test_a_practice_without_an_entry_is_told_apart(look: Callable[[], Health]) -> None:
    found = look()
    assert found.trail_age is None
    practice.create(
        name="P", letterhead="", zone="UTC", is_demo=False, by=operator(), at=datetime.now(UTC)
    )
    assert look().trail_age == 0


def test_a_clock_that_went_back_is_said(look: Callable[[], Health]) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3)
    practice.create(name="P", letterhead="", zone="UTC", is_demo=False, by=operator(), at=ahead)
    found = look()
    assert "ahead of this machine's clock" in found.checks["clock"]
    assert found.trail_age is not None
    assert found.trail_age < 0


def test_another_key_is_said(database: Database, tmp_path: Path) -> None:
    small_practice()
    settings = Settings(
        data=tmp_path, database_url=database.settings.database_url, key=bytes(range(1, 33))
    )
    db.use(db.Database(settings))
    found = health.examine(printer=Printer(), at=AT)
    assert not found.is_ready
    assert found.checks["keys"].startswith("The key does not open this practice.")


def test_tables_that_are_not_there_are_said(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path, database_url=f"sqlite:///{tmp_path / 'empty.db'}", key=bytes(range(32))
    )
    opened = db.use(db.Database(settings))
    found = health.examine(printer=Printer(), at=NOW)
    opened.close()
    assert not found.is_ready
    assert found.checks["database"] == "The tables are not up to date."


def test_a_document_that_nobody_takes_up_is_said(served: Served) -> None:
    ask(served.small)
    later = datetime.now(UTC) + timedelta(minutes=30)
    found = health.examine(printer=Printer(), at=later)
    assert "Is the worker running?" in found.checks["documents"]
    assert found.is_ready
