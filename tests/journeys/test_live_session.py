"""A whole intravenous session on the live page, its hours compressed: arrival to signature."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.builders import PASSWORD, raw_of
from tests.journeys.answering import answer
from tests.journeys.live_hand import (
    all_saved,
    choose,
    field,
    fill,
    log,
    open_pane,
    say_words,
    slot,
    stands,
    take_vitals,
    tap,
    turn_to,
    wait,
)
from tests.journeys.live_house import POSTGRESQL, Live
from tests.plumbing.browser import Complaints

pytestmark = [pytest.mark.journey, POSTGRESQL]


def wall(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


def arrive(live: Live, page: Page) -> None:
    """The arrival check is begun, and gone on with once the time-out was done."""
    sheet = page.get_by_role("region", name="Before the dose")
    expect(sheet).to_contain_text("There is no arrival check.")
    now = live.now()
    fill(
        sheet,
        {
            "Identity checked": True,
            "Consent confirmed again today": True,
            "Fasting kept": True,
            "Medicines of today gone through": True,
            "Escort home confirmed": True,
            "Weight": "71.5",
            "Weighed on": str(live.weighed_on),
            "Last food": wall(now - timedelta(hours=9)),
            "Last drink": wall(now - timedelta(hours=4)),
            "Escort": "Runa Falk",
        },
    )
    choose(sheet, "Vitals before the dose", "Acceptable")
    fill(sheet, {"Judged by": "Mina"})
    sheet.get_by_role("button", name="Save arrival check").click()
    expect(sheet).to_contain_text("Time-out done: not recorded.")
    fill(sheet, {"Time-out done": True, "Time-out: who took part": "Mina and Thea"})
    expect(sheet).to_contain_text("Not saved yet")
    sheet.get_by_role("button", name="Save arrival check").click()
    expect(sheet).to_contain_text("Every check before the dose is recorded.")
    take_vitals(page, systolic="122")
    expect(slot(page, "Before the dose")).to_contain_text("done")
    sheet.get_by_role("button", name="Start session").click()
    stands(page, "Session started")
    stands(page, "Arrival check", "Before it was corrected (1)")


def begin_the_dose(page: Page) -> None:
    """The plan comes to mg, the minutes to a rate; both are offered, and taken."""
    pane = open_pane(page, "Dose")
    expect(field(pane, "Weight")).to_have_value("71.5")
    fill(pane, {"Planned dose": "0.5", "Concentration": "10"})
    expect(pane).to_contain_text("The plan comes to 35.75 mg, 3.575 mL.")
    pane.get_by_role("button", name="Fill in 35.75 mg").click()
    pane.get_by_role("button", name="Fill in 53.63 mg/h").click()
    fill(pane, {"Lot": "K-77", "Site": "Left forearm, 22 G"})
    pane.get_by_role("button", name="Start infusion").click()
    stands(page, "35.75 mg to be given, at 53.63 mg/h")
    expect(pane.get_by_role("button", name="Stop", exact=True)).to_be_visible()


def pause_and_change(live: Live, page: Page) -> None:
    pane = open_pane(page, "Dose")
    wait(live, page, 5)
    pane.get_by_role("button", name="Pause", exact=True).click()
    stands(page, "Infusion paused")
    so_far = re.search(r"([\d.]+) mg\s+of 35\.75 mg so far", pane.inner_text())
    assert so_far
    assert 4.4 <= float(so_far[1]) <= 4.8, "of 53.63 mg/h in five minutes"
    wait(live, page, 2)
    expect(pane).to_contain_text(so_far[0])
    pane.get_by_role("button", name="Resume", exact=True).click()
    stands(page, "Infusion resumed")
    pane.get_by_role("button", name="Change rate").click()
    fill(pane, {"New rate": "40", "Reason": "Tearful, wants it slower"})
    pane.get_by_role("button", name="Save rate").click()
    stands(page, "40 mg/h. Tearful, wants it slower")
    expect(pane).to_contain_text("Running at 40 mg/h")


def take_what_is_due(live: Live, page: Page) -> None:
    """At fifteen minutes a reading is due; a full row is in within five seconds."""
    expect(slot(page, "15 min")).not_to_contain_text("due")
    wait(live, page, 9)
    expect(slot(page, "15 min")).to_contain_text("due now")
    expect(page.get_by_text("Vitals, 15 min: due now.")).to_be_attached()
    take_vitals(page)
    expect(slot(page, "15 min")).to_contain_text("done")
    expect(page.get_by_label("Systolic")).to_have_value("")


def tap_and_say(page: Page) -> None:
    """Taps with words, one taken back, and quick words; nothing is erased."""
    pane = open_pane(page, "Taps")
    tap(page, "Tears")
    stands(page, "Tears", "saved")
    pane.get_by_role("button", name="Add words").click()
    pane.get_by_label("Words for: Tears").fill("Quiet, hands open")
    page.keyboard.press("Enter")
    stands(page, "Quiet, hands open", "Before it was corrected (1)")
    tap(page, "Vomiting")
    stands(page, "Vomiting", "saved")
    pane.get_by_role("button", name="Undo").click()
    pane.get_by_role("button", name="Wrong button").click()
    stands(page, "Vomiting", "Struck out by Thea: Wrong button")
    tap(page, "Onset")
    stands(page, "Onset", "saved")
    page.keyboard.press("u")
    page.keyboard.type("Too early")
    page.keyboard.press("Enter")
    stands(page, "Onset", "Struck out by Thea: Too early")
    say_words(page, "“It is still. Bigger than me.” Größe & <b>")
    stands(page, "Größe & <b>", "saved")


def report_an_event(page: Page) -> None:
    pane = open_pane(page, "Adverse event")
    kind = pane.get_by_role("combobox").first
    kind.select_option(label="Other")
    choose(pane, "Severity", "Mild")
    pane.get_by_role("button", name="Record event").click()
    expect(pane.get_by_text("Say in words what happened.")).to_be_visible()
    kind.select_option(label="Nausea")
    choose(pane, "Serious", "No")
    fill(pane, {"What was done": "Head raised, slower breathing"})
    choose(pane, "Outcome", "Resolving")
    pane.get_by_role("button", name="Record event").click()
    stands(page, "Head raised, slower breathing")


def answer_levels(page: Page) -> None:
    """A raised pressure asks what was done, and a very high one; each is answered in words."""
    take_vitals(page, systolic="152", diastolic="94")
    raised = stands(page, "152/94", "Watch")
    raised.get_by_role("button", name="Observed, nothing needed").click()
    expect(raised).to_contain_text("Answered.")
    take_vitals(page, systolic="205", diastolic="112")
    urgent = stands(page, "205/112", "Urgent")
    expect(page.get_by_role("link", name="Say what was done")).to_be_visible()
    urgent.get_by_label("What was done?").fill("Infusion slowed, Mina at the bed")
    urgent.get_by_role("button", name="Save", exact=True).click()
    expect(urgent).to_contain_text("Answered.")
    expect(page.get_by_role("link", name="Say what was done")).to_have_count(0)
    stands(page, "Infusion slowed, Mina at the bed")


def miss_and_be_late(live: Live, page: Page) -> None:
    """What was not taken stays missed; what was taken late stays late, whatever comes after."""
    wait(live, page, 19)
    expect(page.get_by_text(re.compile(r"^Late by \d min"))).to_be_visible()
    expect(slot(page, "30 min")).to_contain_text("late")
    wait(live, page, 6)
    expect(slot(page, "30 min")).to_contain_text("missed")
    expect(slot(page, "40 min")).to_contain_text("due now")
    take_vitals(page, systolic="131")
    expect(slot(page, "40 min")).to_contain_text("done")


def stop_with_waste(page: Page) -> None:
    """Drawn is given and wasted, before a second pair of eyes."""
    pane = open_pane(page, "Dose")
    pane.get_by_role("button", name="Stop", exact=True).click()
    form = pane.locator("form", has_text="The time was taken when you pressed Stop")
    fill(form, {"Given": "28", "Drawn": "50"})
    form.get_by_role("button", name="Fill in 22 mg").click()
    fill(form, {"Wasted by": "Mina", "Witnessed by": "mina"})
    fill(form, {"Changes of dose, with reasons": "Slower, then stopped: tearful"})
    form.get_by_role("button", name="Save the stop").click()
    expect(form).to_contain_text("The witness must be somebody other")
    fill(form, {"Witnessed by": "Thea"})
    form.get_by_role("button", name="Save the stop").click()
    stands(page, "28 mg, 22 mg wasted")
    expect(pane.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    expect(page.get_by_text("Together 28 mg, 0.392 mg/kg")).to_be_visible()


def correct(page: Page) -> None:
    """A correction asks why; what stood there first stays in the history."""
    wrong = stands(page, "131/76")
    wrong.get_by_role("button", name="Change Vitals").click()
    wrong.get_by_role("button", name="Correct", exact=True).click()
    pane = page.get_by_role("region", name=re.compile("^Vitals"))
    expect(pane.get_by_label("Systolic")).to_have_value("131")
    pane.get_by_label("Systolic").fill("137")
    pane.get_by_role("button", name="Save", exact=True).click()
    expect(pane).to_contain_text("Say why it is corrected.")
    pane.get_by_role("button", name="Read wrongly").click()
    page.keyboard.press("Enter")
    right = stands(page, "137/76", "Before it was corrected (1)")
    right.get_by_text("Before it was corrected (1)").click()
    expect(right).to_contain_text(re.compile(r"131/76 .*Corrected: Read wrongly"))


def leave_early(live: Live, page: Page) -> None:
    """Leaving before the time of observation asks for a reason, and says for how long it is."""
    wait(live, page, 27)
    expect(slot(page, "60 min")).to_contain_text("late")
    take_vitals(page, systolic="118")
    expect(slot(page, "60 min")).to_contain_text(re.compile(r"late, \d\d:\d\d"))
    turn_to(page, "After")
    sheet = page.get_by_role("region", name="Recovery and discharge")
    expect(sheet).to_contain_text("Not before")
    yes = (
        "Vitals near baseline",
        "Alert and oriented",
        "Walking steadily",
        "Nausea controlled",
        "Dissociation settled",
        "Suicide risk asked again",
        "A responsible adult present",
        "Written instructions given",
        "Told not to drive",
    )
    fill(sheet, dict.fromkeys(yes, True))
    sheet.locator("[name=aldrete]").fill("10")
    sheet.get_by_role("button", name="Leaves now").click()
    sheet.get_by_role("button", name="Save", exact=True).click()
    expect(sheet).to_contain_text("this practice observes for at least 60 minutes")
    sheet.get_by_label("If it stands, say why.").fill("Lives next door, her sister stays")
    page.keyboard.press("Enter")
    expect(sheet).to_contain_text("The patient has left.")
    expect(sheet).to_contain_text("Every criterion for leaving is recorded.")
    sheet.get_by_role("button", name="Complete infusion").click()
    expect(sheet).to_contain_text("The infusion is completed")


def write_the_note(page: Page) -> None:
    """The note is offered with its facts, and never with a word of its narrative."""
    page.get_by_role("button", name="Write dosing-session note").click()
    page.wait_for_url("**/edit")
    expect(page.locator("[name='weight-kg']")).to_have_value("71.5")
    expect(page.locator("[name='access-site']")).to_have_value("Left forearm, 22 G")
    expect(page.locator("[name='time-out'][value=true]")).to_be_checked()
    expect(page.locator("[name='baseline-by']")).to_have_value("Mina")
    expect(page.locator("[name='themes']")).to_have_value("")
    expect(page.locator("[name='assessment']")).to_have_value("")
    raw = {**raw_of("dosing"), "session-date": [datetime.now(UTC).strftime("%Y-%m-%d")]}
    answer(page, raw)
    page.get_by_role("button", name="Review and sign").or_(
        page.get_by_role("link", name="Review and sign")
    ).first.click()
    page.wait_for_url("**/sign")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The note is signed").first).to_be_visible()


def test_a_whole_session(live: Live, sit_down: Callable[..., Page], complaints: Complaints) -> None:
    complaints.forgive("422|409")
    made = live.plan()
    page = sit_down("thea", made, has_clock=True)
    arrive(live, page)
    begin_the_dose(page)
    pause_and_change(live, page)
    take_what_is_due(live, page)
    tap_and_say(page)
    report_an_event(page)
    answer_levels(page)
    miss_and_be_late(live, page)
    stop_with_waste(page)
    correct(page)
    leave_early(live, page)
    all_saved(page)
    times = log(page).locator("time").evaluate_all("all => all.map(one => one.dateTime)")
    assert all(later >= earlier for later, earlier in pairwise(times)), "not by time"
    write_the_note(page)
    page.goto(f"/infusions/{made}/session")
    expect(page.get_by_text("This session is locked")).to_be_visible()
    expect(page.get_by_role("navigation", name="Record")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Change"))).to_have_count(0)
