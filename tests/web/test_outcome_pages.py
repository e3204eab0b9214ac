"""The pages of what is due, whether it works, and of tables that come in and go out."""

import io
from datetime import timedelta

import pytest

from kapnotes.actions import setting
from kapnotes.clinic.outcome_rule import DEFAULT_CHOICE
from kapnotes.clinic.setting import to_plain
from tests.actions.test_outcome import dosed, rate
from tests.builders import AT, minute
from tests.web.served import Served
from tests.web.test_queries import statements
from tests.web.visitor import Page

PATIENTS = "family_name,given_name,birth_date,record_number\n=Okafor,Ada,1980-05-17,{number}\n"


def words(served: Served, path: str, who: str = "therapist") -> str:
    answer = served.visitor(who).get(path)
    assert answer.status_code == 200
    return Page(answer.text).words()


@pytest.fixture(scope="module")
def course(served: Served) -> str:
    """A course with a baseline, a dose and a response; before, the page said that there is none."""
    path = f"/courses/{served.small.course_id}"
    assert "No scale taken yet" in words(served, path)
    assert "Take a scale" in words(served, f"{path}/outcome")
    assert "Take a scale" not in words(served, f"{path}/outcome", "supervisor")
    rate(served.small, "y-bocs", 30, at=minute(-60))
    rate(served.small, "phq-9", None, at=minute(-60))
    dosed(served.small, served.small.infusion_id)
    rate(served.small, "y-bocs", 18, at=AT + timedelta(minutes=4))
    return path


def test_the_course_page_answers_in_one_look(served: Served, course: str) -> None:
    said = words(served, course)
    assert "Is it working?" in said
    assert "Response Y-BOCS" in said
    assert "30 \N{RIGHTWARDS ARROW} 18: \N{MINUS SIGN}12 (\N{MINUS SIGN}40 %)" in said
    assert "No remission" in said


def test_the_outcome_page_has_a_drawing_and_a_table_for_each_scale(
    served: Served, course: str
) -> None:
    page = Page(served.therapist.get(f"{course}/outcome").text)
    assert page.html.count('class="chart chart-trend"') == 1
    assert "Dose 1, 23 Nov 2026" in page.html
    said = page.words()
    assert "Rule y-bocs 1 (Farris 2013), response from 35 %" in said
    assert "not complete: no total" in said
    assert len(page.all("table")) == 3


def test_a_table_says_dose_by_dose_where_it_began(served: Served, course: str) -> None:
    page = Page(served.therapist.get(f"{course}/outcome").text)
    [table] = [one for one in page.all("table") if "dose by dose" in page.words(one)]
    assert "Dose 1, 23 Nov 20263018" in page.words(table)
    assert "7 d after" in page.words(table)


def test_a_rule_that_takes_an_impression_says_what_is_missing(served: Served, course: str) -> None:
    values = {"y_bocs": "consensus_2016", "pcl_5": "usual"}
    by, at = served.small.administrator, served.clock.at
    setting.change(name="outcome_rule", values=values, by=by, at=at)
    said = words(served, f"{course}/outcome")
    setting.change(
        name="outcome_rule", values=to_plain(DEFAULT_CHOICE), by=by, at=at + timedelta(seconds=1)
    )
    assert "Response open" in said
    assert "(CGI), which is not recorded here" in said
    assert "Rule y-bocs 1 (International consensus 2016)" in said
    assert "lasting 7 d" in said


def test_a_page_of_outcomes_asks_as_often_with_more_ratings(served: Served, course: str) -> None:
    def count() -> int:
        served.therapist.get(f"{course}/outcome")
        with statements(served) as asked:
            served.therapist.get(f"{course}/outcome")
        return len(asked)

    before = count()
    for number in range(6):
        rate(served.small, "gad-7", number, at=AT - timedelta(days=number))
    assert count() == before


def test_a_group_of_one_shows_no_figure_and_no_name(served: Served, course: str) -> None:
    del course
    said = words(served, "/outcomes", "supervisor")
    assert "bsessive" in said
    assert "fewer than 5" in said
    for secret in ("Falk", "Jördis", "R-1"):
        assert secret not in said


def test_the_list_can_be_narrowed_to_a_kind(served: Served) -> None:
    served.infusion()
    said = words(served, "/due")
    assert "Preparation note, Jördis Falk" in said
    assert "Scales" in said
    alone = words(served, "/due?kind=preparation")
    assert "before the dose" not in alone
    assert words(served, "/due?kind=nonsense").startswith("Due")


def test_a_due_scale_leads_to_its_form(served: Served) -> None:
    page = Page(served.therapist.get("/due?kind=measure").text)
    links = {one.get("href", "") for one in page.all("a")}
    forms = [one for one in links if "/measures/" in one]
    assert forms
    assert {served.therapist.get(one).status_code for one in forms} == {200}


def test_today_leads_to_what_is_due_and_writes_a_note_at_once(served: Served) -> None:
    made = served.infusion()
    page = Page(served.therapist.get("/").text)
    assert "Everything that is due" in page.words()
    assert page.all("form", action=f"/infusions/{made}/notes")


def test_a_table_is_shown_first_and_kept_after(served: Served) -> None:
    text = PATIENTS.format(number="T-77")
    file = (io.BytesIO(text.encode("utf-8-sig")), "people.csv")
    answer = served.therapist.post("/import", {"kind": "patients", "file": file})  # type: ignore[dict-item] # a file
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "1 patient: every row can be taken." in page.words()
    assert "=Okafor" in page.words()
    [area] = page.all("textarea", name="text")
    kept = "".join(area.itertext())
    answer = served.therapist.post("/import/keep", {"kind": "patients", "text": kept})
    assert answer.headers["Location"] == "/import?kept=1"
    assert "1 row was kept." in words(served, "/import?kept=1")
    assert "Okafor" in served.therapist.get("/patients").text


def test_the_preview_of_past_scores_says_what_they_call_for(served: Served) -> None:
    head = "record_number,scale,observed_at,total," + ",".join(f"q{one}" for one in range(1, 10))
    today, long_ago = AT.date() - timedelta(days=1), AT.date() - timedelta(days=90)
    rows = [f"R-1,phq-9,{today},,{'0,' * 8}2", f"R-1,phq-9,{long_ago},,{'0,' * 8}1"]
    text = "\n".join([head, *rows, f"R-1,phq-9,{today - timedelta(days=1)},9{',' * 9}"])
    answer = served.therapist.post("/import", {"kind": "scores", "text": text})
    assert answer.status_code == 200
    said = Page(answer.text).words()
    assert "1 score has one that is at most 30 days old" in said
    assert "more than 30 days old. It is kept, and raises no alert" in said
    assert "What was answered is not known, so nothing can call" in said


def test_a_bad_row_is_named_and_what_was_pasted_stays(served: Served) -> None:
    before = served.rows_of_everything()
    for path in ("/import", "/import/keep"):
        form = {"kind": "patients", "text": PATIENTS.format(number="R-1")}
        answer = served.therapist.post(path, form)
        assert answer.status_code == 422
        page = Page(answer.text)
        assert "Another patient has this record number." in page.words()
        [area] = page.all("textarea", name="text")
        assert "Okafor" in "".join(area.itertext())
    assert served.rows_of_everything() == before


def test_files_go_out_as_what_they_are(served: Served, course: str) -> None:
    table = served.therapist.get(f"{course}/data.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert table.headers["Content-Disposition"].startswith("attachment;")
    found = served.therapist.get(f"{course}/measures.json")
    assert found.headers["Content-Type"] == "application/fhir+json"
    assert found.get_json(force=True)["type"] == "collection"
