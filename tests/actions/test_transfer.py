"""Tables in and out: all or nothing, each bad row by its number, no formula, valid FHIR."""

import csv
import io
import json
from decimal import Decimal

import pytest
import sqlalchemy as sa
from fhir.resources.R4B.bundle import Bundle

from kapnotes import db
from kapnotes.actions import course_data, outcome, patient, transfer
from kapnotes.actions.transfer import BadTable, Kind
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from kapnotes.exchange import csv_table
from kapnotes.records.alert import PatientAlert
from kapnotes.records.measure import Measure
from kapnotes.records.patient import Patient
from kapnotes.records.task import Task
from tests.actions.test_outcome import dosed, rate
from tests.builders import AT, Small

PATIENTS = """family_name,given_name,birth_date,record_number,allergies
Okafor,Ada,1980-05-17,N-1,"Penicillin, latex"
Weiß,Jörg,1971-01-02,N-2,
"""
SCORES = """record_number;scale;observed_at;total;q1;q2;q3;q4;q5;q6;q7;q8;q9
R-1;phq-9;2026-11-20;;3;2;1;0;1;2;1;0;1
R-1;y-bocs;2026-11-21 10:30;28;;;;;;;;;
"""


def count(table: type[Patient | Measure]) -> int:
    with db.current().reading() as opened:
        return opened.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def problems(kind: Kind, text: str, small: Small) -> list[tuple[int, str, str]]:
    keep = transfer.import_patients if kind is Kind.PATIENTS else transfer.import_scores
    before = count(Patient), count(Measure)
    with pytest.raises(BadTable) as previewed:
        transfer.preview(kind=kind, text=text, by=small.therapist, at=AT)
    with pytest.raises(BadTable) as refused:
        keep(text=text, by=small.therapist, at=AT)
    assert previewed.value.problems == refused.value.problems
    assert (count(Patient), count(Measure)) == before
    return [(one.row, one.column, one.sentence) for one in refused.value.problems]


def test_patients_come_in_with_their_care_team_and_one_event(small: Small) -> None:
    by = small.therapist
    shown = transfer.preview(kind=Kind.PATIENTS, text=PATIENTS, by=by, at=AT)
    assert shown.rows[0][-1] == "Penicillin, latex"
    assert count(Patient) == 1
    assert transfer.import_patients(text=PATIENTS.encode("utf-8-sig"), by=by, at=AT) == 2
    [found] = patient.find(text="weiß", by=by, at=AT).patients
    view = patient.look(patient_id=found.id, by=by, at=AT)
    assert [one.person_id for one in view.team] == [by.id]
    with db.current().reading() as opened:
        query = sa.select(Entry.details).where(Entry.event == "patients.imported")
        assert list(opened.execute(query).scalars()) == [{"rows": 2}]


def test_one_bad_row_changes_nothing_and_is_named(small: Small) -> None:
    more = ("Berg,Ida,1999-02-30,N-3,", "Falk,Nils,1980-01-01,R-1,", "Oder,Ole,1970-01-01,N-1,")
    bad = PATIENTS + "\n".join(more)
    assert problems(Kind.PATIENTS, bad, small) == [
        (4, "birth_date", "Enter a date as year-month-day, such as 2026-11-23."),
        (5, "record_number", "Another patient has this record number."),
        (6, "record_number", "Another patient has this record number."),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must name the columns"),
        ("family_name,given_name\n", "no row below"),
        ("family_name,family_name\na,b\n", "stands twice"),
        ('family_name\n"Falk\n', "quotation mark"),
        ("family_name\nFalk,more\n", "Row 2 has more cells"),
        ("family_name,shoe_size\nFalk,41\n", "no such column"),
        ("family_name\nFalk\n", "column is missing"),
        ("family_name\nFa\0lk\n", "not a text file"),
    ],
)
def test_what_is_no_table_is_said(small: Small, text: str, says: str) -> None:
    assert any(says in one[2] for one in problems(Kind.PATIENTS, text, small))


