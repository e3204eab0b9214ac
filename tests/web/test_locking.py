"""The lock: what an idle or locked sitting still answers, and what opens it (ONC d5; ASVS 7)."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kapnotes.clinic.sitting import CODE_TRIES
from tests.builders import PASSWORD
from tests.web.served import PEOPLE, Clock, Served
from tests.web.visitor import Page, Visitor

CODE = "491730"
NAMES = ("Falk", "Jördis", "Penicillin")


def point() -> str:
    """What a page would make for one lock."""
    made = ec.generate_private_key(ec.SECP256R1()).public_key()
    return b64encode(made.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


def locked(served: Served, who: str = "therapist") -> Visitor:
    """Somebody who locked their screen."""
    visitor = served.newcomer(who)
    visitor.token()
    assert visitor.post("/lock").status_code == 302
    return visitor


def unlock(visitor: Visitor, **form: str) -> int:
    return visitor.post("/unlock", form or {"password": PASSWORD}).status_code


def is_open(visitor: Visitor) -> bool:
    answer = visitor.get("/account")
    assert answer.status_code == 200 or answer.headers["Location"].startswith("/locked")
    return answer.status_code == 200


def with_code(served: Served) -> Visitor:
    visitor = served.newcomer("therapist")
    form = {"unlock_code": CODE, "password": PASSWORD}
    assert visitor.post("/lock/code", form).status_code == 302
    visitor.post("/lock")
    return visitor


@pytest.mark.safety("ONC-d5/idle-lock")
def test_fifteen_minutes_without_input_lock_and_one_factor_opens(
    served: Served, clock: Clock
) -> None:
    visitor = served.newcomer("therapist")
    visitor.token()
    clock.turn(minutes=14, seconds=59)
    assert is_open(visitor)
    clock.turn(minutes=15, seconds=1)
    assert not is_open(visitor)
    assert unlock(visitor, password="not it") == 403
    assert not is_open(visitor)
    assert unlock(visitor) == 302
    assert is_open(visitor)


@pytest.mark.safety("ONC-d5/idle-lock")
@pytest.mark.parametrize("who", PEOPLE)
def test_a_locked_sitting_answers_nothing_of_patients_at_any_door(served: Served, who: str) -> None:
    visitor, small = locked(served, who), served.small
    places = [
        f"/patients/{small.patient_id}",
        f"/courses/{small.course_id}",
        f"/infusions/{small.infusion_id}/session",
        f"/infusions/{small.infusion_id}/session/entries",
        f"/infusions/{small.infusion_id}/summary.pdf",
        f"/notes/{served.draft()}/edit",
        *("/", "/patients", "/review", "/audit", "/account"),
    ]
    for path in places:
        answer = visitor.get(path)
        assert (path, answer.status_code) == (path, 302)
        assert answer.headers["Location"].startswith("/locked")
        by_script = visitor.get(path, headers={"X-CSRFToken": visitor.token()})
        assert (by_script.status_code, by_script.get_json()) == (401, {"error": "locked"})
    page = visitor.get("/locked")
    assert page.status_code == 200
    assert not [name for name in NAMES if name in page.text]
    assert Page(page.text).words().count("Locked")


@pytest.mark.safety("ONC-d5/idle-lock")
def test_nothing_is_changed_by_a_locked_sitting(served: Served) -> None:
    visitor, draft = locked(served), served.draft()
    before = served.rows_of_everything()
    form = {"_version": "1", "themes": "late"}
    answer = visitor.put(f"/notes/{draft}/draft", form)
    assert (answer.status_code, answer.get_json()) == (401, {"error": "locked"})
    for path in (f"/notes/{draft}/edit", f"/notes/{draft}/discard", "/patients/new", "/lock/page"):
        answer = visitor.post(path, form)
        assert (answer.status_code, Page(answer.text).all("h1")[0].text) == (401, "Locked")
    form = {"unlock_code": CODE, "password": PASSWORD}
    assert visitor.post("/lock/code", form).status_code == 401
    assert served.rows_of_everything() == before


@pytest.mark.safety("ONC-d5/idle-lock")
def test_what_a_page_does_by_itself_keeps_no_sitting_and_input_does(
    served: Served, clock: Clock
) -> None:
    visitor = served.newcomer("therapist")
    polls = f"/infusions/{served.small.infusion_id}/session/entries"
    for _ in range(2):
        clock.turn(minutes=7)
        assert visitor.get(polls).status_code == 200
        assert visitor.post("/lock/input").get_json()["state"] == "open"
    left = visitor.post("/lock/input").get_json()["left"]
    assert left == 60
    assert visitor.post("/lock/input", {"ago": "20"}).get_json()["left"] == 15 * 60 - 20
    clock.turn(minutes=14, seconds=39)
    assert is_open(visitor)


@pytest.mark.parametrize("ago", ["-1", "1.5", "x", "9999999", "٣", ""])
def test_a_report_that_says_nothing_is_no_input(served: Served, clock: Clock, ago: str) -> None:
    visitor = served.newcomer("therapist")
    visitor.token()
    clock.turn(minutes=10)
    assert visitor.post("/lock/input", {"ago": ago}).get_json()["left"] == 5 * 60


def test_no_report_opens_what_is_locked(served: Served, clock: Clock) -> None:
    visitor = served.newcomer("therapist")
    visitor.token()
    clock.turn(minutes=15, seconds=1)
    assert visitor.post("/lock/input", {"ago": "0"}).get_json() == {"state": "locked", "left": 0}
    assert not is_open(visitor)


@pytest.mark.safety("ONC-d5/absolute-end")
def test_after_twelve_hours_no_factor_opens_the_sitting(served: Served, clock: Clock) -> None:
    visitor = locked(served)
    clock.turn(hours=12, seconds=1)
    assert visitor.get("/locked").location == "/sign-in"
    assert visitor.post("/unlock", {"password": PASSWORD}).location == "/sign-in"
    assert visitor.get("/").location == "/sign-in"


@pytest.mark.safety("ASVS-7.4/ended-at-once")
def test_signing_out_ends_a_locked_sitting_too(served: Served) -> None:
    visitor, thief = locked(served), served.newcomer()
    cookie = visitor.client.get_cookie("kapnotes")
    assert cookie is not None
    thief.client.set_cookie("kapnotes", cookie.value)
    assert visitor.post("/sign-out").location == "/sign-in"
    assert thief.get("/locked").location == "/sign-in"


def test_another_person_who_signs_in_ends_the_locked_sitting_of_that_browser(
    served: Served,
) -> None:
    visitor, thief = locked(served), served.newcomer()
    cookie = visitor.client.get_cookie("kapnotes")
    assert cookie is not None
    thief.client.set_cookie("kapnotes", cookie.value)
    assert visitor.get("/sign-in").location == "/locked"
    visitor.sign_in("Otto")
    assert thief.get("/locked").location == "/sign-in"


@pytest.mark.safety("ONC-d5/live-session")
def test_the_short_code_opens_this_sitting_in_this_browser_alone(served: Served) -> None:
    visitor, elsewhere = with_code(served), locked(served)
    assert 'name="unlock_code"' in visitor.get("/locked").text
    assert 'name="unlock_code"' not in elsewhere.get("/locked").text
    assert unlock(elsewhere, unlock_code=CODE) == 403
    assert unlock(visitor, unlock_code="491731") == 403
    assert unlock(visitor, unlock_code=CODE) == 302
    assert is_open(visitor)


@pytest.mark.safety("ONC-d5/live-session")
def test_after_five_wrong_codes_only_a_factor_opens(served: Served) -> None:
    visitor = with_code(served)
    for left in range(CODE_TRIES - 1, -1, -1):
        answer = visitor.post("/unlock", {"unlock_code": "000001"})
        assert answer.status_code == 403
        assert (f"{left} tr" in answer.text) == (left > 0)
    assert unlock(visitor, unlock_code=CODE) == 403
    assert 'name="unlock_code"' not in visitor.get("/locked").text
    assert unlock(visitor) == 302
    visitor.post("/lock")
    assert unlock(visitor, unlock_code=CODE) == 403


@pytest.mark.safety("ONC-d5/live-session")
def test_a_code_holds_four_hours_and_the_live_session_three(served: Served, clock: Clock) -> None:
    visitor = with_code(served)
    session = f"/infusions/{served.small.infusion_id}/session"
    for _ in range(11):
        assert unlock(visitor, unlock_code=CODE) == 302
        assert visitor.get(session).status_code == 200
        clock.turn(minutes=16)
        assert visitor.get(session).status_code == 302
    clock.turn(minutes=64)
    assert 'name="unlock_code"' not in visitor.get("/locked").text
    assert unlock(visitor, unlock_code=CODE) == 403


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"unlock_code": CODE, "password": "not it"}, "password"),
        ({"unlock_code": "12345", "password": PASSWORD}, "unlock_code"),
        ({"unlock_code": "123456", "password": PASSWORD}, "unlock_code"),
        ({"unlock_code": "777777", "password": PASSWORD}, "unlock_code"),
        ({"unlock_code": "٣٣٣٣٣٣", "password": PASSWORD}, "unlock_code"),
        ({}, "unlock_code"),
    ],
)
def test_a_code_is_set_with_a_factor_and_is_no_easy_one(
    served: Served, form: dict[str, str], name: str
) -> None:
    visitor = served.newcomer("therapist")
    answer = visitor.post("/lock/code", form)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.beside(name)
    assert CODE not in answer.text
    visitor.post("/lock")
    assert 'name="unlock_code"' not in visitor.get("/locked").text


@pytest.mark.safety("ONC-d5/text-back")
def test_a_locked_page_is_opened_for_its_own_person_alone(served: Served) -> None:
    here, there, other = (served.newcomer(who) for who in ("therapist", "therapist", "other"))
    form = {"point": point()}
    keys = [one.post("/lock/page", form).get_json()["key"] for one in (here, there, other)]
    assert keys[0] == keys[1] != keys[2]
    here.post("/lock")
    assert here.post("/lock/page", form).status_code == 401
    unlock(here)
    assert here.post("/lock/page", form).get_json()["key"] == keys[0]


@pytest.mark.parametrize("made", ["", "x", "AAAA", "BA==", b64encode(b"\4" + bytes(64)).decode()])
def test_what_is_no_point_opens_nothing(served: Served, made: str) -> None:
    assert served.therapist.post("/lock/page", {"point": made}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/patients", "/patients"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/patients/nobody/nowhere", "/"),
        ("/locked", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tevil.example", "/"),
        ("", "/"),
    ],
)
def test_the_lock_leads_on_to_a_page_of_ours(served: Served, asked: str, leads: str) -> None:
    visitor = locked(served)
    answer = visitor.post("/unlock", {"password": PASSWORD, "next": asked})
    assert (answer.status_code, answer.headers["Location"]) == (302, leads)


def test_a_page_is_gone_back_to_after_the_lock(served: Served) -> None:
    visitor = locked(served)
    path = f"/patients/{served.small.patient_id}"
    answer = visitor.get(path)
    form = Page(visitor.get(answer.headers["Location"]).text).typed()
    assert form["next"] == [path]


@pytest.fixture
def strict(served: Served) -> Iterator[int]:
    """Allow three tries."""
    before = served.database.settings
    served.database.settings = replace(before, sign_in_tries=3)
    yield 3
    served.database.settings = before


def test_wrong_passwords_at_the_lock_are_slowed_down(served: Served, strict: int) -> None:
    visitor = locked(served, "medical")
    for _ in range(strict):
        assert unlock(visitor, password="not it") == 403
    assert unlock(visitor) == 429
    assert not is_open(visitor)


def test_locking_and_unlocking_are_events_without_the_code(served: Served) -> None:
    visitor, before = with_code(served), served.end_of_trail()
    unlock(visitor, unlock_code="000001")
    unlock(visitor, unlock_code=CODE)
    visitor.post("/lock")
    visitor.post("/lock")
    unlock(visitor)
    kept = served.trail(before)
    assert [(one.event, one.category) for one in kept] == [
        ("unlock_code.tried", "access"),
        ("unlock_code.tried", "access"),
        ("sitting.unlocked", "access"),
        ("sitting.locked", "access"),
        ("factor.confirmed", "access"),
        ("sitting.unlocked", "access"),
    ]
    assert CODE not in str([one.details for one in kept])


@pytest.mark.safety("ONC-d5/text-back")
def test_a_form_that_met_the_lock_comes_back_to_the_letter(served: Served, clock: Clock) -> None:
    """Without scripts too: what was typed for twenty minutes is sent, and not lost."""
    visitor, draft = served.newcomer("therapist"), served.draft()
    visitor.token()
    clock.turn(minutes=20)
    text = "\r\nShe: “not yet” <b>&amp;</b>\r\n\r\n\ttwice  "
    form = {"_version": "1", "plan": text, "themes": "</textarea>", "password": "secret of mine"}
    answer = visitor.post(f"/notes/{draft}/edit", form)
    assert answer.status_code == 401
    assert not [said for said in ("not yet", "twice", "secret of mine") if said in answer.text]
    [kept] = Page(answer.text).typed()["kept"]
    wrong = visitor.post("/unlock", {"password": "not it", "kept": kept})
    assert Page(wrong.text).typed()["kept"] == [kept]
    page = Page(visitor.post("/unlock", {"password": PASSWORD, "kept": kept}).text)
    typed = page.typed()
    assert "password" not in typed
    assert typed["themes"] == ["</textarea>"]
    assert typed["plan"][0].replace("\n", "\r\n") == text
    [form_] = [one for one in page.all("form") if one.get("action") == f"/notes/{draft}/edit"]
    assert visitor.post(form_.get("action") or "", typed).status_code == 302


def test_what_one_person_sent_opens_for_nobody_else(served: Served) -> None:
    visitor, other = locked(served), locked(served, "other")
    answer = visitor.post(f"/notes/{served.draft()}/edit", {"plan": "mine"})
    [kept] = Page(answer.text).typed()["kept"]
    for made in (kept, "", "AAAA", kept[:-4] + "AAAA"):
        other.post("/lock")
        assert other.post("/unlock", {"password": PASSWORD, "kept": made}).location == "/"
