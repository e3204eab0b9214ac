"""A blank is never a zero, and a part never a total."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from kapnotes.forms import (
    Answers,
    Coded,
    Definition,
    ItemType,
    Quantity,
    Score,
    from_response,
    load,
    ordinals,
    scores,
    to_response,
)
from kapnotes.forms.arithmetic import arithmetic_of
from kapnotes.forms.expression import evaluate, runs


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


A, B, ALL_A = "linkId = 'a-1'", "linkId in ('b' | 'a-2')", "linkId.startsWith('a-')"
HIGHEST = "aggregate(iif($this > $total, $this, $total), 0)"


def term(where: str, fold: str = SUM) -> str:
    return f"{EVERY}.where({where}).answer.valueInteger.{fold}"


OWN = {
    term(A): 4,
    term(B): 9,
    term("linkId = 'a-1' or linkId = 'b'"): 6,
    term(ALL_A): 11,
    term(ALL_A, HIGHEST): 7,
    f"{term(A)} + {term(B)}": 13,
    f"{term(ALL_A, HIGHEST)} + {term(A)} + {term(B, HIGHEST)}": 18,
    f"{term(ALL_A)} * 4": 44,
    f"{term(A)} / 8": Decimal("0.5"),
    f"({term(ALL_A)} * 100 / 75).round(1)": Decimal("14.7"),
    f"({term(ALL_A)} / 30).round(2)": Decimal("0.37"),
    f"({term(A)} + {term(A)}).round(0)": 8,
}
"""What we work out ourselves, with a-1 being 4, a-2 7 and b 2."""


@pytest.mark.parametrize("expression", OWN)
def test_what_scales_have_is_worked_out_as_fhirpath_would(expression: str) -> None:
    worths = {"a-1": Decimal(4), "a-2": Decimal(7), "b": Decimal(2)}
    own = arithmetic_of(expression)
    assert own is not None
    assert own.result(worths, worths, worths) == OWN[expression]
    items = [
        {"linkId": link_id, "answer": [{"valueInteger": int(worth)}]}
        for link_id, worth in worths.items()
    ]
    response = {"resourceType": "QuestionnaireResponse", "item": items}
    assert evaluate(expression, response) == OWN[expression]


@pytest.mark.parametrize(
    "expression",
    [
        f"%resource.item.where({A}).answer.valueInteger.{SUM}",
        term("linkId != 'a-1'"),
        f"{term(A)} - {term(B)}",
        f"{term(A)} + {term(B)} * 4",
        f"{term(A)} / 0",
        f"({term(A)} * 4)",
        f"{term(A)} * 4).round(1)",
        f"{term(A, 'aggregate($total + $this, 5)')}",
        f"{term(A)} > 5",
    ],
)
def test_whatever_else_there_is_goes_through_fhirpath(expression: str) -> None:
    assert arithmetic_of(expression) is None


def test_the_highest_of_several_choices_goes_through_fhirpath(scale: Definition) -> None:
    highest = f"{EVERY}.where(linkId = 'n-3').answer.valueCoding.extension.valueDecimal.{HIGHEST}"
    item = replace(scale.item("sum"), type=ItemType.DECIMAL, calculated=highest)
    (score,) = scores(replace(scale, scored=(item,)), {"n-3": [OFTEN, NEVER]})
    assert score.value == Decimal("1.5")


def test_fhirpath_is_loaded_only_for_what_needs_it() -> None:
    assert runs("1 + 1")
    assert not runs("where(")
    code = "import sys, kapnotes.forms; sys.exit('fhirpathpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own words


def conditional() -> Definition:
    """A scale whose second part is asked after a yes, and whose third after a high second."""
    number = {"type": "integer", "text": "Number"}
    total = {
        "linkId": "total",
        "type": "integer",
        "text": "Total",
        "extension": [
            {
                "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
                "sdc-questionnaire-calculatedExpression",
                "valueExpression": {
                    "language": "text/fhirpath",
                    "expression": f"{EVERY}.where(linkId.startsWith('q')).answer.value.{SUM}",
                },
            }
        ],
    }
    return load(
        {
            "resourceType": "Questionnaire",
            "url": "urn:sample",
            "version": "1",
            "name": "Conditional",
            "title": "Conditional",
            "status": "active",
            "purpose": "A sample.",
            "item": [
                {"linkId": "gate", "type": "boolean", "text": "Gate"},
                {
                    **number,
                    "linkId": "q1",
                    "enableWhen": [{"question": "gate", "operator": "=", "answerBoolean": True}],
                },
                {
                    **number,
                    "linkId": "q2",
                    "enableWhen": [{"question": "q1", "operator": ">", "answerInteger": 2}],
                },
                {"linkId": "q3", "type": "integer", "text": "Number"},
                total,
            ],
        }
    )


@pytest.mark.parametrize(
    ("answers", "value", "missing"),
    [
        ({"gate": True, "q1": 3, "q2": 1, "q3": 2}, 6, ()),
        ({"gate": True, "q1": 3, "q3": 2}, None, ("q2",)),
        ({"gate": True, "q1": 2, "q3": 2}, 4, ()),
        ({"gate": True, "q1": 2, "q2": 9, "q3": 2}, 4, ()),
        ({"gate": True, "q3": 2}, None, ("q1",)),
        ({"gate": False, "q3": 2}, 2, ()),
        ({"gate": False, "q1": 9, "q3": 2}, 2, ()),
        ({"gate": False}, None, ("q3",)),
        ({"q3": 2}, None, ("gate",)),
        ({}, None, ("gate", "q3")),
    ],
)
def test_what_is_not_asked_is_not_needed_but_whether_it_is_asked_must_be_known(
    answers: Answers, value: int | None, missing: tuple[str, ...]
) -> None:
    (score,) = scores(conditional(), answers)
    assert (score.value, score.missing) == (value, missing)
    assert score.needed - score.answered == len(missing)


def test_a_score_of_nothing_that_is_asked_has_no_value() -> None:
    definition = conditional()
    mapping = {"gate": False}
    only = replace(
        definition.item("total"), calculated=f"{EVERY}.where(linkId = 'q1').answer.value.{SUM}"
    )
    (score,) = scores(replace(definition, scored=(only,)), {**mapping})
    assert (score.value, score.missing, score.is_complete) == (None, (), True)
    assert score.words == "cannot be worked out from these answers"


def test_ordinals_are_what_each_answer_adds(scale: Definition) -> None:
    answers: Answers = {"s-1": OFTEN, "s-2": DECLINED, "s-3": 3, "n-3": [OFTEN, NEVER]}
    assert ordinals(scale, answers) == {"s-1": Decimal("1.5"), "s-3": 3, "n-3": Decimal("1.5")}
    asked: Answers = {"gate": False, "q1": 2, "q3": 1}
    assert ordinals(conditional(), asked) == {"gate": 0, "q3": 1}


def test_the_purpose_of_a_definition_is_kept() -> None:
    assert conditional().purpose == "A sample."
