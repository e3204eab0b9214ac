"""Two people on one session: each sees the other's entries at once, and overwrites none of them."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.live_hand import field, open_pane, say_words, stands, tap, turn_to
from tests.journeys.live_house import BOTH, EMBEDDED, Live
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey
SECONDS = 2.0
"""Within which each sees what the other entered."""
STARE = """
words => new Promise(seen => {
  const look = () => {
    const rows = [...document.querySelectorAll("main li")];
    if (rows.some(one => one.textContent.includes(words))) { watch.disconnect(); seen(Date.now()); }
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, {childList: true, subtree: true, characterData: true});
  look();
})
"""
"""Resolves to the time at which a page shows these words."""


def seconds_until_seen(writer: Page, reader: Page, words: str) -> float:
    """From the key that saves to the other's screen; both browsers tell one machine's time."""
    textbox = writer.get_by_role("textbox", name="Quick words")
    textbox.fill(words)
    reader.evaluate(f"() => {{ window.stared = ({STARE})({words!r}) }}")
    began = writer.evaluate("Date.now()")
    textbox.press("Enter")
    seen = reader.evaluate("window.stared")
    return float(seen - began) / 1000


@BOTH
def test_each_sees_the_others_entries_within_two_seconds(
    live: Live, sit_down: Callable[..., Page], tell: Callable[[str], None]
) -> None:
    made = live.dosed(12)
    thea, mina = sit_down("thea", made), sit_down("mina", made)
    taken = []
    for number in range(4):
        taken.append(seconds_until_seen(thea, mina, f"Thea's word {number}"))
        taken.append(seconds_until_seen(mina, thea, f"Mina's word {number}"))
        time.sleep(0.37)  # so that the next falls elsewhere between two polls
    tell(f"seen after {min(taken):.2f} to {max(taken):.2f} s, median {median(taken):.2f} s")
    assert max(taken) <= SECONDS, taken
    stands(mina, "Thea's word 3", "Thea")
    stands(thea, "Mina's word 3", "Mina")


@EMBEDDED
def test_a_pause_by_one_is_a_pause_for_both(live: Live, sit_down: Callable[..., Page]) -> None:
    made = live.dosed(12)
    thea, mina = sit_down("thea", made), sit_down("mina", made)
    dose = open_pane(mina, "Dose")
    open_pane(thea, "Dose").get_by_role("button", name="Pause", exact=True).click()
    expect(dose.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    stands(mina, "Infusion paused", "Thea")


@EMBEDDED
def test_an_answer_about_risk_holds_both_until_one_writes_the_note(
    live: Live, sit_down: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    made = live.dosed(12)
    thea, mina = sit_down("thea", made), sit_down("mina", made)
    say_words(thea, "Silence")
    live.answers("phq-9", made, q9="2")
    held = "Write a risk note before the session goes on"
    for page in (thea, mina):
        block = page.get_by_role("alert").filter(has_text=held)
        expect(block).to_be_visible()
        expect(block).to_contain_text("item 9 is 2")
        axe(page)
    dose = open_pane(mina, "Dose")
    expect(dose.get_by_text("A risk note is missing")).to_be_visible()
    thea.get_by_role("link", name="Write a risk note").click()
    thea.get_by_label("Risk note").fill("Asked at once: no plan. Goes on.")
    thea.get_by_role("button", name="Save the risk note").click()
    expect(thea).to_have_url(re.compile(rf"{made}/session$"))
    for page in (thea, mina):
        expect(page.get_by_text(held)).to_have_count(0)
    expect(dose.get_by_text("A risk note is missing")).to_be_hidden()
    stands(thea, "Silence")


@BOTH
def test_two_who_correct_one_row_overwrite_nothing(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("409")
    made = live.dosed(12)
    live.reading(made, 1, systolic=133)
    pages = {"Thea": sit_down("thea", made), "Mina": sit_down("mina", made)}
    values = {"Thea": "141", "Mina": "139"}
    for name, page in pages.items():
        wrong = stands(page, "133/78")
        wrong.get_by_role("button", name="Change Vitals").click()
        wrong.get_by_role("button", name="Correct", exact=True).click()
        pane = page.get_by_role("region", name="Vitals")
        field(pane, "Systolic").fill(values[name])
        pane.get_by_role("button", name="Read wrongly").click()
    for page in pages.values():
        page.get_by_role("region", name="Vitals").get_by_role("button", name="Save").click()
    told = [one for one in pages if _is_told(pages[one])]
    assert len(told) == 1, told
    first = next(one for one in pages if one not in told)
    second = told[0]
    for page in pages.values():
        stands(page, f"{values[first]}/78", first, "Before it was corrected (1)", "133/78")
        expect(page.get_by_text(f"{values[second]}/78")).to_have_count(0)
    typed = field(pages[second].get_by_role("region", name="Vitals"), "Systolic")
    expect(typed).to_have_value(values[second])


def _is_told(page: Page) -> bool:
    """Whether this one came second. Who came first has an empty pad."""
    pane = page.get_by_role("region", name="Vitals")
    sentence = pane.get_by_text("Somebody changed this entry meanwhile. Nothing was overwritten")
    saved = page.get_by_role("status").filter(has_text="Vitals saved.")
    expect(sentence.or_(saved).first).to_be_attached()
    return sentence.count() > 0


@EMBEDDED
def test_both_go_on_with_one_arrival_check(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("409")
    made = live.plan()
    thea, mina = sit_down("thea", made), sit_down("mina", made)
    hers, his = (page.get_by_role("region", name="Before the dose") for page in (thea, mina))
    field(hers, "Escort").fill("Runa Falk")
    field(his, "Weight").fill("71.5")
    hers.get_by_role("button", name="Save arrival check").click()
    expect(field(his, "Escort")).to_have_value("Runa Falk")
    expect(field(his, "Weight")).to_have_value("71.5")
    his.get_by_role("button", name="Save arrival check").click()
    expect(field(hers, "Weight")).to_have_value("71.5")
    turn_to(thea, "Session")
    stands(thea, "Arrival check", "Escort: Runa Falk", "Weight: 71.5 kg", "Mina")


@EMBEDDED
def test_who_opens_it_later_finds_all_of_it(live: Live, sit_down: Callable[..., Page]) -> None:
    made = live.dosed(12)
    thea = sit_down("thea", made)
    tap(thea, "Tears")
    say_words(thea, "It was the kitchen of her grandmother")
    stands(thea, "grandmother", "saved")
    live.turn(timedelta(minutes=1))
    mina = sit_down("mina", made)
    stands(mina, "Tears", "Thea")
    stands(mina, "grandmother", "Thea")
