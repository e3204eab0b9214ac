"""The course's page and its plan: what is proposed, what stands beside it, and who is told."""

from datetime import date
from uuid import UUID

import pytest

from kapnotes.actions import course
from kapnotes.forms import Coded
from tests.builders import AT, plan, signed
from tests.web.served import Served
from tests.web.visitor import Page

FORM = {"route": "iv", "_base": "1"}


def slot(number: int, when: str, phase: str = "induction") -> dict[str, str]:
    name = f"slot.{number}"
    return {f"{name}.phase": phase, f"{name}.when": when, f"{name}.taken": "true"}


def path_of(made: UUID) -> str:
    return f"/courses/{made}/plan"


def infusions(served: Served, made: UUID) -> list[tuple[int, str]]:
    view = course.look(course_id=made, by=served.small.therapist, at=AT)
    return [(one.number, f"{one.planned_for:%Y-%m-%d %H:%M}") for one in view.infusions]


def test_a_whole_course_is_planned_as_proposed(served: Served) -> None:
    made = served.course()
    shown = Page(served.therapist.get(path_of(made)).text)
    typed = {name: values[0] for name, values in shown.typed().items()}
    assert typed["route"] == "iv"
    whens = [value for name, value in typed.items() if name.endswith(".when")]
    assert len(whens) == 7
    assert all(value.endswith("T10:00") for value in whens)
    assert "Induction 6 of 6, from 0.5 mg/kg" in shown.words().replace("\N{NO-BREAK SPACE}", " ")
    answer = served.therapist.post(path_of(made), typed)
    assert (answer.status_code, answer.location) == (302, f"/courses/{made}")
    assert len(infusions(served, made)) == 7
    again = served.therapist.post(path_of(made), typed)
    assert again.status_code == 409
    assert "Somebody planned an infusion in this course" in Page(again.text).words()
    assert "Nothing is left to propose" in served.therapist.get(path_of(made)).text


def test_what_is_left_out_is_not_planned(served: Served) -> None:
    made = served.course()
    form = FORM | slot(0, "2026-11-24T09:30") | slot(1, "2026-11-26T09:30")
    del form["slot.1.taken"]
    assert served.therapist.post(path_of(made), form).status_code == 302
    assert infusions(served, made) == [(1, "2026-11-24 09:30")]


