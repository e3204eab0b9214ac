"""A practice behind a real server: its database on each kind, people signed in by keyboard."""

import base64
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page

from kapnotes import db
from kapnotes.settings import Settings
from tests.builders import PASSWORD, Small, small_practice
from tests.conftest import KEY
from tests.factors import code_for
from tests.plumbing.server import Server, serving

ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class House:
    """A practice that is served: its people, its server, and how to start the server anew."""

    small: Small
    server: Server
    data: Path
    database_url: str

    def code(self, name: str) -> str:
        """A code with which a person signs in now."""
        return code_of(self.data, self.database_url, name)


def settings_of(data: Path, database_url: str) -> dict[str, str]:
    return {
        "KAPNOTES_DATA": str(data),
        "KAPNOTES_DATABASE_URL": database_url,
        "KAPNOTES_KEY": base64.b64encode(KEY).decode(),
        "KAPNOTES_BACKUP_HOURS": "0",
    }


def code_of(data: Path, database_url: str, name: str) -> str:
    """A code with which a person of a practice that is served signs in now."""
    opened = db.Database(Settings(data=data, database_url=database_url, key=KEY))
    try:
        return code_for(f"{name.lower()}@test.example", opened)
    finally:
        opened.close()


@pytest.fixture(params=["embedded", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path: Path,
) -> Iterator[House]:
    """A small practice with a supervisor who co-signs, served by two processes."""
    with lend_database(request.param) as url:
        opened = db.use(db.Database(Settings(data=tmp_path, database_url=url, key=KEY)))
        small = small_practice(cosigns=False)
        opened.close()
        with serving(
            settings_of(tmp_path, url), log=tmp_path / "server.log", processes=2
        ) as server:
            yield House(small, server, tmp_path, url)


@pytest.fixture
def sign_in(house: House, new_context: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """Sign a person in with the keyboard alone, in a browser of their own."""

    def enter(name: str) -> Page:
        context = new_context(base_url=house.server.base_url)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto("/sign-in")
        page.locator("[name=email]").focus()
        page.keyboard.type(f"{name}@test.example")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/factor")
        page.keyboard.type(house.code(name))
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Today").wait_for()
        return page

    return enter
