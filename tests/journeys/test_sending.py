"""A document leaves by every way: through the real server, the real worker and a FHIR server."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from kapnotes import db
from kapnotes.records.document import Document
from kapnotes.settings import Settings
from tests.builders import PASSWORD, Small, small_practice
from tests.conftest import KEY
from tests.journeys.conftest import code_of, settings_of
from tests.kept import CONTENT, keep
from tests.plumbing.chart_server import ChartServer
from tests.plumbing.server import serving
from tests.plumbing.worker import working

pytestmark = pytest.mark.journey
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Sending:
    """A practice that sends documents, and one that it keeps."""

    base_url: str
    small: Small
    found: Document
    folder: Path
    chart: ChartServer
    data: Path
    url: str


@pytest.fixture(params=["embedded", "postgresql"])
def sending(
    request: pytest.FixtureRequest,
    lend_database: Callable[[str], AbstractContextManager[str]],
    chart_server: ChartServer,
    tmp_path: Path,
) -> Iterator[Sending]:
    folder = tmp_path / "chart"
    folder.mkdir(mode=0o750)
    chart_server.token = "a-long-token"
    with lend_database(request.param) as url:
        opened = db.use(db.Database(Settings(data=tmp_path, database_url=url, key=KEY)))
        small = small_practice()
        found = keep(small)
        opened.close()
        env = {
            **settings_of(tmp_path, url),
            "KAPNOTES_CHART_FOLDER": str(folder),
            "KAPNOTES_FHIR_URL": chart_server.url,
            "KAPNOTES_FHIR_TOKEN": chart_server.token,
        }
        with (
            serving(env, log=tmp_path / "server.log") as server,
            working(env, log=tmp_path / "worker.log"),
        ):
            yield Sending(server.base_url, small, found, folder, chart_server, tmp_path, url)


def enter(page: Page, code: str) -> None:
    page.goto("/sign-in")
    page.locator("[name=email]").fill("thea@test.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("[name=code]").fill(code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()


def hand_out(page: Page, way: str) -> None:
    """From the patient's page to the form, filled in and handed out."""
    page.get_by_role("link", name="Hand out Summary of infusion 1").click()
    page.get_by_label(way, exact=False).first.check()
    page.get_by_label("To whom").fill("Dr Weber, town hospital")
    page.get_by_label("Treatment by somebody else").check()
    page.get_by_role("button", name="Hand out").click()


def wait_for(page: Page, words: str) -> None:
    """Look at the page again until it says so."""
    until = time.monotonic() + PATIENCE
    while words not in page.locator("main").inner_text():
        assert time.monotonic() < until, page.locator("main").inner_text()
        time.sleep(0.3)
        page.reload()


def test_a_document_is_downloaded_and_sent_and_what_failed_is_tried_again(
    sending: Sending, new_context: Callable[..., BrowserContext], axe: Callable[[Page], None]
) -> None:
    context = new_context(base_url=sending.base_url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    enter(page, code_of(sending.data, sending.url, "thea"))
    page.goto(f"/patients/{sending.small.patient_id}")
    page.get_by_role("link", name="All documents").click()
    with page.expect_download() as begun:
        hand_out(page, "Download")
    assert begun.value.suggested_filename == f"{sending.found.number}.pdf"
    assert begun.value.path().read_bytes() == CONTENT
    page.get_by_role("link", name="All documents of the patient").click()
    hand_out(page, "Send to the chart folder")
    wait_for(page, f"Its file there is {sending.found.number}.pdf.")
    assert (sending.folder / f"{sending.found.number}.pdf").read_bytes() == CONTENT
    sending.chart.fail("POST DocumentReference", "drop_after")
    hand_out(page, "Send to the chart's server")
    wait_for(page, "closed the line before it answered. Next try")
    page.get_by_role("button", name="Try now").click()
    wait_for(page, "keeps it as DocumentReference/")
    assert sending.chart.numbers() == [sending.found.number]
    assert page.locator(".disclosures tbody tr").count() == 3
    axe(page)
