"""The screener's answers sort into levels; a blank is never a no."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.risk import (
    ORDER,
    RiskLevel,
    ScreenerAnswers,
    has_risen,
    screener_of,
    triage,
)

NO = ScreenerAnswers(q1=False, q2=False, q6=False)
ASKED = ScreenerAnswers(q1=True, q2=True, q3=False, q4=False, q5=False, q6=False)
ANSWER = st.sampled_from([True, False, None])


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        (NO, "none"),
        (replace(NO, q1=True), "low"),
        (ASKED, "low"),
        (replace(ASKED, q3=True), "moderate"),
        (replace(NO, q6=True, q6_recent=False), "moderate"),
        (replace(ASKED, q4=True), "high"),
        (replace(ASKED, q5=True), "high"),
        (replace(NO, q6=True, q6_recent=True), "high"),
    ],
)
def test_the_screener_is_sorted_as_published(answers: ScreenerAnswers, level: str) -> None:
    found = triage(answers)
    assert found.level == RiskLevel(level)
    assert found.missing == ()
    assert level.capitalize() in found.sentence or level == "none"


def test_nothing_answered_is_no_level() -> None:
    found = triage(ScreenerAnswers())
    assert (found.level, found.missing) == (None, ("q1", "q2", "q6"))
    assert "not complete" in found.sentence


def test_the_later_questions_are_asked_after_a_yes() -> None:
    assert triage(replace(NO, q2=True)).missing == ("q3", "q4", "q5")
    assert triage(replace(NO, q6=True)).missing == ("q6_recent",)


def test_an_incomplete_screener_is_a_lower_bound() -> None:
    found = triage(replace(NO, q2=True))
    assert found.level is RiskLevel.LOW
    assert found.sentence.startswith("At least: Low")


def test_high_is_high_however_much_is_blank() -> None:
    found = triage(ScreenerAnswers(q5=True))
    assert found.level is RiskLevel.HIGH
    assert "At least" not in found.sentence


@given(st.builds(ScreenerAnswers, **dict.fromkeys(("q1", "q2", "q3", "q4"), ANSWER)))
@settings(max_examples=60)
def test_a_further_yes_never_lowers_the_level(answers: ScreenerAnswers) -> None:
    for name in ("q1", "q2", "q3", "q4", "q5", "q6", "q6_recent"):
        before, after = triage(answers).level, triage(replace(answers, **{name: True})).level
        assert after is not None
        assert before is None or ORDER.index(after) >= ORDER.index(before)


def test_a_rise_is_from_a_known_level_to_a_higher() -> None:
    assert has_risen(RiskLevel.NONE, RiskLevel.LOW)
    assert not has_risen(RiskLevel.HIGH, RiskLevel.LOW)
    assert not has_risen(RiskLevel.LOW, RiskLevel.LOW)
    assert not has_risen(None, RiskLevel.HIGH)
    assert not has_risen(RiskLevel.LOW, None)


def test_the_screener_is_read_from_the_answers_of_the_scale() -> None:
    values = {"q1": 1, "q2": 0, "q3": None, "q6": Decimal(1), "q6-recent": 0}
    assert screener_of(values) == ScreenerAnswers(q1=True, q2=False, q6=True, q6_recent=False)
    assert screener_of({}) == ScreenerAnswers()
