"""Handing documents out, as people meet it: the page, the form, the file, what is on its way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from kapnotes.actions import delivery, patient
from kapnotes.clinic.document import Channel, JobState
from kapnotes.records import delivery as deliveries
from kapnotes.records.document import Document
from tests.builders import AT
from tests.kept import CONTENT, ask, deliver, keep
from tests.web.served import NOW, Served
from tests.web.visitor import Page

GOOD = {"channel": "download", "recipient": "Dr Weber, town hospital", "purpose": "treatment"}
_revisions = count(5000)


def document(served: Served, **more: str) -> Document:
    return keep(served.small, revision=next(_revisions), **more)  # type: ignore[arg-type] # words of keep


def documents_of(served: Served) -> str:
    return f"/patients/{served.small.patient_id}/documents"


def words_of(served: Served, who: str = "therapist") -> str:
    answer = served.visitor(who).get(documents_of(served))
    assert answer.status_code == 200
    return Page(answer.text).words()


@contextmanager
def set_up(served: Served, **more: object) -> Iterator[None]:
    """Have the practice send documents for a while."""
    before = served.database.settings
    served.database.settings = replace(before, **more)  # type: ignore[arg-type] # names of settings
    try:
        yield
    finally:
        served.database.settings = before


def test_a_patient_without_documents_is_told_what_will_be_here(served: Served) -> None:
    made = served.patient(record_number="D-0")
    said = Page(served.therapist.get(f"/patients/{made}/documents").text).words()
    assert "No document yet" in said
    assert "Nothing has left yet." in said
    page = Page(served.therapist.get(f"/patients/{made}").text)
    [link] = [one for one in page.all("a") if page.words(one) == "All documents"]
    assert link.get("href") == f"/patients/{made}/documents"


def test_a_download_is_written_down_and_its_file_is_the_very_bytes(served: Served) -> None:
    found = document(served)
    here = f"/documents/{found.id}/hand-out"
    answer = served.therapist.post(here, GOOD)
    assert answer.status_code == 302
    told = served.therapist.get(answer.headers["Location"])
    assert "Dr Weber, town hospital" in Page(told.text).words()
    delay, _, address = told.headers["Refresh"].partition("; url=")
    assert delay == "0"
    file = served.therapist.get(address)
    assert file.data == CONTENT
    disposition = f'attachment; filename="{found.number}.pdf"'
    assert file.headers["Content-Disposition"] == disposition
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Cache-Control"] == "no-store"
    said = words_of(served)
    assert "Dr Weber, town hospital" in said
    assert "Treatment by somebody else" in said
    assert found.number in said


def test_a_print_is_written_down_and_opens_the_document(served: Served) -> None:
    found = document(served)
    answer = served.therapist.post(f"/documents/{found.id}/hand-out", {**GOOD, "channel": "print"})
    assert answer.headers["Location"] == f"/documents/{found.id}.pdf"
    file = served.therapist.get(answer.headers["Location"])
    assert file.headers["Content-Disposition"].startswith("inline;")


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"channel": ""}, "channel", "Choose how it leaves"),
        ({"channel": "fax"}, "channel", "Choose how it leaves"),
        ({"channel": "chart_folder"}, "channel", "not set up"),
        ({"recipient": " "}, "recipient", "not answered"),
        ({"recipient": "x" * 201}, "recipient", "Shorten"),
        ({"purpose": ""}, "purpose", "not answered"),
        ({"purpose": "", "purpose~other": "x" * 301}, "purpose", "Shorten"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_rest_stays(
    served: Served, changed: dict[str, str], field: str, says: str
) -> None:
    found = document(served)
    before = served.rows_of_everything()
    answer = served.therapist.post(f"/documents/{found.id}/hand-out", {**GOOD, **changed})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert says in page.beside(field) or says in page.words()
    typed = page.typed()
    for name, value in {**GOOD, **changed}.items():
        if value.strip() and name != "channel":
            assert typed[name] == [value], name
    assert served.rows_of_everything() == before


def test_ways_that_are_not_set_up_are_said_and_cannot_be_chosen(served: Served) -> None:
    found = document(served)
    page = Page(served.therapist.get(f"/documents/{found.id}/hand-out").text)
    shut = {one.get("value") for one in page.all("input") if one.get("disabled") is not None}
    assert shut == {"chart_folder", "fhir_server"}
    assert "Not set up. The operator of the machine sets KAPNOTES_CHART_FOLDER." in page.words()


def test_a_replaced_document_says_so_before_it_is_handed_out(served: Served) -> None:
    first = document(served)
    second = document(served, replaces=first.number)
    said = Page(served.therapist.get(f"/documents/{first.id}/hand-out").text).words()
    assert f"{second.number} replaced this document" in said
    assert f"Replaced by {second.number}" in words_of(served)


def test_what_is_sent_says_how_far_it_is_from_the_form_to_the_folder(
    served: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "chart"
    found = document(served)
    form = {**GOOD, "channel": "chart_folder"}
    here = f"/documents/{found.id}/hand-out"
    with set_up(served, chart_folder=str(folder)):
        answer = served.therapist.post(here, form)
        assert answer.headers["Location"] == documents_of(served)
        said = words_of(served)
        assert f"{found.number} is on its way to the chart folder." in said
        assert "To the chart folder, on its way" in said
        assert "The background worker is not there" not in said
        served.clock.turn(minutes=5)
        assert "flask --app wsgi deliveries send" in words_of(served)
        assert delivery.send_due(at=served.clock.at, clock=lambda: served.clock.at).failed == 1
        said = words_of(served)
        assert "The chart folder is not there. Next try 23 Nov 2026, 09:11." in said
        folder.mkdir(mode=0o750)
        [row] = [
            one
            for one in _deliveries(served, found)
            if one.channel == Channel.CHART_FOLDER and one.state == deliveries.WAITING
        ]
        answer = served.therapist.post(f"/deliveries/{row.id}/again")
        assert answer.headers["Location"] == documents_of(served)
        assert delivery.send_due(at=served.clock.at, clock=lambda: served.clock.at).sent == 1
        said = words_of(served)
        assert f"Its file there is {found.number}.pdf." in said
        assert "To the chart folder, arrived" in said
        again = served.therapist.post(here, form)
        assert again.status_code == 302
        assert "Nothing was added" in words_of(served)
    assert (folder / f"{found.number}.pdf").read_bytes() == CONTENT


def _deliveries(served: Served, found: Document) -> list[deliveries.Delivery]:
    with served.database.reading() as session:
        reach = served.small.therapist.reach(NOW)
        rows = deliveries.of_document(session, found.id, reach=reach)
        session.expunge_all()
        return rows


def test_what_was_sent_says_where_the_other_side_keeps_it(served: Served) -> None:
    found = document(served)
    receipt = "https://chart.example/fhir/DocumentReference/17"
    deliver(
        served.small,
        found,
        channel=Channel.FHIR_SERVER,
        state=deliveries.SENT,
        failure="",
        receipt=receipt,
    )
    said = "The server at chart.example keeps it as DocumentReference/17."
    assert said in words_of(served)
    assert said in Page(served.therapist.get(f"/documents/{found.id}/hand-out").text).words()


def test_what_was_given_up_says_why_and_is_tried_again(served: Served) -> None:
    row = deliver(served.small, document(served))
    said = words_of(served)
    assert "Not sent to the chart folder. The chart folder is not there." in said
    assert served.therapist.post(f"/deliveries/{row}/again").status_code == 302
    [event] = [one for one in served.trail() if one.event == "delivery.asked"][-1:]
    assert event.object_id == row


def test_what_could_not_be_made_says_why_and_is_made_again(served: Served) -> None:
    job_id = ask(served.small, state=JobState.FAILED, failure="It took too long to print.")
    assert "It took too long to print." in words_of(served)
    told = served.therapist.get(f"/documents/making/{job_id}")
    assert "It could not be made" in Page(told.text).words()
    answer = served.therapist.post(f"/documents/making/{job_id}/again")
    assert answer.headers["Location"] == f"/documents/making/{job_id}"
    assert served.therapist.get(answer.headers["Location"]).status_code == 202
    page = Page(served.therapist.get(documents_of(served)).text)
    assert "It waits for its turn." in page.words()


def test_medical_sees_and_hands_out_the_medical_edition_alone(served: Served) -> None:
    full, medical = document(served), document(served, edition="medical")
    page = Page(served.medical.get(documents_of(served)).text)
    links = [one.get("href") for one in page.all("a")]
    assert f"/documents/{medical.id}.pdf" in links
    assert f"/documents/{full.id}.pdf" not in links
    assert served.medical.get(f"/documents/{full.id}/hand-out").status_code == 404
    assert served.medical.post(f"/documents/{medical.id}/hand-out", GOOD).status_code == 302


def test_who_joins_the_team_tomorrow_reaches_nothing_today(served: Served) -> None:
    found = document(served)
    patient.join_team(
        patient_id=served.small.patient_id,
        person_id=served.small.other_therapist.id,
        starts_on=AT.date().replace(day=24),
        by=served.small.therapist,
        at=AT,
    )
    other = served.visitor("other")
    for path in (documents_of(served), f"/documents/{found.id}/hand-out"):
        assert other.get(path).status_code == 404
    assert other.post(f"/documents/{found.id}/hand-out", GOOD).status_code == 404
    served.clock.turn(days=1)
    newcomer = served.newcomer("other")
    assert newcomer.get(documents_of(served)).status_code == 200


def test_what_people_typed_stands_on_the_page_as_text(served: Served) -> None:
    found = document(served)
    odd = "</td><script>alert(1)</script> שלום"
    form = {**GOOD, "recipient": odd, "purpose": "", "purpose~other": odd}
    served.therapist.post(f"/documents/{found.id}/hand-out", form)
    answer = served.therapist.get(documents_of(served))
    assert "<script>alert" not in answer.text
    assert odd in Page(answer.text).words()
