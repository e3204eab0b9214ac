"""Drafts at the doors: saved by themselves, by the button, and never lost between two windows."""

import re

import pytest

from kapnotes.actions import note
from tests.builders import AT, PASSWORD
from tests.web.served import Clock, Served
from tests.web.visitor import Page

NASTY = "\n</textarea><script>alert(1)</script>\nÜmläut שלום 🙂 \u202eback \n\n"


def kept(served: Served, note_id: object) -> dict[str, list[str]]:
    """What the draft holds now."""
    found = note.open_to_write(note_id=note_id, by=served.small.therapist, at=AT)  # type: ignore[arg-type] # an id
    return {name: values for name, values in found.raw.items() if not name.startswith("session-")}


def asides(served: Served, note_id: object) -> list[dict[str, list[str]]]:
    """The texts that are kept aside."""
    _, _, found = note.look_at_drafts(note_id=note_id, by=served.small.therapist, at=AT)  # type: ignore[arg-type] # an id
    return [one.raw for one in found if one.is_aside]


def test_a_save_answers_with_its_version_its_time_and_what_is_missing(served: Served) -> None:
    path = f"/notes/{served.draft()}/draft"
    answer = served.therapist.put(path, {"_version": "1", "themes": "A house by the sea"})
    said = answer.get_json()
    assert answer.status_code == 200
    assert (said["version"], said["saved_at"]) == (2, "09:05:00")
    assert set(said) == {"version", "saved_at", "csrf", "missing"}
    assert all(re.fullmatch("[a-z][a-z0-9-]*", part) for part in said["missing"])


def test_the_token_of_the_answer_is_good_for_the_next_save(served: Served) -> None:
    path = f"/notes/{served.draft()}/draft"
    said = served.therapist.put(path, {"_version": "1", "themes": "one"}).get_json()
    head = {"X-CSRFToken": said["csrf"]}
    form = {"_version": str(said["version"]), "themes": "two"}
    assert served.therapist.put(path, form, headers=head).get_json()["version"] == 3


def test_what_was_typed_comes_back_to_the_letter(served: Served) -> None:
    note_id = served.draft()
    form = {"_version": "1", "themes": NASTY, "session-date": "not a day"}
    assert served.therapist.put(f"/notes/{note_id}/draft", form).status_code == 200
    typed = Page(served.therapist.get(f"/notes/{note_id}/edit").text).typed()
    assert typed["themes"] == [NASTY]
    assert typed["session-date"] == ["not a day"]


def test_the_same_save_again_changes_nothing(served: Served) -> None:
    note_id = served.draft()
    form = {"_version": "1", "themes": "once"}
    first = served.therapist.put(f"/notes/{note_id}/draft", form).get_json()
    end = served.end_of_trail()
    again = served.therapist.put(f"/notes/{note_id}/draft", form).get_json()
    assert (again["version"], again["saved_at"]) == (first["version"], first["saved_at"])
    assert served.trail(end) == []


def test_a_save_on_an_old_version_keeps_both_texts(served: Served) -> None:
    note_id = served.draft()
    path = f"/notes/{note_id}/draft"
    served.therapist.put(path, {"_version": "1", "themes": "this window"})
    answer = served.therapist.put(path, {"_version": "1", "themes": "the other window"})
    said = answer.get_json()
    assert answer.status_code == 409
    assert set(said) == {"version", "saved_at", "by", "form_html"}
    assert (said["version"], said["by"]) == (2, "Thea")
    assert "this window" in said["form_html"]
    assert kept(served, note_id)["themes"] == ["this window"]
    assert [one["themes"] for one in asides(served, note_id)] == [["the other window"]]


def test_the_button_shows_both_texts_and_a_person_chooses(served: Served) -> None:
    note_id = served.draft()
    path = f"/notes/{note_id}/edit"
    served.therapist.put(f"/notes/{note_id}/draft", {"_version": "1", "themes": "the other"})
    answer = served.therapist.post(path, {"_version": "1", "themes": "mine"})
    page = Page(answer.text)
    assert answer.status_code == 409
    conflict = page.by_id("stale")
    assert conflict is not None
    words = page.words(conflict)
    assert "the other" in words
    assert "mine" in words
    typed = page.typed()
    assert typed["themes"] == ["mine"]
    again = {"_version": typed["_version"][0], "themes": "mine"}
    assert served.therapist.post(path, again).status_code == 302
    assert kept(served, note_id)["themes"] == ["mine"]


def test_a_save_that_comes_late_does_no_harm(served: Served) -> None:
    note_id = served.draft()
    path = f"/notes/{note_id}/draft"
    for version, text in ((1, "a"), (2, "a b"), (3, "a b c")):
        form = {"_version": str(version), "themes": text}
        assert served.therapist.put(path, form).status_code == 200
    assert served.therapist.put(path, {"_version": "2", "themes": "a b"}).status_code == 409
    assert kept(served, note_id)["themes"] == ["a b c"]


