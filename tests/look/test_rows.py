"""Rows are added and removed, conditions show and hide, snippets expand; nothing is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

Look = Callable[..., Page]


@pytest.fixture
def page(look: Look) -> Page:
    return look("/note")


def test_a_row_is_added_with_a_number_of_its_own(page: Page) -> None:
    rows = page.locator("[data-rows='vitals'] [data-row]")
    page.get_by_role("button", name="Add row to Vitals").click()
    assert rows.count() == 4
    assert page.evaluate("document.activeElement.name") == "vitals.5.time"
    assert rows.last.get_attribute("aria-label") == "Vitals before the dose, row 4"
    assert page.locator("[id='f-vitals.5.systolic']").count() == 1


def test_a_removed_row_can_be_put_back_as_it_was(page: Page) -> None:
    systolic = page.locator("[name='vitals.0.systolic']")
    systolic.fill("150")
    page.get_by_role("button", name="Remove row 1 of Vitals").click()
    assert systolic.count() == 0
    page.get_by_role("button", name="Put it back").click()
    assert systolic.input_value() == "150"
    assert page.locator("[data-row]").first.get_attribute("data-row") == "0"


def test_a_number_is_never_used_again(page: Page) -> None:
    page.get_by_role("button", name="Add row to Vitals").click()
    page.get_by_role("button", name="Remove row 4 of Vitals").click()
    page.get_by_role("button", name="Add row to Vitals").click()
    assert page.evaluate("document.activeElement.name") == "vitals.6.time"


def test_conditions_show_and_hide_and_keep_what_was_written(page: Page) -> None:
    why = page.locator("[name='consent-why']")
    consent = page.locator("[data-field='consent']")
    assert why.is_hidden()
    consent.get_by_text("No", exact=True).click()
    why.fill("Too tired")
    consent.get_by_text("Yes", exact=True).click()
    assert why.is_hidden()
    consent.get_by_text("No", exact=True).click()
    assert why.input_value() == "Too tired"
    consent.get_by_role("button", name="Clear").click()
    assert why.is_hidden()


def test_conditions_hold_within_a_new_row(page: Page) -> None:
    page.get_by_role("button", name="Add row to Vitals").click()
    row = page.locator("[data-row='5']")
    row.get_by_text("Yes").click()
    assert row.locator("textarea").is_visible()
    assert page.locator("[data-row='0'] textarea").is_hidden()


def test_a_snippet_expands_and_can_be_undone(page: Page) -> None:
    area = page.locator("[id='f-work']")
    area.fill("")
    area.press_sequentially("See .ground ")
    assert area.input_value() == "See Grounding: feet, breath, five things seen."
    page.keyboard.press("Control+z")
    assert area.input_value() == "See .ground"
    area.fill("")
    area.press_sequentially("v1.ground .unknown ")
    assert area.input_value() == "v1.ground .unknown "


def test_alt_and_arrows_go_from_section_to_section(page: Page) -> None:
    page.locator("[id='f-work']").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate("document.activeElement.id") == "f-figures"
    link = page.locator("[data-section-link='figures']")
    assert link.get_attribute("aria-current") == "true"


def test_nothing_is_carried_over_what_is_answered_already(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/note")
    expect(page.get_by_role("button", name="Carry over the answer: Sleep")).to_be_visible()
    expect(page.get_by_role("button", name="Carry over the answer: Mood")).to_have_count(0)


def test_without_scripts_rows_and_carrying_over_are_posts(browser: Browser, gallery: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for button in ("Add row to Vitals", "Remove row 1 of Vitals", "Carry over the answer: Sleep"):
        page.goto(f"{gallery}/note")
        with page.expect_request(lambda request: request.method == "POST") as posted:
            page.get_by_role("button", name=button).click()
        assert any(
            word in (posted.value.post_data or "")
            for word in ("_add=vitals", "_remove=vitals.0", "_carry=slept")
        )
    context.close()
