"""What cannot be taken is said beside its field, what was typed stays, and nothing is changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count

import pytest
from werkzeug.test import TestResponse

from kapnotes.audit.events import Category
from tests.builders import PASSWORD
from tests.web.good import (
    ADDENDUM,
    COURSE,
    DOSE,
    EVENT,
    INFUSION,
    PATIENT,
    PERSON,
    VITALS,
)
from tests.web.served import Served
from tests.web.visitor import Page

LONG = "x" * 5000
CHOSEN = {"indication", "protocol", "route", "phase", "drug_form", "kind", "severity", "serious"}
CHOSEN |= {"outcome", "role"}
"""What is chosen from a list: a word that is not in the list cannot stand in the form."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is posted otherwise, the field the error stands beside, and what it says."""

    field: str
    says: str
    changed: dict[str, str]
    noun: str = ""

    def __str__(self) -> str:
        return f"{self.noun} {self.field}={self.changed[self.field][:24]!r}"


def wrong(field: str, says: str, **changed: str) -> Wrong:
    return Wrong(field, says, changed)


CASES: dict[str, tuple[dict[str, str], list[Wrong]]] = {
    "patient": (
        PATIENT,
        [
            wrong("family_name", "not answered", family_name=""),
            wrong("family_name", "not answered", family_name="   "),
            wrong("family_name", "Shorten this", family_name=LONG),
            wrong("given_name", "one line", given_name="Ada\nLou"),
            wrong("given_name", "cannot be stored", given_name="Ada\0Lou"),
            wrong("birth_date", "in the future", birth_date="2026-11-24"),
            wrong("birth_date", "more than 120 years", birth_date="1905-11-23"),
            wrong("birth_date", "Enter a date", birth_date="17.05.1980"),
            wrong("birth_date", "Enter a date", birth_date="1980-02-30"),
            wrong("birth_date", "Enter a date", birth_date="99999-01-01"),
            wrong("record_number", "Another patient has this", record_number="R-1"),
            wrong("phone", "Shorten this", phone="5" * 41),
            wrong("allergies", "Shorten this", allergies=LONG),
            wrong("allergies", "cannot be stored", allergies="Latex\0"),
        ],
    ),
    "course": (
        COURSE,
        [
            wrong("indication", "Choose one", indication="boredom"),
            wrong("indication", "not answered", indication=""),
            wrong("protocol", "Choose one", protocol="mine"),
            wrong("goals", "Shorten this", goals=LONG),
            wrong("started_on", "Enter a date", started_on="soon"),
            wrong("started_on", "before the patient was born", started_on="1950-01-01"),
            wrong("diagnosis_code", "Shorten this", diagnosis_code="F" * 21),
        ],
    ),
    "infusion": (
        INFUSION,
        [
            wrong("planned_for", "not answered", planned_for=""),
            wrong("planned_for", "Enter a date and a time", planned_for="2026-11-25"),
            wrong("planned_for", "Enter a date and a time", planned_for="2026-11-25T25:00"),
            wrong("planned_for", "three years away", planned_for="2226-11-25T10:00"),
            wrong("planned_for", "three years away", planned_for="0001-01-01T00:00"),
            wrong("planned_for", "three years away", planned_for="9999-12-31T23:59"),
            wrong("route", "Choose one", route="rectal"),
            wrong("phase", "Choose one", phase="1"),
        ],
    ),
    "dose": (
        DOSE,
        [
            wrong("mg", "Enter a number", mg="a lot"),
            wrong("mg", "Enter a number", mg="NaN"),
            wrong("mg", "Enter a number", mg="Infinity"),
            wrong("mg", "Enter a number", mg="1e9"),
            wrong("mg", "Enter a value from 0.001", mg="-35"),
            wrong("mg", "Enter a value from 0.001", mg="0"),
            wrong("mg", "Enter a value from 0.001", mg="1000.001"),
            wrong("mg", "3 decimal places", mg="35.0001"),
            wrong("mg", "not answered", mg=""),
            wrong("weight_kg", "not answered", weight_kg=""),
            wrong("weight_kg", "Enter a value from 20", weight_kg="7"),
            wrong("weight_kg", "Enter a value from 20", weight_kg="700"),
            wrong("drug_form", "Choose one", drug_form="arketamine"),
            wrong("observed_at", "in the future", observed_at="2026-11-23T09:06", stopped_at=""),
            wrong("stopped_at", "before the start", stopped_at="2026-11-23T07:59"),
            wrong("mg", "above this practice's limit of 2 mg/kg", mg="140.001", drawn_mg="155.001"),
            wrong("wasted_mg", "15 mg should be wasted", wasted_mg="14"),
            wrong("wasted_mg", "Enter how much was wasted", wasted_mg=""),
            wrong("drawn_mg", "More was given", drawn_mg="30"),
            wrong("drawn_mg", "how much was drawn", drawn_mg=""),
            wrong("wasted_by", "Name the person", wasted_by=""),
            wrong("witnessed_by", "Name the person", witnessed_by=""),
            wrong("witnessed_by", "somebody other", witnessed_by=" mina "),
            wrong("weighed_on", "after the dose", weighed_on="2026-11-24"),
            wrong("lot", "Shorten this", lot="L" * 61),
        ],
    ),
    "vitals": (
        VITALS,
        [
            wrong("systolic", "Enter a whole number", systolic="120/80"),
            wrong("systolic", "Enter a whole number", systolic="NaN"),
            wrong("systolic", "Enter a value from 40", systolic="-120"),
            wrong("systolic", "Enter a value from 40", systolic="301"),
            wrong("heart_rate", "whole number", heart_rate="72.5"),
            wrong("heart_rate", "", heart_rate="9" * 5000),
            wrong("spo2", "Enter a value from 40 to 100", spo2="101"),
            wrong("sedation", "Enter a value from 0 to 5", sedation="6"),
            wrong("distress", "Enter a value from 0 to 10", distress="11"),
            wrong("observed_at", "future", observed_at="2026-11-24T08:10"),
            wrong("observed_at", "Enter a date and a time", observed_at="08:10"),
            wrong("comment", "Shorten this", comment=LONG),
            wrong(
                "systolic",
                "at least one",
                systolic="",
                diastolic="",
                heart_rate="",
                spo2="",
                comment="",
            ),
        ],
    ),
    "adverse_event": (
        EVENT,
        [
            wrong("kind", "Choose one", kind="death"),
            wrong("severity", "Choose one", severity="awful"),
            wrong("serious", "yes or no", serious="maybe"),
            wrong("outcome", "Choose one", outcome="fine"),
            wrong("observed_at", "future", observed_at="2026-11-23T10:00", resolved_at=""),
            wrong("resolved_at", "before", resolved_at="2026-11-23T08:00"),
            wrong("words", "Shorten this", words=LONG),
        ],
    ),
    "person": (
        PERSON,
        [
            wrong("email", "an account with this e-mail", email="THEA@test.example"),
            wrong("email", "not answered", email=""),
            wrong("name", "not answered", name=""),
            wrong("name", "cannot be stored", name="A\0"),
            wrong("role", "Choose one", role="operator"),
            wrong("role", "Choose one", role="owner"),
        ],
    ),
    "addendum": (
        ADDENDUM,
        [
            wrong("reason", "not answered", reason=""),
            wrong("reason", "Shorten this", reason="x" * 201),
            wrong("text", "not answered", text=" \n "),
            wrong("text", "Shorten this", text="x" * 20_001),
        ],
    ),
}
FLAT = [replace(case, noun=noun) for noun, (_, cases) in CASES.items() for case in cases]
_numbers = count(1)


