"""What the session recorded stands where its note is signed and read, and fills its facts."""

import re
from uuid import UUID

from kapnotes.actions import note
from tests.builders import plan, sign, written
from tests.web.served import Served
from tests.web.visitor import Page
from tests.whole_session import run_whole_session

TOLD = (
    "Arrival check, 23 Nov 2026, 07:45 recorded by Mina",
    "identity; consent, again today; fasting; medicines gone through; escort home (Runa Falk)",
    "Dose, IV, 23 Nov 2026, 08:00 recorded by Mina",
    "Left forearm, 22 G",
    "08:1616Infusion paused NauseaThea",
    "In time: 3 of 5 readings of the schedule. 15 min: taken 6 minutes late, at 08:21.",
    "30 min: missed.",
    "08:1414Tears Quiet, hands openThea",
    "“It is still. Bigger than me.”",
    "Infusion paused, head raised",
    "Recovery and discharge, 23 Nov 2026, 08:52 recorded by Mina",
    "08:53, 53 min after the first dose",
    "Lives next door, and her sister stays with her",
)


def planned(served: Served) -> UUID:
    """Another infusion of the patient, of which nothing is recorded."""
    return plan(served.small.course_id, served.small.therapist)


def words_of(served: Served, path: str, who: str = "therapist") -> str:
    answer = served.visitor(who).get(path)
    assert answer.status_code == 200
    return " ".join(Page(answer.text).words().split())


def test_who_signs_sees_all_that_is_signed_and_who_reads_it_sees_the_same(served: Served) -> None:
    infusion_id = planned(served)
    run_whole_session(served.small, infusion_id)
    note_id = written(served.small, "dosing", infusion_id)
    review = words_of(served, f"/notes/{note_id}/sign")
    assert not [told for told in TOLD if told not in review]
    places = [review.index(told) for told in TOLD]
    assert places == sorted(places)
    html = served.therapist.get(f"/notes/{note_id}/sign").text
    reasons = dict.fromkeys(re.findall(r'name="_reason\.([^"]+)"', html), "As recorded")
    sign(served.small, note_id, reasons=reasons)
    for who in ("therapist", "medical", "supervisor"):
        read = words_of(served, f"/notes/{note_id}", who)
        assert not [told for told in TOLD if told not in read]


def test_a_session_with_gaps_says_them(served: Served) -> None:
    note_id = written(served.small, "dosing", served.infusion())
    page = words_of(served, f"/notes/{note_id}/sign")
    assert "No dose was recorded. No vitals were recorded." in page
    assert "No adverse event was recorded. No recovery or discharge was recorded." in page


def test_the_editor_offers_the_facts_once_there_are_some_and_fills_what_is_blank(
    served: Served,
) -> None:
    infusion_id = planned(served)
    path = f"/notes/{served.draft('dosing', infusion_id=infusion_id)}"
    assert "Fill in the session" not in served.therapist.get(f"{path}/edit").text
    run_whole_session(served.small, infusion_id)
    page = served.therapist.get(f"{path}/edit").text
    assert f'formaction="{path}/facts"' in page
    form = {"_version": "1", "themes": "A door", "aldrete": "9"}
    answer = served.therapist.post(f"{path}/facts", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}/edit")
    after = served.therapist.get(f"{path}/edit").text
    assert "answers are filled in from the session" in after
    typed = Page(after).typed()
    assert (typed["themes"], typed["aldrete"]) == (["A door"], ["9"])
    assert typed["discharged-by"] == ["Mina"]
    assert "Fill in the session" not in after
    assert note.CARRIED not in after


def test_facts_asked_for_on_an_old_page_lose_nothing(served: Served) -> None:
    infusion_id = planned(served)
    path = f"/notes/{served.draft('dosing', infusion_id=infusion_id)}"
    run_whole_session(served.small, infusion_id)
    other = {"_version": "1", "themes": "new"}
    assert served.therapist.put(f"{path}/draft", other).status_code == 200
    answer = served.therapist.post(f"{path}/facts", {"_version": "1", "themes": "mine"})
    assert answer.status_code == 409
    assert Page(answer.text).typed()["themes"] == ["mine"]
    assert "Fill in the session" not in answer.text


def test_a_preparation_note_has_no_session_to_ask(served: Served) -> None:
    infusion_id = planned(served)
    run_whole_session(served.small, infusion_id)
    note_id = served.draft("preparation", infusion_id=infusion_id)
    assert "Fill in the session" not in served.therapist.get(f"/notes/{note_id}/edit").text
    answer = served.therapist.post(f"/notes/{note_id}/facts", {"_version": "1"})
    assert answer.status_code == 409
