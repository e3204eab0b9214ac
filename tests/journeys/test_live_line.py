"""The line is lost and found again: what was entered arrives once, in order, with its true time."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from playwright.sync_api import Dialog, Page, Request, Route, expect
from playwright.sync_api import TimeoutError as Timeout

from tests.builders import PASSWORD
from tests.journeys.live_hand import all_saved, row, say_words, stands, take_vitals, tap
from tests.journeys.live_house import BOTH, EMBEDDED, Live
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey
TEN_MINUTES = timedelta(minutes=10)
STEP = TEN_MINUTES / 20
TAPS = ("Onset", "Eyes closed", "Tears", "Music changed", "Spoke")
LOST = "ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED|ERR_EMPTY_RESPONSE|ERR_SOCKET"
ASK = """
async ([path, bodies]) => {
  const token = document.querySelector("input[name=csrf_token]").value;
  const answers = [];
  for (const body of bodies) {
    const headers = {"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"};
    answers.push((await fetch(path, {method: "POST", body, headers})).status);
  }
  return answers;
}
"""


def path_of(infusion_id: UUID) -> str:
    return f"/infusions/{infusion_id}/session/entries"


def news(page: Page, infusion_id: UUID) -> list[dict[str, Any]]:
    """All entries, as any page of this session would get them."""
    answer = page.context.request.get(f"{path_of(infusion_id)}?after=0")
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


def posted(page: Page) -> list[str]:
    """The bodies of what this page sends, in order; the list grows."""
    bodies: list[str] = []

    def keep(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/session/entries"):
            bodies.append(request.post_data or "")

    page.on("request", keep)
    return bodies


def enter(page: Page, number: int) -> None:
    """One of twenty entries: taps, words, readings."""
    if number % 5 == 3:
        say_words(page, f"Word {number}")
    elif number % 5 == 4:
        take_vitals(page, systolic=str(110 + number))
    else:
        tap(page, TAPS[number % len(TAPS)])


def closing_asks(page: Page) -> bool:
    """Whether the browser would ask before it lets this page go."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.close(run_before_unload=True)
    with suppress(Timeout):
        page.wait_for_event("close", timeout=500)
    return asked == ["beforeunload"]


def kept_outside(page: Page) -> int:
    """How much of the page stands in the browser's storage."""
    return int(
        page.evaluate(
            "async () => localStorage.length + sessionStorage.length"
            " + (await indexedDB.databases()).length + (await caches.keys()).length"
        )
    )


