"""The live session locks like any page, opens by a short code, and goes on for three hours."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.builders import PASSWORD
from tests.journeys.live_hand import all_saved, say_words, stands
from tests.journeys.live_house import EMBEDDED, Live
from tests.journeys.lock_hand import READABLE, is_back, is_locked, unlock
from tests.plumbing.browser import Complaints

CODE = "491730"
SLEPT = timedelta(minutes=15)
pytestmark = pytest.mark.safety("ONC-d5/live-session")
SAVED_BY = timedelta(seconds=6)
"""No save is waited for longer before a page locks."""


def sleep(live: Live, page: Page, by: timedelta = SLEPT) -> None:
    """Let time go by with nobody there, on the server and on the page."""
    live.ahead += by + SAVED_BY
    fresh = live.data / "ahead.new"
    fresh.write_text(str(live.ahead.total_seconds()))
    fresh.rename(live.data / "ahead")
    for one in (by, SAVED_BY):
        page.clock.fast_forward(int(one.total_seconds() * 1000))


@EMBEDDED
def test_three_hours_go_on_by_the_code(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("401|403")
    page = sit_down("mina", live.dosed(2), has_clock=True)
    page.get_by_role("link", name="Unlock code").click()
    page.get_by_label("A new code").fill(CODE)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set the code").click()
    all_saved(page)
    said = [f"Words of hour {hour}" for hour in (1, 2, 3)]
    for words in said:
        sleep(live, page)
        is_locked(page, *said)
        expect(page.locator("[data-lock-cue]")).to_contain_text("since the first dose")
        sleep(live, page, timedelta(minutes=45))
        is_locked(page)
        page.get_by_label("Unlock code").fill("000001")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").filter(has_text="4 tries are left")).to_be_visible()
        page.get_by_label("Unlock code").fill(CODE)
        page.keyboard.press("Enter")
        is_back(page)
        say_words(page, words)
        stands(page, words, "saved")
    for words in said:
        stands(page, words, "saved")


@EMBEDDED
def test_what_waits_for_the_line_waits_through_the_lock(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("401|ERR_INTERNET_DISCONNECTED")
    page = sit_down("mina", live.dosed(2), has_clock=True)
    page.context.set_offline(True)
    say_words(page, "Twice the same dream")
    expect(page.get_by_text("Offline, 1 waiting", exact=True)).to_be_visible()
    sleep(live, page)
    is_locked(page, "the same dream")
    assert "the same dream" not in page.evaluate(READABLE)
    page.context.set_offline(False)
    unlock(page)
    is_back(page)
    all_saved(page)
    stands(page, "Twice the same dream", "saved")