@pytest.fixture(scope="module")
def places(served: Served) -> dict[str, str]:
    """Where each record is posted."""
    small = served.small
    session = f"/infusions/{served.infusion()}"
    return {
        "patient": "/patients/new",
        "course": f"/patients/{small.patient_id}/courses/new",
        "infusion": f"/courses/{small.course_id}/infusions/new",
        "dose": f"{session}/dose/new",
        "vitals": f"{session}/vitals/new",
        "adverse_event": f"{session}/adverse_event/new",
        "person": "/people/new",
        "addendum": f"/notes/{cosigned(served)}/addendum",
    }


def cosigned(served: Served) -> object:
    note_id = served.signed()
    page = Page(served.visitor("supervisor").get(f"/notes/{note_id}").text)
    form = {"digest": page.typed()["digest"][0], "password": PASSWORD}
    assert served.visitor("supervisor").post(f"/notes/{note_id}/cosign", form).status_code == 302
    return note_id


def who(noun: str) -> str:
    return "administrator" if noun == "person" else "therapist"


def refused(served: Served, noun: str, path: str, form: Mapping[str, str]) -> TestResponse:
    """Post what cannot be taken, and see that nothing of it stays."""
    served.visitor(who(noun))
    before, end = served.rows_of_everything(), served.end_of_trail()
    answer = served.visitor(who(noun)).post(path, form)
    assert answer.status_code == 422
    assert served.rows_of_everything() == before
    done = [
        one.event
        for one in served.trail(end)
        if one.outcome == "done" and one.category != Category.LOOK
    ]
    assert done == []
    return answer


