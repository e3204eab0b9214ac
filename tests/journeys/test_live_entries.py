"""Entering by hand on the live page: quick, refused where impossible, asked where unusual."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.live_hand import (
    ROW,
    all_saved,
    field,
    fill,
    open_pane,
    row,
    say_words,
    stands,
    take_vitals,
    tap,
)
from tests.journeys.live_house import Live
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey
PACE = 0.2
"""Seconds from key to key of somebody who knows the pad."""
MOST_SECONDS = 5.0
MONITOR = ("systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate")
TURN = """
ahead => {
  const real = Date.now.bind(Date);
  const Real = Date;
  window.ahead = ahead;
  window.Date = class extends Real {
    constructor(...when) { super(...(when.length ? when : [real() + window.ahead])); }
    static now() { return real() + window.ahead; }
  };
}
"""
"""A tablet whose clock is set wrong: everything that tells the time of day is off by so much."""


def test_a_full_row_takes_under_five_seconds_by_keyboard(
    live: Live, sit_down: Callable[..., Page], tell: Callable[[str], None]
) -> None:
    page = sit_down("mina", live.dosed(16))
    page.keyboard.press("v")
    keys = "".join(ROW.values())
    began = time.monotonic()
    for key in keys:
        page.keyboard.press(key)
        time.sleep(PACE)
    page.keyboard.press("Enter")
    typed = time.monotonic() - began
    stands(
        page, "128/76 mmHg, heart rate 72, SpO₂ 98 %, breaths 14", "distress 2, nausea 0", "saved"
    )
    whole = time.monotonic() - began
    measured = sum(len(ROW[name]) for name in MONITOR)
    tell(f"all eight readings: {len(keys)} keys in {typed:.2f} s, saved after {whole:.2f} s")
    tell(f"what a monitor shows: {measured} keys, {measured * PACE:.2f} s at that pace")
    assert len(keys) <= 14, "eleven digits of the monitor, and one key for each scale"
    assert measured <= 13
    assert typed < MOST_SECONDS


def test_a_full_row_takes_under_five_seconds_by_touch(
    live: Live, sit_down: Callable[..., Page], tell: Callable[[str], None]
) -> None:
    """On a tablet: the pad's own keys, and one tap for each scale."""
    page = sit_down("mina", live.dosed(16), size=(1024, 768), has_touch=True)
    pane = open_pane(page, "Vitals")
    pad = pane.get_by_role("group", name="Number pad")
    pad.get_by_role("button", name="Clear").tap()
    taps = 0
    began = time.monotonic()
    for name in MONITOR:
        for digit in ROW[name]:
            pad.get_by_role("button", name=digit, exact=True).tap()
            taps += 1
    for name in ("Sedation", "Distress", "Nausea"):
        scale = pane.get_by_role("group", name=re.compile(f"^{name}"))
        scale.get_by_role("radio", name=ROW[name.lower()], exact=True).tap()
        taps += 1
    pad.get_by_role("button", name="Save").tap()
    alone = time.monotonic() - began
    at_pace = taps * PACE
    stands(page, "128/76", "sedation 5, distress 2, nausea 0", "saved")
    tell(f"{taps} taps and Save: {at_pace:.2f} s at {PACE} s a tap; the page took {alone:.2f} s")
    assert taps <= 14
    assert at_pace < MOST_SECONDS


def test_a_value_that_cannot_be_is_refused_where_it_stands(
    live: Live, sit_down: Callable[..., Page]
) -> None:
    page = sit_down("mina", live.dosed(16))
    pane = open_pane(page, "Vitals")
    systolic = field(pane, "Systolic")
    systolic.focus()
    page.keyboard.type("35")
    expect(pane).to_contain_text("Systolic lies between 40 and 300.")
    expect(systolic).to_have_value("35")
    expect(systolic).to_have_attribute("aria-invalid", "true")
    page.keyboard.type("120")
    page.keyboard.type("130")
    page.keyboard.press("Enter")
    expect(pane).to_contain_text("Diastolic is not below systolic.")
    expect(systolic).to_have_value("120")
    expect(field(pane, "Diastolic")).to_have_value("130")
    expect(row(page, "120/130")).to_have_count(0)


