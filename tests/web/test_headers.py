"""What every answer carries, and what is turned away before any door (ASVS 3.4, 3.5, 4.2)."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog
from flask import Flask
from werkzeug.test import TestResponse, encode_multipart

from kapnotes import db
from kapnotes.actions import today
from kapnotes.settings import Settings
from kapnotes.web.app import create_app
from tests.builders import small_practice
from tests.conftest import KEY
from tests.house.test_doors import methods_of
from tests.web.served import Served
from tests.web.targets import path_of
from tests.web.visitor import Page, Visitor

CHANGES = ("POST", "PUT")
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
)
MEBIBYTE = 1_048_576


def changes(app: Flask) -> list[tuple[str, str]]:
    return [(method, address) for address, method, _ in methods_of(app) if method in CHANGES]


def answers(served: Served) -> dict[str, TestResponse]:
    """One answer of each kind."""
    therapist, nobody = served.therapist, served.visitor()
    infusion = f"/infusions/{served.small.infusion_id}"
    return {
        "page": therapist.get("/"),
        "record": therapist.get(infusion),
        "document": therapist.get(f"{infusion}/summary.pdf"),
        "json": therapist.get("/sign-in/token"),
        "export": therapist.get(f"/notes/{served.signed()}/response.json"),
        "refused": therapist.get("/people"),
        "nowhere": therapist.get("/nowhere"),
        "not by this method": therapist.get("/sign-out"),
        "leads on": nobody.get("/"),
        "no token": nobody.client.post("/sign-in"),
        "foreign": nobody.post("/sign-in", headers={"Origin": "https://evil.example"}),
        "other host": nobody.get("/", headers={"Host": "evil.example"}),
        "too long": nobody.client.post("/sign-in", data={"x": "y" * (MEBIBYTE + 1)}),
        "alive": nobody.get("/livez"),
        "ready": nobody.get("/readyz"),
    }


@pytest.mark.safety("ASVS-3.4/headers")
def test_every_answer_is_protected_and_none_is_kept_by_the_browser(served: Served) -> None:
    for kind, answer in answers(served).items():
        head = answer.headers
        assert (kind, head["X-Content-Type-Options"]) == (kind, "nosniff")
        assert (kind, head["Referrer-Policy"]) == (kind, "no-referrer")
        assert (kind, head["Cross-Origin-Opener-Policy"]) == (kind, "same-origin")
        assert (kind, head["Cross-Origin-Resource-Policy"]) == (kind, "same-origin")
        assert (kind, head["Cache-Control"]) == (kind, "no-store")
        assert "camera=()" in head["Permissions-Policy"]
        policy = head["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert (kind, head["X-Frame-Options"]) == (kind, "DENY")
        assert "Strict-Transport-Security" not in head
        assert "Server" not in head


def test_what_is_not_the_patients_may_be_kept(served: Served) -> None:
    answer = served.visitor().get("/static/mark.svg")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "%2e%2e/%2e%2e/keys.py"])
def test_only_the_look_is_handed_out_of_the_folder_of_the_look(served: Served, path: str) -> None:
    assert served.visitor().get(f"/static/{path}").status_code == 404


def test_a_document_opens_under_its_number_and_runs_nothing(served: Served) -> None:
    head = served.therapist.get(f"/infusions/{served.small.infusion_id}/summary.pdf").headers
    assert head["Content-Type"] == "application/pdf"
    assert head["Content-Disposition"] == 'inline; filename="infusion-summary-1-draft.pdf"'
    assert head["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"


@pytest.mark.safety("ASVS-3.5/forgery")
def test_no_change_without_the_token_of_the_form(served: Served, app: Flask) -> None:
    before, end = served.rows_of_everything(), served.end_of_trail()
    client = served.therapist.client
    for method, address in changes(app):
        path = path_of(address, _known(served, address))
        for form in ({}, {"csrf_token": "made up"}):
            answer = client.open(path, method=method, data=form)
            assert (address, answer.status_code) == (address, 400)
    assert served.rows_of_everything() == before
    assert served.end_of_trail() == end


def test_the_token_of_another_session_does_not_fit(served: Served) -> None:
    foreign = {"csrf_token": served.medical.token()}
    assert served.therapist.client.post("/patients", data=foreign).status_code == 400


@pytest.mark.safety("ASVS-3.5/forgery")
@pytest.mark.parametrize("head", FOREIGN, ids=str)
def test_a_page_from_elsewhere_changes_nothing(
    served: Served, app: Flask, head: dict[str, str]
) -> None:
    before, end = served.rows_of_everything(), served.end_of_trail()
    therapist = served.therapist
    for method, address in changes(app):
        path = path_of(address, _known(served, address))
        send = therapist.post if method == "POST" else therapist.put
        assert (address, send(path, headers=head).status_code) == (address, 403)
    assert served.rows_of_everything() == before
    assert served.end_of_trail() == end


@pytest.mark.parametrize(
    "head",
    [
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
    ids=str,
)
def test_ones_own_page_changes_what_it_may(served: Served, head: dict[str, str]) -> None:
    assert served.therapist.post("/patients", {"text": "Falk"}, headers=head).status_code == 200


def _known(served: Served, address: str) -> dict[str, object]:
    """Ids for the places of an address: what exists where we have it, an id of something else."""
    small = served.small
    ids = {"patient_id": small.patient_id, "course_id": small.course_id}
    ids |= {"infusion_id": small.infusion_id, "note_id": small.infusion_id}
    places = re.findall(r"<(\w+_id)>", address)
    words = {"noun": "dose", "version": 1, "move": "accept"}
    return {**words, **{place: ids.get(place, small.medical.id) for place in places}}


@pytest.mark.safety("ASVS-4.1/proxies")
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "a b"]
)
def test_another_host_is_turned_away(served: Served, host: str) -> None:
    answer = served.visitor().client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text
    assert "form" not in answer.text


def in_parts(form: dict[str, str]) -> dict[str, object]:
    boundary, data = encode_multipart(form)
    return {"data": data, "content_type": f"multipart/form-data; boundary={boundary}"}


def in_one(form: dict[str, str]) -> dict[str, object]:
    return {"data": urlencode(form), "content_type": "application/x-www-form-urlencoded"}


@pytest.mark.safety("ASVS-4.3/bodies")
@pytest.mark.parametrize("encoded", [in_parts, in_one])
def test_a_body_over_the_limit_is_refused_and_one_below_is_read(
    served: Served, encoded: Callable[[dict[str, str]], dict[str, Any]]
) -> None:
    path, therapist = f"/notes/{served.draft()}/draft", served.therapist
    head = {"X-CSRFToken": therapist.token()}
    before = served.rows_of_everything()
    long, fits = ({"_version": "1", "themes": "x" * many} for many in (MEBIBYTE, 600_000))
    assert therapist.client.put(path, **encoded(long), headers=head).status_code == 413
    assert served.rows_of_everything() == before
    assert therapist.client.put(path, **encoded(fits), headers=head).status_code == 200


def test_a_post_over_the_limit_gets_a_page_that_says_so(served: Served) -> None:
    answer = served.therapist.client.post("/patients", data={"text": "x" * (MEBIBYTE + 1)})
    assert answer.status_code == 413
    assert Page(answer.text).all("h1")


@pytest.mark.safety("ASVS-3.3/cookies")
def test_the_cookie_is_for_this_server_and_no_script(served: Served) -> None:
    answer = served.newcomer().sign_in("Thea")
    [line] = answer.headers.getlist("Set-Cookie")
    name, *flags = re.split("; ?", line)
    assert name.startswith("kapnotes=")
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Lax"]


@pytest.mark.safety("ASVS-4.3/bodies")
def test_a_failure_says_a_number_and_nothing_of_the_inside(
    served: Served, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("Jördis Falk, R-1")

    monkeypatch.setattr(today, "look", fail)
    with structlog.testing.capture_logs() as logged:
        answer = served.therapist.get("/")
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    [line] = logged
    page = Page(answer.text).words()
    assert line["number"] in page
    assert line["error"] == "RuntimeError"
    assert not [word for word in ("Falk", "Jördis", "Traceback", ".py") if word in page]
    assert "Falk" not in str(line) + "".join(capfd.readouterr())


def test_a_failed_save_answers_as_json(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    note_id = served.draft()
    monkeypatch.setattr("kapnotes.actions.note.forms.tidy", lambda *_: 1 / 0)
    with structlog.testing.capture_logs():
        answer = served.therapist.put(f"/notes/{note_id}/draft", {"_version": "1"})
    assert (answer.status_code, answer.is_json) == (500, True)


@pytest.fixture
def secure(
    served: Served,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path: Path,
) -> Iterator[Visitor]:
    """Return a browser before a practice that is reached over TLS, behind a proxy."""
    with lend_database("embedded") as url:
        app = create_app(
            Settings(
                data=tmp_path,
                database_url=url,
                key=KEY,
                base_url="https://notes.example",
                proxies=1,
            )
        )
        small_practice()
        yield Visitor(app.test_client())
        db.current().close()
    db.use(served.database)


@pytest.mark.safety("ASVS-3.3/cookies")
def test_over_tls_the_cookie_is_bound_to_the_host(secure: Visitor) -> None:
    here = {"base_url": "https://notes.example"}
    answer = secure.get("/sign-in", **here)
    [line] = answer.headers.getlist("Set-Cookie")
    name, *flags = re.split("; ?", line)
    assert name.startswith("__Host-kapnotes=")
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert secure.get("/sign-in", base_url="https://localhost").status_code == 400


@pytest.mark.safety("ASVS-4.1/proxies")
def test_a_proxy_does_not_choose_the_host(secure: Visitor) -> None:
    head = {"X-Forwarded-Host": "notes.example", "X-Forwarded-Proto": "https"}
    assert secure.get("/sign-in", base_url="http://evil.example", headers=head).status_code == 400
