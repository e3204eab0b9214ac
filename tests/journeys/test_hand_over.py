"""A scale on a tablet: handed over, filled in, given back; and there is no way out of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import House
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey


def choose(page: Page, name: str, code: str) -> None:
    page.locator(f"input[name={name}][value='{code}']").check()


def test_a_scale_is_handed_over_filled_in_and_given_back(
    house: House,
    sign_in: Callable[[str], Page],
    axe: Callable[[Page], None],
    complaints: Complaints,
) -> None:
    complaints.forgive("404")
    page = sign_in("thea")
    here = f"/patients/{house.small.patient_id}/measures"
    page.goto(here)
    axe(page)
    page.get_by_role("link", name="PHQ-9, depression").click()
    expect(page.get_by_role("button", name="Hand over")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("heading", name="PHQ-9")).to_be_visible()
    axe(page)
    handed = page.url
    assert re.search(r"/hand-over/[\w-]{43}$", handed)
    assert page.locator("a").count() == 0
    assert "Falk" not in page.content()
    with page.expect_response(lambda one: one.request.method == "PUT") as kept:
        choose(page, "q9", "2")
    assert kept.value.ok
    expect(page.get_by_text("Your answers are kept.")).to_be_visible()
    page.reload()
    expect(page.locator("input[name=q9][value='2']")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(handed)
    for number in range(1, 9):
        choose(page, f"q{number}", "1")
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert page.locator("a").count() == 0
    page.go_back()
    expect(page.get_by_role("heading", name="This page is closed")).to_be_visible()
    page.goto(handed)
    expect(page.get_by_role("heading", name="This page is closed")).to_be_visible()
    page.goto(here)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    again = sign_in("thea")
    again.goto(here)
    again.get_by_role("listitem").filter(has_text="10 of 27, moderate").get_by_role("link").click()
    expect(again.get_by_text("item 9 is 2: ask about suicide risk now")).to_be_visible()
    axe(again)
    again.get_by_role("link", name="Write a risk note").click()
    expect(again.get_by_label("Risk note")).to_be_visible()
    axe(again)
    again.get_by_label("Risk note").fill("Asked at once: passive, no plan. Partner told.")
    again.get_by_role("button", name="Save the risk note").click()
    expect(again.get_by_text("Asked at once: passive, no plan. Partner told.")).to_be_visible()
