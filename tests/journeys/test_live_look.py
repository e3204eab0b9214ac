"""How the live page looks: in each state, theme and size, nothing is hard to read or to reach."""

import io
from collections.abc import Callable
from itertools import cycle

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageStat
from playwright.sync_api import Page, expect

from tests.journeys.live_house import Live, Size
from tests.journeys.live_states import SIZES, STATES, THEMES

pytestmark = pytest.mark.journey


def dress(page: Page, theme: str, size: Size) -> None:
    """Another theme and size, as a person would choose them; nothing fades in between."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)


def check_contrast(page: Page, said: str) -> None:
    """Whether all text stands out from what it stands on (WCAG AA)."""
    found = Axe().run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{said}: {found.generate_report()}"


def check_width(page: Page, said: str) -> None:
    """Whether nothing runs off to the right."""
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= seen, f"{said}: {wide} px wide"


def check_all(page: Page, axe: Callable[[Page], None], said: str) -> None:
    """A page at each size, each in another theme; and each theme at one size."""
    themes = cycle(("red-dim", "light", "dim", "dark"))
    for size in SIZES:
        theme = next(themes)
        dress(page, theme, size)
        check_width(page, f"{said}, {size}")
        try:
            axe(page)
        except AssertionError as found:
            raise AssertionError(f"{said}, {theme}, {size}: {found}") from None
    for theme in THEMES:
        dress(page, theme, SIZES[-1])
        check_contrast(page, f"{said}, {theme}")


@pytest.mark.parametrize("name", STATES)
def test_every_state_reads_well(
    live: Live, sit_down: Callable[..., Page], axe: Callable[[Page], None], name: str
) -> None:
    state = STATES[name]
    page = sit_down("thea", state.make(live), size=SIZES[-1], reduced_motion="reduce")
    expect(page.get_by_text(state.says).locator("visible=true").first).to_be_visible()
    check_all(page, axe, name)


def test_red_dim_is_red_and_dim(
    live: Live, sit_down: Callable[..., Page], tell: Callable[[str], None]
) -> None:
    """A dark room stays dark, and eyes that are used to it stay so: nothing is blue or bright."""
    page = sit_down("thea", live.dosed(16), size=SIZES[-1], reduced_motion="reduce")
    dress(page, "red-dim", SIZES[-1])
    pixels = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    (_, red), (_, green), (_, blue) = (band.getextrema() for band in pixels.split())
    assert red > 200
    assert max(green, blue) < 160
    light = ImageStat.Stat(pixels.convert("L")).mean[0] / 255
    tell(f"red-dim: {light:.1%} of a white page's light; green to {green}, blue to {blue}")
    assert light < 0.06