def test_a_file_in_another_encoding_is_refused(small: Small) -> None:
    with pytest.raises(BadTable) as refused:
        transfer.import_patients(text=PATIENTS.encode("cp1252"), by=small.therapist, at=AT)
    assert "UTF-8" in refused.value.problems[0].sentence


def test_past_scores_are_scored_and_count_for_their_course(small: Small) -> None:
    assert transfer.import_scores(text=SCORES, by=small.therapist, at=AT) == 2
    view = outcome.look(course_id=small.course_id, by=small.therapist, at=AT)
    found = {one.key: one.points[0].taken for one in view.standing.scales}
    assert found["phq-9"].total == 11
    assert found["phq-9"].band == "moderate"
    assert (found["y-bocs"].total, found["y-bocs"].source) == (Decimal(28), "imported")
    assert {one.course_id for one in found.values()} == {small.course_id}
    assert found["phq-9"].observed_at.hour == 12


def scores(*rows: tuple[str, str, int]) -> str:
    """PHQ-9 scores of R-1, each by its day, total and item 9; -1 for a total alone."""
    head = "record_number,scale,observed_at,total," + ",".join(f"q{one}" for one in range(1, 10))
    lines = [
        f"R-1,phq-9,{day},{total}," + ("," * 8 if item < 0 else f"{'1,' * 8}{item}")
        for day, total, item in rows
    ]
    return "\n".join([head, *lines, ""])


def raised() -> list[tuple[str, str]]:
    with db.current().reading() as opened:
        tasks = list(opened.execute(sa.select(Task)).scalars())
        alerts = list(opened.execute(sa.select(PatientAlert)).scalars())
        assert {one.whose for one in tasks} <= {"therapist"}
        return [(one.sentence.split(":")[0], one.source) for one in alerts for _ in tasks]


def test_a_recent_answer_about_death_calls_when_it_is_brought_in(small: Small) -> None:
    text = scores(("2026-10-23", "", 3), ("2026-10-25", "", 1), ("2026-11-20", "10", 2))
    shown = transfer.preview(kind=Kind.SCORES, text=text, by=small.therapist, at=AT)
    assert shown.risk is not None
    assert (shown.risk.calling, shown.risk.old, shown.risk.unknown) == (2, 1, 0)
    assert raised() == [], "a look at a table writes nothing"
    transfer.import_scores(text=text, by=small.therapist, at=AT)
    assert raised() == [("PHQ-9, item 9 is 2", "measure")], "the newest alone"
    with db.current().reading() as opened:
        query = sa.select(Entry.details).where(Entry.event == "scores.imported")
        assert list(opened.execute(query).scalars()) == [{"rows": 3, "risk_alerts": 1}]


def test_of_a_total_alone_it_is_said_that_nothing_is_known(small: Small) -> None:
    text = scores(("2026-11-20", "20", -1), ("2026-11-21", "", 0))
    shown = transfer.preview(kind=Kind.SCORES, text=text, by=small.therapist, at=AT)
    assert shown.risk is not None
    assert (shown.risk.calling, shown.risk.old, shown.risk.unknown) == (0, 0, 1)
    transfer.import_scores(text=text, by=small.therapist, at=AT)
    assert raised() == []


def test_every_bad_score_is_named_with_its_row(small: Small) -> None:
    rate(small, "y-bocs", 20, at=AT.replace(day=20, hour=12, minute=0))
    head = "record_number,scale,observed_at,total,q1\n"
    rows = (
        "X-9,phq-9,2026-11-20,5,",
        "R-1,mood,2026-11-20,5,",
        "R-1,phq-9,2026-11-20,28,",
        "R-1,phq-9,2026-11-20,5.5,",
        "R-1,phq-9,2026-11-20,NaN,",
        "R-1,phq-9,2027-01-01,5,",
        "R-1,phq-9,1980-01-01,5,",
        "R-1,phq-9,20.11.2026,5,",
        "R-1,phq-9,2026-11-20,,2",
        "R-1,phq-9,2026-11-20,,9",
        "R-1,c-ssrs,2026-11-20,1,",
        "R-1,y-bocs,2026-11-20,25,",
        "R-1,phq-9,2026-11-20,,",
    )
    found = problems(Kind.SCORES, head + "\n".join(rows), small)
    assert {row for row, _, _ in found} == set(range(2, 15))
    assert (2, "record_number", "No patient in your care has this record number.") in found
    assert (4, "total", "A total lies between 0 and 27.") in found
    assert (13, "observed_at", "This scale has a rating at that time already.") in found
    assert any(row == 10 and "no total" in said for row, _, said in found)