def stays(page: Page, form: Mapping[str, str]) -> None:
    """Everything that was typed is in the form again, but for the password."""
    typed = page.typed()
    for name, value in form.items():
        if name == "password":
            assert typed[name] == [""]
        elif value and not (name in CHOSEN and typed.get(name, [""]) == [""]):
            assert (name, typed[name]) == (name, [value])


@pytest.mark.parametrize("case", FLAT, ids=str)
def test_it_is_said_beside_the_field(served: Served, places: dict[str, str], case: Wrong) -> None:
    form = {**CASES[case.noun][0], **case.changed}
    answer = refused(served, case.noun, places[case.noun], form)
    page = Page(answer.text.replace("\0", ""))
    errors = page.errors()
    assert list(errors) == [case.field]
    assert case.says in errors[case.field]
    assert page.all("a", href=f"#f-{case.field}"), "the summary does not lead to the field"
    stays(page, {name: text.replace("\0", "") for name, text in form.items()})


@pytest.mark.parametrize("noun", CASES)
def test_a_good_one_is_taken(served: Served, places: dict[str, str], noun: str) -> None:
    number = next(_numbers)
    form = {**CASES[noun][0], **({"record_number": f"B-{number}"} if noun == "patient" else {})}
    form |= {"email": f"new{number}@test.example"} if noun == "person" else {}
    place = places[noun]
    if noun in {"dose", "vitals", "adverse_event"}:
        place = f"/infusions/{served.infusion()}/{noun}/new"
    answer = served.visitor(who(noun)).post(place, form)
    assert answer.status_code == (200 if noun == "person" else 302)


@pytest.mark.parametrize("noun", CASES)
def test_a_blank_one_names_everything_that_is_needed(
    served: Served, places: dict[str, str], noun: str
) -> None:
    answer = refused(served, noun, places[noun], {})
    needed = {
        "patient": {"family_name", "given_name", "birth_date", "record_number"},
        "course": {"indication", "protocol", "started_on"},
        "infusion": {"planned_for", "route", "phase"},
        "dose": {"observed_at", "drug_form", "weight_kg", "mg"},
        "vitals": {"observed_at"},
        "adverse_event": {"observed_at", "kind", "severity"},
        "person": {"email", "name", "role"},
        "addendum": {"reason", "text"},
    }[noun]
    assert set(Page(answer.text).errors()) == needed


@pytest.mark.parametrize("noun", ["patient", "course", "dose", "person"])
def test_two_answers_to_one_question_are_refused(
    served: Served, places: dict[str, str], noun: str
) -> None:
    form = CASES[noun][0]
    field = next(iter(form)) if noun != "course" else "goals"
    twice = {**form, field: [form[field], f"{form[field]}5"]}
    answer = refused(served, noun, places[noun], twice)  # type: ignore[arg-type] # on purpose
    assert list(Page(answer.text).errors()) == [field]


def dose_page(served: Served, **changed: str) -> tuple[str, TestResponse, dict[str, str]]:
    path = f"/infusions/{served.infusion()}/dose/new"
    form = {**DOSE, **changed}
    return path, refused(served, "dose", path, form), form


ODD: list[tuple[dict[str, str], str]] = [
    ({"mg": "70.001", "drawn_mg": "85.001", "changes": "More pain"}, "more than the usual 1 mg/kg"),
    ({"mg": "45", "drawn_mg": "60"}, "the plan comes to 35 mg"),
    ({"weighed_on": ""}, "The weight has no date"),
    ({"weighed_on": "2026-10-01"}, "The weight is 53 days old"),
    ({"observed_at": "2026-11-23T01:00"}, "runs for more than 6 hours"),
]


