"""Every pane, question and message of the live page reads well, on a phone and on a tablet."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.builders import PASSWORD
from tests.journeys.live_hand import (
    all_saved,
    choose,
    field,
    fill,
    open_pane,
    say_words,
    stands,
    tap,
    turn_to,
)
from tests.journeys.live_house import Live
from tests.journeys.live_states import SIZES
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey
Axe = Callable[[Page], None]
LOOKS = (("red-dim", SIZES[0]), ("light", SIZES[2]))


def check(page: Page, axe: Axe, said: str) -> None:
    """A scene as it stands, in the dark on a phone and in the light on a tablet."""
    for theme, (width, height) in LOOKS:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{said}: {wide} px wide"
        try:
            axe(page)
        except AssertionError as found:
            raise AssertionError(f"{said}, {theme}, {width} px: {found}") from None


def test_the_panes_read_well(
    live: Live, sit_down: Callable[..., Page], axe: Axe, complaints: Complaints
) -> None:
    complaints.forgive("422")
    made = live.dosed(16)
    page = sit_down("thea", made, size=SIZES[2], reduced_motion="reduce")

    pane = open_pane(page, "Vitals")
    field(pane, "Systolic").focus()
    page.keyboard.type("35")
    expect(pane).to_contain_text("lies between")
    pane.get_by_role("button", name=re.compile("^Time")).click()
    check(page, axe, "an impossible value, and the choice of a time")

    field(pane, "Systolic").fill("230")
    field(pane, "Diastolic").fill("90")
    pane.get_by_role("button", name="Save").click()
    expect(pane).to_contain_text("is unusual")
    check(page, axe, "an unusual value")

    pane = open_pane(page, "Taps")
    tap(page, "Tears")
    stands(page, "Tears", "saved")
    pane.get_by_role("button", name="Add words").click()
    check(page, axe, "words for a tap")
    pane.get_by_role("button", name="Cancel").click()
    pane.get_by_role("button", name="Undo").click()
    check(page, axe, "undo of a tap")
    pane.get_by_role("button", name="Wrong button").click()
    stands(page, "Tears", "Struck out by")

    pane = open_pane(page, "Dose")
    pane.get_by_role("button", name="Change rate").click()
    pane.get_by_role("button", name="Save rate").click()
    expect(pane).to_contain_text("Enter the new rate")
    check(page, axe, "a rate that is missing")
    pane.get_by_role("button", name="Stop", exact=True).click()
    fill(pane.locator("form", has_text="The time was taken"), {"Given": "14", "Drawn": "50"})
    check(page, axe, "the stop")
    pane.get_by_role("button", name="It still runs").click()
    pane.get_by_text("Another dose").click()
    for fold in pane.locator("details:not([open]) > summary").all():
        fold.click()
    check(page, axe, "another dose")

    pane = open_pane(page, "Adverse event")
    pane.get_by_role("combobox").first.select_option(label="Other")
    choose(pane, "Severity", "Severe")
    pane.get_by_role("button", name="Record event").click()
    expect(pane).to_contain_text("Say in words what happened.")
    check(page, axe, "an event without words")


def test_the_log_and_the_other_parts_read_well(
    live: Live, sit_down: Callable[..., Page], axe: Axe
) -> None:
    made = live.dosed(16)
    page = sit_down("thea", made, size=SIZES[2], reduced_motion="reduce")
    say_words(page, "It is still")
    words = stands(page, "It is still", "saved")
    words.get_by_role("button", name=re.compile("^Change")).click()
    check(page, axe, "what can be done with a row")
    words.get_by_role("button", name="Correct").click()
    check(page, axe, "a row that is corrected")
    vitals = stands(page, "Vitals 124/78")
    vitals.get_by_role("button", name=re.compile("^Change")).click()
    vitals.get_by_role("button", name="Strike out").click()
    check(page, axe, "a row that is struck out")
    vitals.get_by_role("button", name="Cancel").click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    check(page, axe, "the list of keys")
    page.keyboard.press("Escape")
    turn_to(page, "Before")
    check(page, axe, "before")
    turn_to(page, "After")
    check(page, axe, "after")


def test_a_lost_line_and_a_lost_sitting_read_well(
    live: Live, sit_down: Callable[..., Page], axe: Axe, complaints: Complaints
) -> None:
    complaints.forgive("ERR_INTERNET_DISCONNECTED|401|422")
    made = live.dosed(16)
    page = sit_down("thea", made, size=SIZES[2], reduced_motion="reduce", has_clock=True)
    page.context.set_offline(True)
    tap(page, "Tears")
    open_pane(page, "Adverse event").get_by_role("combobox").first.select_option(label="Nausea")
    expect(page.get_by_text("Offline, 1 waiting", exact=True)).to_be_visible()
    check(page, axe, "offline")
    live.sign_out(live.small.therapist)
    page.context.set_offline(False)
    expect(page.get_by_text("You are signed out", exact=True)).to_be_visible()
    check(page, axe, "signed out")
    if not page.get_by_label("E-mail").input_value():
        page.get_by_label("E-mail").fill("thea@test.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(live.code("thea"))
    page.keyboard.press("Enter")
    all_saved(page)


def test_what_needs_an_answer_reads_well_and_is_answered(
    live: Live, sit_down: Callable[..., Page], axe: Axe, complaints: Complaints
) -> None:
    """An entry of a time offline that the server then asks about: set aside, mended, saved."""
    complaints.forgive("ERR_INTERNET_DISCONNECTED|422")
    made = live.dosed(16)
    page = sit_down("thea", made, size=SIZES[2], reduced_motion="reduce")
    page.context.set_offline(True)
    pane = open_pane(page, "Vitals")
    fill(pane, {"Systolic": "230", "Diastolic": "90"})
    pane.get_by_role("button", name="Save").click()
    tap(page, "Tears")
    expect(page.get_by_text("Offline, 2 waiting", exact=True)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("1 to answer", exact=True)).to_be_visible()
    stands(page, "Tears", "saved")
    asked = stands(page, "230/90", "needs an answer", "is unusual")
    check(page, axe, "an answer is needed")
    asked.get_by_label("If it stands, say why.").fill("Measured twice")
    page.keyboard.press("Enter")
    stands(page, "230/90", "Stands because: Measured twice")
    all_saved(page)
