"""What people and tests do at a locked page."""

from playwright.sync_api import Page, expect

from tests.builders import PASSWORD

READABLE = "document.documentElement.textContent + document.documentElement.outerHTML"
VALUES = "[...document.querySelectorAll('input, textarea')].map((one) => one.value).join('\\n')"
CORNER = "document.elementFromPoint(8, 8).closest('[data-lock-overlay]') !== null"


def is_locked(page: Page, *words: str) -> None:
    """It is covered, emptied, and none of those words can be read in it."""
    page.wait_for_selector("[data-lock-ready]")
    assert page.title() == "Locked"
    for said in ("Falk", "Jördis", *words):
        assert said not in page.evaluate(READABLE)
        assert said not in page.evaluate(VALUES)
    expect(page.get_by_role("dialog", name="Locked")).to_be_in_viewport(ratio=1)
    assert page.evaluate(CORNER)


def unlock(page: Page, password: str = PASSWORD) -> None:
    """Type the password."""
    page.get_by_role("dialog").get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def is_back(page: Page) -> None:
    """Nothing covers it any more."""
    expect(page.locator("[data-lock-overlay]")).to_have_count(0)
    assert page.locator("html").get_attribute("data-locked") is None
