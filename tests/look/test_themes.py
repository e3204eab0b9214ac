"""Every page of the gallery can be read by everyone, in every theme and width."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Look = Callable[..., Page]
PAGES = ("/parts", "/note", "/wrong", "/told", "/error/404")
CONTRAST = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}


def through(page: Page) -> Iterator[Page]:
    """Go through the pages of the gallery."""
    for path in PAGES:
        page.goto(path)
        page.wait_for_selector("html[data-started]", state="attached")
        yield page


def test_axe_finds_nothing(look: Look, axe: Callable[[Page], None]) -> None:
    for page in through(look("/plain", theme="light")):
        axe(page)


@pytest.mark.parametrize("theme", ["dark", "dim", "red-dim"])
def test_every_theme_can_be_read(look: Look, theme: str) -> None:
    """A theme changes colours only, so only what axe says of colours can change."""
    for page in through(look("/plain", theme=theme)):
        found = Axe().run(page, options=CONTRAST)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [360, 320])
def test_nothing_scrolls_sideways(look: Look, width: int) -> None:
    """A width of 320 is also 1280 at 400 % zoom (WCAG 2.2, 1.4.10)."""
    for page in through(look("/plain", width=width)):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_targets_are_large_enough(look: Look) -> None:
    page = look("/note", width=360)
    small = page.evaluate(
        """[...document.querySelectorAll('.button, .input, .choice, .sections a, .top-nav a')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.9)
        .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_theme_is_remembered_before_any_script_runs(look: Look) -> None:
    page = look("/plain")
    page.get_by_text("Theme").click()
    page.get_by_role("button", name="Red dim").click()
    assert page.locator("html").get_attribute("data-theme") == "red-dim"
    answer = page.request.get("/plain").text()
    assert '<html lang="en" data-theme="red-dim">' in answer


def test_focus_is_always_seen(look: Look) -> None:
    page = look("/parts")
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """(() => { const e = document.activeElement, s = getComputedStyle(e);
            return parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== 'none'
              || e.matches('.chart-spot, .choice input'); })()"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_a_chart_is_read_by_keyboard(look: Look) -> None:
    page = look("/parts")
    page.locator(".chart-spot").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-chart-reading]").inner_text() == "10:35, 141/90 mmHg"


def test_search_posts_its_text_and_keeps_it_out_of_the_address(look: Look) -> None:
    page = look("/parts")
    with page.expect_request("**/patients?fragment=1") as asked:
        page.get_by_role("searchbox").press_sequentially("Lindq", delay=20)
    assert asked.value.method == "POST"
    assert "Lindq" not in asked.value.url
    page.get_by_role("link", name="Lindq One").wait_for()


def test_the_list_of_shortcuts_opens_by_keyboard(look: Look) -> None:
    page = look("/parts")
    page.keyboard.press("Alt+/")
    assert page.get_by_role("dialog", name="Keyboard shortcuts").inner_text().count("Alt") >= 2
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+f")
    assert page.evaluate("document.activeElement.id") == "text"
