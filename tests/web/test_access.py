"""Who comes how far at every door: `access.txt`, role by role, on a thing in a therapist's care.

`therapist` is on the patient's care team and wrote the notes, `other` is a therapist who is not,
`medical` is on the team, `supervisor` is linked with the therapist. 200 is a page, 302 leads on,
409 and 422 are refused for what was posted, 403 for the role, 404 is out of reach or nowhere,
`sign-in` leads there (401 for what a page saves by itself).
"""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.house.test_doors import methods_of
from tests.web.served import PEOPLE, Served
from tests.web.targets import aim_at, elsewhere, path_of
from tests.web.visitor import Page, plain

TABLE = Path(__file__).with_name("access.txt")
VISITORS = (*PEOPLE, "nobody")
DENIED = {"403", "404", "sign-in"}
OWN_SITTING = {
    "/lock",
    "/sign-out",
    "/hand-over/<token>",
    "/patients/<patient_id>/measures/<key>/hand-over",
}
"""Doors that end the sitting of whoever tries them: each with a browser of its own."""
ENDS_OTHERS = "/account/sign-ins/end-others"
SECRETS = ("Falk", "Jördis", "R-1<", "Penicillin", "Treatment-resistant")


def expected() -> dict[tuple[str, str], dict[str, str]]:
    """Read the table."""
    head, *lines = [line.split() for line in TABLE.read_text().splitlines() if line.strip()]
    assert tuple(head[2:]) == VISITORS
    return {(line[0], line[1]): dict(zip(VISITORS, line[2:], strict=True)) for line in lines}


ROWS = expected()


def came(answer: TestResponse) -> str:
    """How far an answer let somebody in, in a word of the table."""
    leads = answer.headers.get("Location") == "/sign-in" and answer.request.path != "/sign-out"
    if leads or (answer.status_code == 401 and answer.is_json):
        return "sign-in"
    return str(answer.status_code)


@pytest.mark.safety("ASVS-8.1/table")
def test_every_door_is_in_the_table(app: Flask) -> None:
    doors = {(method, address) for address, method, _ in methods_of(app)}
    assert doors == set(ROWS), "add a row to tests/web/access.txt, or take the old one away"


def open_doors(visitors: dict[str, str]) -> set[str]:
    return {who for who, how in visitors.items() if how not in DENIED}


@pytest.mark.safety("ONC-d1/guarded-doors")
@pytest.mark.parametrize(("method", "address"), ROWS, ids=str)
def test_who_comes_how_far(served: Served, method: str, address: str) -> None:
    row, aim = ROWS[method, address], aim_at(address)
    ids, form = aim(served)
    before = served.rows_of_everything()
    for who, how in row.items():
        if how not in DENIED:
            continue
        visitor = served.newcomer(who) if address in OWN_SITTING else served.visitor(who)
        answer = visitor.ask(method, path_of(address, ids), form)
        assert (who, came(answer)) == (who, how)
        assert not [secret for secret in SECRETS if secret in answer.text]
        assert ("may not" in answer.text) == (how == "403")
        nowhere = visitor.ask(method, path_of(address, elsewhere(ids)), form)
        assert plain(answer.text) == plain(nowhere.text)
        assert answer.status_code == nowhere.status_code
        assert answer.headers["Content-Type"] == nowhere.headers["Content-Type"]
    assert served.rows_of_everything() == before
    for who in open_doors(row):
        ids, form = aim(served)
        visitor = served.newcomer(who) if address in OWN_SITTING else served.visitor(who)
        answer = visitor.ask(method, path_of(address, ids), form)
        assert (who, came(answer)) == (who, row[who])
        if address == ENDS_OTHERS:
            served.forget()
        if "_id>" in address:
            visitor = served.newcomer(who) if address in OWN_SITTING else visitor
            nowhere = visitor.ask(method, path_of(address, elsewhere(ids)), form)
            assert (who, came(nowhere)) == (who, "404")


@pytest.mark.safety("ASVS-8.2/not-there")
def test_a_refusal_of_the_role_says_why_and_is_an_event(served: Served) -> None:
    before = served.end_of_trail()
    page = Page(served.medical.get("/people").text)
    assert "Your role (Medical) may not see people." in page.words()
    [entry] = served.trail(before)
    assert (entry.event, entry.outcome, entry.reason) == ("door.refused", "refused", "not_allowed")


@pytest.mark.safety("ASVS-8.2/not-there")
def test_out_of_reach_is_an_event_that_names_the_patient_only_to_the_trail(served: Served) -> None:
    before = served.end_of_trail()
    answer = served.visitor("other").get(f"/patients/{served.small.patient_id}")
    assert answer.status_code == 404
    [entry] = served.trail(before)
    assert (entry.event, entry.outcome) == ("patient.viewed", "refused")


@pytest.mark.safety("KAP/medical-edition")
@pytest.mark.parametrize("kind", ["preparation", "dosing", "integration"])
def test_medical_reads_every_kind_but_the_integration_note(served: Served, kind: str) -> None:
    answer = served.medical.get(f"/notes/{served.signed(kind)}")
    assert answer.status_code == (403 if kind == "integration" else 200)


@pytest.mark.safety("KAP/own-draft")
def test_a_draft_is_read_by_its_author_alone(served: Served) -> None:
    note_id = served.written("preparation")
    path = f"/notes/{note_id}"
    assert "Leave the house within half an hour." in served.therapist.get(path).text
    for who in ("medical", "supervisor"):
        answer = served.visitor(who).get(path)
        assert answer.status_code == 200
        assert "Leave the house within half an hour." not in answer.text


def test_an_address_that_is_no_door_is_the_same_404_for_everyone(served: Served) -> None:
    for who in VISITORS:
        answer = served.visitor(who).get("/patients/everyone/export")
        assert answer.status_code == 404
        assert re.search("<h1>Not found", answer.text)
