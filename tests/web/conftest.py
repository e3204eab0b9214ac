"""One practice behind its doors for each module and database; its clock stands still."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from argon2 import PasswordHasher
from flask import Flask

from kapnotes import db
from kapnotes.actions import password
from kapnotes.settings import Settings
from kapnotes.web import session
from kapnotes.web.app import create_app
from tests import builders
from tests.builders import PASSWORD
from tests.conftest import KEY
from tests.web.served import NOW, Clock, Served, serve, supervised

Lend = Callable[[str], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def app(lend_database: Lend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the app, built once: its templates stay compiled, its practice is changed below it."""
    folder = tmp_path_factory.mktemp("app")
    with lend_database("embedded") as url:
        made = create_app(Settings(data=folder, database_url=url, key=KEY))
        db.current().close()
        yield made


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    """Return the clock of the doors."""
    made = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "datetime", made)
        yield made


@pytest.fixture(scope="module", autouse=True)
def _light_passwords() -> Iterator[None]:
    """Let passwords be hashed lightly: hundreds of people sign in here."""
    light = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    hashed = light.hash(PASSWORD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(password, "_HASHER", light)
        patch.setattr(builders, "_hash", lambda: hashed)
        yield


@pytest.fixture(scope="module", params=["embedded", "postgresql"])
def served(
    request: pytest.FixtureRequest,
    app: Flask,
    clock: Clock,
    lend_database: Lend,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """Return the module's practice, on each database in turn."""
    folder = tmp_path_factory.mktemp("practice")
    with lend_database(request.param) as url:
        database = db.Database(Settings(data=folder, database_url=url, key=KEY))
        yield serve(app, database, clock, supervised)
        database.close()


@pytest.fixture(autouse=True)
def _as_it_was(clock: Clock) -> None:
    """Turn the clock back before each test."""
    clock.at = NOW
