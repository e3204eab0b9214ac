"""The doors of the second factor: what a password alone opens, and what asks for a fresh factor."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.actions import password as passwords
from kapnotes.clinic.refusals import BadInput
from kapnotes.web.confirm import checked
from tests.builders import PASSWORD
from tests.factors import digits
from tests.house.test_doors import methods_of
from tests.web.served import Clock, Served
from tests.web.targets import aim_at, path_of
from tests.web.visitor import Page, Visitor, token_in

THEA = "thea@test.example"
WAITING_OPENS = {
    "/sign-in",
    "/sign-in/factor",
    "/sign-in/factor/passkey",
    "/sign-in/set-up",
    "/sign-in/set-up/app",
    "/sign-in/set-up/passkey",
    "/sign-in/set-up/passkey/made",
    "/sign-in/token",
    "/sign-out",
}
"""The steps of signing in themselves, and the way out."""
PUBLIC = re.compile(r"^/(livez|readyz|metrics|verify|static|hand-over|lock|locked|unlock)\b")
FRESH = {
    ("GET", "/account/factors/new"),
    ("GET", "/audit/report.csv"),
    ("GET", "/chart-audits/<audit_id>/data.csv"),
    ("GET", "/courses/<course_id>/data.csv"),
    ("GET", "/courses/<course_id>/measures.json"),
    ("GET", "/documents/<document_id>/hand-out"),
    ("GET", "/notes/<note_id>/response.json"),
    ("GET", "/patients/<patient_id>/trail.csv"),
    ("GET", "/people/new"),
    ("POST", "/account/factors/app"),
    ("POST", "/account/factors/app/begin"),
    ("POST", "/account/factors/app/remove"),
    ("POST", "/account/factors/codes"),
    ("POST", "/account/factors/passkey"),
    ("POST", "/account/factors/passkeys"),
    ("POST", "/account/factors/passkeys/<passkey_id>/remove"),
    ("POST", "/deliveries/<delivery_id>/again"),
    ("POST", "/documents/<document_id>/hand-out"),
    ("POST", "/people/<person_id>/disable"),
    ("POST", "/people/<person_id>/emergency"),
    ("POST", "/people/<person_id>/enable"),
    ("POST", "/people/<person_id>/password"),
    ("POST", "/people/<person_id>/reset-factors"),
    ("POST", "/people/new"),
    ("POST", "/resets/<reset_id>/confirm"),
}
"""The doors that ask for a factor of the last five minutes; taking one away is a decision."""


def half_in(served: Served) -> Visitor:
    """The therapist's browser after the password."""
    made = served.newcomer()
    answer = made.post("/sign-in", {"email": THEA, "password": PASSWORD})
    assert answer.headers["Location"] == "/sign-in/factor"
    return made


@pytest.mark.safety("ONC-d13/second-factor")
def test_after_the_password_alone_no_door_is_open(served: Served, app: Flask) -> None:
    visitor = half_in(served)
    token = token_in(visitor.get("/sign-in/factor").text)
    for address, method, _ in methods_of(app):
        if address in WAITING_OPENS or PUBLIC.match(address):
            continue
        ids, form = aim_at(address)(served)
        path, head = path_of(address, ids), {"X-CSRFToken": token}
        if method == "GET":
            answer = visitor.get(path)
        else:
            answer = visitor.client.open(path, method=method, data=form, headers=head)
        led = answer.headers.get("Location") in {"/sign-in/factor", "/sign-in"}
        assert led or answer.status_code in {400, 401}, (method, address, answer.status_code)
        assert "Falk" not in answer.text


@pytest.mark.safety("ONC-d13/second-factor")
def test_a_sign_in_that_waits_ends_by_itself_and_by_signing_out(
    served: Served, clock: Clock
) -> None:
    visitor = half_in(served)
    visitor.client.post(
        "/sign-out", data={"csrf_token": token_in(visitor.get("/sign-in/factor").text)}
    )
    assert visitor.get("/sign-in/factor").headers["Location"] == "/sign-in"
    visitor = half_in(served)
    clock.turn(minutes=10)
    assert visitor.get("/sign-in/factor").headers["Location"] == "/sign-in"


@pytest.mark.safety("ASVS-7.2/sittings")
def test_the_cookie_of_the_wait_opens_nothing_after(served: Served) -> None:
    visitor, thief = half_in(served), served.newcomer()
    page = visitor.get("/sign-in/factor").text
    kept = visitor.client.get_cookie("kapnotes")
    assert kept is not None
    form = {"csrf_token": token_in(page), "code": digits(served.clock.at)}
    assert visitor.client.post("/sign-in/factor", data=form).headers["Location"] == "/"
    thief.client.set_cookie("kapnotes", kept.value)
    assert thief.get("/").headers["Location"] in {"/sign-in/factor", "/sign-in"}
    assert thief.get("/sign-in/factor").headers["Location"] == "/sign-in"


