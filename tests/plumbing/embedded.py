"""The embedded database for tests: one migrated file per worker, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest


@dataclass(slots=True)
class Embedded:
    """A folder of database files, all opened with the same key."""

    folder: Path
    prepare: Callable[[str], None]
    """Turns an empty database, named by its URL, into a migrated one; runs once."""
    _numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Copy the migrated file, lend its URL, and remove the copy."""
        template = self.folder / "migrated.db"
        if not template.exists():
            self._make(template)
        with self._lent(template) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend the URL of a file that does not exist yet, for tests of the migrations."""
        with self._lent(None) as url:
            yield url

    def _make(self, template: Path) -> None:
        making = template.with_name("making.db")
        self.prepare(f"sqlite:///{making}")
        if making.with_name("making.db-wal").exists():
            raise RuntimeError("prepare() left a connection open: its last pages are in the log")
        making.touch()  # while nothing prepares, an empty file stands for a database
        making.rename(template)

    @contextmanager
    def _lent(self, template: Path | None) -> Iterator[str]:
        folder = self.folder / f"practice_{next(self._numbers)}"
        folder.mkdir(mode=0o700)
        file = folder / "practice.db"
        if template is not None:
            shutil.copyfile(template, file)
            file.chmod(0o600)
        try:
            yield f"sqlite:///{file}"
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def embedded(prepare: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    """Return this worker's embedded databases."""
    return Embedded(folder=tmp_path_factory.mktemp("embedded"), prepare=prepare)
