"""The board: every session that runs, the gravest first, kept true while it is looked at."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.live_house import Live

pytestmark = pytest.mark.journey


def cards(page: Page) -> Locator:
    """The sessions, from the first that needs somebody."""
    return page.get_by_role("main").get_by_role("list").first.locator("> li")


def test_the_board_follows_what_happens_elsewhere(
    live: Live, sit_down: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    calm, grave = live.dosed(33), live.dosed(12)
    live.reading(calm, 1)
    page = sit_down("mina", calm, has_clock=True, reduced_motion="reduce")
    page.goto("/sessions")
    expect(cards(page)).to_have_count(2)
    expect(page.get_by_text("Urgent", exact=True)).to_have_count(0)
    link = page.locator(f"a[href='/infusions/{calm}/session']")
    link.focus()
    live.reading(grave, 0.1, systolic=206)
    page.clock.fast_forward(6000)
    expect(cards(page).first).to_contain_text("206/78")
    expect(cards(page).first).to_contain_text("Urgent")
    expect(cards(page).last).to_contain_text("128/78")
    expect(link).to_be_focused()
    axe(page)
    page.evaluate("document.documentElement.dataset.theme = 'red-dim'")
    axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cards(page).first.get_by_role("link").click()
    page.wait_for_url(f"**/infusions/{grave}/session")
    expect(page.get_by_text("All saved", exact=True)).to_be_attached()
