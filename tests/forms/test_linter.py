"""The linter sees what a FHIR library does not, and says it in plain words."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from kapnotes.forms import DefinitionError, lint, load

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"


def definition(*items: Any, **head: Any) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "url": "urn:x",
        "version": "1",
        "name": "Sample",
        "title": "Sample",
        "status": "draft",
        "item": list(items) or [item("first")],
        **head,
    }


def item(link_id: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": kind, "text": "Text", **more}


def extension(name: str, **value: Any) -> dict[str, Any]:
    return {"url": (SDC if name.startswith("sdc") else CORE) + name, **value}


def control(code: str) -> dict[str, Any]:
    return extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": code}]})


def options(*codes: str) -> list[dict[str, Any]]:
    return [{"valueCoding": {"code": code, "display": code}} for code in codes]


def unit(code: str) -> dict[str, Any]:
    return extension("questionnaire-unitOption", valueCoding={"code": code})


def calculated(expression: Any, language: str = "text/fhirpath") -> dict[str, Any]:
    return extension(
        "sdc-questionnaire-calculatedExpression",
        valueExpression={"language": language, "expression": expression},
    )


def when(question: str, operator: str = "=", **answer: Any) -> dict[str, Any]:
    return {"question": question, "operator": operator, **answer}


YES = {"answerBoolean": True}
GROUP = item("g", "group", item=[item("a")])
ROWS = item("rows", "group", repeats=True, item=[item("in-row", "boolean")])
CHOICE = item("c", "choice", answerOption=options("x", "y"))
SUM = "%resource.descendants().where(linkId='n').answer.valueInteger.aggregate($total+$this,0)"


def said(*items: Any, **head: Any) -> str:
    """Return all that the linter says about a definition, which load refuses in the same words."""
    mapping = definition(*items, **head)
    problems = lint(mapping)
    text = "\n".join(map(str, problems))
    if problems:
        with pytest.raises(DefinitionError) as refusal:
            load(mapping)
        assert refusal.value.problems == problems
    return text


@pytest.mark.parametrize(
    "items",
    [
        [item("a"), item("b_c-1", "text", maxLength=20_000)],
        [GROUP, ROWS],
        [item("q", "quantity", extension=[unit("kg"), unit("g")])],
        [item("n", "integer"), item("t", "integer", extension=[calculated(SUM)])],
        [CHOICE | {"initial": [{"valueCoding": {"code": "x"}}]}],
        [item("b", "boolean"), item("a", enableWhen=[when("b", **YES)])],
        [item("b", "boolean", initial=[{"valueBoolean": False}])],
        [item("d", "decimal", initial=[{"valueDecimal": 1}])],
        [item("o", "open-choice", answerOption=options("x"), initial=[{"valueString": "y"}])],
    ],
)
def test_what_is_right_is_not_complained_about(items: list[Any]) -> None:
    assert said(*items) == ""


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ({"resourceType": "Patient"}, "resourceType: A definition is a FHIR resource of type"),
        ({"url": ""}, "url: This must not be blank."),
        ({"version": Decimal("1.0")}, "version: This must be text; put it in quotes."),
        ({"name": "my name"}, "name: A name starts with a capital"),
        ({"status": "published"}, "status: The status is one of"),
        ({"colour": "red"}, "colour: “colour” is not used"),
        ({"code": [{"code": "1"}]}, "code[0]: “system” is missing."),
        ({"code": []}, "code: This must be a list with at least one member."),
        ({"item": {}}, "item: This must be a list"),
        ({"item": ["a"]}, "item[0]: This must be a mapping"),
        ({"item": [{1: 2}]}, "item[0]: This must be a mapping"),
    ],
)
def test_the_head(head: dict[str, Any], sentence: str) -> None:
    assert sentence in said(**head)


def test_the_head_cannot_be_left_out() -> None:
    assert len(lint({})) == 7
    assert str(lint([])[0]) == "This must be a mapping of names to values."  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([{"text": "x"}], "item[0]: “linkId” is missing."),
        ([item("A")], "item[0].linkId: “A”: a linkId starts with a small letter"),
        ([item("a", "reference")], "item[0].type: “reference” is not a type"),
        ([item("a", 3)], "item[0].type: This must be text"),
        ([{"linkId": "a", "type": "text"}], "item[0]: “text” is missing."),
        ([item("a"), item("a")], "item[1]: The linkId “a” is used more than once."),
        ([item("a", definition="x")], "item[0].definition: “definition” is not used"),
        ([item("a", required="yes")], "item[0].required: This must be true or false."),
        ([GROUP | {"required": True}], "item[0].required: A group has no answer of its own"),
        ([item("a", "display", required=True)], "item[0].required: Nobody answers this item"),
        ([item("a", repeats=True)], "item[0].repeats: Only groups and choices repeat"),
        ([item("g", "group", repeats=True, item=[ROWS])], "A repeating group cannot stand in"),
        ([GROUP | {"maxLength": 5}], "item[0].maxLength: Only string, text and open-choice"),
        ([item("a", maxLength=0)], "item[0].maxLength: The greatest length is a whole number"),
        ([item("a", maxLength=True)], "item[0].maxLength: The greatest length"),
        ([item("a", maxLength="9")], "item[0].maxLength: The greatest length"),
        ([item("g", "group")], "item[0]: A group holds at least one item."),
        ([item("a", item=[item("b")])], "item[0].item[0]: Inside a question there can only be"),
        ([item("a", item=[item("b", "display")])], "Inside a question there can only be"),
        ([item("a", "display", initial=[{"valueString": "x"}])], "This item has no answer to"),
    ],
)
def test_items(items: list[Any], sentence: str) -> None:
    assert sentence in said(*items)


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        (item("a", extension=[{"url": "urn:x", "valueString": "y"}]), "The extension urn:x is not"),
        (item("a", extension=[{}]), "item[0].extension[0]: “url” is missing."),
        (item("a", extension="x"), "item[0].extension: This must be a list"),
        (item("a", extension=[extension("minValue")]), "An extension has exactly one value."),
        (item("a", extension=[extension("minValue", valueString="1")]), "The value of this ext"),
        (
            item("a", "date", extension=[extension("minValue", valueDate="1.1.2020")]),
            "item[0].extension[0].valueDate: This must be a date such as",
        ),
        (item("a", extension=[extension("minValue", valueInteger=1)]), "An item of type string"),
        (item("a", "date", extension=[extension("minValue", valueInteger=1)]), "For type date"),
        (
            item("a", "integer", extension=[extension("minValue", valueInteger=1)] * 2),
            "item[0].extension[1]: This extension stands here twice.",
        ),
        (
            item(
                "a",
                "decimal",
                extension=[
                    extension("minValue", valueInteger=2),
                    extension("maxValue", valueDecimal=1.5),
                ],
            ),
            "item[0]: The smallest value is greater than the largest.",
        ),
        (
            item("a", "decimal", extension=[extension("maxDecimalPlaces", valueInteger=-1)]),
            "This cannot be less than zero.",
        ),
        (
            ROWS | {"repeats": False, "extension": [
                extension("questionnaire-minOccurs", valueInteger=1)]},
            "item[0]: minOccurs and maxOccurs are for items that repeat.",
        ),
        (
            ROWS | {"extension": [
                extension("questionnaire-minOccurs", valueInteger=2),
                extension("questionnaire-maxOccurs", valueInteger=1)]},
            "item[0]: minOccurs is greater than maxOccurs.",
        ),
        (
            item("a", required=True, extension=[
                extension("questionnaire-hidden", valueBoolean=True)]),
            "Nobody can answer a hidden item",
        ),
        (item("a", extension=[control("knob")]), "“knob” is not an item control used here."),
        (item("a", extension=[control("slider")]), "An item of type string cannot be drawn as"),
        (item("a", "display", extension=[control("help")]), "Help stands inside the item"),
        (CHOICE | {"extension": [control("check-box")]}, "Check boxes are for choices that repeat"),
        (
            item("a", extension=[extension("questionnaire-itemControl", valueCodeableConcept={})]),
            "An item control has exactly one coding.",
        ),
        (
            item("a", extension=[extension("questionnaire-itemControl", valueCodeableConcept=1)]),
            "item[0].extension[0].valueCodeableConcept: This must be a mapping",
        ),
        (item("q", "quantity"), "item[0]: A quantity names its units"),
        (item("q", "quantity", extension=[unit("g"), unit("g")]), "A unit stands here twice."),
        (
            item("q", "quantity", extension=[
                unit("g"), unit("kg"), extension("maxValue", valueDecimal=1)]),
            "A smallest or largest value needs a quantity with one unit only.",
        ),
        (item("q", "quantity", extension=[extension("questionnaire-unitOption", valueCoding={})]),
         "a coding with a code."),
        (item("q", "quantity", extension=[extension(
            "questionnaire-unitOption", valueCoding={"code": "g", "display": 1})]),
         "item[0].extension[0].valueCoding.display: This must be text"),
        (item("q", "choice", answerOption=options("x"), extension={}), "This must be a list"),
        (CHOICE | {"answerOption": "x", "initial": [{"valueCoding": {"code": "x"}}]}, "no option"),
        (CHOICE | {"prefix": None}, "item[0].prefix: Nothing stands here"),
        (GROUP | {"prefix": float("nan")}, "item[0].prefix: This must be a finite number."),
    ],
)  # fmt: skip
def test_extensions(subject: dict[str, Any], sentence: str) -> None:
    assert sentence in said(subject)


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        (item("a", answerOption=options("x")), "item[0]: An item of type string offers no options"),
        (item("a", "choice"), "item[0]: A choice lists its options"),
        (item("a", "choice", answerOption=[{"valueString": "x"}]), "An option is a valueCoding"),
        (item("a", "choice", answerOption="x"), "item[0].answerOption: This must be a list"),
        (item("a", "choice", answerOption=[3]), "item[0].answerOption[0]: This must be a mapping"),
        (item("a", "choice", answerOption=options("x", "x")), "The option “x” stands here twice."),
        (item("a", "choice", answerOption=options("~other")), "A code has no spaces around it"),
        (item("a", "choice", answerOption=[{"valueCoding": {"code": "x"}}]), "“display” is miss"),
        (
            item("a", "choice", answerOption=[options("x")[0] | {"extension": [
                extension("questionnaire-optionExclusive", valueBoolean=True)]}]),
            "An exclusive option makes sense only where several",
        ),
        (
            item("a", "choice", answerOption=[options("x")[0] | {"extension": [
                extension("ordinalValue", valueDecimal="1")]}]),
            "item[0].answerOption[0].extension[0].valueDecimal: This must be a number.",
        ),
    ],
)  # fmt: skip
def test_options(subject: dict[str, Any], sentence: str) -> None:
    assert sentence in said(subject)


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        (item("a", initial=[{"valueInteger": 1}]), "For “a” there must be one valueString."),
        (item("a", initial=[{"valueString": " "}]), "valueString: This must not be blank."),
        (item("a", initial=[{"valueString": "x"}] * 2), "An item that does not repeat starts"),
        (CHOICE | {"initial": [{"valueCoding": {"code": "z"}}]}, "“c” has no option “z”."),
        (item("q", "quantity", extension=[unit("g")],
              initial=[{"valueQuantity": {"value": 1, "unit": "kg"}}]), "“q” has no unit “kg”."),
        (item("r", "group", repeats=True, item=[item("a", initial=[{"valueString": "x"}])]),
         "A row that starts with an answer is never blank"),
        (item("n", "integer", extension=[calculated("'n'")], initial=[{"valueInteger": 1}]),
         "A calculated item has no answer to start with."),
    ],
)  # fmt: skip
def test_answers_to_start_with(subject: dict[str, Any], sentence: str) -> None:
    assert sentence in said(subject)


BOOL = item("b", "boolean")
NUMBER = item("n", "integer")


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([item("a", enableWhen=[when("z", **YES)])], "There is no item “z” to depend on."),
        ([item("a", enableWhen=[{}])], "“question” is missing."),
        ([GROUP, item("x", enableWhen=[when("g", **YES)])], "Nobody answers “g”"),
        ([ROWS, item("x", enableWhen=[when("in-row", **YES)])], "“in-row” stands in another"),
        ([BOOL, item("x", enableWhen=[when("b", "like", **YES)])], "“like” is not one of exists"),
        ([BOOL, item("x", enableWhen=[{"question": "b", **YES}])], "“operator” is missing."),
        ([BOOL, item("x", enableWhen=[when("b", answerInteger=1)])], "one answerBoolean."),
        ([BOOL, item("x", enableWhen=[when("b")])], "there must be one answerBoolean."),
        ([BOOL, item("x", enableWhen=[when("b", ">", **YES)])], "neither greater nor less"),
        ([BOOL, item("x", enableWhen=[when("b", "exists")])], "“exists” is compared with"),
        ([BOOL, item("x", enableWhen=[when("b", **YES, colour=1)])], "“colour” is not part of a"),
        ([NUMBER, item("x", enableWhen=[when("n", ">", answerInteger="5")])], "a whole number."),
        ([NUMBER, item("x", enableWhen=[when("n", answerInteger=True)])], "a whole number."),
        ([CHOICE, item("x", enableWhen=[when("c", answerCoding={"code": "z"})])], "no option “z”"),
        ([CHOICE, item("x", enableWhen=[when("c", answerCoding="x")])], "a coding with a code."),
        ([BOOL, item("x", enableWhen=[when("b", **YES)] * 2)], "With several conditions say"),
        (
            [BOOL, item("x", enableWhen=[when("b", **YES)], enableBehavior="some")],
            "item[1].enableBehavior: This is all or any.",
        ),
        ([item("x", enableBehavior="any")], "There is no condition that this could be about."),
        ([BOOL | {"enableWhen": [when("b", **YES)]}], "Whether “b” is asked depends on itself."),
        (
            [item("g", "group", item=[BOOL], enableWhen=[when("b", **YES)])],
            "Whether “g” is asked depends on itself.",
        ),
        (
            [
                item("p", "boolean", enableWhen=[when("q", **YES)]),
                item("q", "boolean", enableWhen=[when("p", **YES)]),
            ],
            "Whether “q” is asked depends on itself.",
        ),
    ],
)
def test_conditions(items: list[Any], sentence: str) -> None:
    assert sentence in said(*copy.deepcopy(items))


def test_a_chain_that_meets_twice_is_no_circle() -> None:
    second = item("x", "boolean", enableWhen=[when("b", **YES)])
    third = item("y", "boolean", enableWhen=[when("b", **YES)])
    both = [when("x", **YES), when("y", **YES)]
    assert said(BOOL, second, third, item("z", enableBehavior="all", enableWhen=both)) == ""


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([item("t", "integer", extension=[calculated(SUM)])], "names no item of this definition"),
        ([item("t", "integer", extension=[calculated("1", "text/cql")])], "an expression in text"),
        ([item("t", "integer", extension=[calculated(5)])], "an expression in text/fhirpath"),
        ([NUMBER, item("t", "integer", extension=[calculated("'n'.where(")])], "is not FHIRPath"),
        (
            [item("n", "text"), item("t", "integer", extension=[calculated(SUM)])],
            "“n” has no answer that a score could use.",
        ),
        (
            [
                item("r", "group", repeats=True, item=[NUMBER]),
                item("t", "integer", extension=[calculated(SUM)]),
            ],
            "“n” stands in a repeating group.",
        ),
        (
            [
                NUMBER,
                item("r", "group", repeats=True,
                     item=[item("t", "integer", extension=[calculated(SUM)])]),
            ],
            "A score cannot stand in a repeating group.",
        ),
        ([NUMBER, item("t", "integer", required=True, extension=[calculated(SUM)])], "Nobody ans"),
    ],
)  # fmt: skip
def test_scores(items: list[Any], sentence: str) -> None:
    assert sentence in said(*items)


def test_a_problem_is_one_line_with_its_place() -> None:
    with pytest.raises(DefinitionError) as refusal:
        load(definition(item("A")))
    first, second = str(refusal.value).splitlines()
    assert first == "This definition cannot be used:"
    assert second.startswith("  item[0].linkId: “A”")
