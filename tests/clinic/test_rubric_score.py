"""Judging a chart: scores by weight, what checks suggest, and how rows stand over many charts."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CHECKS, CheckCode, CheckLevel
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.rubric import BUILT_IN, DEFAULT_RUBRIC, Rubric, RubricRow, complete
from kapnotes.clinic.rubric_score import (
    ANSWER_WORDS,
    FAILED,
    ROW_OF,
    Answer,
    Score,
    Tally,
    check_answers,
    score,
    suggestions,
    tallies,
)

MET, PARTLY, NOT_MET, NA = Answer
TWO = Rubric((RubricRow("goals", "Goals", "", 30), RubricRow("risk", "Risk", "", 10)))


@pytest.mark.parametrize(
    ("goals", "risk", "points"),
    [
        (MET, MET, "100.0"),
        (NOT_MET, NOT_MET, "0.0"),
        (MET, NOT_MET, "75.0"),
        (NOT_MET, MET, "25.0"),
        (PARTLY, NOT_MET, "37.5"),
        (PARTLY, PARTLY, "50.0"),
        (NA, MET, "100.0"),
        (NA, PARTLY, "50.0"),
    ],
)
def test_a_chart_scores_by_weight(goals: Answer, risk: Answer, points: str) -> None:
    assert score(TWO, {"goals": goals, "risk": risk}) == Score(points=Decimal(points))


def test_half_a_tenth_is_rounded_up() -> None:
    three = Rubric((RubricRow("goals", "A", "", 1), RubricRow("risk", "B", "", 15)))
    assert score(three, {"goals": PARTLY, "risk": NOT_MET}).points == Decimal("3.1")
    assert score(three, {"goals": MET, "risk": NOT_MET}).points == Decimal("6.3")


def test_rows_that_are_open_are_named_and_the_score_is_not_final() -> None:
    partial = score(TWO, {"risk": MET})
    assert (partial.points, partial.unanswered) == (Decimal("100.0"), ("goals",))
    assert not partial.is_final
    assert score(TWO, {"goals": MET, "risk": NA}).is_final


def test_where_no_row_applies_there_is_no_score() -> None:
    assert score(TWO, {"goals": NA, "risk": NA}).points is None
    assert score(TWO, {}).points is None


def test_a_hidden_row_weighs_nothing_and_cannot_be_answered() -> None:
    hidden = Rubric((TWO.rows[0], replace(TWO.rows[1], is_shown=False)))
    assert score(hidden, {"goals": MET, "risk": NOT_MET}) == Score(points=Decimal("100.0"))
    check_answers(hidden, {"goals": MET})
    with pytest.raises(BadInput) as refusal:
        check_answers(hidden, {"goals": MET, "risk": NOT_MET, "shoes": MET})
    assert set(refusal.value.errors) == {"risk", "shoes"}


def finding(code: CheckCode, *, is_explained: bool = False) -> CheckFinding:
    return CheckFinding(code=code, sentence="…", is_explained=is_explained)


def test_findings_suggest_and_never_that_a_row_is_met() -> None:
    found = [
        finding(CheckCode.NOTE_LATE),
        finding(CheckCode.CONSENT),
        finding(CheckCode.VITALS_MISSED),
        finding(CheckCode.WASTE_UNBALANCED),
        finding(CheckCode.DOSE_WEIGHT),
        finding(CheckCode.PROCESS_SUSPECTED),
    ]
    for order in (found, found[::-1]):
        assert suggestions(DEFAULT_RUBRIC, order) == {
            "timeliness": PARTLY,
            "consent": NOT_MET,
            "session_safety": NOT_MET,
        }
    assert suggestions(DEFAULT_RUBRIC, []) == {}


def test_what_was_explained_and_what_is_not_asked_suggests_nothing() -> None:
    assert suggestions(DEFAULT_RUBRIC, [finding(CheckCode.CONSENT, is_explained=True)]) == {}
    assert suggestions(TWO, [finding(CheckCode.CONSENT)]) == {}
    hidden = complete(Rubric(BUILT_IN[:2]))
    assert suggestions(hidden, [finding(CheckCode.CONSENT)]) == {}


@pytest.mark.parametrize("code", CheckCode)
def test_each_check_belongs_to_a_built_in_row(code: CheckCode) -> None:
    assert ROW_OF[code] in {row.code for row in BUILT_IN}
    number = [row.code for row in BUILT_IN].index(ROW_OF[code]) + 1
    assert CHECKS[code].source.startswith(f"Row {number} [")


def test_rows_are_tallied_over_charts() -> None:
    charts = [{"risk": MET, "goals": NA}, {"risk": PARTLY, "goals": NA}, {"risk": NOT_MET}]
    assert tallies(charts) == {
        "goals": Tally(not_applicable=2),
        "risk": Tally(met=1, partly=1, not_met=1),
    }
    assert list(tallies(charts)) == ["goals", "risk"]
    assert tallies(charts)["risk"].points == Decimal("50.0")
    assert tallies(charts)["goals"].points is None


def test_the_answers_have_their_words() -> None:
    assert list(ANSWER_WORDS.values()) == ["Met", "Partly", "Not met", "N/A"]
    assert frozenset({PARTLY, NOT_MET}) == FAILED
    assert CheckLevel.HINT not in {CHECKS[code].level for code in ROW_OF if code == "consent"}


@given(st.dictionaries(st.sampled_from([row.code for row in BUILT_IN]), st.sampled_from(Answer)))
@settings(max_examples=80)
def test_a_score_lies_between_nothing_and_a_hundred(answers: dict[str, Answer]) -> None:
    found = score(DEFAULT_RUBRIC, answers)
    applied = [answer for answer in answers.values() if answer is not NA]
    assert (found.points is None) == (not applied)
    if found.points is not None:
        assert 0 <= found.points <= 100
        assert (found.points == 100) == (set(applied) == {MET})
        assert (found.points == 0) == (set(applied) == {NOT_MET})
    assert len(found.unanswered) == len(BUILT_IN) - len(answers)
