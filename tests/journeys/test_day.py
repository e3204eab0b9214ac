"""A therapist's whole day, by keyboard, against the real server: from sign-in to the PDF."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kapnotes.clinic.consent import POINTS
from tests.builders import PASSWORD, raw_of
from tests.journeys.answering import answer
from tests.plumbing.browser import Complaints

NASTY = "Größe, Übung: </textarea><script>alert('x')</script> & 🌊 then שלום"
LONG = ("The tide came in slowly and she let it. " * 600)[:19_990] + "the end!!"
LATER = "Pressure at home that evening 122/78, sleeping well."

pytestmark = pytest.mark.journey


def press(page: Page, name: str) -> None:
    """Reach a button or link by focus and press Enter."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.focus()
    page.keyboard.press("Enter")


def local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


def add_patient(page: Page) -> None:
    page.goto("/patients")
    press(page, "Add patient")
    page.locator("[name=family_name]").focus()
    page.keyboard.type("Ó Súilleabháin-Müller")
    page.locator("[name=given_name]").focus()
    page.keyboard.type("Zoë")
    page.locator("[name=birth_date]").fill("2999-01-01")
    page.locator("[name=record_number]").fill("DAY-1")
    page.locator("[name=record_number]").press("Enter")
    expect(page.get_by_text("in the future").first).to_be_visible()
    expect(page.locator("[name=family_name]")).to_have_value("Ó Súilleabháin-Müller")
    page.locator("[name=birth_date]").fill("1990-05-17")
    page.locator("[name=record_number]").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoë")


