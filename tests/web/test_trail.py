"""The trail at its doors: searched without a name in an address, handed out as PDF and table."""

import csv
import io

import pytest

from kapnotes.access.actor import operator
from kapnotes.actions import patient, trail_report, unusual
from kapnotes.audit.seal import is_genuine, told
from tests.builders import add_patient
from tests.web.served import Served


def rows_of(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def looked_at(served: Served, times: int) -> None:
    for _ in range(times):
        by, at = served.small.therapist, served.clock.at
        patient.look(patient_id=served.small.patient_id, by=by, at=at)


def leads(page: str, to: str) -> str:
    """Where the page leads by the link that has these signs in its address."""
    [found] = {one for one in page.split('"') if one.startswith("/audit?") and to in one}
    return found.replace("&amp;", "&")


def test_a_search_for_a_patient_leads_to_an_id(served: Served) -> None:
    looked_at(served, 1)
    visitor = served.visitor("supervisor")
    for typed in ("R-1", "Falk"):
        answer = visitor.post("/audit", {"text": typed, "category": "look"})
        assert answer.status_code == 302
        address = answer.headers["Location"]
        assert str(served.small.patient_id) in address
        assert typed not in address
        page = visitor.get(address).text
        assert "Jördis Falk" in page
        assert "looked at the patient" in page


def test_an_administrator_finds_a_record_by_its_whole_number_and_reads_no_name(
    served: Served,
) -> None:
    visitor = served.visitor("administrator")
    patient.look(patient_id=served.small.patient_id, by=served.small.therapist, at=served.clock.at)
    assert visitor.post("/audit", {"text": "Falk"}).status_code == 422
    assert "exactly this number" in visitor.post("/audit", {"text": "R-"}).text
    page = visitor.get(visitor.post("/audit", {"text": "R-1"}).headers["Location"]).text
    assert "looked at the patient" in page
    assert "Falk" not in page
    assert "R-1" not in page


def test_a_name_that_several_have_is_asked_about(served: Served) -> None:
    add_patient(served.small.therapist, family_name="Falkner", record_number="R-77")
    page = served.visitor("supervisor").post("/audit", {"text": "Falk", "outcome": "done"}).text
    assert "Which record?" in page
    assert "Falkner" in page
    assert "outcome=done" in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"from": "yesterday"}, "Write a day as 2026-11-23."),
        ({"from": "2026-11-23", "to": "2026-11-20"}, "This day is before the first one."),
        ({"text": "Nobody Atall"}, "No record that you may see"),
    ],
)
def test_what_cannot_be_searched_is_said_beside_its_field(
    served: Served, form: dict[str, str], sentence: str
) -> None:
    answer = served.visitor("supervisor").post("/audit", {**form, "category": "sign"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert '<option value="sign" selected>' in answer.text


def test_a_patient_out_of_reach_is_not_found(served: Served) -> None:
    theirs = add_patient(
        served.small.other_therapist, family_name="Elsewhere", record_number="R-78"
    )
    visitor = served.visitor("supervisor")
    assert "Elsewhere" not in visitor.post("/audit", {"text": "R-78"}).text
    for path in ("/audit", "/audit/report.csv", "/audit/report.pdf"):
        assert visitor.get(f"{path}?patient={theirs}").status_code == 404


def test_a_table_of_a_search_tells_each_entry_and_the_signed_head(served: Served) -> None:
    visitor = served.visitor("administrator")
    found = rows_of(visitor.get("/audit/report.csv?category=access").text)
    assert tuple(found[0]) == trail_report.HEAD
    blank = found.index([])
    entries, ending = found[1:blank], dict(row[:2] for row in found[blank + 1 :])
    assert {row[5] for row in entries} == {"Signing in and doors"}
    assert ending["entries in this table"] == str(len(entries))
    head = told(ending["testimony"].encode())
    assert head is not None
    assert is_genuine(served.database.ring, head)
    assert head.hash == ending["hash of the last one"]


def test_a_table_says_when_it_is_not_whole(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at(served, 60)
    monkeypatch.setattr(trail_report, "MOST_ROWS", 50)
    found = served.visitor("administrator").get("/audit/report.csv").text
    assert "There are older entries: a table holds 50." in found
    assert "entries in this table,50" in found


def test_cells_that_a_spreadsheet_would_run_are_quoted(served: Served) -> None:
    record = add_patient(served.small.therapist, family_name="Cell", record_number="=1+1")
    visitor = served.visitor("supervisor")
    found = rows_of(visitor.get(f"/audit/report.csv?patient={record}").text)
    assert {row[7] for row in found[1 : found.index([])]} == {"'=1+1"}


def test_who_looked_is_handed_out_day_by_day(served: Served) -> None:
    visitor = served.visitor("therapist")
    path = f"/patients/{served.small.patient_id}"
    rows = rows_of(visitor.get(f"{path}/trail.csv").text)
    assert all(row[7] == "R-1" for row in rows[1 : rows.index([])])
    answer = visitor.get(f"{path}/trail.pdf")
    assert answer.content_type == "application/pdf"
    assert "exported the trail" in visitor.get(f"{path}/trail").text


def test_the_page_shows_entries_both_ways(served: Served) -> None:
    looked_at(served, 60)
    visitor = served.visitor("administrator")
    first = visitor.get("/audit?event=patient.viewed").text
    second = visitor.get(leads(first, "before=")).text
    assert visitor.get(leads(second, "after=")).text.count("<time") == first.count("<time") == 50


def test_an_item_is_closed_with_a_word(served: Served) -> None:
    night = served.clock.at.replace(hour=23)
    patient.look(patient_id=served.small.patient_id, by=served.small.therapist, at=night)
    while unusual.watch(by=operator(), at=night):
        pass
    visitor = served.visitor("supervisor")
    page = visitor.get("/audit/unusual").text
    [path] = {one for one in page.split('"') if one.endswith("/close")}
    assert "in a few words" in visitor.post(path, {"word": " "}).text
    assert visitor.post(path, {"word": "She was on call <b>"}).status_code == 302
    assert "She was on call &lt;b&gt;" in visitor.get("/audit/unusual").text
    late = visitor.post(path, {"word": "Again"})
    assert late.status_code == 302
    assert "She was on call" in visitor.get(path).text