@BOTH
def test_ten_minutes_offline_lose_and_double_nothing(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive(LOST)
    made = live.dosed(12)
    page = sit_down("thea", made, has_clock=True)
    sent, before = posted(page), len(live.entries(made))
    page.context.set_offline(True)
    expect(page.get_by_text("No connection to the server")).to_be_visible()
    times = []
    for number in range(20):
        enter(page, number)
        times.append(live.now() + STEP * number)
        expect(page.get_by_text(f"Offline, {number + 1} waiting", exact=True)).to_be_visible()
        page.clock.fast_forward(int(STEP.total_seconds() * 1000))
    expect(page.get_by_text("20 entries wait in this page")).to_contain_text("would lose them")
    assert row(page, "waiting").count() == 20
    assert kept_outside(page) == 0
    assert len(live.entries(made)) == before

    live.turn(TEN_MINUTES)
    assert closing_asks(page)
    sent.clear()
    page.context.set_offline(False)
    all_saved(page)
    expect(row(page, "waiting")).to_have_count(0)
    expect(page.get_by_text("No connection to the server")).to_have_count(0)
    assert not closing_asks(page)
    page = sit_down("thea", made)

    stood = news(page, made)
    came = stood[before:]
    assert [one["key"] for one in came] == [parse_qs(body)["key"][0] for body in sent]
    for one, meant in zip(came, times, strict=True):
        off = abs(datetime.fromisoformat(one["at"]) - meant)
        assert off < timedelta(seconds=3), (one["title"], one["at"], meant)
        late = datetime.fromisoformat(one["recorded_at"]) - live.now()
        assert abs(late) < timedelta(seconds=30), "recorded when it arrived"

    again = [*reversed(sent), *sent[3:9], sent[0], sent[0]]
    assert set(page.evaluate(ASK, [path_of(made), again])) == {200}
    assert news(page, made) == stood


@EMBEDDED
def test_an_answer_that_is_lost_doubles_nothing(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive(LOST)
    made = live.dosed(12)
    page = sit_down("thea", made, has_clock=True)
    sent, lost = posted(page), []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or len(lost) >= 2:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/session/entries", lose)
    for label in ("Tears", "Laughter", "Spoke"):
        tap(page, label)
    for _ in range(3):
        page.clock.fast_forward(6000)
        page.wait_for_timeout(100)
    all_saved(page)
    keys = [parse_qs(body)["key"][0] for body in sent]
    assert lost == [201, 200], "the server had it, the page could not know"
    assert len(keys) == 5
    stood = [str(one.key) for one in live.entries(made)][-3:]
    assert stood == list(dict.fromkeys(keys))
    for label in ("Tears", "Laughter", "Spoke"):
        stands(page, label)


@BOTH
def test_a_server_that_was_killed_has_all_that_it_said_it_saved(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive(f"{LOST}|50[0-9]")
    made = live.dosed(12)
    page = sit_down("thea", made, has_clock=True)
    said = [str(one.row_id) for one in live.entries(made)]
    say_words(page, "Said before the crash")
    said.append(str(stands(page, "before the crash", "saved").get_attribute("data-row")))
    live.server.crash()
    tap(page, "Tears")
    say_words(page, "Said during the crash")
    expect(page.get_by_text("Offline, 2 waiting", exact=True)).to_be_visible()
    live.start_again()
    page.clock.fast_forward(6000)
    all_saved(page)
    entries = live.entries(made)
    assert [str(one.row_id) for one in entries][: len(said)] == said
    assert len({one.key for one in entries}) == len(entries) == len(said) + 2
    assert [one.seq for one in entries] == list(range(1, len(entries) + 1))
    assert [one["title"] for one in news(page, made)][-3:] == ["Words", "Tears", "Words"]


@EMBEDDED
def test_who_was_signed_out_signs_in_where_they_are(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive("401|400")
    made = live.dosed(12)
    page = sit_down("mina", made)
    live.sign_out(live.small.medical)
    tap(page, "Tears")
    began = live.now()
    expect(page.get_by_text("You are signed out", exact=True)).to_be_visible()
    stands(page, "Tears", "waiting")
    say_words(page, "It goes on")
    expect(page.get_by_text("Signed out, 2 waiting", exact=True)).to_be_visible()
    email = page.get_by_label("E-mail")
    if not email.input_value():
        email.fill("mina@test.example")
    page.get_by_label("Password").fill("not her password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="password")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(live.code("mina"))
    page.keyboard.press("Enter")
    all_saved(page)
    expect(page.get_by_text("You are signed out", exact=True)).to_have_count(0)
    tears = stands(page, "Tears", "Mina", "saved").locator("time").get_attribute("datetime") or ""
    assert abs(datetime.fromisoformat(tears) - began) < timedelta(seconds=3)
    stands(page, "It goes on", "saved")
    tap(page, "Spoke")
    stands(page, "Spoke", "saved")


@EMBEDDED
def test_nothing_is_recorded_under_a_name_that_is_not_on_the_page(
    live: Live, sit_down: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.forgive(f"401|400|{LOST}")
    made = live.dosed(12)
    page = sit_down("thea", made)
    before = len(live.entries(made))
    page.route("**/session/entries?*", lambda route: route.abort())  # it does not notice meanwhile
    page.context.clear_cookies()  # signing out would lock this page
    live.enter(page.context.new_page(), "mina")
    page.unroute("**/session/entries?*")
    page.bring_to_front()
    tap(page, "Tears")
    expect(page.get_by_text("Somebody else is signed in in this browser")).to_be_visible()
    stands(page, "Tears", "waiting")
    assert len(live.entries(made)) == before
    page.get_by_label("E-mail").fill("thea@test.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(live.code("thea"))
    page.keyboard.press("Enter")
    all_saved(page)
    stands(page, "Tears", "Thea", "saved")
    assert live.entries(made)[-1].by_id == live.small.therapist.id