@pytest.mark.parametrize(("changed", "says"), ODD)
def test_an_unusual_dose_asks_for_a_reason_and_is_then_taken(
    served: Served, changed: dict[str, str], says: str
) -> None:
    path, answer, form = dose_page(served, **changed)
    page = Page(answer.text)
    assert says in page.words()
    assert "_reason" in page.typed()
    stays(page, form)
    refused(served, "dose", path, {**form, "_reason": "   "})
    reason = "Discussed with Mina; the last one was too light"
    assert served.therapist.post(path, {**form, "_reason": reason}).status_code == 302
    infusion = served.therapist.get(path.removesuffix("/dose/new"))
    assert reason in infusion.text


def test_a_reason_does_not_pass_a_dose_above_the_limit(served: Served) -> None:
    form = {"mg": "140.001", "drawn_mg": "155.001", "_reason": "It was needed"}
    _, answer, _ = dose_page(served, **form)
    page = Page(answer.text)
    assert "limit of 2 mg/kg" in page.beside("mg")


def test_a_second_dose_counts_with_the_first(served: Served) -> None:
    path = f"/infusions/{served.infusion()}/dose/new"
    assert served.therapist.post(path, DOSE).status_code == 302
    more = {**DOSE, "mg": "110", "drawn_mg": "125", "changes": "Asked for more"}
    answer = refused(served, "dose", path, more)
    assert "145 mg in this session" in Page(answer.text).beside("mg")


def recorded(served: Served, noun: str, form: dict[str, str]) -> str:
    """Record a row and return where it is corrected."""
    infusion_id = served.infusion()
    here = f"/infusions/{infusion_id}"
    assert served.therapist.post(f"{here}/{noun}/new", form).status_code == 302
    view = served.rows(infusion_id)
    row = (*view.doses, *view.vitals, *view.adverse_events)[-1]
    return f"{here}/{noun}/{row.id}/correct"


ROWS: list[tuple[str, dict[str, str], str]] = [
    ("dose", DOSE, "lot"),
    ("vitals", VITALS, "heart_rate"),
    ("adverse_event", EVENT, "words"),
]


@pytest.mark.parametrize(("noun", "form", "field"), ROWS)
def test_a_correction_asks_for_its_reason(
    served: Served, noun: str, form: dict[str, str], field: str
) -> None:
    path = recorded(served, noun, form)
    stays(Page(served.therapist.get(path).text), form)
    changed = {**form, field: "77"}
    page = Page(refused(served, noun, path, changed).text)
    assert page.beside("_why") == "Please write why it is corrected."
    stays(page, changed)
    page = Page(refused(served, noun, path, {**form, "strike": "yes"}).text)
    assert page.beside("_why") == "Please write why it is struck out."
    answer = served.therapist.post(path, {**changed, "_why": "Typed in the wrong row"})
    assert answer.status_code == 302
    assert served.therapist.get(path).status_code == 404
    assert served.therapist.post(path, {**changed, "_why": "Again"}).status_code == 404


@pytest.mark.parametrize(("noun", "form", "field"), ROWS)
def test_a_row_is_corrected_at_its_own_infusion_and_under_its_own_name(
    served: Served, noun: str, form: dict[str, str], field: str
) -> None:
    path = recorded(served, noun, form)
    before = served.rows_of_everything()
    here, other = path.split("/")[2], str(served.small.infusion_id)
    wrong_noun = "vitals" if noun == "dose" else "dose"
    reason = {**form, field: "77", "_why": "Typed in the wrong row"}
    assert served.therapist.post(path.replace(here, other), reason).status_code == 404
    assert served.therapist.post(path.replace(noun, wrong_noun), reason).status_code in {404, 422}
    strike = {"strike": "yes", "_why": "Never given"}
    assert served.therapist.post(path.replace(here, other), strike).status_code == 404
    assert served.therapist.post(path.replace(noun, wrong_noun), strike).status_code == 404
    assert served.rows_of_everything() == before


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
    for form, field in (
        ({}, "supervisor_id"),
        ({"supervisor_id": sven}, "supervisee_id"),
        ({"supervisor_id": "me", "supervisee_id": thea}, "supervisor_id"),
        ({"supervisor_id": thea, "supervisee_id": thea}, "supervisor_id"),
        ({"supervisor_id": sven, "supervisee_id": mina}, "supervisee_id"),
        ({"supervisor_id": sven, "supervisee_id": thea}, "supervisee_id"),
    ):
        page = Page(refused(served, "person", "/supervision", form).text)
        assert list(page.errors()) == [field]


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
