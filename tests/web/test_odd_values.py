"""What no page would post: odd reasons, ids, places, versions. It is refused, or does nothing."""

from collections.abc import Callable

import pytest

from tests.web.good import PATIENT
from tests.web.refusing import refused
from tests.web.served import Served
from tests.web.visitor import Page


def plan_of(served: Served) -> str:
    return f"/infusions/{served.infusion()}"


def course_of(served: Served) -> str:
    return f"/courses/{served.course()}"


@pytest.mark.parametrize(
    ("place", "verb"), [(plan_of, "cancel"), (course_of, "end")], ids=["cancel", "end"]
)
@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 4001])
def test_ending_asks_for_its_reason(
    served: Served, place: Callable[[Served], str], verb: str, reason: str
) -> None:
    path = f"{place(served)}/{verb}"
    page = Page(refused(served, "course", path, {"reason": reason}).text)
    assert page.typed()["reason"] == [reason]
    assert "Please write" in page.beside("reason") or "Shorten this" in page.beside("reason")
    assert served.therapist.post(path, {"reason": "Moved away"}).status_code == 302
    again = served.therapist.post(path, {"reason": "Moved away"})
    assert again.status_code in {409, 422}


@pytest.mark.parametrize("kind", ["", "letter", "Preparation", "preparation\0"])
def test_only_the_three_kinds_of_note_are_begun(served: Served, kind: str) -> None:
    refused(served, "note", f"/infusions/{served.small.infusion_id}/notes", {"kind": kind})


def test_a_supervisor_and_a_therapist_are_linked_and_nobody_else(served: Served) -> None:
    small = served.small
    sven, thea, mina = (str(one.id) for one in (small.supervisor, small.therapist, small.medical))
    for form, *fields in (
        ({}, "supervisor_id", "supervisee_id"),
        ({"supervisor_id": sven}, "supervisee_id"),
        ({"supervisor_id": "me", "supervisee_id": thea}, "supervisor_id"),
        ({"supervisor_id": thea, "supervisee_id": thea}, "supervisor_id"),
        ({"supervisor_id": sven, "supervisee_id": mina}, "supervisee_id"),
        ({"supervisor_id": sven, "supervisee_id": thea}, "supervisee_id"),
    ):
        page = Page(refused(served, "person", "/supervision", form).text)
        assert list(page.errors()) == fields


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=-1",
        "before=1e9",
        "before=99999999999999999999999",
        "actor=me",
        "event=note.signed'--",
        "event=%00",
        "outcome=all",
        "before=%00&actor=%00",
    ],
)
def test_the_trails_filters_take_what_they_know_and_leave_the_rest(
    served: Served, query: str
) -> None:
    assert served.visitor("administrator").get(f"/audit?{query}").status_code == 200
    path = f"/patients/{served.small.patient_id}/trail?{query}"
    assert served.therapist.get(path).status_code == 200


@pytest.mark.parametrize("text", ["\0", "%", "_", "'", "x" * 5000, "\u202e", "Falk\0", "🙂"])
def test_a_search_takes_any_text(served: Served, text: str) -> None:
    for form in ({"text": text}, {"page": text}, {"text": "Falk", "page": text}):
        assert served.therapist.post("/patients", form).status_code == 200
    assert "Falk, " not in served.therapist.post("/patients", {"text": "%"}).text


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "9" * 5000, "٣", "1\0"])
def test_a_base_that_is_no_number_is_an_old_one(served: Served, version: str) -> None:
    note_id = served.written("preparation")
    form = {"_version": version, "plan": "Something else"}
    assert served.therapist.put(f"/notes/{note_id}/draft", form).status_code == 409
    assert served.therapist.post(f"/notes/{note_id}/edit", form).status_code == 409
    form = {"_version": version, "text": "mine"}
    assert served.therapist.post(f"/notes/{note_id}/process", form).status_code == 409


@pytest.mark.parametrize("text", ["x" * 20_001, "a\0b"])
def test_a_process_note_that_cannot_be_kept_stays_in_the_box(served: Served, text: str) -> None:
    path = f"/notes/{served.draft()}/process"
    answer = refused(served, "process note", path, {"_version": "0", "text": text})
    page = Page(answer.text.replace("\0", ""))
    assert page.beside("text")
    assert page.typed()["text"] == [text.replace("\0", "")]


@pytest.mark.parametrize("version", ["0", "99", "9" * 30, "-1", "x"])
def test_only_a_draft_that_was_kept_comes_back(served: Served, version: str) -> None:
    path = f"/notes/{served.draft()}/drafts/{version}/restore"
    assert served.therapist.post(path).status_code == 404


def test_details_changed_by_somebody_else_are_not_overwritten(served: Served) -> None:
    patient = served.patient(record_number="S-1")
    path = f"/patients/{patient}/edit"
    opened = Page(served.therapist.get(path).text).typed()["_version"][0]
    form = {**PATIENT, "record_number": "S-1", "_version": opened}
    assert served.therapist.post(path, {**form, "phone": "1"}).status_code == 302
    before = served.rows_of_everything()
    answer = served.therapist.post(path, {**form, "phone": "2"})
    page = Page(answer.text)
    assert answer.status_code == 409
    assert page.typed()["phone"] == ["2"]
    assert "Nothing was overwritten" in page.words()
    assert served.rows_of_everything() == before
