"""A draft is saved by itself, never said to be saved before it is, and never lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.look.gallery import Draft
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.safety("KAP/saved-means-committed")

Look = Callable[..., Page]
PAUSED = 3100


@pytest.fixture
def page(look: Look, draft: Draft, complaints: Complaints) -> Page:
    """Return the note, at version 1, with a clock that the test turns."""
    assert draft.version == 1
    complaints.forgive("Failed to load resource|ERR_INTERNET_DISCONNECTED")
    page = look("/plain")
    page.clock.install()
    page.goto("/note")
    page.wait_for_selector("html[data-started]", state="attached")
    page.clock.pause_at(datetime.now(tz=UTC) + timedelta(hours=1))
    return page


def line(page: Page, words: str) -> None:
    expect(page.locator("[data-save-words]")).to_contain_text(words, timeout=3000)


def type_in(page: Page, text: str) -> None:
    page.locator("[id='f-work']").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def put(page: Page) -> None:
    """Turn the clock past the pause."""
    page.clock.run_for(PAUSED)


def test_a_pause_saves_the_whole_form_with_its_version_and_token(page: Page, draft: Draft) -> None:
    type_in(page, " more")
    line(page, "Not saved yet")
    page.clock.run_for(2500)
    assert draft.saves == []
    put(page)
    line(page, "Saved 12:03:04")
    assert draft.saves[0]["work"][0].endswith("more")
    assert draft.saves[0]["mood"] == ["low"]
    assert draft.saves[0]["_version"] == ["1"]
    assert draft.tokens == ["first-token"]
    assert page.locator("[name='_version']").input_value() == "2"
    type_in(page, " again")
    put(page)
    expect(page.locator("[name='_version']")).to_have_value("3")
    assert draft.tokens == ["first-token", "renewed-token"]
    assert page.locator("[data-section-link='state']").get_attribute("data-missing") is not None


def test_steady_typing_is_saved_every_ten_seconds(page: Page, draft: Draft) -> None:
    type_in(page, ":")
    for _ in range(8):
        page.keyboard.type("x")
        page.clock.run_for(1500)
        page.wait_for_timeout(20)
    line(page, "Not saved yet")
    assert len(draft.saves) == 1


def test_leaving_a_field_saves_and_nothing_changed_saves_nothing(page: Page, draft: Draft) -> None:
    page.locator("[id='f-work']").focus()
    page.locator("[id='f-escort']").focus()
    page.clock.run_for(500)
    page.wait_for_timeout(50)
    assert draft.saves == []
    type_in(page, "!")
    page.locator("[id='f-escort']").focus()
    page.clock.run_for(500)
    line(page, "Saved 12:03:04")


def test_without_a_connection_it_says_so_tries_again_and_recovers(page: Page, draft: Draft) -> None:
    page.context.set_offline(True)
    type_in(page, " kept")
    put(page)
    line(page, "NOT saved, keep this window open")
    expect(page.locator("[data-save-said]")).to_contain_text("NOT saved")
    assert page.evaluate("!window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    page.clock.run_for(2100)
    line(page, "NOT saved, keep this window open")
    page.context.set_offline(False)
    page.clock.run_for(31000)
    line(page, "Saved 12:03:04")
    assert draft.saves[-1]["work"][0].endswith("kept")
    assert page.evaluate("window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")


@pytest.mark.parametrize("status", [500, 503, 413, 403])
def test_a_refusal_is_never_called_saved(page: Page, draft: Draft, status: int) -> None:
    draft.script = [status]
    type_in(page, "?")
    put(page)
    line(page, "NOT saved")
    assert draft.saves == []


def test_a_conflict_keeps_both_texts_until_mine_is_kept(page: Page, draft: Draft) -> None:
    draft.script = [409]
    type_in(page, " mine")
    put(page)
    line(page, "NOT saved: this note was changed elsewhere")
    panel = page.locator("#conflict")
    expect(panel).to_contain_text("Jo Adler")
    expect(panel).to_contain_text("Their words")
    expect(panel).to_contain_text("comes first. mine")
    assert panel.locator(".conflict-field").count() == 1
    type_in(page, " more")
    page.clock.run_for(30000)
    assert draft.saves == []
    panel.get_by_role("button", name="Keep mine").click()
    line(page, "Saved 12:03:04")
    assert draft.saves[0]["work"][0].endswith("mine more")
    assert draft.saves[0]["_version"] == ["2"]


def test_a_conflict_can_be_settled_with_their_text(page: Page, draft: Draft) -> None:
    draft.script = [409]
    type_in(page, " mine")
    put(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Take theirs").click()
    assert draft.saves == []


def test_a_save_whose_answer_was_lost_is_no_conflict(page: Page, draft: Draft) -> None:
    draft.script = [409]
    draft.theirs = page.locator("[id='f-work']").input_value() + " once"
    type_in(page, " once")
    put(page)
    line(page, "Saved 12:03:04")
    assert page.locator("#conflict").count() == 0


def test_signed_out_text_waits_for_the_new_sign_in(page: Page, draft: Draft) -> None:
    draft.signed_in = False
    type_in(page, " waits")
    put(page)
    line(page, "you are signed out")
    link = page.get_by_role("link", name="Sign in in a new window")
    assert link.get_attribute("target") == "_blank"
    draft.signed_in = True
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    line(page, "Saved 12:03:04")
    assert draft.tokens == ["second-token"]


def test_posting_the_form_saves_first_and_stays_when_that_fails(page: Page, draft: Draft) -> None:
    draft.script = [500]
    type_in(page, " last")
    page.get_by_role("button", name="Review and sign").click()
    line(page, "NOT saved")
    assert draft.posts == []
    page.get_by_role("button", name="Review and sign").click()
    expect(page.locator("#posted")).to_have_text("Posted 1")
    assert draft.posts[0]["_version"] == ["2"]
    assert draft.posts[0]["_then"] == ["review"]
    assert draft.posts[0]["work"][0].endswith("last")


def test_a_link_away_saves_first(page: Page, draft: Draft) -> None:
    type_in(page, " before leaving")
    page.locator("#away").click()
    page.wait_for_url("**/plain")
    assert draft.saves[0]["work"][0].endswith("before leaving")


def test_hiding_the_window_saves(page: Page, draft: Draft) -> None:
    type_in(page, " hidden")
    page.evaluate(
        """Object.defineProperty(document, 'visibilityState', {value: 'hidden'});
        document.dispatchEvent(new Event('visibilitychange'))"""
    )
    line(page, "Saved 12:03:04")
    assert draft.saves[0]["work"][0].endswith("hidden")


def test_the_save_key_saves_at_once(page: Page, draft: Draft) -> None:
    type_in(page, " now")
    page.keyboard.press("Control+s")
    line(page, "Saved 12:03:04")
    assert len(draft.saves) == 1
