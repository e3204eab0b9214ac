"""Every page for every role: well-formed, named, with one heading, and never without a word.

What a page looks like does not hang on the database, so these run on the embedded one alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import live
from kapnotes.actions.practice import create
from kapnotes.records.session_row import TABLES
from kapnotes.settings import Settings
from tests.builders import AT, Small, add_person, run_session, small_practice
from tests.conftest import KEY
from tests.house.test_doors import methods_of
from tests.web.good import COURSE, INFUSION, PATIENT
from tests.web.served import PEOPLE, Clock, Served, serve
from tests.web.targets import aim_at, path_of
from tests.web.test_access import OWN_SITTING, ROWS
from tests.web.visitor import Page

VISITORS = (*PEOPLE, "nobody")
FRAGMENTS = {
    "/infusions/<infusion_id>/session/chart",
    "/infusions/<infusion_id>/session/risk",
    "/sessions/rows",
}
"""What a page asks for to put into itself."""
WITHIN = (
    '<!doctype html><html lang="en"><head><title>A part · Test practice</title></head>'
    "<body><main><h1>A part</h1>{}</main></body></html>"
)


@pytest.fixture(scope="module")
def practice(
    app: Flask,
    clock: Clock,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """Return a practice with one of everything."""
    folder = tmp_path_factory.mktemp("practice")
    with lend_database("embedded") as url:
        database = db.Database(Settings(data=folder, database_url=url, key=KEY))
        made = serve(app, database, clock, lambda: small_practice(cosigns=True))
        run_session(made.small)
        made.signed("preparation")
        made.written("dosing")
        made.draft("integration")
        yield made
        database.close()


def read(text: str) -> Page:
    """Read a page and see to what holds of every page."""
    page = Page(text)
    [title] = [page.words(one) for one in page.all("title")]
    assert title.endswith("· Test practice")
    assert len(title) > len("· Test practice") + 3
    [html] = page.all("html")
    assert html.get("lang") == "en"
    assert len(page.all("h1")) == 1
    assert page.words(page.all("h1")[0])
    assert len(page.all("main")) == 1
    ids = Counter(one.get("id") for one in page.root.iter() if one.get("id"))
    assert not [id_ for id_, many in ids.items() if many > 1]
    _every_field_is_named(page)
    _every_reference_leads_somewhere(page, set(map(str, ids)))
    _nothing_is_unfinished(page)
    return page


def _every_field_is_named(page: Page) -> None:
    labelled = {one.get("for") for one in page.all("label")}
    inside = {id(field) for label in page.all("label") for field in label.iter()}
    for one in page.root.iter():
        if one.tag not in {"input", "select", "textarea"} or one.get("type") == "hidden":
            continue
        named = one.get("id") in labelled or one.get("aria-label") or id(one) in inside
        assert named, (one.tag, one.attrib)
    for one in [*page.all("button"), *page.all("a")]:
        assert page.words(one) or one.get("aria-label"), one.attrib
    for form in page.all("form", method="post"):
        assert [one for one in form.iter("input") if one.get("name") == "csrf_token"]


def _every_reference_leads_somewhere(page: Page, ids: set[str]) -> None:
    for one in page.root.iter():
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "form"):
            assert set((one.get(attribute) or "").split()) <= ids, (one.tag, one.attrib)
        href = one.get("href") or ""
        if href.startswith("#"):
            assert href[1:] in ids, href


def _nothing_is_unfinished(page: Page) -> None:
    words = page.words()
    for word in ("Undefined", "{{", "}}", "{%", "UUID(", "datetime.", "Decimal", "&amp;"):
        assert word not in words, word
    for one in page.root.iter():
        assert one.tag not in {"td", "h1", "h2"} or page.words(one) != "None"
        assert "None" not in [value.rpartition("/")[2] for value in one.attrib.values()]


@pytest.mark.parametrize("who", VISITORS)
def test_every_page_of_a_role(practice: Served, app: Flask, who: str) -> None:
    for address, method, _ in sorted(methods_of(app)):
        if method != "GET" or ROWS["GET", address][who] == "sign-in":
            continue
        visitor = practice.newcomer(who) if address in OWN_SITTING else practice.visitor(who)
        ids, _ = aim_at(address)(practice)
        answer = visitor.get(path_of(address, ids))
        if answer.mimetype == "text/html" and answer.status_code != 302:
            is_part = address in FRAGMENTS and answer.status_code == 200
            read(WITHIN.format(answer.text) if is_part else answer.text)


@pytest.mark.parametrize("noun", sorted(TABLES))
def test_the_forms_of_the_session(practice: Served, noun: str) -> None:
    here = f"/infusions/{practice.small.infusion_id}"
    view = live.look(infusion_id=practice.small.infusion_id, by=practice.small.medical, at=AT)
    rows = [one.id for one in view.standing_rows if one.__tablename__ == noun]
    for path in (f"{here}/{noun}/new", *(f"{here}/{noun}/{row}/correct" for row in rows[:1])):
        read(practice.medical.get(path).text)
        read(practice.medical.post(path, {}).text)


@pytest.mark.parametrize("kind", ["preparation", "dosing", "integration"])
def test_a_note_through_its_life(practice: Served, kind: str) -> None:
    thea, sven = practice.therapist, practice.visitor("supervisor")
    blank = f"/notes/{practice.draft(kind)}"
    for page in ("", "/edit", "/drafts", "/sign", "/process"):
        read(thea.get(blank + page).text)
    written = f"/notes/{practice.written(kind)}"
    for page in ("", "/edit", "/drafts", "/sign"):
        read(thea.get(written + page).text)
    if kind == "dosing":
        return
    note_id = practice.signed(kind)
    here, review = f"/notes/{note_id}", f"/review/{note_id}"
    for visitor, path in ((thea, here), (sven, here), (sven, review)):
        read(visitor.get(path).text)
    read(sven.post(f"{review}/return", {}).text)
    read(sven.post(f"{review}/ask", {}).text)
    read(sven.post(f"{review}/cosign", {}).text)
    back = {"comment": "Goals?", "digest": Page(sven.get(review).text).typed()["digest"][0]}
    assert sven.post(f"{review}/return", back).status_code == 302
    for page in ("", "/edit", "/sign"):
        read(thea.get(here + page).text)
    for visitor, path in ((thea, "/"), (sven, "/"), (sven, "/review")):
        read(visitor.get(path).text)


def test_the_pages_after_a_refused_form(practice: Served) -> None:
    small = practice.small
    for path in (
        "/patients/new",
        f"/patients/{small.patient_id}/edit",
        f"/patients/{small.patient_id}/courses/new",
        f"/courses/{small.course_id}/edit",
        f"/courses/{small.course_id}/end",
        f"/courses/{small.course_id}/infusions/new",
        f"/infusions/{practice.infusion()}/cancel",
        "/account",
    ):
        answer = practice.therapist.post(path, {})
        assert answer.status_code in {409, 422}
        read(answer.text)
    for path in ("/people/new", "/supervision"):
        read(practice.visitor("administrator").post(path, {}).text)


def test_every_error_has_a_page(practice: Served) -> None:
    thea = practice.therapist
    for answer, status in (
        (thea.client.post("/patients"), 400),
        (thea.get("/people"), 403),
        (thea.get("/nowhere"), 404),
        (thea.get("/sign-out"), 405),
        (thea.post(f"/notes/{practice.signed()}/discard"), 409),
        (thea.client.post("/patients", data={"x": "y" * 1_100_000}), 413),
        (thea.post(f"/infusions/{practice.infusion()}/notes"), 422),
    ):
        assert answer.status_code == status
        assert read(answer.text).all("a", href="/")


@pytest.fixture
def blank(
    app: Flask,
    clock: Clock,
    practice: Served,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path: Path,
) -> Iterator[Served]:
    """Return a practice in which nobody has done anything yet."""
    with lend_database("embedded") as url:
        database = db.Database(Settings(data=tmp_path, database_url=url, key=KEY))
        yield serve(app, database, clock, blank_practice)
        database.close()
    db.use(practice.database)
    app.extensions["printer"] = practice.printed


def blank_practice() -> Small:
    """People, and nothing that they did."""
    create(name="Test practice", zone="UTC", by=operator(), at=AT)
    db.current().remembered.clear()
    people = [
        add_person(name, role)
        for name, role in (
            ("Thea", "therapist"),
            ("Otto", "therapist"),
            ("Mina", "medical"),
            ("Sven", "supervisor"),
            ("Ada", "administrator"),
        )
    ]
    return Small(*people, uuid4(), uuid4(), uuid4())


EMPTY = (
    ("therapist", "/", "No infusion today", "Every note that is due is written and signed."),
    ("medical", "/", "No infusion today", ""),
    ("supervisor", "/", "No infusion today", "Nothing waits for you."),
    ("therapist", "/patients", "No patients yet", "Add a patient"),
    ("medical", "/patients", "No patients yet", "will be listed here"),
    ("supervisor", "/review", "Nothing waits for you", "stands here until you co-sign it"),
    ("administrator", "/people", "Nobody is supervised yet", "Link a supervisor"),
    ("administrator", "/audit?event=note.signed", "Nothing found", "No entry fits"),
    ("supervisor", "/audit?outcome=refused", "Nothing found", "Show all"),
)


def test_an_empty_page_says_what_will_be_here(blank: Served) -> None:
    for who, path, title, sentence in EMPTY:
        words = read(blank.visitor(who).get(path).text).words()
        assert (path, who, title in words, sentence in words) == (path, who, True, True)
    words = read(blank.therapist.post("/patients", {"text": "Falk"}).text).words()
    assert "No patient for “Falk”" in words


def test_a_new_patient_course_and_infusion_say_what_will_be_there(blank: Served) -> None:
    thea = blank.therapist
    patient = thea.post("/patients/new", PATIENT).headers["Location"]
    words = read(thea.get(patient).text).words()
    assert "No course yet" in words
    assert "integration notes will be listed here" in words
    course = thea.post(f"{patient}/courses/new", COURSE).headers["Location"]
    assert "No infusions yet" in read(thea.get(course).text).words()
    infusion = thea.post(f"{course}/infusions/new", INFUSION).headers["Location"]
    words = read(thea.get(infusion).text).words()
    for sentence in (
        "The session has not started.",
        "No dose is recorded.",
        "No reading yet.",
        "None recorded.",
        "No document is kept yet.",
    ):
        assert sentence in words
    read(thea.get("/").text)
    read(thea.get(f"{patient}/trail").text)
