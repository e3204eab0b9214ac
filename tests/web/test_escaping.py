"""Text is never markup: whatever somebody typed is read as they typed it, on every page."""

import pytest

from kapnotes.actions import infusion
from tests.builders import AT, PASSWORD, add_person
from tests.web.served import Served
from tests.web.test_bad_input import COURSE, DOSE, EVENT, INFUSION, PATIENT, VITALS
from tests.web.visitor import Page, Visitor

SCRIPT = "<script>alert(1)</script>"
NASTY = f"x\"'> </textarea></title>{SCRIPT}<img src=x onerror=alert(1)> {{{{7*7}}}} &amp; \u202etxet"
SHORT = f"{SCRIPT}\"'><b>\u202e"
OF_THE_LOOK = {"module", "application/json", None}


def good(visitor: Visitor, path: str, form: dict[str, str]) -> str:
    """Post a form that is taken; return where it leads."""
    answer = visitor.post(path, form)
    assert answer.status_code == 302, Page(answer.text).words()
    return answer.headers["Location"].partition("#")[0]


@pytest.fixture(scope="module")
def pages(served: Served) -> dict[str, tuple[str, str]]:
    """Return what shows typed text: each page with its reader and the text that is read there."""
    ada, thea = served.visitor("administrator"), served.newcomer()
    form = {"email": "x@test.example", "name": f"{SHORT}Xenia", "credentials": SHORT}
    made = ada.post("/people/new", {**form, "role": "therapist"})
    [password] = [Page(made.text).words(one) for one in Page(made.text).all("code")]
    form = {"email": "x@test.example", "password": password}
    assert thea.post("/sign-in", form).status_code == 302
    thea.name = "x"
    shown = {"/": (SHORT, ""), "account": (SHORT, "")}
    del shown
    known = {name: SHORT for name in ("family_name", "given_name", "phone", "contact_name")}
    patient = good(
        thea,
        "/patients/new",
        {**PATIENT, **known, "record_number": SHORT, "pronouns": SHORT, "allergies": NASTY},
    )
    form = {**COURSE, "indication_detail": NASTY, "diagnosis_code": "<b>\"'", "goals": NASTY}
    course = good(thea, f"{patient}/courses/new", form)
    here = good(thea, f"{course}/infusions/new", {**INFUSION, "planned_for": "2026-11-23T10:00"})
    good(thea, f"{here}/start", {})
    dose = {"lot": SHORT, "wasted_by": f"{SHORT}a", "witnessed_by": f"{SHORT}b", "changes": NASTY}
    good(thea, f"{here}/dose/new", {**DOSE, **dose})
    good(thea, f"{here}/vitals/new", {**VITALS, "comment": NASTY})
    good(thea, f"{here}/adverse_event/new", {**EVENT, "action": NASTY, "words": NASTY})
    note = good(thea, f"{here}/notes", {"kind": "integration"}).removesuffix("/edit")
    for version in (1, 2):
        text = {"themes": NASTY, "plan": f"{NASTY}{version}", "assessment": NASTY}
        saved = thea.put(f"{note}/draft", {"_version": str(version), **text})
        assert saved.status_code == 200
    thea.put(f"{note}/draft", {"_version": "1", "themes": f"aside {NASTY}"})
    good(thea, f"{note}/process", {"_version": "0", "text": NASTY})
    return {
        "person": ("x", ""),
        "patient": ("x", patient),
        "course": ("x", course),
        "infusion": ("x", here),
        "note": ("x", note),
        "visitor": (thea, ""),  # type: ignore[dict-item] # the one who wrote it all
    }
