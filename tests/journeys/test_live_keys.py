"""The live page without a mouse: everything is reached, nothing that has the focus is covered."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.live_hand import field, open_pane, row, stands, turn_to
from tests.journeys.live_house import Live
from tests.journeys.live_states import SIZES

pytestmark = pytest.mark.journey
NAME = """
one => one.type === "radio" && one.name
  ? "radio " + one.closest("section").id + " " + one.name
  : [one.localName, one.ariaLabel || one.id || one.className || one.textContent.trim(),
     one.matches("button, a") ? one.textContent.trim() : ""].join(" ").slice(0, 90)
"""
WANTED = f"""
() => {{
  const some = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const isSeen = one => one.checkVisibility({{visibilityProperty: true}}) && !one.disabled
    && !one.closest("dialog") && one.getClientRects().length > 0;
  const all = [...document.querySelectorAll(`main :is(${{some}})`)].filter(isSeen);
  return [...new Set(all.map({NAME}))];
}}
"""
"""What Tab should reach, by names that a person could tell apart; a radio group is one stop."""
HERE = f"""
() => {{
  const one = document.activeElement;
  if (!one?.closest("main")) return null;
  const box = one.getBoundingClientRect();
  const spots = [[0.5, 0.5], [0.05, 0.1], [0.95, 0.9], [0.05, 0.9], [0.95, 0.1]];
  const isShown = spots.some(([x, y]) => {{
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && (one.contains(top) || top.closest("label")?.control === one);
  }});
  return [({NAME})(one), isShown];
}}
"""
"""What has the focus, and whether any of it can be seen."""
SOON = f"async () => {{ await new Promise(done => setTimeout(done, 60)); return ({HERE})(); }}"
"""The same once the page had time to make room for it."""


def walk(page: Page) -> tuple[list[str], list[str]]:
    """Go through the page by Tab: what was reached, and what of that lies under something."""
    page.locator("#main").focus()
    reached, covered = [], []
    for _ in range(400):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:
            break
        reached.append(here[0])
        if not here[1] and not page.evaluate(SOON)[1]:
            covered.append(here[0])
    return reached, covered


def press(target: Locator) -> None:
    """Reach by focus and press Enter."""
    target.focus()
    target.press("Enter")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_tab_reaches_everything_and_nothing_covers_it(
    live: Live, sit_down: Callable[..., Page], size: tuple[int, int]
) -> None:
    made = live.dosed(16)
    page = sit_down("thea", made, reduced_motion="reduce")
    for pane, part in (
        ("Vitals", "Session"),
        ("Taps", "Before"),
        ("Dose", "Session"),
        ("Adverse event", "After"),
    ):
        page.set_viewport_size({"width": 1280, "height": 900})
        open_pane(page, pane)
        turn_to(page, part)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        reached, covered = walk(page)
        wanted = page.evaluate(WANTED)
        assert len(wanted) > 15
        missed = set(wanted) - set(reached)
        assert not missed, f"{pane}, {part}: Tab never reached {sorted(missed)}"
        assert not covered, f"{pane}, {part}: under something: {covered}"


def test_single_keys_do_what_their_list_says(live: Live, sit_down: Callable[..., Page]) -> None:
    page = sit_down("thea", live.dosed(16))
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    listed = keys.locator("dl > div").all_inner_texts()
    assert {text.split("\n")[-1].strip() for text in listed} >= set("VWKDEUBSALTM?")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    for key, name in (("k", "Taps"), ("d", "Dose"), ("e", "Adverse event"), ("v", "Vitals")):
        page.keyboard.press("Escape")
        page.keyboard.press(key)
        expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    for key, name in (("b", "Before the dose"), ("a", "Recovery and discharge"), ("s", "Session")):
        page.keyboard.press(key)
        expect(page.get_by_role("region", name=name, exact=True)).to_be_focused()
    page.keyboard.press("w")
    words = page.get_by_role("textbox", name="Quick words")
    expect(words).to_be_focused()
    page.keyboard.type("vwkdebsaltm?")
    expect(words).to_have_value("vwkdebsaltm?")
    page.keyboard.press("Escape")
    themes = []
    for _ in range(4):
        page.keyboard.press("t")
        themes.append(page.evaluate("document.documentElement.dataset.theme"))
    assert sorted(themes) == ["dark", "dim", "light", "red-dim"]
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Sound on")).to_be_visible()
    kept = sorted(one["name"] for one in page.context.cookies())
    assert kept == ["kapnotes", "sound", "theme"]


def test_a_session_is_recorded_without_a_mouse(live: Live, sit_down: Callable[..., Page]) -> None:
    page = sit_down("thea", live.dosed(16))
    page.keyboard.press("v")
    page.keyboard.type("12876729814")
    page.keyboard.press("Enter")
    stands(page, "128/76 mmHg, heart rate 72, SpO₂ 98 %, breaths 14", "saved")

    page.keyboard.press("k")
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == "Tears":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stands(page, "Tears", "saved")
    page.keyboard.press("u")
    page.keyboard.type("By mistake")
    page.keyboard.press("Enter")
    stands(page, "Tears", "Struck out by Thea: By mistake")

    page.keyboard.press("w")
    page.keyboard.type("Light")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and water")
    page.keyboard.press("Enter")
    stands(page, "Light", "and water", "saved")
    page.keyboard.press("Escape")

    page.keyboard.press("d")
    dose = page.get_by_role("region", name="Dose", exact=True)
    press(dose.get_by_role("button", name="Pause", exact=True))
    stands(page, "Infusion paused", "saved")
    press(dose.get_by_role("button", name="Resume", exact=True))
    stands(page, "Infusion resumed", "saved")
    press(dose.get_by_role("button", name="Change rate"))
    page.keyboard.type("40")
    page.keyboard.press("Tab")
    page.keyboard.type("Slower")
    page.keyboard.press("Enter")
    stands(page, "40 mg/h. Slower", "saved")

    vitals = stands(page, "128/76")
    press(vitals.get_by_role("button", name=re.compile("^Change")))
    press(vitals.get_by_role("button", name="Strike out"))
    press(vitals.get_by_role("button", name="Entered twice"))
    stands(page, "128/76", "Struck out by Thea: Entered twice")
    expect(row(page, "128/76").get_by_role("button", name=re.compile("^Change"))).to_have_count(0)

    page.keyboard.press("Escape")
    page.keyboard.press("a")
    press(page.get_by_role("button", name="Leaves now"))
    expect(
        field(page.get_by_role("region", name="Recovery and discharge"), "Left at")
    ).not_to_have_value("")
