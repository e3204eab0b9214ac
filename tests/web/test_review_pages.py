"""The review's pages: the queue, one note in it, the decision, and what follows."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from kapnotes.actions import people, supervision
from tests.builders import AT, PASSWORD, sign
from tests.web.served import Served
from tests.web.visitor import Page, Visitor

MARK = "|"


@pytest.fixture
def sven(served: Served) -> Visitor:
    return served.visitor("supervisor")


def digest_on(sven: Visitor, note_id: UUID) -> str:
    return Page(sven.get(f"/review/{note_id}").text).typed()["digest"][0]


def words(visitor: Visitor, path: str) -> str:
    return Page(visitor.get(path).text).words()


def test_the_queue_says_how_many_wait_and_leads_to_each(served: Served, sven: Visitor) -> None:
    note_id = served.signed()
    page = sven.get("/review").text
    assert f"/review/{note_id}" in page
    assert "Jördis Falk" in page


def test_the_note_stands_beside_what_is_known_of_it(served: Served, sven: Visitor) -> None:
    said = words(sven, f"/review/{served.signed('dosing')}")
    for part in ("Found by the checks", "35.75", "highest 138/80", "Nausea, mild", "Co-sign"):
        assert part in said


def test_after_deciding_the_next_note_opens_within_the_filters(
    served: Served, sven: Visitor
) -> None:
    first, second = served.signed("integration"), served.signed("integration")
    served.signed("preparation")
    form = {"digest": digest_on(sven, first), "password": PASSWORD}
    answer = sven.post(f"/review/{first}/cosign?kind=integration", form)
    assert answer.location.endswith("?kind=integration")
    form["digest"] = digest_on(sven, second)
    assert sven.post(f"/review/{second}/cosign?kind=integration", form).status_code == 302
    assert "waits no more" in words(sven, f"/review/{first}")


def test_nothing_typed_is_lost_when_a_decision_is_refused(served: Served, sven: Visitor) -> None:
    note_id = served.signed()
    here, digest = f"/review/{note_id}", digest_on(sven, note_id)
    blank = sven.post(f"{here}/return", {"digest": digest, "comment.risk": " "})
    assert (blank.status_code, bool(Page(blank.text).beside("comment"))) == (422, True)
    long = sven.post(f"{here}/return", {"digest": digest, "comment.risk": "x" * 4001})
    assert long.status_code == 422
    assert Page(long.text).typed()["comment.risk"] == ["x" * 4001]
    wrong = sven.post(f"{here}/cosign", {"digest": digest, "password": "no"})
    assert (wrong.status_code, bool(Page(wrong.text).beside("password"))) == (403, True)
    stale = sven.post(f"{here}/cosign", {"digest": "other", "password": PASSWORD})
    assert stale.status_code == 409
    asked = sven.post(f"{here}/ask", {"question": ""})
    assert (asked.status_code, bool(Page(asked.text).beside("question"))) == (422, True)


def test_what_changed_since_the_version_that_was_opened(served: Served, sven: Visitor) -> None:
    note_id = served.signed("integration")
    here = f"/review/{note_id}"
    assert "What changed since" not in words(sven, here)
    back = {"digest": digest_on(sven, note_id), "comment.closing": "Which goal?"}
    assert sven.post(f"{here}/return", back).status_code == 302
    editor = served.therapist.get(f"/notes/{note_id}/edit").text
    assert 'id="said-closing"' in editor
    typed = {**Page(editor).typed(), "plan": ["Goal 2 is next."]}
    assert served.therapist.post(f"/notes/{note_id}/edit", typed).status_code == 302
    sign(served.small, note_id, at=AT + timedelta(minutes=1))
    said = words(sven, here)
    assert "What changed since version 1" in said
    assert "the last that you opened" in said
    assert "Goal 2 is next." in said
    assert "Which goal?" in said
    again = words(sven, here)
    assert "What changed since version 1" in again


def test_a_question_stands_on_today_and_in_the_queue_until_it_is_answered(
    served: Served, sven: Visitor
) -> None:
    note_id = served.signed()
    assert sven.post(f"/review/{note_id}/ask", {"question": "Is it so?"}).status_code == 302
    assert f"/notes/{note_id}#answer-title" in served.therapist.get("/").text
    assert "You asked" in words(sven, "/review")
    served.therapist.post(f"/notes/{note_id}/answer", {"answer": "It is."})
    assert f"/notes/{note_id}#answer-title" not in served.therapist.get("/").text
    assert "Answered" in words(sven, "/review")
    assert "It is." in words(sven, f"/review/{note_id}")


def chosen(sven: Visitor, *ids: UUID, opened: bool = True) -> list[tuple[str, str]]:
    digests = [digest_on(sven, one) for one in ids] if opened else ["none"] * len(ids)
    return [("note", f"{one}{MARK}{digest}") for one, digest in zip(ids, digests, strict=True)]


def together(sven: Visitor, form: list[tuple[str, str]], password: str = PASSWORD) -> TestResponse:
    notes = [one for _, one in form]
    return sven.post("/review/together", {"note": notes, "password": password})


@pytest.mark.parametrize("form", [{}, {"note": [f"{UUID(int=3)}|x"]}, {"note": ["nonsense"]}])
def test_a_batch_of_nothing_or_of_what_is_not_theirs_is_refused(
    sven: Visitor, form: dict[str, list[str]]
) -> None:
    answer = sven.post("/review/together", {**form, "password": PASSWORD})
    assert answer.status_code in {404, 422}


def test_filters_are_kept_in_the_address_and_nonsense_is_not_heard(
    served: Served, sven: Visitor
) -> None:
    served.signed("integration")
    served.signed("preparation")
    asked = urlencode({"kind": "integration", "person": str(served.small.therapist.id)})
    said = words(sven, f"/review?{asked}")
    assert "Show all" in said
    for odd in ("kind=x", "person=x", "age=x", "after=late-1-2-3", "after=x", "findings=x"):
        assert sven.get(f"/review?{odd}").status_code == 200
    assert "Nothing of this kind waits" in words(sven, "/review?age=week&risk=yes")


def test_what_is_with_its_author_stands_in_its_list(served: Served, sven: Visitor) -> None:
    note_id = served.signed()
    back = {"digest": digest_on(sven, note_id), "comment": "Goals?"}
    sven.post(f"/review/{note_id}/return", back)
    assert f"/notes/{note_id}" in sven.get("/review?show=returned").text
    assert sven.get("/review?show=returned&after=x").status_code == 200


def test_the_reach_ends_on_the_very_next_request(served: Served, sven: Visitor) -> None:
    """The last test of this module: the link is gone after it."""
    note_id = served.signed()
    digest = digest_on(sven, note_id)
    links = people.look(by=served.small.administrator, at=AT).links
    [link] = [one for one in links if one.supervisee_id == served.small.therapist.id]
    supervision.end_link(link_id=link.id, on=AT.date(), by=served.small.administrator, at=AT)
    assert str(note_id) not in sven.get("/review").text
    assert "Nothing waits for you" in words(sven, "/review")
    assert sven.get(f"/review/{note_id}").status_code == 404
    form = {"digest": digest, "password": PASSWORD, "comment": "x", "question": "x"}
    for verb in ("cosign", "return", "ask"):
        assert sven.post(f"/review/{note_id}/{verb}", form).status_code == 404
    assert together(sven, [("note", f"{note_id}{MARK}{digest}")]).status_code == 404
    assert sven.get(f"/feedback/{served.small.therapist.id}").status_code == 404
    assert "Nobody yet" in words(sven, "/feedback")
