"""Doses, vitals and adverse events: what asks for a reason, and how a row is corrected."""

import pytest
from werkzeug.test import TestResponse

from tests.builders import sign, written
from tests.web.good import DOSE, EVENT, VITALS
from tests.web.refusing import refused, stays
from tests.web.served import Served
from tests.web.visitor import Page

GOOD = {"dose": DOSE, "vitals": VITALS, "adverse_event": EVENT}


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


@pytest.mark.parametrize("noun", ["dose", "vitals", "adverse_event"])
def test_what_is_signed_takes_no_record_and_no_correction(served: Served, noun: str) -> None:
    infusion_id = served.infusion(given=True)
    view = served.rows(infusion_id)
    rows = {"dose": view.doses, "vitals": view.vitals, "adverse_event": view.adverse_events}
    sign(served.small, written(served.small, "dosing", infusion_id))
    here = f"/infusions/{infusion_id}/{noun}"
    before = served.rows_of_everything()
    for path in (f"{here}/new", f"{here}/{rows[noun][0].id}/correct"):
        for more in ({}, {"strike": "yes"}):
            form = {**GOOD[noun], "_why": "Wrong row", **more}
            answer = served.medical.post(path, form)
            assert answer.status_code in {409, 422}
            assert "The dosing note is signed" in Page(answer.text).words()
    assert served.rows_of_everything() == before
