"""Supervision as people meet it: the account page, the signing page, and a note that waits."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from kapnotes.actions import course
from tests.builders import AT, add_patient, add_person, plan, require, written
from tests.web.served import Served
from tests.web.visitor import Page

TODAY, TOMORROW = AT.date(), AT.date() + timedelta(days=1)


def words_of(served: Served, name: str, path: str) -> str:
    answer = served.visitor(name).get(path)
    assert answer.status_code == 200
    return Page(answer.text).words()


@pytest.mark.parametrize(
    ("path", "form", "field", "sentence"),
    [
        ("/supervision", {}, "supervisor_id", "Choose one from the list"),
        ("/supervision", {"linked_from": "soon"}, "supervisee_id", "Choose one from the list"),
        ("/requirements", {"kinds": []}, "author_id", "Choose one from the list"),
        ("/requirements", {"author_id": "thea", "kinds": []}, "kinds", "at least one kind"),
        (
            "/requirements",
            {"author_id": "thea", "kinds": ["dosing"], "required_from": "2026-11-22"},
            "required_from",
            "today or a later day",
        ),
        (
            "/requirements",
            {"author_id": "thea", "kinds": ["dosing"], "required_until": "never"},
            "required_until",
            "Enter a date",
        ),
        (
            "/absences",
            {"absent_id": "sven", "deputy_id": "sven"},
            "deputy_id",
            "Nobody stands in for themself",
        ),
        (
            "/absences",
            {"absent_id": "sven", "deputy_id": "dana", "away_until": "2026-11-22"},
            "away_until",
            "The last day is before the first",
        ),
    ],
)
def test_what_cannot_be_taken_has_its_sentence_beside_the_field_and_is_not_lost(
    served: Served, path: str, form: dict[str, str | list[str]], field: str, sentence: str
) -> None:
    dana = add_person(f"Dana{abs(hash((path, field, sentence))) % 10**8}", "supervisor")
    free = add_person(f"Nora{abs(hash((path, field, sentence))) % 10**8}", "therapist")
    ids = {"thea": free.id, "sven": served.small.supervisor.id, "dana": dana.id}
    posted = {
        name: str(ids.get(value, value)) if isinstance(value, str) else value
        for name, value in form.items()
    }
    answer = served.visitor("administrator").post(path, posted)
    assert answer.status_code == 422
    error = re.search(rf'id="f-{field}-error".*?</p>', answer.text)
    assert error is not None
    assert sentence in error.group()
    typed = Page(answer.text).typed()
    assert all(
        str(value) in typed[name] for name, value in posted.items() if isinstance(value, str)
    )


def test_a_link_a_requirement_and_an_absence_are_entered_and_ended(served: Served) -> None:
    author, deputy = add_person("Nina", "therapist"), add_person("Dora", "supervisor")
    ids = {"supervisor_id": str(served.small.supervisor.id), "supervisee_id": str(author.id)}
    posts: tuple[tuple[str, dict[str, str | list[str]]], ...] = (
        ("/supervision", {**ids, "linked_until": TOMORROW.isoformat(), "takes_over": "yes"}),
        ("/requirements", {"author_id": str(author.id), "kinds": ["integration"]}),
        (
            "/absences",
            {
                "absent_id": ids["supervisor_id"],
                "deputy_id": str(deputy.id),
                "away_until": TOMORROW.isoformat(),
            },
        ),
    )
    for path, form in posts:
        assert served.visitor("administrator").post(path, form).status_code == 302
    page = served.visitor("administrator").get("/people").text
    said = Page(page).words()
    assert "24 Nov 2026" in said
    assert "Integration" in said
    ends = set(re.findall(r'action="(/(?:supervision|requirements|absences)/[^"]+/end)"', page))
    mine = [one for one in ends if _is_about(page, one, ("Nina", "Dora"))]
    assert len(mine) == 3
    for one in mine:
        assert served.visitor("administrator").post(one).status_code == 302
        assert served.visitor("administrator").post(one).status_code == 409


def _is_about(page: str, address: str, names: tuple[str, ...]) -> bool:
    row = next(one for one in page.split("<tr") if address in one)
    row, _, _ = row.partition("</tr>")
    return any(name in row for name in names)


def test_the_signing_page_names_who_is_asked(served: Served) -> None:
    said = words_of(served, "therapist", f"/notes/{served.written('preparation')}/sign")
    assert "Sven is asked to co-sign" in said


def test_the_signing_page_says_what_to_do_where_nobody_is_assigned(served: Served) -> None:
    """Otto's notes need a co-signature, and nobody supervises him."""
    by = served.small.other_therapist
    require(served.small.administrator, by, at=AT)
    course_id = course.start(
        patient_id=add_patient(by, record_number="OTTO-1"),
        indication="ptsd",
        protocol="im_two_dose",
        started_on=TODAY,
        by=by,
        at=AT,
    )
    note_id = written(replace(served.small, therapist=by), "integration", plan(course_id, by))
    said = words_of(served, "other", f"/notes/{note_id}/sign")
    assert "nobody is assigned to give it" in said
    assert "Ask your administrator to link a supervisor with you" in said


def test_a_question_is_asked_and_answered_on_the_notes_page(served: Served) -> None:
    note_id = served.signed()
    here, sven = f"/notes/{note_id}", served.visitor("supervisor")
    assert sven.post(f"/review/{note_id}/ask", {"question": " "}).status_code == 422
    asked = sven.post(f"/review/{note_id}/ask", {"question": "Is that so?"})
    assert asked.status_code == 302
    page = served.therapist.get(here).text
    assert "You are asked" in Page(page).words()
    wrong = served.therapist.post(f"{here}/answer", {"answer": ""})
    assert wrong.status_code == 422
    assert "Please write the answer" in wrong.text
    assert served.therapist.post(f"{here}/answer", {"answer": "It is."}).status_code == 302
    said = words_of(served, "supervisor", here)
    assert "Is that so?" in said
    assert "It is." in said


def test_a_note_comes_back_with_a_comment_on_each_section(served: Served) -> None:
    note_id = served.signed()
    here, review = f"/notes/{note_id}", f"/review/{note_id}"
    digest = re.search(
        r'name="digest" value="([0-9a-f]{64})"', served.visitor("supervisor").get(review).text
    )
    assert digest is not None
    form = {"digest": digest.group(1), "comment": "", "comment.session": "x" * 4001}
    wrong = served.visitor("supervisor").post(f"{review}/return", form)
    assert wrong.status_code == 422
    assert 'id="f-comment.session-error"' in wrong.text
    assert Page(wrong.text).typed()["comment.session"] == ["x" * 4001]
    form = {**form, "comment": "Otherwise clear.", "comment.session": "How long was it?"}
    assert served.visitor("supervisor").post(f"{review}/return", form).status_code == 302
    said = words_of(served, "therapist", f"{here}/edit")
    assert "How long was it?" in said
    assert "Otherwise clear." in said
    assert "Sent back by Sven" in said
