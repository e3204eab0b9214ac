"""A passkey opens a locked page, over it and on the lock's own page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import House
from tests.journeys.lock_hand import is_back, is_locked
from tests.journeys.test_factors import authenticator, give_password, named, newcomer
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.safety("ONC-d5/text-back")


@pytest.mark.parametrize("house", ["embedded"], indirect=True)
def test_a_passkey_opens_a_lock(
    house: House,
    new_context: Callable[..., BrowserContext],
    complaints: Complaints,
    axe: Callable[[Page], None],
) -> None:
    complaints.forgive("401|403")
    page = new_context(base_url=named(house)).new_page()
    page.set_default_timeout(10_000)
    authenticator(page)
    give_password(page, newcomer(house))
    page.get_by_label("What to call it").fill("Practice tablet")
    page.get_by_role("button", name="Set up a passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_selector("html[data-started]", state="attached")
    page.get_by_role("button", name="Lock", exact=True).click()
    is_locked(page)
    axe(page)
    page.get_by_role("button", name="Use your passkey").click()
    is_back(page)
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("button", name="Lock", exact=True).click()
    is_locked(page)
    page.goto("/patients")
    page.wait_for_url("**/locked?**")
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/patients")
