"""A page that locks: covered, saved, emptied of every word, and back to the letter."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kapnotes import db
from kapnotes.actions import note
from kapnotes.settings import Settings
from tests.builders import AT, PASSWORD, Small, small_practice
from tests.conftest import KEY
from tests.journeys.conftest import settings_of
from tests.journeys.lock_hand import is_back, is_locked, unlock
from tests.plumbing.browser import Complaints
from tests.plumbing.server import Server, serving

TYPED = "She: “not yet” <b>&amp;</b>\n\n\ttwice, \u05e9\u05dc\u05d5\u05dd 👩🏽 and  two blanks  "
LATER = " Then the rest."


@dataclass(slots=True)
class Room:
    """A served practice with a draft in it, and its server's clock."""

    small: Small
    server: Server
    data: Path
    note_id: UUID
    ahead: timedelta = timedelta(0)

    def turn(self, page: Page, **by: float) -> None:
        """Let time go by, on the server and on the page."""
        self.ahead += timedelta(**by)
        fresh = self.data / "ahead.new"
        fresh.write_text(str(self.ahead.total_seconds()))
        fresh.rename(self.data / "ahead")
        page.clock.fast_forward(int(timedelta(**by).total_seconds() * 1000))


@pytest.fixture(params=["embedded", "postgresql"])
def room(
    request: pytest.FixtureRequest,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path: Path,
) -> Iterator[Room]:
    """A demo practice (one signs in with the password alone) on each database in turn."""
    with lend_database(request.param) as url:
        opened = db.use(db.Database(Settings(data=tmp_path, database_url=url, key=KEY)))
        small = small_practice(is_demo=True)
        made = note.begin(
            infusion_id=small.infusion_id, kind="preparation", by=small.therapist, at=AT
        )
        opened.close()
        with serving(
            settings_of(tmp_path, url),
            log=tmp_path / "server.log",
            application="tests.journeys.live_server:app",
        ) as server:
            yield Room(small, server, tmp_path, made)


@pytest.fixture
def page(room: Room, new_context: Callable[..., BrowserContext], complaints: Complaints) -> Page:
    """The therapist at the draft, with a clock that the test turns."""
    complaints.forgive("401|403|409|ERR_INTERNET_DISCONNECTED")
    context = new_context(base_url=room.server.base_url)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.clock.install()
    enter(page)
    open_page(page, f"/notes/{room.note_id}/edit")
    return page


