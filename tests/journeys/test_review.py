"""A therapist's note is returned twice and co-signed; the supervisor's hands stay on the keys."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kapnotes import db
from kapnotes.settings import Settings
from tests.builders import PASSWORD, sign, small_practice, written
from tests.conftest import KEY
from tests.journeys.conftest import House, settings_of
from tests.plumbing.server import serving

pytestmark = pytest.mark.journey
THEMES = ("light", "dark", "dim", "red-dim")


@pytest.fixture(params=["embedded", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path: Path,
) -> Iterator[House]:
    """A small practice in which the therapist's notes wait for a co-signature: two of them do."""
    with lend_database(request.param) as url:
        opened = db.use(db.Database(Settings(data=tmp_path, database_url=url, key=KEY)))
        small = small_practice(cosigns=True)
        for kind in ("preparation", "integration"):
            sign(small, written(small, kind))
        opened.close()
        with serving(settings_of(tmp_path, url), log=tmp_path / "server.log") as server:
            yield House(small, server, tmp_path, url)


def keys(page: Page, *pressed: str) -> None:
    page.wait_for_selector("html[data-started]")
    for key in pressed:
        page.keyboard.press(key)


def open_queue(page: Page) -> None:
    page.goto("/review")
    page.wait_for_selector("html[data-started]")


def to_section(page: Page, name: str) -> None:
    """Go down the note until that section is the one in hand."""
    page.wait_for_selector("html[data-started]")
    for _ in range(12):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.id") == f"s-{name}":
            return
    raise AssertionError(name)


def revise(page: Page, said: str, more: str) -> None:
    """The therapist's part: the comment beside its section, a change, and the signature."""
    page.goto("/")
    page.get_by_role("link", name="Revise").first.click()
    beside = page.get_by_role("note", name="Comment on").first
    expect(beside).to_contain_text(said)
    page.locator("textarea[name=plan]").fill(more)
    page.get_by_role("button", name="Review and sign").click()
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The note is signed")).to_be_visible()


def test_a_note_is_returned_twice_and_cosigned_by_keyboard(
    sign_in: Callable[[str], Page],
) -> None:
    thea, sven = sign_in("thea"), sign_in("sven")
    open_queue(sven)
    keys(sven, "n")
    expect(sven.get_by_role("heading", level=1)).to_contain_text("note")
    while "Integration" not in sven.get_by_role("heading", level=1).inner_text():
        keys(sven, "n")
        sven.wait_for_load_state()
    here = sven.url

    to_section(sven, "closing")
    keys(sven, "r")
    sven.keyboard.type("Which goal is next? c n r a j stay letters here.")
    expect(sven.locator("textarea:focus")).to_have_value(
        "Which goal is next? c n r a j stay letters here."
    )
    sven.keyboard.press("Control+Enter")
    expect(sven.get_by_text("The note is with its author again.")).to_be_visible()
    assert sven.url != here
    revise(thea, "Which goal is next?", "Goal 2, the kitchen, from Tuesday on.")

    sven.goto(here)
    expect(sven.get_by_text("What changed since version 1")).to_be_visible()
    expect(sven.locator(".review-since ins").first).to_contain_text("Goal 2")
    keys(sven, "Escape", "r")
    sven.keyboard.type("Good. Say who comes along.")
    sven.keyboard.press("Escape")
    to_section(sven, "risk")
    keys(sven, "r")
    sven.keyboard.type("And the plan for the night?")
    sven.keyboard.press("Control+Enter")
    expect(sven.get_by_text("The note is with its author again.")).to_be_visible()
    revise(thea, "And the plan for the night?", "Goal 2 from Tuesday on, Runa comes along.")

    sven.goto(here)
    expect(sven.get_by_text("What changed since version 2")).to_be_visible()
    keys(sven, "a")
    sven.keyboard.type("Is Runa told?")
    sven.keyboard.press("Control+Enter")
    expect(sven.get_by_text("The author is asked.")).to_be_visible()
    thea.goto("/")
    thea.get_by_role("link", name="Answer").first.click()
    thea.locator("[name=answer]").fill("She is, since this morning.")
    thea.get_by_role("button", name="Answer").click()
    expect(thea.get_by_text("Your answer is with the note.")).to_be_visible()

    sven.goto(here)
    expect(sven.get_by_text("She is, since this morning.")).to_be_visible()
    keys(sven, "c")
    sven.keyboard.type(PASSWORD)
    sven.keyboard.press("Enter")
    expect(sven.get_by_text("The note is co-signed.")).to_be_visible()
    assert sven.url != here
    sven.goto(here)
    expect(sven.get_by_text("This note waits no more")).to_be_visible()
    thea.goto("/feedback")
    expect(thea.get_by_text("And the plan for the night?")).to_be_visible()


def test_the_keys_can_be_turned_off(sign_in: Callable[[str], Page]) -> None:
    sven = sign_in("sven")
    open_queue(sven)
    sven.get_by_role("button", name="Turn these keys off").click()
    sven.locator("main").focus()
    keys(sven, "n")
    assert sven.url.endswith("/review")
    sven.reload()
    keys(sven, "n")
    assert sven.url.endswith("/review")
    sven.get_by_role("button", name="Turn single keys on").click()
    sven.locator("main").focus()
    keys(sven, "n")
    sven.wait_for_url("**/review/*")


def test_the_pages_are_fit_for_everybody_in_every_theme(
    house: House, sign_in: Callable[[str], Page], axe: Callable[[Page], None]
) -> None:
    sven = sign_in("sven")
    open_queue(sven)
    note = sven.locator(".table-act a").first.get_attribute("href") or ""
    for theme in THEMES:
        sven.context.add_cookies([{"name": "theme", "value": theme, "url": house.server.base_url}])
        for path in ("/review", note, "/review?show=returned", "/feedback"):
            for width in (360, 1280):
                sven.set_viewport_size({"width": width, "height": 900})
                sven.goto(path)
                sven.wait_for_selector("html[data-started]")
                assert sven.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            for fold in sven.locator("main details").all():
                fold.evaluate("one => one.open = true")
            axe(sven)
