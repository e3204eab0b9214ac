"""A practice to be backed up, and empty places on both databases to restore it into."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import backup, restoring
from kapnotes.settings import Settings
from tests.builders import AT
from tests.conftest import KEY
from tests.plumbing.role import owner_of, served

Lend = Callable[[], AbstractContextManager[db.Database]]


@dataclass(slots=True)
class Places:
    """Empty places of one kind of database, each with a data folder of its own."""

    request: pytest.FixtureRequest
    kind: str
    folder: Path
    number: int = 0

    @contextmanager
    def empty(self, *, key: bytes = KEY) -> Iterator[db.Database]:
        """An empty place, opened instead of the practice that is served."""
        self.number += 1
        data = self.folder / f"empty-{self.number}"
        data.mkdir(mode=0o700, exist_ok=True)
        with self.request.getfixturevalue(self.kind).empty() as url:
            settings = Settings(
                data=data, database_url=served(url), owner_url=owner_of(url), key=key
            )
            with db.instead(db.Database(settings)) as opened:
                yield opened


def play_backups() -> None:
    """Make a backup of the practice that is served, and say of it that it was restored."""
    folder = db.current().settings.data
    backup.make(to=folder / "played.backup", by=operator(), at=AT)
    restoring.mark_restored(missing=0, by=operator(), at=AT)


def rows(database: db.Database) -> dict[str, list[str]]:
    """Every row of every table, as text, whatever its order."""
    with database.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return {
            name: sorted(
                str(tuple(row)) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))
            )
            for name in names
        }


def is_empty(database: db.Database) -> bool:
    """Whether there is no table in that place."""
    with database.engine.connect() as connection:
        return not sa.inspect(connection).get_table_names()
