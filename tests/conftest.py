"""What every test may ask for: both databases, a server, a browser.

Each worker of pytest-xdist has its own PostgreSQL and its own browser, started when a test
first asks. A test that takes `database_url` runs twice, once for each database.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from kapnotes import db
from kapnotes.settings import Settings
from tests.plumbing.role import owner_of, served

pytest_plugins = [
    "tests.journeys.live_house",
    "tests.plumbing.browser",
    "tests.plumbing.chart_server",
    "tests.plumbing.embedded",
    "tests.plumbing.postgres",
]

hypothesis_settings.register_profile("house", deadline=None, max_examples=60, print_blob=True)
hypothesis_settings.load_profile("house")

KEY = bytes(range(32))
"""The root key of every practice in the tests: a copy of a file opens with no other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the journeys: they take longest, and another worker does the rest meanwhile."""
    items.sort(key=lambda item: "/journeys/" not in item.nodeid)


@pytest.fixture(scope="session")
def prepare() -> Callable[[str], None]:
    """Return what turns an empty database, named by its URL, into a migrated one."""

    def migrate(url: str) -> None:
        asked = Settings(data=Path(), database_url=served(url), owner_url=owner_of(url), key=KEY)
        opened = db.use(db.Database(asked))
        db.migrate()
        opened.close()

    return migrate


@pytest.fixture(scope="session")
def lend_database(
    request: pytest.FixtureRequest,
) -> Callable[[str], AbstractContextManager[str]]:
    """Return a lender of migrated databases, by kind, for fixtures wider than one test."""

    def lend(kind: str) -> AbstractContextManager[str]:
        lent: AbstractContextManager[str] = request.getfixturevalue(kind).fresh()
        return lent

    return lend


@pytest.fixture(params=["embedded", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, lend_database: Callable[[str], AbstractContextManager[str]]
) -> Iterator[str]:
    """Return the URL of a migrated database of this test's own, on each database in turn."""
    with lend_database(request.param) as url:
        yield url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[db.Database]:
    """Return an open practice without a person in it, on each database in turn."""
    asked = Settings(
        data=tmp_path, database_url=database_url, owner_url=owner_of(database_url), key=KEY
    )
    opened = db.use(db.Database(asked))
    yield opened
    opened.close()