def test_an_unusual_value_is_asked_about_once(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("422")
    page = sit_down("mina", live.dosed(16))
    pane = open_pane(page, "Vitals")
    take_vitals(page, heart_rate="155")
    expect(pane).to_contain_text("Heart rate of 155 is unusual. Is it right?")
    expect(field(pane, "Heart rate")).to_have_value("155")
    pane.get_by_role("button", name="Measured twice").click()
    stands(page, "heart rate 155", "Stands because: Measured twice")
    expect(field(pane, "Heart rate")).to_have_value("")


def test_without_its_checks_a_dose_needs_words(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("422")
    made = live.started(is_arrived=False)
    page = sit_down("mina", made)
    pane = open_pane(page, "Dose")
    expect(pane).to_contain_text("Not recorded before this dose")
    answers = {"Weight": "71.5", "Weighed on": str(live.weighed_on), "Planned dose": "0.5"}
    fill(pane, {**answers, "Dose": "35.75", "Rate": "53.6", "Lot": "K-9"})
    pane.get_by_role("button", name="Start infusion").click()
    expect(pane.get_by_text("There is no arrival check.").last).to_be_visible()
    expect(field(pane, "Lot")).to_have_value("K-9")
    expect(row(page, "to be given")).to_have_count(0)
    pane.get_by_label("If it stands, say why.").fill("Checked on paper, entered after the start")
    page.keyboard.press("Enter")
    stands(page, "35.75 mg to be given", "Stands because: Checked on paper")


def test_a_dose_above_the_practices_limit_is_not_given(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("422")
    page = sit_down("mina", live.started())
    pane = open_pane(page, "Dose")
    fill(pane, {"Dose": "5000", "Rate": "53.6", "Lot": "K-9"})
    pane.get_by_role("button", name="Start infusion").click()
    wrong = pane.locator(".field-error:visible")
    expect(wrong.first).to_contain_text("mg")
    expect(field(pane, "Dose")).to_have_value("5000")
    expect(pane.get_by_label("If it stands, say why.")).to_have_count(0)
    expect(row(page, "5000 mg")).to_have_count(0)


def test_what_is_entered_late_has_both_times(live: Live, sit_down: Callable[..., Page]) -> None:
    page = sit_down("thea", live.dosed(30))
    pane = open_pane(page, "Taps")
    pane.get_by_role("button", name=re.compile("^Time")).click()
    pane.get_by_role("button", name="10 min ago").click()
    began = live.now()
    tap(page, "Tears")
    late = stands(
        page, "Tears", "saved", re.compile(r"recorded \d\d:\d\d"), re.compile(r"\+\d\d min")
    )
    meant = began - timedelta(minutes=10)
    assert abs(time_of(late) - meant) < timedelta(seconds=3)
    tap(page, "Laughter")
    assert abs(time_of(stands(page, "Laughter", "saved")) - began) < timedelta(seconds=5)


def time_of(found: Locator) -> datetime:
    """The time of a row of the log."""
    return datetime.fromisoformat(found.locator("time").first.get_attribute("datetime") or "")


@pytest.mark.parametrize("hours", [3, -26])
def test_a_wrong_tablet_clock_does_not_reach_the_record(
    live: Live, sit_down: Callable[..., Page], hours: int
) -> None:
    made = live.dosed(16)
    page = sit_down(
        "thea", made, script=f"({TURN})({hours * 3_600_000 + (9000 if hours > 0 else -9000)})"
    )
    said = f"This device's clock is {abs(hours)} h {'ahead' if hours > 0 else 'behind'}."
    expect(page.get_by_text(said)).to_be_visible()
    began = live.now()
    tap(page, "Tears")
    assert abs(time_of(stands(page, "Tears", "saved")) - began) < timedelta(seconds=3)
    page.evaluate("window.ahead += 40 * 60 * 1000")  # somebody sets it meanwhile
    began = live.now()
    say_words(page, "Still here")
    assert abs(time_of(stands(page, "Still here", "saved")) - began) < timedelta(seconds=3)
    all_saved(page)
    ats = [one.at for one in live.entries(made)][-2:]
    assert all(abs(at - began) < timedelta(seconds=8) for at in ats)
