"""A practice to measure: the demo, in a folder of its own, with a key that the bench knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kapnotes import db
from kapnotes.actions import demo
from kapnotes.settings import Settings

PASSWORD = "a long password for measuring"  # noqa: S105 - of a practice that lives for minutes
KEY = bytes(range(32))
THERAPIST = "therapist@demo.example"
ELSEWHERE = "database-url"
"""The file in a practice's folder that names its database, if it is not in the folder itself."""


def settings_of(folder: Path) -> Settings:
    """Settings of the practice in this folder: its database is there, or where a file says."""
    elsewhere = folder / ELSEWHERE
    url = elsewhere.read_text() if elsewhere.exists() else f"sqlite:///{folder / 'practice.db'}"
    return Settings(data=folder, database_url=url, key=KEY)


@contextmanager
def opened(folder: Path) -> Iterator[db.Database]:
    """The practice in this folder, open in this process until the end of the block."""
    database = db.use(db.Database(settings_of(folder)))
    try:
        yield database
    finally:
        database.close()


def load_demo(folder: Path) -> None:
    """Make the demo practice of today in an empty folder."""
    with opened(folder):
        db.migrate()
        demo.load(password=PASSWORD, at=datetime.now(UTC))


@contextmanager
def demo_practice() -> Iterator[Path]:
    """The folder of a demo practice, until the end of the block."""
    with TemporaryDirectory(prefix="kapnotes-bench-") as name:
        load_demo(Path(name))
        yield Path(name)