def test_after_the_sitting_the_save_says_so_and_keeps_nothing(served: Served, clock: Clock) -> None:
    note_id, visitor = served.draft(), served.newcomer("therapist")
    form = {"_version": "1", "themes": "too late"}
    token = visitor.token()
    clock.turn(minutes=16)
    answer = visitor.put(f"/notes/{note_id}/draft", form)
    assert (answer.status_code, answer.is_json) == (401, True)
    assert "themes" not in kept(served, note_id)
    other = served.newcomer("therapist")
    token = other.token()
    other.sign_out()
    head = {"X-CSRFToken": token}
    answer = other.client.put(f"/notes/{note_id}/draft", data=form, headers=head)
    assert (answer.status_code, answer.is_json) == (401, True)
    answer = other.client.put(f"/notes/{note_id}/draft", data=form)
    assert (answer.status_code, answer.is_json) == (401, True)
    assert "themes" not in kept(served, note_id)


def test_the_page_saves_again_after_signing_in_anew(served: Served) -> None:
    note_id, visitor = served.draft(), served.newcomer("therapist")
    stale = visitor.token()
    visitor.sign_out()
    visitor.sign_in("Thea")
    form = {"_version": "1", "themes": "typed meanwhile"}
    head = {"X-CSRFToken": stale}
    path = f"/notes/{note_id}/draft"
    assert visitor.client.put(path, data=form, headers=head).status_code == 400
    fresh = visitor.get("/sign-in/token").get_json()["csrf"]
    answer = visitor.client.put(path, data=form, headers={"X-CSRFToken": fresh})
    assert answer.status_code == 200


def test_a_signed_note_takes_no_save(served: Served) -> None:
    note_id = served.signed()
    answer = served.therapist.put(f"/notes/{note_id}/draft", {"_version": "2", "plan": "Changed"})
    assert (answer.status_code, answer.is_json) == (409, True)
    assert "cannot be edited" in answer.get_json()["message"]
    assert served.therapist.post(f"/notes/{note_id}/edit", {"plan": "x"}).status_code == 409
    assert served.therapist.get(f"/notes/{note_id}/edit").status_code == 409


def test_the_button_saves_without_any_script(served: Served) -> None:
    note_id = served.draft()
    path = f"/notes/{note_id}/edit"
    form = {"_version": "1", "themes": "by the button"}
    answer = served.therapist.post(path, form)
    assert (answer.status_code, answer.location) == (302, path)
    page = Page(served.therapist.get(path).text)
    assert "Saved 09:05:00." in page.words()
    assert page.typed()["themes"] == ["by the button"]
    assert page.typed()["_version"] == ["2"]


def test_the_button_to_review_saves_first(served: Served) -> None:
    note_id = served.draft()
    form = {"_version": "1", "themes": "to be signed", "_review": "1"}
    answer = served.therapist.post(f"/notes/{note_id}/edit", form)
    assert answer.location == f"/notes/{note_id}/sign"
    assert kept(served, note_id)["themes"] == ["to be signed"]


def repeating(served: Served) -> tuple[str, str]:
    """A repeating group of the preparation note, and one of its questions."""
    page = Page(served.therapist.get(f"/notes/{served.draft('preparation')}/edit").text)
    name = next(name for name in page.typed() if re.fullmatch(r"[a-z-]+\.0\.score", name))
    group, _, child = name.split(".")
    return group, child


def test_a_row_is_added_and_taken_away_without_any_script(served: Served) -> None:
    group, child = repeating(served)
    note_id = served.draft("preparation")
    path = f"/notes/{note_id}/edit"
    rows = {f"{group}.{number}.{child}": str(number + 10) for number in range(3)}
    answer = served.therapist.post(path, {"_version": "1", **rows, "_add": group})
    assert answer.location == f"{path}#f-{group}"
    typed = Page(served.therapist.get(path).text).typed()
    assert [typed[name] for name in rows] == [["10"], ["11"], ["12"]]
    assert typed[f"{group}.3.{child}"] == [""]
    form = {"_version": "2", **rows, "_remove": f"{group}.1"}
    answer = served.therapist.post(path, form)
    assert answer.location == f"{path}#f-{group}"
    typed = Page(served.therapist.get(path).text).typed()
    assert [typed[f"{group}.{n}.{child}"] for n in range(3)] == [["10"], ["12"], [""]]


@pytest.mark.parametrize("row", ["", "plan", "scales", "scales.x", ".", "a.1", "scales.1\0"])
def test_taking_away_what_is_no_row_takes_nothing(served: Served, row: str) -> None:
    note_id = served.draft("preparation")
    form = {"_version": "1", "plan": "Go on", "scales.0.score": "31", "_remove": row}
    assert served.therapist.post(f"/notes/{note_id}/edit", form).status_code == 302
    found = kept(served, note_id)
    assert (found["plan"], found["scales.0.score"]) == (["Go on"], ["31"])


def test_one_answer_is_carried_over_by_its_button(served: Served) -> None:
    served.signed("preparation")
    note_id = served.draft("preparation")
    path = f"/notes/{note_id}/edit"
    page = Page(served.therapist.get(path).text)
    assert "goals" in [one.get("value") for one in page.all("button", name="_carry")]
    form = {"_version": "1", "plan": "typed here", "_carry": "goals"}
    assert served.therapist.post(path, form).location == f"{path}#f-goals"
    page = Page(served.therapist.get(path).text)
    typed = page.typed()
    assert typed["goals"] == ["Leave the house within half an hour."]
    assert typed["plan"] == ["typed here"]
    assert typed["_carried"] == ["goals"]
    assert "Carried over from the last note" in page.words()


