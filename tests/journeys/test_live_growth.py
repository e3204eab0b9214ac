"""Three hours on one page: it weighs little, and neither its memory nor its tree grows."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.live_hand import all_saved, row, say_words, stands
from tests.journeys.live_house import Live, is_poll

pytestmark = pytest.mark.journey
ROOMS = ("page", "live style", "live scripts", "shared")
HOURS = 3
POLLS = HOURS * 3600 * 10 // 15
"""One every second and a half."""
MOST_KB = 150
KINDS = ("onset", "eyes_open", "spoke", "tears", "laughter", "nausea", "restless", "water_given")
HURRY = """
() => {
  const wait = window.setTimeout.bind(window);
  const repeat = window.setInterval.bind(window);
  const ask = window.fetch.bind(window);
  const [clock, date] = [performance.now.bind(performance), Date.now.bind(Date)];
  const ticks = [];
  Object.assign(window, {polls: 0, hurried: false, later: 0});
  performance.now = () => clock() + window.later;
  Date.now = () => date() + window.later;
  window.setInterval = (act, pause) => {
    ticks.push(act);
    return repeat(act, pause);
  };
  window.setTimeout = (act, pause = 0) =>
    wait(act, window.hurried && pause >= 1000 && pause < 9000 ? 0 : pause);
  window.fetch = async (address, options) => {
    const url = new URL(address, location);
    if (!window.hurried || !url.searchParams.has("after")) return ask(address, options);
    window.polls += 1;
    for (const step of [1000, 500]) {
      window.later += step;
      for (const tick of ticks) tick();
    }
    const now = new Date(Date.now()).toISOString().replace(/\\.\\d+Z/, "Z");
    const cursor = Number(url.searchParams.get("after"));
    return Response.json({now, cursor, entries: [], status: null});
  };
}
"""
"""Once `hurried`, polls follow each other at once and are answered in the page, as the server
answers when nothing is new; with each, a second and a half goes by on the page's clocks."""
TAPPING = """
async ([count, kinds]) => {
  const buttons = kinds.map(kind => document.querySelector(`[data-tap=${kind}]`));
  for (let number = 0; number < count; number += 1) {
    buttons[number % buttons.length].click();
    if (number % 20 === 19) await new Promise(done => setTimeout(done, 5));
  }
}
"""
SIZES = """
() => performance.getEntries()
  .filter(one => ["navigation", "resource"].includes(one.entryType))
  .filter(one => !/entries|chart$/.test(new URL(one.name).pathname))
  .map(one => [new URL(one.name).pathname, one.encodedBodySize, one.decodedBodySize])
"""


@dataclass(frozen=True, slots=True)
class Size:
    """What a page holds on to, after its waste was collected."""

    nodes: int
    listeners: int
    heap_kb: int


def size_of(page: Page, devtools: CDPSession) -> Size:
    page.wait_for_timeout(400)
    for _ in range(2):
        devtools.send("HeapProfiler.collectGarbage")
    found = {
        one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]
    }
    nodes = page.evaluate("document.getElementsByTagName('*').length")
    return Size(nodes, int(found["JSEventListeners"]), int(found["JSHeapUsedSize"] / 1024))


def hurry(page: Page, polls: int) -> None:
    """Let so many polls go by."""
    page.evaluate("() => { window.polls = 0; window.hurried = true; }")
    page.wait_for_function("count => window.polls >= count", arg=polls, timeout=60_000)
    page.evaluate("() => { window.hurried = false; }")
    for _ in range(2):
        page.wait_for_event("response", is_poll)


def enter_many(live: Live, page: Page, made: UUID, count: int) -> None:
    """So many taps as fast as the page takes them; all arrive."""
    before = len(live.entries(made))
    page.evaluate(TAPPING, [count, list(KINDS)])
    expect(row(page, "waiting")).to_have_count(0, timeout=60_000)
    all_saved(page)
    assert len(live.entries(made)) == before + count


def test_three_hours_and_three_hundred_entries_do_not_grow(
    live: Live, sit_down: Callable[..., Page], tell: Callable[[str], None]
) -> None:
    made = live.dosed(16)
    page = sit_down("thea", made, script=f"({HURRY})()")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    begun = size_of(page, devtools)
    enter_many(live, page, made, 150)
    half = size_of(page, devtools)
    hurry(page, POLLS // 2)
    waited = size_of(page, devtools)
    enter_many(live, page, made, 150)
    full = size_of(page, devtools)
    hurry(page, POLLS // 2)
    over = size_of(page, devtools)
    for words, size in (
        ("opened", begun),
        ("after 150 entries", half),
        ("an hour and a half of polls later", waited),
        ("after 300 entries", full),
        ("three hours of polls in all", over),
    ):
        tell(f"{words}: {size.nodes} elements, {size.listeners} listeners, {size.heap_kb} KB")
    for before, after in ((half, waited), (full, over)):
        assert after.nodes - before.nodes <= 20
        assert after.listeners - before.listeners <= 30
        assert after.heap_kb - before.heap_kb <= 1200
    assert full.nodes - begun.nodes <= 300 * 14
    assert over.heap_kb <= 16_000
    say_words(page, "Still quick after three hours")
    stands(page, "Still quick after three hours", "saved")


def test_the_page_weighs_little(
    live: Live, sit_down: Callable[..., Page], tell: Callable[[str], None]
) -> None:
    made = live.dosed(16)
    for number in range(40):
        live.tap(made, KINDS[number % len(KINDS)], minutes=15 - number / 3)
    page = sit_down("thea", made)
    sizes: list[tuple[str, int, int]] = page.evaluate(SIZES)
    sent, whole = dict.fromkeys(ROOMS, 0), dict.fromkeys(ROOMS, 0)
    for path, encoded, decoded in sizes:
        sent[_kind(path)] += encoded
        whole[_kind(path)] += decoded
    for words, kinds in (("as sent", sent), ("not compressed", whole)):
        told = ", ".join(f"{name} {size / 1024:.0f} KB" for name, size in kinds.items())
        adds, together = sum(kinds.values()) - kinds["shared"], sum(kinds.values())
        told += f"; the session adds {adds / 1024:.0f}, in all {together / 1024:.0f} KB"
        tell(f"{words}: {told}")
    assert sum(sent.values()) < MOST_KB * 1024


def _kind(path: str) -> str:
    if path.startswith("/static/js/live/"):
        return "live scripts"
    if path == "/static/css/live.css":
        return "live style"
    return "shared" if path.startswith("/static/") else "page"
