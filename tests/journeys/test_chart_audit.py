"""An audit of charts in a real browser: from its plan to a corrective action that is verified."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from kapnotes import db
from kapnotes.settings import Settings
from tests.audited import held
from tests.conftest import KEY
from tests.journeys.conftest import House
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey
WORDS = "No goal is named </textarea><script>alert('x')</script> 🌊"


@pytest.fixture
def audited_house(house: House) -> House:
    """The house with two sessions that were held."""
    opened = db.use(
        db.Database(Settings(data=house.data, database_url=house.database_url, key=KEY))
    )
    held(house.small, 2)
    opened.close()
    return house


def press(page: Page, name: str) -> None:
    """Reach a button or link by focus and press Enter."""
    target = page.get_by_role("button", name=name, exact=True)
    target = target.or_(page.get_by_role("link", name=name, exact=True)).first
    target.focus()
    page.keyboard.press("Enter")


def plan(page: Page) -> None:
    page.goto("/chart-audits")
    press(page, "Plan an audit")
    page.locator("[name=since]").fill("2026-11-01")
    page.locator("[name=until]").fill(datetime.now(UTC).date().isoformat())
    page.locator("[name=count]").fill("0")
    press(page, "Plan the audit")
    expect(page.get_by_role("alert")).to_contain_text("whole number from 1")
    page.locator("[name=name]").fill("Winter charts")
    page.locator("[name=count]").fill("2")
    press(page, "Plan the audit")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Winter charts")
    press(page, "Draw the charts")
    expect(page.get_by_text("2 charts drawn.")).to_be_visible()


def choose(page: Page, code: str, answer: str) -> None:
    page.locator(f"[name='{code}.answer'][value={answer}]").check()


def answer_chart(page: Page, *, goals: str) -> None:
    """Met in every row, but for the goals."""
    names = page.locator("input[type=radio][value=met]").evaluate_all(
        "all => all.map(one => one.name.replace('.answer', ''))"
    )
    for code in names:
        choose(page, code, goals if code == "goals" else "met")


def test_from_the_sample_to_a_verified_action(
    audited_house: House, sign_in: Callable[[str], Page], complaints: Complaints
) -> None:
    del audited_house
    complaints.forgive("status of 422")
    supervisor = sign_in("sven")
    plan(supervisor)
    supervisor.get_by_role("link", name="Chart 1:").click()
    answer_chart(supervisor, goals="not_met")
    press(supervisor, "Save")
    expect(supervisor.get_by_role("alert").first).to_contain_text("Say what is missing")
    expect(supervisor.locator("[name='risk.answer'][value=met]")).to_be_checked()
    supervisor.locator("[name='goals.words']").fill(WORDS)
    press(supervisor, "Save")
    expect(supervisor.get_by_text("14 rows saved.")).to_be_visible()
    supervisor.locator("[name=what]").fill("Add an addendum that names the goal")
    supervisor.locator("[name=owner]").select_option(label="Thea")
    due = datetime.now(UTC).date() + timedelta(days=14)
    supervisor.locator("[name=due_on]").fill(date.isoformat(due))
    press(supervisor, "Give the action")
    expect(supervisor.get_by_text("The corrective action is given.")).to_be_visible()
    supervisor.get_by_role("link", name="Next chart").click()
    answer_chart(supervisor, goals="met")
    press(supervisor, "Save")
    supervisor.get_by_role("link", name="Back to the audit").click()
    press(supervisor, "End the audit")
    expect(supervisor.get_by_text("its answers are locked")).to_be_visible()

    therapist = sign_in("thea")
    therapist.goto("/corrective-actions")
    expect(therapist.get_by_text("What audits found in your charts")).to_be_visible()
    expect(therapist.get_by_text(WORDS)).to_be_visible()
    therapist.goto("/")
    therapist.get_by_role("link", name="Linked to the goals of treatment").first.click()
    press(therapist, "Close the action")
    expect(therapist.get_by_role("alert").first).to_contain_text("Please write what was done")
    therapist.locator("[name=words]").fill("The addendum names it")
    press(therapist, "Close the action")
    expect(therapist.get_by_text("Somebody else looks at what was done")).to_be_visible()

    supervisor.goto("/")
    supervisor.get_by_role("link", name="Linked to the goals of treatment").first.click()
    expect(supervisor.get_by_text("The addendum names it")).to_be_visible()
    press(supervisor, "Verify")
    expect(supervisor.get_by_text("Verified.")).to_be_visible()
    supervisor.goto("/chart-audits/over-time")
    expect(supervisor.get_by_role("link", name="Winter charts")).to_be_visible()
