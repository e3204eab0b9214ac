"""What waits for the line counts at once on the page, and is changed there like all else."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from kapnotes import db
from tests.builders import sign, written
from tests.journeys.live_hand import (
    all_saved,
    choose,
    fill,
    open_pane,
    row,
    slot,
    stands,
    take_vitals,
    tap,
    turn_to,
)
from tests.journeys.live_house import Live
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey
LOST = "ERR_INTERNET_DISCONNECTED"
STEP = timedelta(minutes=4)
"""Three of them are less than the time after which nobody is signed in any longer."""


def so_far(pane: Locator) -> float:
    """How much of the dose is in, as the page tells it."""
    found = re.search(r"([\d.]+) mg\s+of 35\.75 mg so far", pane.inner_text())
    assert found
    return float(found[1])


def test_an_infusion_is_run_through_a_lost_line(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    """Paused, resumed and slowed while offline: what is in so far is told, and is what stands."""
    complaints.forgive(LOST)
    made = live.dosed(10)
    page = sit_down("thea", made, has_clock=True)
    pane = open_pane(page, "Dose")
    begun = so_far(pane)
    page.context.set_offline(True)
    minutes = int(STEP.total_seconds() * 1000)
    page.clock.fast_forward(minutes)
    pane.get_by_role("button", name="Pause", exact=True).click()
    paused = so_far(pane)
    assert 3.3 <= paused - begun <= 3.8, "four minutes at 53.6 mg/h"
    page.clock.fast_forward(minutes)
    pane.get_by_role("button", name="Resume", exact=True).click()
    assert abs(so_far(pane) - paused) < 0.3
    pane.get_by_role("button", name="Change rate").click()
    fill(pane, {"New rate": "30", "Reason": "Slower"})
    pane.get_by_role("button", name="Save rate").click()
    page.clock.fast_forward(minutes)
    expect(pane).to_contain_text("Running at 30 mg/h")
    told = so_far(pane)
    assert 1.8 <= told - paused <= 2.3, "four minutes at 30 mg/h"
    live.turn(3 * STEP)
    page.context.set_offline(False)
    all_saved(page)
    assert abs(so_far(pane) - told) < 0.3, "the server works out the same"


def test_what_waits_is_taken_back_or_added_to(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive(LOST)
    made = live.dosed(16)
    before = len(live.entries(made))
    page = sit_down("thea", made)
    page.context.set_offline(True)
    take_vitals(page)
    expect(slot(page, "15 min")).to_contain_text("waiting")
    pane = open_pane(page, "Taps")
    tap(page, "Vomiting")
    pane.get_by_role("button", name="Undo").click()
    pane.get_by_role("button", name="Wrong button").click()
    tap(page, "Tears")
    pane.get_by_role("button", name="Add words").click()
    pane.get_by_label("Words for: Tears").fill("Quiet")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Offline, 5 waiting", exact=True)).to_be_visible()
    page.context.set_offline(False)
    all_saved(page)
    stands(page, "Vomiting", "Struck out by Thea: Wrong button")
    stands(page, "Tears", "Quiet", "Before it was corrected (1)")
    expect(slot(page, "15 min")).to_contain_text("done")
    acts = [one.act for one in live.entries(made)][before:]
    assert acts == ["recorded", "recorded", "struck", "recorded", "corrected"]


NEWS = re.compile(r"/session/entries\?after=(\d+)")


def nothing_new(route: Route) -> None:
    """Answer a page that asks for news as if there were none."""
    [after] = NEWS.findall(route.request.url)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    route.fulfill(json={"now": now, "cursor": int(after), "entries": [], "status": None})


def test_an_open_page_learns_by_itself_that_the_session_was_signed(
    live: Live, sit_down: Callable[..., Page]
) -> None:
    made = live.dosed(85, is_running=False)
    live.complete(made)
    page = sit_down("mina", made)
    db.use(live.database)
    sign(live.small, written(live.small, "dosing", made), at=live.now())
    expect(page.get_by_text("This session is locked")).to_be_visible()


def test_what_somebody_signed_meanwhile_is_locked_where_it_is_still_open(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("409")
    made = live.dosed(85, is_running=False)
    live.complete(made)
    page = sit_down("mina", made)
    turn_to(page, "Session")
    before = len(live.entries(made))
    page.route(NEWS, nothing_new)
    db.use(live.database)
    sign(live.small, written(live.small, "dosing", made), at=live.now())
    tap(page, "Tears")
    expect(row(page, "Tears").filter(has_text="addend")).to_have_count(1)
    page.unroute(NEWS)
    expect(page.get_by_text("This session is locked")).to_be_visible()
    assert [one.noun for one in live.entries(made)[before:]] == ["signed"]
    tears = row(page, "Tears")
    tears.get_by_role("button", name="Give it up", exact=True).click()
    tears.get_by_role("button", name="Give it up for good").click()
    all_saved(page)


@dataclass(frozen=True, slots=True)
class Given:
    """A dose by another route than the vein: what its form asks beside the rest."""

    route: str
    answers: dict[str, str]
    choice: tuple[str, str] | None = None


@pytest.mark.parametrize(
    "given",
    [
        Given("sublingual", {"Held for": "15"}, ("Then", "Spat out")),
        Given("intranasal", {"Sprays": "4"}),
        Given("im", {"Concentration": "50"}),
        Given("oral", {"Lot": "K-1"}),
    ],
    ids=lambda given: given.route,
)
def test_a_dose_by_another_route_has_its_own_fields(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints, given: Given
) -> None:
    complaints.forgive("422")
    page = sit_down("mina", live.plan(route=given.route))
    turn_to(page, "Session")
    pane = open_pane(page, "Dose")
    expect(pane.get_by_label("Over", exact=True)).to_be_hidden()
    expect(pane.get_by_role("button", name="Start infusion")).to_be_hidden()
    weight = {"Weight": "71.5", "Weighed on": str(live.weighed_on)}
    fill(pane, {**weight, **given.answers, "Dose": "100"})
    if given.choice:
        choose(pane, *given.choice)
    pane.get_by_role("button", name="Record dose").click()
    pane.get_by_label("If it stands, say why.").fill("Checked on paper")
    page.keyboard.press("Enter")
    stands(page, "Dose", "100 mg", "Stands because: Checked on paper")
    expect(page.get_by_text(re.compile(r"since (the )?first dose")).first).to_be_visible()
