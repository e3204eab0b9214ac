"""A real browser for tests: Debian's Chromium, driven by pytest-playwright's own fixtures.

A page that complains (an error in the console, a script that throws, something that the
Content-Security-Policy refused) fails its test. Pages of failed tests are kept as pictures.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",  # containers give it 64 MB
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
POLICY = "Content Security Policy"
STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass  # no slots: Playwright leaves a mark on whoever listens
class Complaints:
    """What the pages of one test complained about."""

    heard: list[str] = field(default_factory=list)
    forgiven: list[re.Pattern[str]] = field(default_factory=list)

    def forgive(self, pattern: str) -> None:
        """Let complaints that match pass, such as the console line of an answer 409.

        What the policy refused is forgiven only to a pattern that names it.
        """
        self.forgiven.append(re.compile(pattern))

    def left(self) -> list[str]:
        """Return the complaints that nobody forgave."""
        return [said for said in self.heard if not self._is_forgiven(said)]

    def _is_forgiven(self, said: str) -> bool:
        patterns = [one for one in self.forgiven if POLICY in one.pattern or POLICY not in said]
        return any(one.search(said) for one in patterns)

    def listen(self, context: BrowserContext) -> None:
        """Hear every page of a context."""
        context.on("console", self._console)
        context.on("weberror", self._error)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.heard.append(f"{message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.heard.append(str(error.error))


def pytest_configure(config: pytest.Config) -> None:
    """Keep a picture of each page of a failed test, in a folder outside the repository."""
    if config.option.output == "test-results":
        folder = f"kapnotes-failed-pages-{os.getpid()}"
        config.option.output = str(Path(tempfile.gettempdir()) / folder)
    if config.option.screenshot == "off":
        config.option.screenshot = "only-on-failure"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say where the pictures are, if there are any."""
    folder = Path(config.option.output)
    if folder.exists() and any(folder.iterdir()):
        terminalreporter.write_line(f"Pages of failed tests: {folder}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium: the download that Playwright offers is not needed."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail("Chromium is missing: `make test` installs it.")
    return {**browser_type_launch_args, "executable_path": program, "args": [*FLAGS]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Return what every context starts with; a test gives `base_url` of its own server."""
    return {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Return what pages complained about; what is left at the end fails the test."""
    complaints = Complaints()
    yield complaints
    assert not complaints.left()


@pytest.fixture
def new_context(
    complaints: Complaints, new_context: Callable[..., BrowserContext]
) -> Callable[..., BrowserContext]:
    """Return pytest-playwright's maker of contexts (a context is a person), with an ear open."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        complaints.listen(context)
        return context

    return make


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Return a check that fails on whatever would stop a person with a screen reader."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        found = Axe().run(page, options={"runOnly": STANDARD, "resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()

    return check
