"""A stranger checks documents in a real browser, at 360 px: each answer can be read and heard."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from kapnotes import db
from kapnotes.settings import Settings
from tests.builders import small_practice
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.paper.sealed import commented, pair, sealed
from tests.plumbing.server import serving
from tests.web.genuine import keep, page

pytestmark = pytest.mark.journey


@dataclass(frozen=True, slots=True)
class Papers:
    """A practice that is served, the number of one document of it, and some files."""

    base_url: str
    number: str
    files: dict[str, Path]


def prepare(folder: Path) -> tuple[str, dict[str, Path]]:
    """Keep a document; return its number, and a file for each answer."""
    number, pdf = keep(small_practice())
    contents = {
        "Unchanged": pdf,
        "Changed": commented(pdf),
        "Not known here": sealed(page("0123456789AB-F1"), pair()),
    }
    for answer, content in contents.items():
        (folder / f"{answer}.pdf").write_bytes(content)
    return number, {answer: folder / f"{answer}.pdf" for answer in contents}


@pytest.fixture(scope="module")
def papers(
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Papers]:
    folder: Path = tmp_path_factory.mktemp("papers")
    with lend_database("embedded") as url:
        opened = db.use(db.Database(Settings(data=folder, database_url=url, key=KEY)))
        with ThreadPoolExecutor(1) as beside:  # pyHanko wants a thread without the browser's loop
            number, files = beside.submit(prepare, folder).result()
        opened.close()
        with serving(settings_of(folder, url), log=folder / "server.log") as server:
            yield Papers(server.base_url, number, files)


def fits(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= 360


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_answer_reads_well(
    papers: Papers,
    new_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    theme: str,
) -> None:
    context = new_context(base_url=papers.base_url, color_scheme=theme)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/sign-in")
    page.get_by_role("link", name="Check a document").click()
    page.wait_for_url("**/verify")
    axe(page)
    for answer, file in papers.files.items():
        page.get_by_label("PDF file").set_input_files(file)
        page.get_by_role("button", name="Check it").click()
        page.get_by_role("heading", name=answer, exact=True).wait_for()
        axe(page)
        assert fits(page), answer
    page.goto(f"/verify/{papers.number}")
    page.get_by_text("Yes, there is no newer version.").wait_for()
    axe(page)
    assert fits(page)
