"""Text is never markup: whatever somebody typed is read as they typed it, on every page."""

import json
from dataclasses import dataclass

import pytest

from kapnotes import db
from kapnotes.access.reach import MachineReach
from kapnotes.records import person as people
from tests.builders import PASSWORD, signed
from tests.factors import give_app
from tests.web.good import (
    ARRIVAL,
    CONSENT,
    COURSE,
    DOSE,
    EVENT,
    INFUSION,
    MISUSE_EVENT,
    PATIENT,
    PERSON,
    VITALS,
)
from tests.web.served import Served
from tests.web.visitor import Page, Visitor

pytestmark = pytest.mark.safety("ASVS-1.2/markup")
SCRIPT = "<script>alert(1)</script>"
NASTY = (
    f"x\"'> </textarea></title></style>{SCRIPT}<img src=x onerror=alert(1)>"
    " {{7*7}} {% raise %} &amp; &#x3c; \u202etxet \u2066a\u2069"
)
SHORT = f"{SCRIPT}\"'><b>\u202e"


@dataclass(frozen=True, slots=True)
class Wrote:
    """Somebody with a nasty name, and where what they wrote is shown."""

    served: Served
    visitor: Visitor
    patient: str
    course: str
    infusion: str
    rows: dict[str, str]
    note: str


def good(visitor: Visitor, path: str, form: dict[str, str]) -> str:
    """Post a form that is taken; return where it leads."""
    answer = visitor.post(path, form)
    assert answer.status_code == 302, Page(answer.text).words()
    return answer.headers["Location"].partition("#")[0]


def somebody(served: Served) -> Visitor:
    """A therapist whose name is nasty."""
    person = {**PERSON, "email": "x@test.example", "role": "therapist"}
    ada = served.visitor("administrator")
    page = Page(ada.post("/people/new", {**person, "name": SHORT, "credentials": SHORT}).text)
    [password] = [page.words(one) for one in page.all("code")]
    with db.current().reading() as session:
        found = people.by_email(session, "x@test.example", reach=MachineReach("a test"))
    assert found is not None
    give_app(found.id)
    visitor = served.newcomer()
    assert visitor.sign_in("x", password).status_code == 302
    return visitor


@pytest.fixture(scope="module")
def wrote(served: Served) -> Wrote:
    """Everything that can be typed, typed nastily."""
    thea = somebody(served)
    short = dict.fromkeys(
        ("family_name", "given_name", "record_number", "pronouns", "phone", "contact_name"), SHORT
    )
    patient = good(thea, "/patients/new", {**PATIENT, **short, "allergies": NASTY})
    form = {**COURSE, "indication_detail": SHORT, "diagnosis_code": "<b>\"'", "goals": NASTY}
    course = good(thea, f"{patient}/courses/new", form)
    here = good(thea, f"{course}/infusions/new", {**INFUSION, "planned_for": "2026-11-23T10:00"})
    good(thea, f"{here}/cancel", {"reason": NASTY})
    good(thea, f"{here}/reopen", {"reason": NASTY})
    good(thea, f"{here}/start", {})
    good(thea, f"{here}/arrival/new", ARRIVAL)
    dose = {"lot": SHORT, "wasted_by": f"{SHORT}a", "witnessed_by": f"{SHORT}b", "changes": NASTY}
    agreed = {"held_by": SHORT, "form_version": SHORT, "words": NASTY}
    good(thea, f"{patient}/consents", {**CONSENT, **agreed})
    good(thea, f"{patient}/misuse", {**MISUSE_EVENT, "words": NASTY})
    good(thea, f"{here}/dose/new", {**DOSE, **dose, "_reason": NASTY})
    good(thea, f"{here}/vitals/new", {**VITALS, "comment": NASTY})
    good(thea, f"{here}/adverse_event/new", {**EVENT, "action": NASTY, "words": NASTY})
    page = Page(thea.get(here).text)
    hrefs = [one.get("href") or "" for one in page.all("a")]
    rows = {one.split("/")[3]: one for one in hrefs if one.endswith("/correct")}
    note = good(thea, f"{here}/notes", {"kind": "integration"}).removesuffix("/edit")
    texts = {"themes": NASTY, "plan": NASTY, "assessment": NASTY, "people-names": SHORT}
    assert thea.put(f"{note}/draft", {"_version": "1", **texts}).status_code == 200
    aside = {"_version": "1", "themes": f"aside {NASTY}"}
    assert thea.put(f"{note}/draft", aside).status_code == 409
    good(thea, f"{note}/process", {"_version": "0", "text": NASTY})
    return Wrote(served, thea, patient, course, here, rows, note)


PAGES: dict[str, tuple[str, ...]] = {
    "/": (SHORT,),
    "/account": (SHORT,),
    "/patients": (SHORT,),
    "{patient}": (SHORT, NASTY),
    "{patient}/edit": (SHORT,),
    "{patient}/trail": (SHORT,),
    "{patient}/consents": (SHORT, NASTY),
    "{patient}/misuse": (SHORT, NASTY),
    "{patient}/alerts": (SHORT,),
    "{patient}/courses/new": (SHORT,),
    "{course}": (SHORT, NASTY),
    "{course}/edit": (SHORT,),
    "{course}/end": (SHORT,),
    "{course}/infusions/new": (SHORT,),
    "{infusion}": (SHORT, NASTY),
    "{infusion}/dose/new": (SHORT, NASTY),
    "{infusion}/cancel": (SHORT,),
    "{note}": (SHORT, NASTY),
    "{note}/edit": (SHORT,),
    "{note}/drafts": (SHORT, NASTY),
    "{note}/sign": (SHORT, NASTY),
    "{note}/process": (SHORT,),
}
TYPED: dict[str, dict[str, str]] = {
    "{patient}/edit": {"family_name": SHORT, "record_number": SHORT, "allergies": NASTY},
    "{course}/edit": {"indication_detail": SHORT, "goals": NASTY},
    "{dose}": {"lot": SHORT, "wasted_by": f"{SHORT}a", "changes": NASTY},
    "{vitals}": {"comment": NASTY},
    "{adverse_event}": {"action": NASTY, "words": NASTY},
    "{note}/edit": {"themes": NASTY, "people-names": SHORT},
    "{note}/process": {"text": NASTY},
}


