"""The pages of the documentation checks: in the editor, before signing, the infusion's, lists."""

from datetime import timedelta

import pytest

from kapnotes.actions import setting, supervision
from kapnotes.clinic.check_rule import CHECKS
from kapnotes.clinic.setting import DEFAULTS, to_plain
from kapnotes.records import person
from kapnotes.web.check_words import rests_on
from tests.actions.chain_of import LONG, drafted, round_at
from tests.builders import plan, sign, written
from tests.web.served import Served
from tests.web.visitor import Page

HINT = "It was striking countertransference."


def page(served: Served, path: str, who: str = "therapist") -> Page:
    answer = served.visitor(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return Page(answer.text)


def words(served: Served, path: str, who: str = "therapist") -> str:
    return page(served, path, who).words()


def test_what_is_found_stands_on_the_infusion_and_goes(served: Served) -> None:
    made = served.infusion(given=True)
    shown = page(served, f"/infusions/{made}")
    [link] = shown.all("a", href=f"/infusions/{made}/checks")
    assert "Checks (" in shown.words(link)
    said = words(served, f"/infusions/{made}/checks", "medical")
    assert "Nothing is recorded about recovery and discharge." in said
    assert "To put right" in said
    assert "Row 13" in said, "its source"
    answer = served.medical.get(f"/infusions/{made}/discharge/new")
    assert answer.status_code == 200


def test_the_author_sees_it_while_writing_and_before_signing(served: Served) -> None:
    made = drafted(served.small, "integration", {"therapy-words": HINT, "goal-links": "None."})
    editor = page(served, f"/notes/{made}/edit")
    assert editor.all("a", href=f"/notes/{made}/edit#f-goal-links")
    assert "a hint, it may be nothing" in editor.words()
    shown = page(served, f"/notes/{made}/sign")
    assert "These may well be nothing" in shown.words()
    assert "reads like the therapist's own feelings about the patient" in shown.words()
    assert shown.all("a", href=f"/notes/{made}/edit#f-therapy-words")
    sign(served.small, made)


def test_copied_text_stands_beside_where_it_stood_as_far_as_that_is_reached(
    served: Served,
) -> None:
    small, by = served.small, served.small.therapist
    first = plan(small.course_id, by)
    sign(small, written(small, "integration", first, insights=LONG))
    made = plan(small.course_id, by)
    note_id = written(small, "integration", made, insights=f"Today. {LONG}")
    shown = page(served, f"/notes/{note_id}/sign")
    assert "The passages side by side" in shown.words()
    assert shown.words().count(LONG) >= 3, "in the note, here, and before"
    assert "Integration note, infusion" in shown.words()
    assert "Falk (R-1)" in shown.words()


def test_the_lists_are_narrowed_and_lead_to_the_place(served: Served) -> None:
    made = served.infusion(given=True)
    shown = page(served, "/checks?check=discharge_incomplete")
    assert shown.all("a", href=f"/infusions/{made}/checks")
    assert shown.all("a", href=f"/infusions/{made}/session")
    assert "Measure" not in shown.words(shown.all("tbody")[0])
    assert "No finding fits these filters." in words(served, "/checks?age=month")
    assert "Nothing is found" in words(served, "/checks", "other")
    for odd in (
        "?check=x&level=y&person=z&kind=q&age=w&after=1-zz",
        "?after=99999999999999999999-",
    ):
        assert "findings" in words(served, f"/checks{odd}")


def test_what_one_check_finds_at_one_place_stands_in_one_row(served: Served) -> None:
    made = served.infusion(given=True)
    shown = page(served, "/checks?check=vitals_missed", "medical")
    [row] = [
        shown.words(one)
        for one in shown.all("tr")
        if any(link.get("href") == f"/infusions/{made}/checks" for link in one.iter())
    ]
    assert "15 min: missed." in row
    assert "30 min: missed." in row


def test_medicals_list_holds_the_session_and_no_note(served: Served) -> None:
    served.infusion(given=True)
    said = words(served, "/checks", "medical")
    assert "Vitals missed" in said
    assert "A measure is missing" not in said
    assert "A note is" not in said


def test_a_supervisor_loses_the_list_with_the_link(served: Served) -> None:
    served.infusion(given=True)
    small = served.small
    assert "Discharge incomplete" in words(served, "/checks", "supervisor")
    with served.database.reading() as session:
        [link] = person.links_of(session, [small.therapist.id])
    supervision.end_link(
        link_id=link.id, on=served.clock.at.date(), by=small.administrator, at=served.clock.at
    )
    assert "Nothing is found" in words(served, "/checks", "supervisor")
    made = small.infusion_id
    assert served.visitor("supervisor").get(f"/infusions/{made}/checks").status_code == 404


@pytest.mark.parametrize("who", ["administrator", "supervisor"])
def test_the_rule_shows_each_check_with_its_source(served: Served, who: str) -> None:
    said = words(served, "/settings/check_rule", who)
    for check in CHECKS.values():
        assert check.title in said
        assert rests_on(check.source) in said
    assert "24 of 24 checks are made." in words(served, "/settings", who)


def test_a_check_is_switched_off_on_its_page(served: Served) -> None:
    served.infusion(given=True)
    assert "Vitals missed" in words(served, "/checks", "medical")
    path = "/settings/check_rule"
    typed: dict[str, str | list[str]] = dict(page(served, path, "administrator").typed())
    typed["_base"] = typed["_base"][0]
    answer = served.visitor("administrator").post(path, {**typed, "off": ["vitals_missed"]})
    assert answer.status_code == 302, Page(answer.text).errors()
    assert "Vitals missed (" not in words(served, "/checks", "medical")
    assert "Switched off: Vitals missed" in words(served, "/settings", "administrator")
    setting.change(
        name="check_rule",
        values=to_plain(DEFAULTS["check_rule"]),
        by=served.small.administrator,
        at=served.clock.at + timedelta(seconds=1),
    )
    round_at(served.clock.at + timedelta(seconds=2))
    assert "Vitals missed" in words(served, "/checks", "medical")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Row 2 [S: x.com D2]", "Row 2 of a chart review (x.com D2)"),
        (
            "Row 1 [S: x.com, 24 h; B: 48 h]",
            "Row 1 of a chart review (x.com, 24 h; background: 48 h)",
        ),
        ("Row 12 [S]", "Row 12 of a chart review"),
    ],
)
def test_a_source_is_said_without_marks(source: str, said: str) -> None:
    assert rests_on(source) == said