def test_a_total_that_is_not_that_of_the_answers_is_refused(small: Small) -> None:
    wrong = SCORES.replace("2026-11-20;;3", "2026-11-20;12;3")
    assert problems(Kind.SCORES, wrong, small) == [
        (2, "total", "The answers come to 11, not to 12.")
    ]


def test_nobody_imports_for_a_patient_of_somebody_else(small: Small) -> None:
    with pytest.raises(BadTable) as refused:
        transfer.import_scores(text=SCORES, by=small.other_therapist, at=AT)
    assert {one.column for one in refused.value.problems} == {"record_number"}
    for by in (small.medical, small.supervisor, small.administrator):
        with pytest.raises(NotAllowed):
            transfer.import_scores(text=SCORES, by=by, at=AT)


@pytest.mark.safety("ASVS-1.2/cells")
@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-x", "@name", "\tx", "\rx", "\n=x", "\uff1d1"])
def test_no_text_leaves_as_a_formula(text: str) -> None:
    out = csv_table.write(["a", "b"], [[text, Decimal("-5.10")]])
    [_, row] = csv.reader(io.StringIO(out.removeprefix("\ufeff"), newline=""))
    assert row == [f"'{text}", "-5.10"]


def test_what_goes_out_comes_back() -> None:
    out = csv_table.write(["name", "words"], [["=x", 'a "b", c'], ["é", None]])
    assert [line.cells for line in csv_table.read(out)] == [
        {"name": "=x", "words": 'a "b", c'},
        {"name": "é"},
    ]


def test_a_course_goes_out_as_a_table(small: Small) -> None:
    dosed(small, small.infusion_id)
    transfer.import_scores(text=SCORES, by=small.therapist, at=AT)
    text = course_data.table(course_id=small.course_id, by=small.therapist, at=AT)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert {row["record_number"] for row in rows} == {"R-1"}
    [dose] = [row for row in rows if row["kind"] == "dose" and row["unit"] == "mg"]
    assert (dose["value"], dose["infusion"]) == ("35.75", "1")
    totals = {row["name"]: row["value"] for row in rows if row["kind"] == "measure"}
    assert (totals["phq-9"], totals["y-bocs"]) == ("11", "28")
    assert "Falk" not in text


def test_measures_go_out_as_valid_fhir(small: Small) -> None:
    transfer.import_scores(text=SCORES, by=small.therapist, at=AT)
    text = course_data.resources(course_id=small.course_id, by=small.supervisor, at=AT)
    Bundle.model_validate_json(text)
    kinds: dict[str, list[dict[str, object]]] = {}
    for one in json.loads(text)["entry"]:
        kinds.setdefault(one["resource"]["resourceType"], []).append(one["resource"])
    [answers] = kinds["QuestionnaireResponse"]
    assert answers["status"] == "completed"
    phq, ybocs = kinds["Observation"]
    assert phq["code"]["coding"][0]["code"] == "44261-6"  # type: ignore[index,call-overload] # JSON
    assert phq["valueQuantity"]["value"] == 11  # type: ignore[index,call-overload] # JSON
    assert phq["derivedFrom"] == [{"reference": f"urn:uuid:{answers['id']}"}]
    assert "derivedFrom" not in ybocs
    assert "Falk" not in text


def test_data_of_a_course_is_for_who_may_and_reaches_it(small: Small) -> None:
    for hand_out in (course_data.table, course_data.resources):
        with pytest.raises(OutOfReach):
            hand_out(course_id=small.course_id, by=small.other_therapist, at=AT)
        with pytest.raises(NotAllowed):
            hand_out(course_id=small.course_id, by=small.medical, at=AT)
