"""In the editor itself: what cannot be saved is said, stays in the page, and is saved later."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.builders import PASSWORD
from tests.journeys.conftest import settings_of
from tests.journeys.fault import begin, texts
from tests.journeys.power import Power, powered
from tests.plumbing.browser import Complaints
from tests.plumbing.server import REPOSITORY

pytestmark = [pytest.mark.journey, pytest.mark.safety("KAP/disk-full")]
WITHOUT_RIGHTS = ("/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Runs what follows without root's right to open every file."""
AGAIN = 30_000
"""Milliseconds after which the page has tried again, whatever it waited for."""


@contextmanager
def editor(
    practice: Power, new_context: Callable[..., BrowserContext], complaints: Complaints
) -> Iterator[tuple[Page, Callable[[], tuple[str, bool]]]]:
    """The therapist's note in a browser, and what is kept of it once the server has ended."""
    complaints.forgive("Failed to load resource|ERR_CONNECTION_REFUSED")
    begun = begin(practice.data, practice.url)
    server = practice.serve()
    page = new_context(base_url=server.base_url).new_page()
    page.goto("/sign-in")
    page.locator("[name=email]").fill("thea@test.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.get_by_role("heading", name="Today").wait_for()
    page.goto(f"/notes/{begun.note_id}/edit")
    page.wait_for_selector("html[data-started]", state="attached")
    yield page, lambda: texts(practice.data, practice.url, begun)


def write(page: Page, text: str) -> None:
    page.locator("[name=themes]").fill(text)
    page.keyboard.press("Control+s")


def line(page: Page, words: str, within: int = AGAIN) -> None:
    expect(page.locator("[data-save-words]")).to_contain_text(words, timeout=within)


@pytest.mark.safety("KAP/restarted")
def test_while_postgresql_is_away(
    prepare: Callable[[str], None],
    new_context: Callable[..., BrowserContext],
    complaints: Complaints,
    tmp_path: Path,
) -> None:
    with (
        powered("postgresql", tmp_path, prepare) as practice,
        editor(practice, new_context, complaints) as (page, kept),
    ):
        write(page, "kept")
        line(page, "Saved ")
        practice.stop_database()
        write(page, "typed while it was away")
        line(page, "NOT saved, keep this window open: the database cannot be reached.")
        expect(page.locator("[name=themes]")).to_have_value("typed while it was away")
        practice.start_database()
        line(page, "Saved ")
        practice.stop_server()
        assert kept() == ("typed while it was away", True)


def test_while_the_folder_is_read_only(
    prepare: Callable[[str], None],
    new_context: Callable[..., BrowserContext],
    complaints: Complaints,
    tmp_path: Path,
) -> None:
    """The server does not start on what it cannot write, and the page waits for it."""
    with (
        powered("embedded", tmp_path, prepare) as practice,
        editor(practice, new_context, complaints) as (page, kept),
    ):
        write(page, "kept")
        line(page, "Saved ")
        practice.stop_server()
        for path, words in (
            (practice.data, "The folder data cannot be written."),
            (practice.data / "practice.db", "The file practice.db cannot be written."),
        ):
            mode = path.stat().st_mode
            path.chmod(0o500 if path.is_dir() else 0o400)
            assert words in start_without_rights(practice)
            path.chmod(mode)
        write(page, "typed while it was read-only")
        line(page, "NOT saved, keep this window open: no connection.")
        expect(page.locator("[name=themes]")).to_have_value("typed while it was read-only")
        practice.serve()
        line(page, "Saved ")
        practice.stop_server()
        assert kept() == ("typed while it was read-only", True)


def start_without_rights(practice: Power) -> str:
    """What the product says at its start to an account for which the mode of a file counts."""
    found = subprocess.run(  # noqa: S603 - our own words
        [
            *(WITHOUT_RIGHTS if os.geteuid() == 0 else ()),
            *(sys.executable, "-c", "import wsgi"),
        ],
        cwd=REPOSITORY,
        env=settings_of(practice.data, practice.url) | {"PATH": "/usr/bin:/bin"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 1
    return found.stderr