def path_of(wrote: Wrote, place: str) -> str:
    places = {"patient": wrote.patient, "course": wrote.course, "infusion": wrote.infusion}
    return place.format(**places, note=wrote.note, **wrote.rows)


def harmless(text: str) -> Page:
    """The page, in which nothing that was typed became an element or an attribute."""
    page = Page(text)
    for one in page.root.iter():
        assert one.tag not in {"img", "b", "i", "iframe", "object", "embed", "style"}
        assert one.tag != "script" or one.get("src", "").startswith("/static/")
        assert not [name for name in one.attrib if name.startswith("on") or name == "style"]
        assert not (one.get("href") or "").startswith("javascript:")
    return page


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("place", PAGES)
def test_what_was_typed_is_read_as_it_was_typed(wrote: Wrote, place: str) -> None:
    answer = wrote.visitor.get(path_of(wrote, place))
    assert answer.status_code == 200
    words = harmless(answer.text).words()
    for text in PAGES[place]:
        assert flat(text) in words


@pytest.mark.parametrize("place", TYPED)
def test_what_was_typed_stands_in_its_form_to_the_letter(wrote: Wrote, place: str) -> None:
    typed = harmless(wrote.visitor.get(path_of(wrote, place)).text).typed()
    for name, text in TYPED[place].items():
        assert typed[name] == [text]


def test_a_search_for_markup_shows_it(wrote: Wrote) -> None:
    page = harmless(wrote.visitor.post("/patients", {"text": NASTY}).text)
    assert f"No patient for “{flat(NASTY)}”" in page.words()
    assert page.typed()["text"] == [NASTY]
    assert "<script" not in wrote.visitor.post("/patients?fragment=1", {"text": NASTY}).text


def test_a_conflict_shows_both_texts(wrote: Wrote) -> None:
    form = {"_version": "1", "themes": f"mine {NASTY}"}
    page = harmless(wrote.visitor.post(f"{wrote.note}/edit", form).text)
    assert flat(f"mine {NASTY}") in page.words()
    assert page.typed()["themes"] == [f"mine {NASTY}"]
    said = wrote.visitor.put(f"{wrote.note}/draft", form).get_json()
    assert "<script>alert" not in said["form_html"]


def test_a_refused_form_shows_what_was_typed(wrote: Wrote) -> None:
    answer = wrote.visitor.post("/patients/new", {**PATIENT, "phone": NASTY, "allergies": NASTY})
    assert answer.status_code == 422
    typed = harmless(answer.text).typed()
    assert (typed["phone"], typed["allergies"]) == ([NASTY], [NASTY])


def test_a_refused_sign_in_shows_the_address_that_was_typed(served: Served) -> None:
    answer = served.newcomer().post("/sign-in", {"email": NASTY, "password": NASTY})
    assert harmless(answer.text).typed() == {"email": [NASTY], "password": [""]}


def test_the_accounts_and_the_trail_show_a_nasty_name(wrote: Wrote) -> None:
    for path in ("/people", "/audit"):
        assert SHORT in harmless(wrote.served.visitor("administrator").get(path).text).words()
    thea = wrote.served.therapist
    assert SHORT in harmless(thea.get(f"/patients/{wrote.served.small.patient_id}").text).words()


def test_a_signed_note_its_review_and_its_addendum(served: Served) -> None:
    note_id = signed(served.small, "integration", themes=NASTY, plan=NASTY)
    here, review = f"/notes/{note_id}", f"/review/{note_id}"
    sven, thea = served.visitor("supervisor"), served.therapist
    assert flat(NASTY) in harmless(sven.get(here).text).words()
    shown = harmless(sven.get(review).text).typed()["digest"][0]
    said = {"comment": NASTY, "comment.meaning": NASTY, "digest": shown}
    good(sven, f"{review}/return", said)
    for path in (here, f"{here}/edit"):
        assert flat(NASTY) in harmless(thea.get(path).text).words()
    digest = harmless(thea.get(f"{here}/sign").text).typed()["digest"][0]
    good(thea, f"{here}/sign", {"digest": digest, "password": PASSWORD})
    assert flat(NASTY) in harmless(sven.get(review).text).words()
    good(sven, f"{review}/cosign", {"digest": digest, "password": PASSWORD})
    form = {"reason": SHORT, "text": NASTY, "password": "not it"}
    typed = harmless(thea.post(f"{here}/addendum", form).text).typed()
    assert (typed["reason"], typed["text"]) == ([SHORT], [NASTY])
    good(thea, f"{here}/addendum", {**form, "password": PASSWORD})
    words = harmless(thea.get(here).text).words()
    assert words.count(flat(NASTY)) >= 3
    assert json.dumps(NASTY)[1:-1] in json.dumps(thea.get(f"{here}/response.json").get_json())


def test_what_is_printed_holds_it_as_text(wrote: Wrote) -> None:
    assert wrote.visitor.get(f"{wrote.infusion}/summary.pdf").status_code == 200
    printed = wrote.served.printed.pages[-1]
    assert "<script" not in printed
    assert "onerror=alert(1)>" not in printed
    assert "alert(1)" in printed