def consent(page: Page) -> None:
    """The consent, that a dose then asks no reason for; and back to the patient."""
    here = page.url
    page.get_by_role("link", name="Consent", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/consents")
    signed = {"signed_on": [local(datetime.now(UTC))[:10]], "points": list(POINTS)}
    answer(page, signed)
    page.locator("[name=held_by]").press("Enter")
    expect(page.get_by_text("Consent is in force")).to_be_visible()
    page.goto(here)


def plan_infusion(page: Page) -> str:
    press(page, "Begin a course")
    answer(
        page,
        {
            "indication": ["ocd"],
            "indication_detail": ["Treatment-resistant, contamination"],
            "goals": ["Cook for friends again"],
        },
    )
    page.locator("form.form button[type=submit]").first.click()
    press(page, "Plan infusion 1")
    page.locator("[name=planned_for]").fill(local(datetime.now(UTC)))
    page.locator("form.form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Infusion 1")
    return page.url


def arrive(page: Page, infusion: str, began: datetime) -> None:
    """The arrival check in its plain form, as where scripts are off."""
    page.goto(f"{infusion}/arrival/new")
    checks = ("identity_checked", "consent_confirmed", "fasting_kept", "medicines_checked")
    found = {name: ["true"] for name in (*checks, "escort_confirmed", "time_out")}
    found |= {"observed_at": [local(began)], "weight_kg": ["70"], "baseline": ["acceptable"]}
    found |= {"weighed_on": [local(began)[:10]], "baseline_by": ["Mina"]}
    answer(page, found)
    page.locator("[name=weight_kg]").press("Enter")
    page.wait_for_url(f"{infusion}#arrival")


def record_session(page: Page, infusion: str) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    arrive(page, infusion, began)
    page.goto(infusion)
    press(page, "Start session")
    page.wait_for_url("**/session")
    page.goto(f"{infusion}/dose/new")
    dose = {
        "observed_at": [local(began)],
        "concentration_mg_per_ml": ["10"],
        "lot": ["K-77"],
        "weight_kg": ["70"],
        "weighed_on": [local(began)[:10]],
        "mg": ["5000"],
        "planned_mg_per_kg": ["0.5"],
    }
    answer(page, dose)
    page.locator("[name=mg]").press("Enter")
    expect(page.locator("[name=lot]")).to_have_value("K-77")
    expect(page.locator("[role=alert]").first).to_be_visible()
    page.locator("[name=mg]").fill("35")
    page.locator("[name=mg]").press("Enter")
    expect(page.get_by_text("35 mg").first).to_be_visible()
    page.goto(f"{infusion}/vitals/new")
    answer(page, {"systolic": ["128"], "diastolic": ["79"], "heart_rate": ["71"], "spo2": ["98"]})
    page.locator("[name=systolic]").press("Enter")
    expect(page.get_by_text("128/79").first).to_be_visible()
    press(page, "Complete infusion")
    expect(page.get_by_text("Completed").first).to_be_visible()


def begin_note(page: Page, infusion: str, kind: str) -> str:
    page.goto(infusion)
    form = page.locator(f"form:has(input[name=kind][value={kind}])").or_(
        page.locator(f"form:has(button[name=kind][value={kind}])")
    )
    form.first.locator("button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")
    return page.url


def today(raw: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same answers, on the day of the test."""
    return {**raw, "session-date": [datetime.now(UTC).strftime("%Y-%m-%d")]}


def write_preparation(page: Page, infusion: str) -> str:
    url = begin_note(page, infusion, "preparation")
    page.locator("[name=assessment]").focus()
    page.keyboard.type(NASTY)
    page.keyboard.press("Tab")
    expect(page.locator("[data-save=saved]")).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.locator("[name=assessment]")).to_have_value(NASTY)
    press(page, "Review and sign")
    expect(page.get_by_text("needed before you can sign")).to_be_visible()
    expect(page.get_by_role("button", name="Sign", exact=True)).to_have_count(0)
    page.goto(url)
    raw = today(raw_of("preparation"))
    raw["assessment"] = [NASTY]
    answer(page, raw)
    return url


def sign(page: Page, *, with_wrong_password: bool = False) -> None:
    press(page, "Review and sign")
    page.wait_for_url("**/sign")
    if with_wrong_password:
        page.locator("[name=password]").fill("not my password")
        page.keyboard.press("Enter")
        expect(page.get_by_text("not your password").first).to_be_visible()
    page.locator("[name=password]").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The note is signed").first).to_be_visible()


def conflict(page: Page, url: str) -> None:
    """The same note in two windows: the second save finds the first, and nothing is lost."""
    other = page.context.new_page()
    other.goto(url)
    other.locator("[name=assessment]").focus()
    other.keyboard.press("End")
    other.keyboard.type(" SECOND WINDOW")
    other.keyboard.press("Tab")
    expect(other.locator("[data-save=saved]")).to_be_visible(timeout=15_000)
    page.locator("[name=assessment]").focus()
    page.keyboard.press("End")
    page.keyboard.type(" FIRST WINDOW")
    page.keyboard.press("Tab")
    panel = page.locator(".conflict")
    expect(panel).to_be_visible(timeout=15_000)
    expect(panel).to_contain_text("SECOND WINDOW")
    expect(panel).to_contain_text("FIRST WINDOW")
    panel.get_by_role("button", name="Keep mine").click()
    expect(page.locator("[data-save=saved]")).to_be_visible(timeout=15_000)
    other.close()


def text_of_pdf(page: Page, infusion: str, folder: Path) -> str:
    answered = page.context.request.get(f"{infusion}/summary.pdf", timeout=60_000)
    assert answered.status == 200
    assert answered.headers["content-type"] == "application/pdf"
    path = folder / "summary.pdf"
    path.write_bytes(answered.body())
    done = subprocess.run(  # noqa: S603 - a tool of Debian's, on a file of ours
        ["/usr/bin/pdftotext", str(path), "-"], check=True, capture_output=True, text=True
    )
    return "".join(done.stdout.split())


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.safety("ASVS-1.2/markup")
def test_a_therapists_day(
    sign_in: Callable[[str], Page], tmp_path: Path, complaints: Complaints
) -> None:
    complaints.forgive("409|422|403")
    page = sign_in("thea")
    add_patient(page)
    consent(page)
    infusion = plan_infusion(page)
    record_session(page, infusion)

    url = write_preparation(page, infusion)
    page.locator("[name=assessment]").focus()
    page.keyboard.press("Tab")
    expect(page.locator("[data-save=saved]")).to_be_visible(timeout=15_000)
    conflict(page, url)
    page.locator("[name=assessment]").fill(NASTY)
    sign(page, with_wrong_password=True)
    prepared = page.url

    begin_note(page, infusion, "dosing")
    answer(page, today(raw_of("dosing")))
    page.locator("[name=assessment]").fill(LONG)
    sign(page)

    draft = begin_note(page, infusion, "integration")
    assert "DRAFT" in text_of_pdf(page, infusion, tmp_path)
    page.goto(draft)
    answer(page, today(raw_of("integration")))
    sign(page)

    page.goto(prepared)
    press(page, "Add addendum")
    answer(page, {"reason": ["Late news"], "text": [LATER]})
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text(LATER)).to_be_visible()

    paper = text_of_pdf(page, infusion, tmp_path)
    for said in (
        "ZoëÓSúilleabháin-Müller",
        "DAY-1",
        "35mg",
        "0.5mg/kg",
        "128/79",
        "Größe,Übung:</textarea><script>alert('x')</script>&",
        "שלום",
        squeezed(LONG)[:2000],
        "theend!!",
        squeezed(LATER),
        "Thea,PhD",
    ):
        assert said in paper, said[:80]
    assert "DRAFT" not in paper
    assert "SECONDWINDOW" not in paper
    assert text_of_pdf(page, infusion, tmp_path) == paper

    reader = sign_in("sven")
    reader.goto(prepared)
    expect(reader.get_by_text(NASTY).first).to_be_visible()
    reader.goto("/audit")
    expect(reader.get_by_text("signed a preparation note").first).to_be_visible()
    reader.goto(infusion)
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Infusion 1")
