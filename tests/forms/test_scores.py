"""A blank is never a zero, and a part never a total."""

import subprocess
import sys
from decimal import Decimal

import pytest

from kapnotes.forms import (
    Answers,
    Coded,
    Definition,
    Quantity,
    Score,
    from_response,
    scores,
    to_response,
)
from kapnotes.forms.expression import is_plain_sum, runs


def find(definition: Definition, answers: Answers, link_id: str) -> Score:
    return next(each for each in scores(definition, answers) if each.link_id == link_id)


OFTEN, NEVER, DECLINED = Coded("often"), Coded("never"), Coded("declined")


def test_ordinals_add_up(scale: Definition) -> None:
    score = find(scale, {"s-1": OFTEN, "s-2": OFTEN}, "total")
    assert (score.value, score.answered, score.needed) == (Decimal("3.0"), 2, 2)
    assert (score.words, score.label, score.section) == ("3.0", "Total", "scale")
    assert score.is_complete
    assert score.codes[0].code == "2222-2"
    assert find(scale, {"s-1": NEVER, "s-2": NEVER}, "total").value == 0


@pytest.mark.parametrize(
    "answers", [{"s-1": OFTEN}, {"s-1": OFTEN, "s-2": DECLINED}, {"s-1": OFTEN, "s-2": Coded("?")}]
)
def test_a_part_has_no_total(scale: Definition, answers: Answers) -> None:
    score = find(scale, answers, "total")
    assert (score.value, score.missing) == (None, ("s-2",))
    assert score.words == "not complete: 1 of 2 answered"
    assert not score.is_complete


def test_numbers_quantities_and_several_choices_add_up(scale: Definition) -> None:
    answers: Answers = {"n-1": 2, "n-2": Quantity(Decimal("2.5"), "mg"), "n-3": [OFTEN, NEVER]}
    assert find(scale, answers, "sum").value == 6
    assert find(scale, answers, "sum").words == "6"
    assert find(scale, {**answers, "n-1": 3}, "sum").words == "7"
    assert find(scale, {**answers, "n-3": [OFTEN, DECLINED]}, "sum").missing == ("n-3",)


def test_other_expressions_go_through_fhirpath(scale: Definition) -> None:
    assert find(scale, {"s-3": 3}, "percent").words == "12%"
    assert find(scale, {}, "percent").value is None


@pytest.mark.parametrize("link_id", ["none", "broken"])
def test_an_expression_that_gives_no_number_gives_no_score(scale: Definition, link_id: str) -> None:
    score = find(scale, {"s-3": 3}, link_id)
    assert (score.value, score.is_complete) == (None, True)
    assert score.words == "cannot be worked out from these answers"


def test_a_definition_without_scores_has_none(every_type: Definition) -> None:
    assert scores(every_type, {"minutes": 5}) == ()


def test_scores_go_with_the_response_and_are_not_read_back(scale: Definition) -> None:
    answers: Answers = {"s-1": OFTEN, "s-2": NEVER, "s-3": 3}
    response = to_response(scale, answers)
    by_id = {each["linkId"]: each for each in response["item"][0]["item"]}
    assert by_id["total"]["answer"] == [{"valueDecimal": Decimal("1.5")}]
    assert by_id["percent"]["answer"] == [{"valueInteger": 12}]
    assert "sum" not in by_id
    assert by_id["s-1"]["answer"][0]["valueCoding"]["extension"][0]["valueDecimal"] == Decimal(
        "1.5"
    )
    assert from_response(scale, response) == answers
    halves: Answers = {"n-1": 2, "n-2": Quantity(Decimal("2.25"), "mg"), "n-3": [NEVER]}
    assert {"valueDecimal": Decimal("4.25")} in [
        answer
        for each in to_response(scale, halves)["item"][0]["item"]
        for answer in each["answer"]
    ]


EVERY = "%resource.descendants()"
SUM = "aggregate($total + $this, 0)"


@pytest.mark.parametrize(
    "expression",
    [
        f"{EVERY}.where(linkId in ('a' | 'b')).answer.value.{SUM}",
        f"{EVERY}.where(linkId = 'a' or linkId = 'b').answer.valueInteger.{SUM}",
        f"{EVERY}.where(linkId.startsWith('a-')).answer.valueDecimal.{SUM}",
    ],
)
def test_a_plain_sum_is_known(expression: str) -> None:
    assert is_plain_sum(expression)


@pytest.mark.parametrize(
    "expression",
    [
        f"%resource.item.where(linkId = 'a').answer.valueInteger.{SUM}",
        f"{EVERY}.where(linkId = 'a').answer.valueInteger.{SUM} * 4",
        f"{EVERY}.where(linkId != 'a').answer.valueInteger.{SUM}",
    ],
)
def test_what_is_more_than_a_plain_sum_is_known_too(expression: str) -> None:
    assert not is_plain_sum(expression)


def test_fhirpath_is_loaded_only_for_what_needs_it() -> None:
    assert runs("1 + 1")
    assert not runs("where(")
    code = "import sys, kapnotes.forms; sys.exit('fhirpathpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own words