def test_what_falls_outside_stands_beside_it_and_is_passed_by_a_reason(served: Served) -> None:
    made = served.course()
    form = FORM | slot(0, "2026-11-28T09:30") | slot(1, "2027-01-04T09:30")
    answer = served.therapist.post(path_of(made), form)
    assert answer.status_code == 422
    shown = Page(answer.text)
    beside = shown.by_id("f-slot.0.when-against")
    assert beside is not None
    assert "28 November 2026 is a Saturday: no working day of the practice." in shown.words(beside)
    assert "2 induction infusions take 38 days." in shown.words()
    assert shown.typed()["slot.0.when"] == ["2026-11-28T09:30"]
    assert "why these dates stand" in shown.beside("_reason")
    assert infusions(served, made) == []
    assert served.therapist.post(path_of(made), form | {"_reason": "Holidays"}).status_code == 302
    assert len(infusions(served, made)) == 2
    [first, *_] = course.look(course_id=made, by=served.small.therapist, at=AT).infusions
    assert "Holidays" in served.therapist.get(f"/infusions/{first.id}").text


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"slot.0.when": "soon"}, "slot.0.when", "Enter a date and a time"),
        ({"slot.0.when": ""}, "slot.0.when", "or leave this infusion out"),
        ({"slot.0.when": "2226-11-24T09:30"}, "slot.0.when", "three years away"),
        ({"slot.0.when": "9999-12-31T23:59"}, "slot.0.when", "three years away"),
        ({"slot.0.phase": "<b>"}, "slot.0.when", "no such phase"),
        ({"route": "rectal"}, "route", "Choose one"),
        ({"route": ""}, "route", "Choose one"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_plans_nothing(
    served: Served, changed: dict[str, str], field: str, says: str
) -> None:
    made = served.course()
    form = FORM | slot(0, "2026-11-24T09:30") | slot(1, "2026-11-26T09:30") | changed
    before = served.rows_of_everything()
    answer = served.therapist.post(path_of(made), form)
    assert answer.status_code == 422
    assert served.rows_of_everything() == before
    shown = Page(answer.text)
    assert says in shown.beside(field)
    assert shown.typed()["slot.1.when"] == ["2026-11-26T09:30"]
    if field.endswith("when") and "when" in next(iter(changed)):
        assert shown.typed()[field] == [changed[field]]


def test_nothing_chosen_is_said(served: Served) -> None:
    answer = served.therapist.post(path_of(served.course()), FORM)
    assert answer.status_code == 422
    assert "Choose at least one infusion to plan." in answer.text


def test_an_infusion_that_is_moved_outside_asks_for_the_reason(served: Served) -> None:
    made = served.course()
    served.therapist.post(path_of(made), FORM | slot(0, "2026-11-24T09:30"))
    [one] = course.look(course_id=made, by=served.small.therapist, at=AT).infusions
    path, form = f"/infusions/{one.id}/edit", {"route": "iv", "phase": "induction"}
    form["planned_for"] = "2026-11-28T09:30"
    answer = served.therapist.post(path, form)
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert "28 November 2026 is a Saturday" in shown.words()
    assert shown.typed()["planned_for"] == ["2026-11-28T09:30"]
    assert served.therapist.post(path, form | {"_reason": "Only then"}).status_code == 302
    assert "Only then" in served.therapist.get(f"/infusions/{one.id}").text


def test_one_infusion_outside_the_protocol_is_asked_about_and_nothing_typed_is_lost(
    served: Served,
) -> None:
    path = f"/courses/{served.course()}/infusions/new"
    form = {"planned_for": "2026-11-28T09:30", "route": "iv", "phase": "induction"}
    answer = served.therapist.post(path, form)
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert "28 November 2026 is a Saturday" in shown.words()
    assert shown.typed()["planned_for"] == ["2026-11-28T09:30"]
    made = served.therapist.post(path, form | {"_reason": "Only then"})
    assert "Only then" in served.therapist.get(made.headers["Location"]).text


def test_a_paused_course_says_so_and_offers_to_go_on(served: Served) -> None:
    made = served.course()
    answer = served.therapist.post(f"/courses/{made}/pause", {"reason": "A <loss>"})
    assert answer.location == f"/courses/{made}"
    shown = Page(served.therapist.get(f"/courses/{made}").text)
    words = shown.words()
    assert "Paused since 23 Nov 2026" in words
    assert "A <loss>" in words
    assert shown.all("a", href=f"/courses/{made}/resume")
    assert not shown.all("a", href=path_of(made))
    assert served.therapist.get(path_of(made)).status_code == 409
    patient = Page(served.therapist.get(f"/patients/{served.small.patient_id}").text).words()
    assert "Paused since 23 Nov 2026" in patient
    reader = Page(served.medical.get(f"/courses/{made}").text)
    assert not reader.all("a", href=f"/courses/{made}/resume")
    assert served.therapist.post(f"/courses/{made}/resume", {"reason": "Well"}).status_code == 302
    assert "Why it goes onWell" in Page(served.therapist.get(f"/courses/{made}").text).words()


def test_in_a_paused_course_no_session_begins_and_the_page_says_why(served: Served) -> None:
    made = served.course()
    infusion_id = plan(made, served.small.therapist)
    here, start = f"/infusions/{infusion_id}", f"/infusions/{infusion_id}/start"
    for path in (here, f"{here}/session"):
        assert Page(served.therapist.get(path).text).all("form", action=start)
    served.therapist.post(f"/courses/{made}/pause", {"reason": "A loss"})
    assert "This course is paused." in Page(served.medical.get("/").text).words()
    for path in (here, f"{here}/session"):
        shown = Page(served.therapist.get(path).text)
        assert "This course is paused. Resume it before a session begins." in shown.words(), path
        assert not shown.all("form", action=start)
    answer = served.therapist.post(start)
    assert answer.status_code == 409
    assert "This course is paused. Resume it" in Page(answer.text).words()


def test_the_strip_has_the_days_that_are_proposed(served: Served) -> None:
    made = served.course()
    for path in (f"/courses/{made}", f"/patients/{served.small.patient_id}"):
        words = Page(served.therapist.get(path).text).words()
        assert "proposed 23 Nov 2026" in words


def test_what_the_integration_note_asks_for_is_one_button_away(served: Served) -> None:
    answers = {
        "next-infusion": Coded("pause"),
        "next-infusion-reason": "A loss in the family",
        "pause-until": date(2026, 12, 14),
    }
    signed(served.small, "integration", **answers)
    path = f"/courses/{served.small.course_id}"
    shown = Page(served.therapist.get(path).text)
    assert "Pause: asked for in the integration note of infusion 1, 23 Nov 2026" in shown.words()
    assert "To be looked at again on 14 Dec 2026." in shown.words()
    [form] = shown.all("form", action=f"{path}/pause")
    reason = next(one for one in form.iter("input") if one.get("name") == "reason").get("value")
    assert "A loss" not in served.medical.get(path).text
    assert served.therapist.post(f"{path}/pause", {"reason": str(reason)}).status_code == 302
    words = Page(served.therapist.get(path).text).words()
    assert "asked for in the integration note" not in words
    assert "A loss in the family" in words
    served.therapist.post(f"{path}/resume", {"reason": "Well again"})


def test_a_calendar_is_a_file_without_a_name(served: Served) -> None:
    assert Page(served.therapist.get("/").text).all("a", href="/calendar.ics")
    assert not Page(served.visitor("administrator").get("/").text).all("a", href="/calendar.ics")
    for path in (f"/courses/{served.small.course_id}/calendar.ics", "/calendar.ics"):
        answer = served.therapist.get(path)
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="appointments.ics"'
        assert "no-store" in answer.headers["Cache-Control"]
        assert "SUMMARY:Appointment\r\n" in answer.text
        for secret in ("Falk", "Jördis", "R-1", "ocd", "kapnotes", "etamine"):
            assert secret not in answer.text