def enter(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("[name=email]").fill("thea@test.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector("html[data-started]", state="attached")


def locked(page: Page) -> None:
    """Nothing of the draft can be read."""
    is_locked(page, "not yet", "twice", "Preparation")


def plan(page: Page) -> str:
    """What stands in the plan, as the browser has it."""
    return page.locator("[id='f-plan']").input_value()


@pytest.mark.safety("ONC-d5/text-back")
@pytest.mark.safety("ONC-d5/idle-lock")
def test_an_idle_page_saves_locks_and_comes_back_to_the_letter(page: Page, room: Room) -> None:
    field = page.locator("[id='f-plan']")
    field.focus()
    page.keyboard.insert_text(TYPED)
    page.evaluate("document.querySelector('[id=\"f-plan\"]').setSelectionRange(4, 9)")
    before = page.evaluate("document.querySelector('main').innerHTML")
    room.turn(page, minutes=14, seconds=40)
    assert page.locator("[data-lock-overlay]").count() == 0
    room.turn(page, seconds=12)
    locked(page)
    room.turn(page, hours=1)
    assert page.request.get(f"/notes/{room.note_id}").url.endswith(
        f"/locked?next=%2Fnotes%2F{room.note_id}"
    )
    unlock(page, "not her password")
    expect(page.get_by_role("alert").filter(has_text="password")).to_be_visible()
    locked(page)
    unlock(page)
    is_back(page)
    assert plan(page) == TYPED
    assert page.evaluate("document.activeElement.id") == "f-plan"
    assert page.evaluate(
        "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    ) == [4, 9]
    after = page.evaluate("document.querySelector('main').innerHTML")
    assert len(after) >= len(before) - 40
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(LATER)
    room.turn(page, seconds=4)
    expect(page.locator("[data-save-words]")).to_contain_text("Saved ")
    page.reload()
    assert plan(page) == TYPED + LATER


@pytest.mark.safety("ONC-d5/text-back")
def test_text_that_could_not_be_saved_is_neither_lost_nor_readable(page: Page, room: Room) -> None:
    page.context.set_offline(True)
    page.locator("[id='f-plan']").focus()
    page.keyboard.insert_text(TYPED)
    room.turn(page, minutes=4)
    expect(page.locator("[data-save-words]")).to_contain_text("NOT saved")
    room.turn(page, minutes=11)
    page.clock.fast_forward(6000)  # no save is waited for longer
    locked(page)
    assert page.evaluate("!window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    assert "not yet" not in page.evaluate(kept)
    unlock(page)
    expect(page.get_by_role("alert").filter(has_text="no connection")).to_be_visible()
    locked(page)
    page.context.set_offline(False)
    unlock(page)
    is_back(page)
    assert plan(page) == TYPED
    expect(page.locator("[data-save-words]")).to_contain_text("Saved ")
    page.reload()
    assert plan(page) == TYPED


@pytest.mark.safety("ONC-d5/text-back")
def test_after_the_sittings_end_the_same_person_gets_the_text_and_nobody_else(
    page: Page, room: Room
) -> None:
    page.context.set_offline(True)
    page.locator("[id='f-plan']").focus()
    page.keyboard.insert_text(TYPED)
    room.turn(page, minutes=15)
    page.clock.fast_forward(6000)
    locked(page)
    page.context.set_offline(False)
    room.turn(page, hours=12)
    unlock(page)
    page.get_by_role("link", name="Sign in in a new window").wait_for()
    locked(page)
    other = page.context.new_page()
    other.goto("/sign-in")
    other.locator("[name=email]").fill("otto@test.example")
    other.locator("[name=password]").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("button", name="Bring my page back").click()
    expect(page.get_by_text("Somebody else is signed in. Sign in as Thea.")).to_be_visible()
    locked(page)
    other.get_by_role("button", name="Sign out").click()
    enter(other)
    page.get_by_role("button", name="Bring my page back").click()
    is_back(page)
    assert plan(page) == TYPED
    expect(page.locator("[data-save-words]")).to_contain_text("Saved ")


@pytest.mark.safety("ONC-d5/idle-lock")
def test_typing_in_one_window_keeps_both_and_locking_one_locks_both(page: Page, room: Room) -> None:
    other = page.context.new_page()
    other.clock.install()
    open_page(other, "/patients")
    for _ in range(3):
        room.turn(page, minutes=7)
        page.locator("[id='f-plan']").press("a")
        other.wait_for_timeout(50)
        other.clock.fast_forward(7 * 60 * 1000)
    assert other.locator("[data-lock-overlay]").count() == 0
    page.get_by_role("button", name="Lock").click()
    locked(page)
    locked(other)
    unlock(other)
    is_back(other)
    is_back(page)
    assert plan(page) == "aaa"


@pytest.mark.safety("ASVS-14.3/back-button")
def test_after_signing_out_the_back_button_shows_nothing(page: Page, room: Room) -> None:
    page.locator("[id='f-plan']").focus()
    page.keyboard.insert_text(TYPED)
    room.turn(page, seconds=4)
    expect(page.locator("[data-save-words]")).to_contain_text("Saved ")
    other = page.context.new_page()
    open_page(other, f"/patients/{room.small.patient_id}")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    for _ in range(2):
        page.go_back()
        page.get_by_role("heading", name="Sign in").wait_for()
        assert "not yet" not in page.content()
    locked(other)


@pytest.mark.parametrize("room", ["embedded"], indirect=True)
def test_without_scripts_the_server_locks(
    room: Room, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(base_url=room.server.base_url, java_script_enabled=False).new_page()
    page.set_default_timeout(10_000)
    enter(page)
    page.goto(f"/patients/{room.small.patient_id}")
    (room.data / "ahead").write_text(str(16 * 60))
    page.reload()
    page.get_by_role("heading", name="Locked").wait_for()
    assert "Falk" not in page.content()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    assert page.url.endswith(f"/patients/{room.small.patient_id}")
    page.get_by_role("button", name="Lock").click()
    page.get_by_role("heading", name="Locked").wait_for()
