"""Measures at the doors: filling in, correcting, what calls for a look at risk, handing over."""

import io
import json
from uuid import UUID

import pytest

from kapnotes.actions import hand_over, measure_view
from tests.builders import AT
from tests.web.good import MEASURE, OWN_SCALE
from tests.web.served import Served
from tests.web.test_access import SECRETS
from tests.web.visitor import Page, Visitor


def list_of(served: Served) -> str:
    return f"/patients/{served.small.patient_id}/measures"


def words(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return Page(answer.text).words()


def test_a_scale_is_filled_in_and_read(served: Served) -> None:
    path = f"{list_of(served)}/phq-9/new"
    form = Page(served.therapist.get(path).text).typed()
    assert form["_at"] == ["2026-11-23T09:05"]
    hidden = {name: form[name][0] for name in ("_id", "_definition")}
    answer = served.therapist.post(path, {**hidden, **MEASURE})
    assert hidden["_id"] not in answer.headers["Location"]
    said = words(served.therapist, answer.headers["Location"])
    assert "8 of 27, mild" in said
    assert "last two weeks" in said
    assert "Look at suicide risk" not in said
    assert "no wording of the instrument" in said
    assert "8 of 27, mild" in words(served.medical, list_of(served))
    again = served.therapist.post(path, {**hidden, **MEASURE})
    assert again.headers["Location"] == answer.headers["Location"]


def test_what_is_incomplete_says_so_and_has_no_total(served: Served) -> None:
    here = f"/measures/{served.measure(q1='3')}"
    said = words(served.therapist, here)
    assert "Incomplete: 1 of 9 answered, no total" in said
    assert "8 of 9 questions have no answer" in said


def test_an_answer_about_death_is_called_out_at_once_with_a_risk_note(served: Served) -> None:
    infusion_id = served.infusion()
    path = f"{list_of(served)}/phq-9/new?infusion={infusion_id}"
    answer = served.therapist.post(path, {"_at": MEASURE["_at"], "q9": "2"})
    page = Page(served.therapist.get(answer.headers["Location"]).text)
    assert "item 9 is 2: ask about suicide risk now" in page.words()
    risk_note = f"/patients/{served.small.patient_id}/risk-note"
    assert page.all("a", href=risk_note)
    [form] = page.all("form", action=f"/infusions/{infusion_id}/notes")
    assert "Begin a note for the chart" in page.words(form)
    note_id = served.draft("preparation", infusion_id=infusion_id)
    page = Page(served.therapist.get(answer.headers["Location"]).text)
    assert page.all("a", href=f"/notes/{note_id}/edit")
    shown = Page(served.visitor("supervisor").get(answer.headers["Location"]).text)
    assert "Tell them now" in shown.words()
    assert not shown.all("a", href=risk_note)
    seen = Page(served.medical.get(risk_note).text).typed()["seen"]
    served.medical.post(risk_note, {"seen": seen, "words": "Asked: no plan."})
    said = words(served.therapist, answer.headers["Location"])
    assert "A risk note was written" in said


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({**MEASURE, "_at": ""}, "_at"),
        ({**MEASURE, "_at": "2031-01-01T00:00"}, "_at"),
        ({**MEASURE, "_at": "1931-01-01T00:00"}, "_at"),
        ({**MEASURE, "_at": "0001-01-01T00:00"}, "_at"),
        ({**MEASURE, "q3": "7"}, "q3"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    served: Served, form: dict[str, str], name: str
) -> None:
    before = served.rows_of_everything()
    answer = served.therapist.post(f"{list_of(served)}/phq-9/new", form)
    page = Page(answer.text)
    assert (answer.status_code, list(page.errors())) == (422, [name])
    assert page.typed()["q1"] == ["1"]
    assert served.rows_of_everything() == before


def test_a_blank_scale_is_not_kept(served: Served) -> None:
    answer = served.therapist.post(f"{list_of(served)}/phq-9/new", {"_at": MEASURE["_at"]})
    assert answer.status_code == 422
    assert "Nothing is answered yet" in Page(answer.text).words()


@pytest.mark.parametrize("key", ["phq", "own-nothing", "PHQ-9", "x" * 300])
def test_an_unknown_scale_is_nowhere(served: Served, key: str) -> None:
    for method in ("GET", "POST"):
        answer = served.therapist.ask(method, f"{list_of(served)}/{key}/new", MEASURE)
        assert answer.status_code == 404
    assert served.therapist.post(f"{list_of(served)}/{key}/hand-over").status_code == 404


@pytest.mark.parametrize("infusion", ["x", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_infusion_is_nowhere(served: Served, infusion: str) -> None:
    path = f"{list_of(served)}/phq-9/new?infusion={infusion}"
    assert served.therapist.get(path).status_code == 404
    assert served.therapist.post(path, MEASURE).status_code == 404


def test_a_correction_and_a_strike_ask_for_their_reason(served: Served) -> None:
    here = f"/measures/{served.measure(q1='3', q2='2')}"
    page = Page(served.therapist.get(f"{here}/correct").text)
    assert page.typed()["q1"] == ["3"]
    answer = served.therapist.post(f"{here}/correct", MEASURE)
    assert Page(answer.text).beside("_why") == "Please write why it is corrected."
    answer = served.therapist.post(f"{here}/correct", {"_strike": "yes"})
    assert Page(answer.text).beside("_why") == "Please write why it is struck out."
    why = {"_why": "Typed in the wrong row"}
    new = served.therapist.post(f"{here}/correct", {**MEASURE, **why}).headers["Location"]
    said = words(served.therapist, here)
    assert "Corrected" in said
    assert why["_why"] in said
    assert served.therapist.get(f"{here}/correct").status_code == 409
    assert served.therapist.post(f"{here}/correct", {**MEASURE, **why}).status_code == 409
    answer = served.therapist.post(f"{new}/correct", {"_strike": "yes", **why})
    assert answer.headers["Location"] == list_of(served)
    assert "Struck out" in words(served.therapist, new)


def test_handing_over_signs_the_browser_out_and_shows_one_page_that_leads_nowhere(
    served: Served,
) -> None:
    visitor, elsewhere = served.newcomer("therapist"), served.newcomer("therapist")
    answer = visitor.post(f"{list_of(served)}/phq-9/hand-over")
    here = answer.headers["Location"]
    assert here.startswith("/hand-over/")
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert visitor.get(list_of(served)).headers["Location"] == "/sign-in"
    assert elsewhere.get(list_of(served)).status_code == 200
    answer = visitor.get(here)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.all("a") == []
    assert page.all("nav") == []
    assert [one.get("action") for one in page.all("form")] == [here]
    said = answer.text + str(answer.headers)
    for secret in (*SECRETS, "R-1", "Thea", str(served.small.patient_id)):
        assert secret not in said
    assert answer.headers["Cache-Control"] == "no-store"


def begin(served: Served, key: str = "phq-9") -> str:
    token = hand_over.begin(
        patient_id=served.small.patient_id, key=key, by=served.small.therapist, at=AT
    )
    return f"/hand-over/{token}"


def answers(**more: str) -> dict[str, str]:
    return {**{name: text for name, text in MEASURE.items() if name != "_at"}, **more}


def test_answers_are_kept_as_they_come_and_given_back_once(served: Served) -> None:
    here, tablet = begin(served), served.newcomer()
    answer = tablet.put(here, {"q1": "3"})
    assert answer.status_code == 200
    assert set(answer.get_json()) == {"saved_at", "csrf"}
    assert Page(tablet.get(here).text).typed()["q1"] == ["3"]
    blank = tablet.post(here, {"q1": "3"})
    assert blank.status_code == 422
    assert Page(blank.text).beside("q2") == "No answer yet."
    done = tablet.post(here, answers())
    assert done.headers["Location"] == "/hand-over/given-back"
    thanks = Page(tablet.get("/hand-over/given-back").text)
    assert "Thank you" in thanks.words()
    assert thanks.all("a") == []
    for answer in (tablet.get(here), tablet.post(here, answers())):
        assert answer.status_code == 404
        assert "This page is closed" in answer.text
        assert "q1" not in answer.text
    assert tablet.put(here, answers()).status_code == 404
    view = measure_view.look(patient_id=served.small.patient_id, by=served.small.therapist, at=AT)
    newest = next(one for one in view.taken if one.key == "phq-9").rows
    assert any((one.source, one.total) == ("handed_over", 8) for one in newest)


def test_it_may_be_given_back_with_blanks(served: Served) -> None:
    here, tablet = begin(served), served.newcomer()
    assert tablet.post(here, {"q1": "3", "_as_it_is": "yes"}).status_code == 302


def test_it_closes_after_half_an_hour_and_an_unknown_one_looks_the_same(served: Served) -> None:
    here, tablet = begin(served), served.newcomer()
    assert tablet.get(here).status_code == 200
    served.clock.turn(minutes=26)
    over, unknown = tablet.get(here), tablet.get("/hand-over/" + "x" * 43)
    assert (over.status_code, over.text) == (404, unknown.text)
    said = words(served.newcomer("therapist"), list_of(served))
    assert "was not given back" in said


def test_risk_is_called_out_before_it_is_given_back(served: Served) -> None:
    here, tablet = begin(served, "c-ssrs"), served.newcomer()
    end = served.end_of_trail()
    tablet.put(here, {"q1": "true", "q2": "true", "q5": "true"})
    [entry] = served.trail(end)
    assert (entry.event, entry.details["risk_alerts"]) == ("hand_over.saved", 1)
    said = words(served.therapist, f"/patients/{served.small.patient_id}/alerts")
    assert "High risk by the screener" in said
    assert "risk" not in Page(tablet.get(here).text).words().lower().replace("suicide risk", "")


def test_a_browser_that_is_signed_in_is_signed_out_by_the_page(served: Served) -> None:
    here, visitor = begin(served), served.newcomer("medical")
    assert visitor.get(here).headers["Location"] == here
    assert visitor.get("/").headers["Location"] == "/sign-in"
    assert visitor.get(here).status_code == 200


def test_it_is_taken_back_from_the_page_of_measures(served: Served) -> None:
    here, tablet = begin(served, "gad-7"), served.newcomer()
    tablet.put(here, {"q1": "2"})
    page = Page(served.therapist.get(list_of(served)).text)
    assert "GAD-7, anxiety is with the patient" in page.words()
    rows = measure_view.look(
        patient_id=served.small.patient_id, by=served.small.therapist, at=AT
    ).handed
    handed = next(one.id for one in rows if one.key == "gad-7")
    answer = served.therapist.post(f"/hand-overs/{handed}/end")
    assert "Incomplete: 1 of 7" in words(served.therapist, answer.headers["Location"])
    assert tablet.get(here).status_code == 404


def test_too_long_a_body_is_refused(served: Served) -> None:
    here, tablet = begin(served), served.newcomer()
    assert tablet.put(here, {"q1": "x" * 1_100_000}).status_code == 413
    for ask in (tablet.put, tablet.post):
        assert ask(here, {"q1": "x" * 60_000, "_as_it_is": "yes"}).status_code == 422
    assert tablet.get(here).status_code == 200


def test_a_scale_is_imported_taken_and_retired(served: Served) -> None:
    ada = served.visitor("administrator")
    file = (io.BytesIO(json.dumps({**OWN_SCALE, "name": "Upload"}).encode()), "scale.json")
    assert ada.post("/settings/measures", {"file": file}).status_code == 302  # type: ignore[dict-item] # a file
    assert "own-upload" in words(ada, "/settings/measures")
    path = f"{list_of(served)}/own-upload/new"
    answer = served.therapist.post(path, {"_at": MEASURE["_at"], "a1": "7"})
    assert "No total: this scale has none" in words(served.therapist, answer.headers["Location"])
    page = Page(ada.get("/settings/measures").text)
    retire = [
        str(one.get("action")) for one in page.all("form") if "retire" in one.get("action", "")
    ]
    for one in retire:
        assert ada.post(one).status_code == 302
    assert served.therapist.get(path).status_code == 404
    assert "Retired" in words(served.therapist, list_of(served))


def test_what_is_wrong_with_a_questionnaire_is_said_beside_the_field(served: Served) -> None:
    ada = served.visitor("administrator")
    source = json.dumps({**OWN_SCALE, "name": "lower", "item": [{"linkId": "A", "type": "colour"}]})
    before = served.rows_of_everything()
    answer = ada.post("/settings/measures", {"source": source})
    page = Page(answer.text)
    assert answer.status_code == 422
    said = page.beside("source")
    assert "Nothing was kept" in said
    assert "item[0]" in said
    assert page.typed()["source"] == [source]
    binary = ada.post("/settings/measures", {"file": (io.BytesIO(b"\xff\xfe\x00"), "x.json")})  # type: ignore[dict-item] # a file
    assert "no text" in Page(binary.text).beside("source")
    assert served.rows_of_everything() == before


def test_ids_of_others_reach_nothing(served: Served) -> None:
    other = served.patient(record_number="M-2")
    infusion = served.small.infusion_id
    path = f"/patients/{other}/measures/phq-9/new?infusion={infusion}"
    assert served.therapist.post(path, MEASURE).status_code == 404
    assert served.visitor("other").get(f"/measures/{served.measure()}").status_code == 404
    assert isinstance(infusion, UUID)
