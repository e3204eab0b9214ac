"""Every page of the demo practice, as each role: axe finds nothing, nothing runs off at 360 px."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from kapnotes import db
from kapnotes.actions import demo
from kapnotes.settings import Settings
from tests.builders import PASSWORD
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.plumbing.server import serving

pytestmark = pytest.mark.journey
WALK = re.compile(r"^/(?!static|sign-out)[a-z0-9/_\-]*$")
FORM = re.compile(r"^(/settings|/patients/ID/measures)/[^/]+")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
MOST = 90
"""How many pages one walk visits; the pages of settings and measures are two of a kind, too."""
NEVER_MISSED = {
    "therapist": {"/checks", "/feedback", "/corrective-actions/ID", "/patients/ID/amendments/ID"},
    "supervisor": {
        "/review/ID",
        "/checks",
        "/feedback",
        "/chart-audits/ID",
        "/chart-audits/ID/charts/ID",
        "/chart-audits/over-time",
        "/corrective-actions/ID",
        "/infusions/ID/checks",
        "/audit",
        "/audit/unusual/ID/close",
        "/audit/proof",
        "/patients/ID/trail",
    },
    "medical": {"/checks", "/infusions/ID/checks", "/corrective-actions"},
    "administrator": {
        "/people",
        "/audit",
        "/audit/unusual",
        "/audit/proof",
        "/backups",
        "/settings",
    },
}
"""Kinds of pages that a walk has to come by."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo practice, served."""

    base_url: str


@pytest.fixture(scope="module")
def served_demo(
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    with lend_database("embedded") as url:
        opened = db.use(db.Database(Settings(data=folder, database_url=url, key=KEY)))
        demo.load(password=PASSWORD, at=datetime.now(UTC))
        opened.close()
        with serving(settings_of(folder, url), log=folder / "server.log") as server:
            yield Demo(server.base_url)


def enter(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.locator("[name=email]").fill(f"{name}@demo.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()


def links(page: Page) -> list[str]:
    hrefs = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return [href.split("#")[0] for href in hrefs if WALK.match(href.split("#")[0])]


def kind_of(href: str) -> str:
    """Pages of one kind share their template: two of each are enough."""
    return FORM.sub(r"\1/NAME", ID.sub("ID", href))


def walk(page: Page) -> Iterator[str]:
    """Follow links from Today, two pages of each kind."""
    waiting, seen, kinds = ["/"], {"/"}, dict[str, int]()
    while waiting and sum(kinds.values()) < MOST:
        href = waiting.pop(0)
        kind = kind_of(href)
        if kinds.get(kind, 0) >= 2 or href.endswith(".pdf"):
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        page.goto(href)
        yield href
        for found in links(page):
            if found not in seen:
                seen.add(found)
                waiting.append(found)


@pytest.mark.parametrize(
    ("name", "theme"),
    [
        ("therapist", "light"),
        ("supervisor", "dark"),
        ("medical", "light"),
        ("administrator", "light"),
    ],
)
def test_every_page_reads_well(
    served_demo: Demo,
    new_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    name: str,
    theme: str,
) -> None:
    context = new_context(base_url=served_demo.base_url, color_scheme=theme)
    context.set_default_timeout(10_000)
    page = context.new_page()
    enter(page, name)
    visited = set[str]()
    for href in walk(page):
        visited.add(kind_of(href))
        try:
            axe(page)
        except AssertionError as found:
            raise AssertionError(f"{href}: {found}") from None
        assert page.locator("h1").count() == 1, href
        page.set_viewport_size({"width": 360, "height": 740})
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{href} is {width} px wide"
        page.set_viewport_size({"width": 1280, "height": 900})
    assert visited >= NEVER_MISSED[name]
