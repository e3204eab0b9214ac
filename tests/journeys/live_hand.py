"""What a person's hand does on the live page, by what they see: panes, fields, the log."""

import re
from collections.abc import Mapping
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from tests.journeys.live_house import Live

LONGEST_STEP = timedelta(minutes=12)
ROW = {
    "systolic": "128",
    "diastolic": "76",
    "heart_rate": "72",
    "spo2": "98",
    "respiratory_rate": "14",
    "sedation": "5",
    "distress": "2",
    "nausea": "0",
}
"""All that the number pad takes, in its order."""


def turn_to(page: Page, part: str) -> None:
    """Open a part of the session: Before, Session, After."""
    page.get_by_role("navigation", name="Parts of the session").get_by_role(
        "link", name=re.compile(f"^{part}")
    ).click()


def open_pane(page: Page, name: str) -> Locator:
    """Open what is recorded by hand: Vitals, Taps, Dose, Adverse event."""
    pane = page.get_by_role("region", name=name, exact=True)
    if not pane.is_visible():
        record = page.get_by_role("navigation", name="Record")
        record.get_by_role("button", name=re.compile(f"^{name}")).click()
    expect(pane).to_be_visible()
    return pane


def log(page: Page) -> Locator:
    """The rows of the log, the newest first."""
    return page.get_by_role("list", name=re.compile("^Log")).locator("> li")


def row(page: Page, *words: str | re.Pattern[str]) -> Locator:
    """The rows of the log that say all this."""
    found = log(page)
    for said in words:
        found = found.filter(has_text=said)
    return found


def stands(page: Page, *words: str | re.Pattern[str]) -> Locator:
    """The one row that says all this, as soon as it is there."""
    found = row(page, *words)
    expect(found).to_have_count(1)
    return found


def tap(page: Page, label: str) -> None:
    """Tap what happened."""
    open_pane(page, "Taps").get_by_role("button", name=label, exact=True).click()


def take_vitals(page: Page, **changed: str) -> None:
    """A row by the keyboard: the digits lead on by themselves, Enter saves."""
    pane = open_pane(page, "Vitals")
    pane.get_by_label("Systolic").focus()
    for name, value in {**ROW, **changed}.items():
        expect(pane.locator(f"[data-field={name}][data-active]")).to_have_count(1)
        page.keyboard.type(value)
    page.keyboard.press("Enter")


def say_words(page: Page, words: str) -> None:
    """Quick words."""
    field = page.get_by_role("textbox", name="Quick words")
    field.fill(words)
    field.press("Enter")


def field(part: Locator, label: str) -> Locator:
    """The field of that label, whether it is needed or not."""
    return part.get_by_label(_named(label))


def fill(part: Locator, answers: Mapping[str, str | bool]) -> None:
    """Answer fields by their labels: text is typed, yes and no are tapped."""
    for label, answer in answers.items():
        if isinstance(answer, bool):
            choose(part, label, "Yes" if answer else "No")
        else:
            field(part, label).fill(answer)


def choose(part: Locator, label: str, choice: str) -> None:
    """Choose one of a few."""
    part.get_by_role("group", name=_named(label)).get_by_text(choice, exact=True).click()


def _named(label: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(label)}( \(needed\))?$")


def slot(page: Page, label: str) -> Locator:
    """A time of the schedule."""
    return page.get_by_role("list", name="Vitals by the schedule").locator("> li", has_text=label)


def wait(live: Live, page: Page, minutes: float) -> None:
    """Let time go by, somebody touching the page now and then: else it asks for the password."""
    left = timedelta(minutes=minutes)
    while left:
        step = min(left, LONGEST_STEP)
        page.keyboard.press("Shift")
        live.turn(step, page)
        left -= step


def all_saved(page: Page) -> None:
    """Nothing waits any longer; a page whose line was down looks for it every five seconds."""
    expect(page.get_by_text("All saved", exact=True)).to_be_visible(timeout=15_000)
