"""A patient's request from letter to statement, and an hour of emergency access, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kapnotes import db
from kapnotes.settings import Settings
from tests.asked import WHY, WORDS, allow, ask_for
from tests.builders import PASSWORD, signed
from tests.conftest import KEY
from tests.journeys.conftest import House
from tests.plumbing.browser import Complaints

pytestmark = pytest.mark.journey
NARROW, WIDE = (360, 740), (1024, 768)


def looked_at(page: Page, axe: Callable[[Page], None]) -> None:
    """At both widths and in both schemes nothing runs off and axe finds nothing."""
    for scheme, (width, height) in (("light", WIDE), ("dark", NARROW)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)  # the colours have changed
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def opened(house: House) -> db.Database:
    return db.use(db.Database(Settings(data=house.data, database_url=house.database_url, key=KEY)))


def test_a_request_is_accepted_with_an_addendum_and_another_is_denied(
    house: House,
    sign_in: Callable[[str], Page],
    axe: Callable[[Page], None],
    complaints: Complaints,
) -> None:
    complaints.forgive("403|404|422")
    here = opened(house)
    note_id = signed(house.small, "preparation")
    here.close()
    page = sign_in("thea")
    page.goto(f"/patients/{house.small.patient_id}")
    page.get_by_role("link", name="Write one down").click()
    looked_at(page, axe)
    page.get_by_role("button", name="Write down the request").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.locator("[name=note]").select_option(str(note_id))
    page.locator("[name=words]").fill(WORDS)
    page.get_by_label("By letter").check()
    page.get_by_role("button", name="Write down the request").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    looked_at(page, axe)
    page.get_by_role("link", name="Write the addendum").click()
    expect(page.locator("[name=text]")).to_contain_text(WORDS)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign the addendum").click()
    page.locator("form[action$=accept] [name=words]").fill("The note now says that it was her.")
    page.get_by_role("button", name="Accept the request").click()
    expect(page.get_by_text("Send the patient the answer")).to_be_visible()
    page.goto(f"/notes/{note_id}")
    expect(page.get_by_text("The note now says that it was her.")).to_be_visible()
    looked_at(page, axe)


def test_a_denial_asks_for_its_basis_and_keeps_what_was_typed(
    house: House,
    sign_in: Callable[[str], Page],
    axe: Callable[[Page], None],
    complaints: Complaints,
) -> None:
    complaints.forgive("403|404|422")
    here = opened(house)
    ask_for(house.small)
    here.close()
    page = sign_in("thea")
    looked_at(page, axe)
    page.get_by_role("link", name="Answer the request").click()
    page.locator("form[action$=deny] [name=words]").fill("It is as you told us.")
    page.get_by_role("button", name="Deny the request").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("form[action$=deny] [name=words]")).to_have_value("It is as you told us.")
    looked_at(page, axe)
    page.get_by_label("It is accurate and complete").check()
    page.get_by_role("button", name="Deny the request").click()
    page.locator("form[action$=disagree] [name=words]").fill("It was my sister.")
    page.get_by_role("button", name="Write down the statement").click()
    page.goto(f"/patients/{house.small.patient_id}")
    expect(page.get_by_text("Denied, patient disagrees")).to_be_visible()
    looked_at(page, axe)


def test_an_hour_of_emergency_access_is_seen_on_every_page_and_can_be_ended(
    house: House,
    sign_in: Callable[[str], Page],
    axe: Callable[[Page], None],
    complaints: Complaints,
) -> None:
    complaints.forgive("403|404|422")
    here = opened(house)
    allow(house.small, house.small.other_therapist)
    here.close()
    page = sign_in("otto")
    page.goto("/patients")
    page.get_by_role("link", name="Emergency access").click()
    looked_at(page, axe)
    page.locator("[name=record_number]").fill("R-1")
    page.locator("[name=reason]").fill(WHY)
    page.locator("[name=password]").fill("no")
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_text("not your password").first).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value(WHY)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    banner = page.get_by_role("region", name="Emergency access")
    expect(banner).to_contain_text("minutes left")
    expect(page.get_by_role("link", name="Begin a course")).to_have_count(0)
    looked_at(page, axe)
    page.goto("/")
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="End it now").click()
    expect(banner).to_have_count(0)
    page.goto(f"/patients/{house.small.patient_id}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not found")
    supervisor = sign_in("sven")
    supervisor.goto("/emergency/uses")
    expect(supervisor.get_by_text(WHY)).to_be_visible()
    looked_at(supervisor, axe)