def test_carrying_over_on_an_old_version_overwrites_nothing(served: Served) -> None:
    served.signed("preparation")
    note_id = served.draft("preparation")
    served.therapist.put(f"/notes/{note_id}/draft", {"_version": "1", "plan": "elsewhere"})
    form = {"_version": "1", "plan": "typed here", "_carry": "goals"}
    answer = served.therapist.post(f"/notes/{note_id}/edit", form)
    assert answer.status_code == 409
    assert Page(answer.text).typed()["plan"] == ["typed here"]
    assert kept(served, note_id)["plan"] == ["elsewhere"]


@pytest.mark.parametrize("name", ["themes", "no-such-question", "", "goals\0"])
def test_what_was_not_said_is_not_carried_and_what_was_typed_is_not_lost(
    served: Served, name: str
) -> None:
    served.signed("preparation")
    note_id = served.draft("preparation")
    form = {"_version": "1", "plan": "typed here", "_carry": name}
    answer = served.therapist.post(f"/notes/{note_id}/edit", form)
    assert answer.location == f"/notes/{note_id}/edit"
    assert kept(served, note_id)["plan"] == ["typed here"]
    page = Page(served.therapist.get(f"/notes/{note_id}/edit").text)
    assert "The earlier note has no answer to this." in page.words()


@pytest.mark.parametrize("rows", ["scales", "//evil.example", "a\r\nSet-Cookie: x=1", "\0"])
def test_a_button_leads_nowhere_but_to_the_note(served: Served, rows: str) -> None:
    note_id = served.draft("preparation")
    form = {"_version": "1", "plan": "Go on", "_add": rows}
    answer = served.therapist.post(f"/notes/{note_id}/edit", form)
    assert answer.location.startswith(f"/notes/{note_id}/edit#f-")
    assert "x=1" not in str(answer.headers.getlist("Set-Cookie"))


def test_an_earlier_draft_comes_back(served: Served, clock: Clock) -> None:
    note_id = served.draft()
    for version, text in ((1, "first"), (2, "second")):
        clock.turn(minutes=2)
        form = {"_version": str(version), "themes": text}
        served.therapist.put(f"/notes/{note_id}/draft", form)
    drafts = Page(served.therapist.get(f"/notes/{note_id}/drafts").text)
    assert "first" in drafts.words()
    answer = served.therapist.post(f"/notes/{note_id}/drafts/2/restore")
    assert answer.location == f"/notes/{note_id}/edit"
    assert kept(served, note_id)["themes"] == ["first"]


def test_a_note_is_reviewed_signed_cosigned_and_added_to(served: Served) -> None:
    note_id = served.written("preparation")
    here, sven = f"/notes/{note_id}", served.visitor("supervisor")
    digest = Page(served.therapist.get(f"{here}/sign").text).typed()["digest"][0]
    wrong = served.therapist.post(f"{here}/sign", {"digest": digest, "password": "no"})
    assert wrong.status_code == 403
    assert Page(wrong.text).beside("password")
    form = {"digest": digest, "password": PASSWORD}
    assert served.therapist.post(f"{here}/sign", form).location == here
    review = f"/review/{note_id}"
    assert review in sven.get("/review").text
    digest = Page(sven.get(review).text).typed()["digest"][0]
    blank = sven.post(f"{review}/return", {"comment": " ", "digest": digest})
    assert (blank.status_code, bool(Page(blank.text).beside("comment"))) == (422, True)
    after = sven.post(f"{review}/cosign", {**form, "digest": digest}).location
    assert after.startswith("/review")
    assert str(note_id) not in after
    more = {"reason": "Late result", "text": "ECG normal", "password": PASSWORD}
    assert served.therapist.post(f"{here}/addendum", more).location == here
    assert "ECG normal" in served.medical.get(here).text


def test_a_note_that_goes_back_is_written_and_signed_again(served: Served) -> None:
    note_id, sven = served.signed(), served.visitor("supervisor")
    here, review = f"/notes/{note_id}", f"/review/{note_id}"
    back = {"comment": "Which goals?", "digest": Page(sven.get(review).text).typed()["digest"][0]}
    assert sven.post(f"{review}/return", back).status_code == 302
    assert "Which goals?" in served.therapist.get(f"{here}/edit").text
    assert here in served.therapist.get("/").text
    assert served.therapist.post(f"{here}/discard").status_code == 409
    digest = Page(served.therapist.get(f"{here}/sign").text).typed()["digest"][0]
    form = {"digest": digest, "password": PASSWORD}
    assert served.therapist.post(f"{here}/sign", form).status_code == 302
    withdrawn = served.therapist.post(f"{here}/withdraw", {"reason": "The weight is wrong"})
    assert withdrawn.location == f"{here}/edit"
    assert sven.post(f"{review}/cosign", form).status_code == 409