@pytest.mark.safety("ASVS-7.5/fresh-factor")
def test_the_doors_that_ask_for_a_fresh_factor_are_those_of_the_list(app: Flask) -> None:
    found = set()
    for address, method, endpoint in methods_of(app):
        view = app.view_functions[endpoint]
        while view is not None and not getattr(view, "asks_fresh", False):
            view = getattr(view, "__wrapped__", None)
        if view is not None:
            found.add((method, address))
    assert found == FRESH


@pytest.mark.safety("ASVS-7.5/fresh-factor")
def test_five_minutes_after_the_sign_in_an_export_asks_again(served: Served, clock: Clock) -> None:
    visitor = served.newcomer("therapist")
    path = f"/notes/{served.signed('integration')}/response.json"
    assert visitor.get(path).status_code == 200
    clock.turn(minutes=5, seconds=1)
    answer = visitor.get(path)
    assert answer.headers["Location"] == f"/confirm?next={quote(path, safe='')}"
    page = Page(visitor.get(answer.headers["Location"]).text)
    assert page.typed()["next"] == [path]
    wrong = visitor.post("/confirm", {"next": path, "password": "not it at all"})
    assert wrong.status_code == 403
    assert "not your password" in wrong.text
    given = visitor.post("/confirm", {"next": path, "password": PASSWORD})
    assert given.headers["Refresh"] == f"0; url={path}"
    assert visitor.get(path).status_code == 200


@pytest.mark.safety("ASVS-7.5/fresh-factor")
def test_what_was_posted_is_kept_until_it_is_confirmed(served: Served, clock: Clock) -> None:
    visitor, other = served.newcomer("administrator"), served.small.other_therapist
    clock.turn(minutes=6)
    form = {"emergency": "yes"}
    answer = visitor.post(f"/people/{other.id}/emergency", form)
    page = Page(answer.text)
    assert (answer.status_code, page.typed()["emergency"]) == (403, ["yes"])
    confirmed = {**form, "_confirm": "yes", "_confirm.password": "wrong"}
    assert visitor.post(f"/people/{other.id}/emergency", confirmed).status_code == 403
    confirmed["_confirm.password"] = PASSWORD
    assert visitor.post(f"/people/{other.id}/emergency", confirmed).status_code == 302
    assert visitor.post(f"/people/{other.id}/emergency", {"emergency": "no"}).status_code == 302


def test_who_may_not_is_told_so_before_a_factor_is_asked(served: Served, clock: Clock) -> None:
    visitor = served.newcomer("therapist")
    clock.turn(minutes=6)
    assert "may not" in visitor.get("/people/new").text


def test_reading_on_paper_never_asks(served: Served, clock: Clock) -> None:
    visitor, small = served.newcomer("therapist"), served.small
    served.signed("preparation")
    clock.turn(minutes=6)
    for path in (
        f"/infusions/{small.infusion_id}/summary.pdf",
        f"/courses/{small.course_id}/summary.pdf",
        f"/patients/{small.patient_id}/chart.pdf",
    ):
        answer = visitor.get(path)
        assert "/confirm" not in answer.headers.get("Location", ""), path


@pytest.mark.safety("ASVS-7.5/fresh-factor")
@pytest.mark.parametrize(
    "then",
    [
        "https://evil.example/",
        "//evil.example/people",
        "/\\evil.example",
        "javascript:alert(1)",
        "/people\r\nSet-Cookie: a=b",
        "/sign-out",
        "/nowhere",
        "",
        "/people" + "?a=" + "x" * 3000,
    ],
)
def test_confirming_leads_to_no_place_but_our_own(served: Served, then: str) -> None:
    answer = served.visitor("administrator").post("/confirm", {"next": then, "password": PASSWORD})
    assert answer.headers["Location"] == "/"


@given(then=st.text(max_size=60) | st.from_regex(r"/{1,3}[a-z./\\:@?#%]{0,20}", fullmatch=True))
def test_where_it_leads_is_a_path_of_ours(app: Flask, then: str) -> None:
    with app.app_context():
        led = checked(then)
    assert re.fullmatch(r"/([^/\\].*)?", led)


@pytest.mark.safety("ASVS-6.2/passwords")
def test_common_passwords_are_refused_however_they_are_dressed_up() -> None:
    common = [
        line
        for line in passwords.COMMON.read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert len(common) >= 1000
    assert all(len(one) >= passwords.SHORTEST_PASSWORD and one == one.casefold() for one in common)
    for one in common[::40]:
        for typed in (one, one.upper(), f"{one}1!", f"2026{one}"):
            with pytest.raises(BadInput):
                passwords.check_password_choice(typed)
    passwords.check_password_choice("the ferry leaves at noon on thursdays")
