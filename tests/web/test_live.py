"""What a live page sends and asks for, at the door: nothing is lost, and each answer is plain."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from tests.web.served import Served
from tests.web.visitor import Page

READING = {"noun": "vitals", "systolic": "128", "diastolic": "76", "heart_rate": "72"}
TAP = {"noun": "session_event", "kind": "tears"}


def sent(served: Served, infusion_id: UUID, who: str = "medical", **form: str) -> TestResponse:
    """Send one entry."""
    whole = {"key": str(uuid4()), "act": "record", "observed_at": "2026-11-23T08:30:00Z", **form}
    return served.visitor(who).post(f"/infusions/{infusion_id}/session/entries", whole)


def news(served: Served, infusion_id: UUID, after: int = 0, who: str = "therapist") -> Any:
    """Ask what is new."""
    path = f"/infusions/{infusion_id}/session/entries?after={after}"
    return served.visitor(who).get(path).get_json()


def test_an_entry_is_answered_with_how_it_stands(served: Served) -> None:
    made = served.infusion()
    answer = sent(served, made, **READING)
    assert answer.status_code == 201
    entry = answer.get_json()["entry"]
    assert (entry["noun"], entry["act"], entry["clock"]) == ("vitals", "recorded", "08:30")
    assert entry["words"] == "128/76 mmHg, heart rate 72"
    assert entry["values"]["systolic"] == "128"
    assert (entry["by"], entry["mine"]) == ("Mina", True)
    found = news(served, made)
    assert found["entries"][-1]["by"] == "Mina"
    assert not found["entries"][-1]["mine"]
    again = news(served, made, found["cursor"])
    assert (again["entries"], again["status"]) == ([], None)


def test_the_same_key_is_answered_alike_and_written_once(served: Served) -> None:
    made, key = served.infusion(), str(uuid4())
    first = sent(served, made, **TAP, key=key)
    second = sent(served, made, **TAP, key=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json()["entry"] == second.get_json()["entry"]
    assert [one["key"] for one in news(served, made)["entries"]].count(key) == 1


def test_twenty_entries_in_any_order_stand_by_their_own_time(served: Served) -> None:
    made = served.infusion()
    times = [f"2026-11-23T08:{minute:02}:00Z" for minute in range(20)]
    keys = {time: str(uuid4()) for time in times}
    for time in [*times[10:], *reversed(times[:10]), *times[5:15]]:
        assert sent(served, made, **TAP, key=keys[time], observed_at=time).status_code in {200, 201}
    rows = [one for one in news(served, made)["entries"] if one["noun"] == "session_event"]
    assert sorted(one["at"] for one in rows) == times
    assert {one["at"]: one["key"] for one in rows} == keys


def test_what_is_unusual_is_asked_once_and_then_taken(served: Served) -> None:
    made, key = served.infusion(), str(uuid4())
    odd = {**READING, "systolic": "230", "key": key}
    answer = sent(served, made, **odd)
    assert answer.status_code == 422
    assert answer.get_json()["cautions"] == ["Systolic pressure of 230 is unusual. Is it right?"]
    assert [one for one in news(served, made)["entries"] if one["noun"] == "vitals"] == []
    answer = sent(served, made, **odd, _reason="Measured twice")
    assert answer.status_code == 201
    assert answer.get_json()["entry"]["caution"] == "Measured twice"


@pytest.mark.parametrize(
    ("form", "beside"),
    [
        ({"systolic": "1280"}, "systolic"),
        ({"systolic": "NaN"}, "systolic"),
        ({"diastolic": ""}, "diastolic"),
        ({"diastolic": "140"}, "diastolic"),
        ({"spo2": "101"}, "spo2"),
        ({"observed_at": "2026-11-23T09:30:00Z"}, "observed_at"),
        ({"observed_at": "2025-11-23T08:30:00Z"}, "observed_at"),
        ({"observed_at": "2026-11-23T08:30:00"}, "observed_at"),
        ({"observed_at": "yesterday"}, "observed_at"),
        ({"observed_at": "0001-01-01T00:00:00+23:00"}, "observed_at"),
        ({"observed_at": ""}, "observed_at"),
        ({"comment": "x" * 2001}, "comment"),
    ],
    ids=str,
)
def test_bad_input_is_said_beside_its_field(
    served: Served, form: dict[str, str], beside: str
) -> None:
    made = served.infusion()
    answer = sent(served, made, **{**READING, **form})
    assert answer.status_code == 422
    assert beside in answer.get_json()["errors"]
    assert [one for one in news(served, made)["entries"] if one["noun"] == "vitals"] == []


@pytest.mark.parametrize(
    "form",
    [
        {"key": "1"},
        {"key": ""},
        {"noun": "patient"},
        {"noun": "session_entry"},
        {"act": "delete"},
        {"act": "correct"},
        {"act": "stop", "row": "00000000-0000-4000-8000-000000000000"},
        {"act": "strike", "row": "all"},
    ],
    ids=str,
)
def test_what_no_page_of_ours_sends_changes_nothing(served: Served, form: dict[str, str]) -> None:
    made = served.infusion()
    before = served.rows_of_everything()
    assert sent(served, made, **{**TAP, **form}).status_code in {404, 422}
    assert served.rows_of_everything() == before


def test_a_row_is_reached_by_its_own_session_only(served: Served) -> None:
    one, other = served.infusion(), served.infusion()
    row = sent(served, one, **TAP).get_json()["entry"]["id"]
    assert sent(served, other, **TAP, act="strike", row=row, _why="No").status_code == 404
    assert sent(served, one, **TAP, act="strike", row=row, _why="No").status_code == 201


def test_a_clock_a_little_ahead_is_now(served: Served) -> None:
    made = served.infusion()
    ahead = served.clock.at.strftime("%Y-%m-%dT%H:%M:03Z")
    entry = sent(served, made, **TAP, observed_at=ahead).get_json()["entry"]
    assert entry["at"] == served.clock.at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_tap_is_taken_back_within_the_history(served: Served) -> None:
    made = served.infusion()
    row = sent(served, made, **TAP).get_json()["entry"]["id"]
    assert sent(served, made, **TAP, act="strike", row=row).status_code == 422
    answer = sent(served, made, **TAP, act="strike", row=row, _why="Tapped by mistake")
    entry = answer.get_json()["entry"]
    assert (entry["act"], entry["is_struck"], entry["why"]) == (
        "struck",
        True,
        "Tapped by mistake",
    )


def test_the_levels_and_the_schedule_are_told(served: Served) -> None:
    made = served.infusion()
    answer = sent(served, made, **{**READING, "systolic": "205", "diastolic": "121"})
    status = answer.get_json()["status"]
    assert status["alerts"][0]["level"] == "urgent"
    assert not status["alerts"][0]["is_answered"]
    row = answer.get_json()["entry"]["id"]
    said = {"noun": "session_event", "kind": "level_answered", "about_id": row}
    status = sent(served, made, **said, words="Called").get_json()["status"]
    assert all(one["is_answered"] for one in status["alerts"])
    assert status["slots"][0]["label"] == "Before the dose"


def test_a_signed_session_takes_nothing_more_and_says_so(served: Served) -> None:
    note_id = served.signed("dosing")
    with served.database.reading() as opened:
        from kapnotes.records.note import Note  # noqa: PLC0415 - this test alone asks for it

        infusion_id = opened.get_one(Note, note_id).infusion_id
    answer = sent(served, infusion_id, **TAP)
    assert answer.status_code == 409
    assert "signed" in answer.get_json()["sentence"]


def test_asking_for_news_does_not_keep_a_sitting_open_but_a_hand_on_the_page_does(
    served: Served,
) -> None:
    made = served.infusion()
    path = f"/infusions/{made}/session/entries?after=0"
    for extra, status in (("", 401), ("&input=1", 200)):
        visitor, begun = served.newcomer("medical"), served.clock.at
        try:
            for _ in range(4):
                served.clock.turn(minutes=5)
                answer = visitor.get(path + extra, headers={"X-CSRFToken": "asks"})
            assert answer.status_code == status
        finally:
            served.clock.at = begun


def test_an_answer_about_risk_holds_the_session_until_its_note_is_written(served: Served) -> None:
    made, small = served.infusion(), served.small
    page = f"/infusions/{made}/session"
    title = "Write a risk note before the session goes on"
    assert title not in Page(served.medical.get(page).text).words()
    assert news(served, made)["risk"] == ""
    served.measure(q9="2")
    mark = news(served, made, after=10**8)["risk"]
    assert mark
    note = f"/patients/{small.patient_id}/risk-note"
    for path in (page, f"{page}/risk"):
        shown = served.medical.get(path).text
        assert title in shown
        assert f'href="{note}?infusion={made}"' in shown
    assert f'data-mark="{mark}"' in served.medical.get(page).text
    assert "Tell them now" in served.visitor("supervisor").get(f"{page}/risk").text
    form = Page(served.medical.get(f"{note}?infusion={made}").text).typed()
    blank = served.medical.post(note, {"seen": form["seen"], "infusion": str(made)})
    assert blank.status_code == 422
    assert "Please write the risk note." in Page(blank.text).words()
    served.measure("c-ssrs", q1="true", q2="true", q5="true")
    wrote = {"seen": form["seen"], "infusion": str(made), "words": "Asked: no plan"}
    late = served.medical.post(note, wrote)
    assert late.status_code == 409
    assert "Another answer called meanwhile" in Page(late.text).words()
    again = Page(late.text).typed()
    assert again["words"] == ["Asked: no plan"]
    answer = served.medical.post(note, {**wrote, "seen": again["seen"]})
    assert answer.headers["Location"] == page
    assert title not in Page(served.medical.get(page).text).words()
    assert news(served, made)["risk"] == ""
    gone = served.medical.post(note, wrote)
    assert gone.status_code == 409
    assert "What you typed: Asked: no plan" in Page(gone.text).words()
