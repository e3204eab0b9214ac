"""Second factors in a real browser: a passkey of Chromium's own device, and an app's codes."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import people
from kapnotes.actions.password import hashed
from kapnotes.settings import Settings
from tests.builders import AT, PASSWORD
from tests.conftest import KEY
from tests.journeys.conftest import House

pytestmark = pytest.mark.safety("ONC-d13/second-factor")
Axe = Callable[[Page], None]


@dataclass(slots=True)
class Authenticator:
    """A device that keeps passkeys; whether it verifies its user is said by the test."""

    session: CDPSession
    id: str

    def verifies(self, *, is_verified: bool) -> None:
        """Let the device know its user by finger, or not."""
        self.session.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.id, "isUserVerified": is_verified},
        )


def authenticator(page: Page) -> Authenticator:
    """Give the browser a device for passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(session, made["authenticatorId"])


def newcomer(house: House, name: str = "Nina", role: str = "therapist") -> str:
    """Somebody who was given an account and has no second factor yet."""
    opened = db.use(
        db.Database(Settings(data=house.data, database_url=house.database_url, key=KEY))
    )
    email = f"{name.lower()}@test.example"
    people.add(
        email=email,
        name=name,
        credentials="",
        role=role,
        password_hash=hashed(PASSWORD),
        by=operator(),
        at=AT,
    )
    opened.close()
    return email


def named(house: House) -> str:
    """The address with a name: passkeys are bound to one."""
    return house.server.base_url.replace("127.0.0.1", "localhost")


def give_password(page: Page, email: str) -> None:
    """The first step of signing in."""
    page.goto("/sign-in")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def reads_well(page: Page, axe: Axe) -> None:
    """Nothing stops a screen reader, and a narrow screen shows it whole, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        axe(page)
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
    if size:
        page.set_viewport_size(size)


def test_a_passkey_from_the_first_sign_in_to_an_export(
    house: House, new_context: Callable[..., BrowserContext], axe: Axe, complaints: Any
) -> None:
    complaints.forgive("401|403")
    email = newcomer(house, "Nina", "administrator")
    page = new_context(base_url=named(house)).new_page()
    page.set_default_timeout(10_000)
    device = authenticator(page)
    give_password(page, email)
    page.wait_for_url("**/sign-in/set-up")
    reads_well(page, axe)
    page.goto("/people")
    page.wait_for_url("**/sign-in/set-up")  # a password alone opens nothing
    page.get_by_label("What to call it").fill("Practice tablet")
    page.get_by_role("button", name="Set up a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    reads_well(page, axe)
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("button", name="Sign out").click()

    give_password(page, email)
    page.wait_for_url("**/sign-in/factor")
    reads_well(page, axe)
    device.verifies(is_verified=False)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("cancelled, or took too long")).to_be_visible(timeout=70_000)
    device.verifies(is_verified=True)
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("heading", name="Today").wait_for()

    page.goto("/account/factors")
    expect(page.get_by_text("Practice tablet")).to_be_visible()
    expect(page.get_by_text("10 are left")).to_be_visible()
    reads_well(page, axe)
    page.goto("/confirm?next=/people")
    reads_well(page, axe)
    page.get_by_role("button", name="Use your passkey instead").click()
    page.wait_for_url("**/people")
    page.get_by_role("button", name="Sign out").click()

    give_password(page, email)
    page.locator("[name=code]").fill(codes[3].upper())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("button", name="Sign out").click()
    give_password(page, email)
    page.locator("[name=code]").fill(codes[3])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("did not confirm")


def test_an_app_is_set_up_and_used_by_keyboard_without_scripts(
    house: House, new_context: Callable[..., BrowserContext], complaints: Any
) -> None:
    complaints.forgive("401|403")
    email = newcomer(house)
    page = new_context(base_url=house.server.base_url, java_script_enabled=False).new_page()
    page.set_default_timeout(10_000)
    give_password(page, email)
    page.wait_for_url("**/sign-in/set-up")
    expect(page.get_by_text(re.compile("open the practice as http://localhost"))).to_be_visible()
    page.get_by_role("button", name="Set up an authenticator app").press("Enter")
    page.locator("summary", has_text="Type it instead").press("Enter")
    seed = page.locator("code.first-password").inner_text().replace(" ", "")
    app = pyotp.TOTP(seed)
    page.locator("[name=code]").fill("000000" if app.now() != "000000" else "111111")
    page.keyboard.press("Enter")
    expect(page.get_by_text("does not fit")).to_be_visible()
    used = time.time()
    page.locator("[name=code]").fill(app.at(int(used)))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("button", name="Sign out").press("Enter")
    give_password(page, email)
    page.locator("[name=code]").fill(app.at(int(used)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("A code counts once")
    page.locator("[name=code]").fill(app.at(int(used) + 30))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()


def test_what_asks_for_a_fresh_factor_keeps_what_was_entered(
    house: House, sign_in: Callable[[str], Page], axe: Axe, complaints: Any
) -> None:
    """Five minutes after the sign-in: the form asks, and goes on with what was typed."""
    complaints.forgive("403")
    page = sign_in("ada")
    opened = db.Database(Settings(data=house.data, database_url=house.database_url, key=KEY))
    page.goto("/people/new")
    page.locator("[name=name]").fill("Nora Newcomer")
    page.locator("[name=email]").fill("nora@test.example")
    page.locator("[name=role]").first.select_option("therapist") if page.locator(
        "select[name=role]"
    ).count() else page.locator("[name=role][value=therapist]").check()
    with opened.writing() as session:
        session.connection().exec_driver_sql("UPDATE sitting SET fresh_at = NULL")
    opened.close()
    page.get_by_role("button", name="Add the account").click()
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    reads_well(page, axe)
    page.get_by_label("Your password").fill("not it at all")
    page.keyboard.press("Enter")
    expect(page.get_by_text("not your password").first).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="First password for Nora Newcomer").wait_for()
