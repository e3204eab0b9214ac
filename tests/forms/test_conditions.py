"""Items are asked only while their conditions hold."""

import json
from decimal import Decimal
from typing import Any

import pytest

from kapnotes.forms import Ask, Coded, Definition, Quantity, ask, check_signing, read, tell, to_raw
from kapnotes.forms.condition import asked


@pytest.mark.parametrize(
    ("answers", "link_id", "is_asked"),
    [
        ({"misuse": True}, "misuse-words", True),
        ({"misuse": False}, "misuse-words", False),
        ({}, "misuse-words", False),
        ({"misuse": True, "misuse-words": "x"}, "misuse-since", True),
        ({"misuse": False, "misuse-words": "x"}, "misuse-since", False),
        ({"misuse": False, "misuse-words": "x"}, "misuse-no-words", True),
        ({"misuse": True, "misuse-words": "x"}, "misuse-no-words", False),
        ({"score": 6}, "score-high", True),
        ({"score": 5}, "score-high", False),
        ({"score": 4}, "score-low", True),
        ({"score": 5}, "score-low", False),
        ({"score": 5}, "score-not-low", True),
        ({"score": 4}, "score-not-low", False),
        ({"score": 5}, "score-not-high", True),
        ({"score": 6}, "score-not-high", False),
        ({}, "score-not-high", False),
        ({"weight": Quantity(Decimal("100.1"), "kg")}, "heavy", True),
        ({"weight": Quantity(Decimal(100), "kg")}, "heavy", False),
        ({"weight": Quantity(Decimal(300), "lb")}, "heavy", False),
        ({"place": [Coded("clinic"), Coded("home")]}, "home-only", True),
        ({"place": [Coded("clinic"), "a garden"]}, "home-only", False),
        ({"place": [Coded("clinic"), "a garden"]}, "not-home", True),
        ({"place": [Coded("home")]}, "not-home", False),
        ({}, "not-home", False),
        ({"misuse": True, "score": 6}, "all-of", True),
        ({"misuse": True, "score": 5}, "all-of", False),
        ({"misuse": False, "score": 6}, "any-of", True),
        ({"misuse": True}, "any-of", True),
        ({"misuse": False, "score": 5}, "any-of", False),
        ({"misuse": True}, "plan", True),
        ({"misuse": False}, "plan", False),
        ({"misuse": True, "plan": "x"}, "plan-more", True),
        ({"misuse": False, "plan": "x"}, "plan-more", False),
    ],
)
def test_every_operator(
    conditions: Definition,
    answers: dict[str, Any],
    link_id: str,
    is_asked: bool,  # noqa: FBT001 - what is claimed
) -> None:
    assert (link_id in asked(conditions, {**answers, link_id: "x"})) is is_asked


def rows(answers: Any) -> Any:
    return answers.get("events")


def test_a_condition_in_a_row_is_about_that_row(conditions: Definition) -> None:
    raw = {
        "score": ["1"],
        "events.0.event": ["Vomited"],
        "events.0.serious": ["true"],
        "events.0.action": ["Called"],
        "events.0.comment": ["hidden"],
        "events.0.action-if-misuse": ["hidden"],
        "events.4.event": ["Cried"],
        "events.4.serious": ["false"],
        "events.4.action": ["hidden"],
        "events.4.comment": ["Comforted"],
    }
    assert rows(read(conditions, raw).answers) == [
        {"event": "Vomited", "serious": True, "action": "Called"},
        {"event": "Cried", "serious": False, "comment": "Comforted"},
    ]
    misuse = read(conditions, {**raw, "misuse": ["true"]}).answers
    assert rows(misuse)[0]["action-if-misuse"] == "hidden"


def test_a_row_of_nothing_that_is_asked_goes(conditions: Definition) -> None:
    raw = {"score": ["1"], "events.0.action": ["hidden"], "events.1.event": ["Cried"]}
    assert rows(read(conditions, raw).answers) == [{"event": "Cried"}]
    assert rows(read(conditions, {"score": ["1"], "events.0.action": ["hidden"]}).answers) is None
    assert rows(read(conditions, {"events.0.event": ["Cried"]}).answers) is None


def test_errors_of_what_is_not_asked_go_too(conditions: Definition) -> None:
    raw = {"misuse": ["false"], "misuse-since": ["x"], "events.0.serious": ["x"], "score": ["1"]}
    assert set(read(conditions, raw).errors) == {"events.0.serious"}
    assert read(conditions, {**raw, "score": [""]}).errors == {}
    two_lines = {"score": ["1"], "events.0.serious": ["false"], "events.0.action": ["x\ny"]}
    assert read(conditions, two_lines).errors == {}
    assert set(read(conditions, {**two_lines, "events.0.serious": ["true"]}).errors) == {
        "events.0.action"
    }


def test_what_is_not_asked_is_not_missing(conditions: Definition) -> None:
    def missing(**raw: list[str]) -> list[str]:
        reading = read(conditions, raw)
        return [each.name for each in check_signing(conditions, reading.answers, reading.errors)]

    assert missing() == ["misuse"]
    assert missing(misuse=["false"]) == []
    assert missing(misuse=["true"]) == ["misuse-words", "plan"]
    row = {"misuse": ["false"], "score": ["1"], "events.2.event": ["x"]}
    assert missing(**row) == []
    assert missing(**row, **{"events.2.serious": ["true"]}) == ["events.0.action"]


def test_what_is_not_asked_is_not_told(conditions: Definition) -> None:
    lines = tell(conditions, {"misuse": False, "misuse-words": "x", "plan": "y"})
    assert [line.link_id for line in lines] == ["head"]
    assert [line.link_id for line in lines[0].items] == ["misuse"]
    blanks = tell(conditions, {"misuse": False}, say_blanks=True)
    assert "plan" not in str(blanks)
    assert "misuse-words" not in str(blanks)


def by_name(asks: tuple[Ask, ...]) -> dict[str, Ask]:
    found: dict[str, Ask] = {}
    for each in asks:
        found[each.name] = each
        found |= by_name(each.items)
        for row in (*each.rows, each.blank_row):
            found |= by_name(row)
    return found


def test_the_form_carries_conditions_for_the_browser(conditions: Definition) -> None:
    answers = {"misuse": True, "score": 1, "events": [{"serious": True}]}
    form = by_name(ask(conditions, to_raw(conditions, answers)))
    assert json.loads(form["misuse-words"].when) == {
        "any": False,
        "when": [{"name": "misuse", "op": "=", "value": "true"}],
    }
    assert json.loads(form["any-of"].when)["any"] is True
    assert json.loads(form["heavy"].when)["when"][0]["value"] == "100"
    assert json.loads(form["home-only"].when)["when"][0]["value"] == "home"
    assert json.loads(form["misuse-since"].when)["when"][0]["value"] == "true"
    assert form["misuse"].when == ""
    for number in ("0", "1", "__n__"):
        condition = json.loads(form[f"events.{number}.action"].when)["when"][0]
        assert condition["name"] == f"events.{number}.serious"
        outer = json.loads(form[f"events.{number}.action-if-misuse"].when)["when"][0]
        assert outer["name"] == "misuse"
    assert form["events.0.action"].shown
    assert not form["events.1.action"].shown
    assert not form["events.__n__.action"].shown
    assert form["events.1.action-if-misuse"].shown
    assert not form["events.0.not-serious"].shown
    assert form["misuse-words"].shown
    assert not form["score-high"].shown
