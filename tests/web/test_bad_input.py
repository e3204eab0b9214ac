"""What cannot be taken is said beside its field, what was typed stays, and nothing is changed."""

from dataclasses import dataclass, replace
from itertools import count

import pytest

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
from tests.web.refusing import refused, stays, who
from tests.web.served import Served
from tests.web.visitor import Page

LONG = "x" * 5000


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
    page = Page(served.visitor("supervisor").get(f"/review/{note_id}").text)
    form = {"digest": page.typed()["digest"][0], "password": PASSWORD}
    assert served.visitor("supervisor").post(f"/review/{note_id}/cosign", form).status_code == 302
    return note_id


@pytest.mark.safety("ASVS-2.2/bad-input")
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
        "dose": {"observed_at", "route", "drug_form", "weight_kg", "mg"},
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
