"""Each built-in scale: the definition asks what the clinic scores, and both come to one total."""

from decimal import Decimal

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.measure import Scored, score
from kapnotes.clinic.measure_list import MEASURES as SCALES
from kapnotes.clinic.measure_scale import Measure, Part
from kapnotes.clinic.outcome import RULES
from kapnotes.clinic.scale import MAIN_SCALES
from kapnotes.clinic.scale import SCALES as PLANNED
from kapnotes.forms import (
    Answers,
    Coded,
    Definition,
    Item,
    ItemType,
    Single,
    from_response,
    ordinals,
    read_json,
    scores,
    to_response,
    write_json,
)
from kapnotes.forms.expression import evaluate
from kapnotes.library import MEASURES, measure_definition
from kapnotes.library.rules.scales import HIGHEST

every_scale = pytest.mark.parametrize("key", MEASURES)
FREE = {"pain", "moaa-s", "rass", "aldrete"}
"""Scales without a wording that a practice could import."""
LOINC = {
    "phq-9": ("44249-1", "44261-6"),
    "gad-7": ("69737-5", "70274-6"),
    "audit-c": ("72109-2", None),
    "pain": ("38212-7", None),
}
"""The panel and the total of each scale that has codes."""
MOST_WORDS = 8


def counted(definition: Definition) -> list[Item]:
    """Return the items whose answers are worth something."""
    questions = [item for item in definition.leaves if item.is_question]
    return [item for item in questions if item.link_id not in SCALES[key_of(definition)].beside]


def key_of(definition: Definition) -> str:
    return definition.url.rpartition(":")[2]


def answer(item: Item, value: int) -> Single:
    """Return the answer of an item that is worth that much."""
    if item.type is ItemType.BOOLEAN:
        return bool(value)
    if item.type is ItemType.INTEGER:
        return value
    return Coded(next(option.code for option in item.options if option.ordinal == value))


def values_of(scale: Measure, *, blanks: bool = False) -> st.SearchStrategy[dict[str, int]]:
    """Return answers to the questions that a person is asked, some left blank."""

    def value(part: Part) -> st.SearchStrategy[int | None]:
        known = st.integers(part.least, part.most)
        return st.one_of(st.none(), known) if blanks else known

    drawn = st.fixed_dictionaries({part.link_id: value(part) for part in scale.parts})
    return drawn.map(
        lambda values: {link_id: each for link_id, each in values.items() if each is not None}
    )


def answers_of(definition: Definition, values: dict[str, int]) -> Answers:
    return {link_id: answer(definition.item(link_id), each) for link_id, each in values.items()}


def both(key: str, answers: Answers) -> tuple[Scored, dict[str, Decimal | None]]:
    """Return what the clinic and what the engine say of the same answers."""
    definition = measure_definition(key)
    found = {each.link_id: each.value for each in scores(definition, answers)}
    return score(key, ordinals(definition, answers)), found


def test_every_scale_of_the_clinic_is_in_the_library_and_in_its_order() -> None:
    assert list(MEASURES) == list(SCALES)
    assert set(PLANNED) == set(MEASURES)
    assert set(MAIN_SCALES.values()) <= set(RULES)


@every_scale
def test_a_definition_asks_what_the_clinic_scores(key: str) -> None:
    definition, scale = measure_definition(key), SCALES[key]
    assert [item.link_id for item in counted(definition)] == [part.link_id for part in scale.parts]
    for item, part in zip(counted(definition), scale.parts, strict=True):
        assert item.required, item.link_id
        if item.type is ItemType.INTEGER:
            assert (item.minimum, item.maximum) == (part.least, part.most)
        elif item.type is ItemType.CHOICE:
            worths = sorted(option.ordinal for option in item.options if option.ordinal is not None)
            assert worths == list(range(part.least, part.most + 1)), item.link_id
            assert all(option.code == str(option.ordinal) for option in item.options)
        else:
            assert (item.type, part.least, part.most) == (ItemType.BOOLEAN, 0, 1)
        assert bool(item.when) == bool(part.after)


@every_scale
def test_a_definition_is_named_as_the_clinic_names_it(key: str) -> None:
    definition = measure_definition(key)
    assert definition.title == SCALES[key].title
    assert definition.description


@every_scale
def test_each_score_of_a_definition_is_one_of_the_clinics(key: str) -> None:
    definition, scale = measure_definition(key), SCALES[key]
    expected = {each.key for each in scale.subscales} | ({"total"} if scale.has_total else set())
    assert {item.link_id for item in definition.scored} == expected
    if scale.has_total:
        item = definition.item("total")
        assert (item.minimum, item.maximum) == (scale.least, scale.most)
    for each in score(key, {}).subscales:
        item = definition.item(each.key)
        assert (item.minimum, item.maximum) == (0, each.most)


@every_scale
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_engine_and_the_clinic_come_to_the_same(key: str, data: st.DataObject) -> None:
    definition, scale = measure_definition(key), SCALES[key]
    answers = answers_of(definition, data.draw(values_of(scale)))
    clinic, engine = both(key, answers)
    assert clinic.is_complete
    assert engine.get("total") == clinic.total
    for each in clinic.subscales:
        assert engine[each.key] == each.total, each.key


@every_scale
def test_another_renderer_comes_to_the_same_by_the_expression_alone(key: str) -> None:
    definition, scale = measure_definition(key), SCALES[key]
    values = {part.link_id: (at * 7) % (part.most + 1) for at, part in enumerate(scale.parts)}
    values |= {"q1": 1} if key == "audit-c" else {}
    answers = answers_of(definition, values)
    clinic, response = score(key, values), to_response(definition, answers)
    totals = {each.key: each.total for each in clinic.subscales} | {"total": clinic.total}
    for item in definition.scored:
        assert evaluate(item.calculated, response) == totals[item.link_id], item.link_id


@every_scale
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_with_blanks_both_have_no_total_and_miss_the_same(key: str, data: st.DataObject) -> None:
    definition, scale = measure_definition(key), SCALES[key]
    answers = answers_of(definition, data.draw(values_of(scale, blanks=True)))
    clinic = score(key, ordinals(definition, answers))
    for each in scores(definition, answers):
        if each.link_id == "total":
            assert each.missing == clinic.missing
            assert each.value == clinic.total
            assert (each.value is None) == bool(each.missing)
        else:
            own = next(sub for sub in clinic.subscales if sub.key == each.link_id)
            assert (each.value, each.missing) == (own.total, own.missing)


@every_scale
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_answers_go_out_as_fhir_json_and_come_back_unchanged(key: str, data: st.DataObject) -> None:
    definition = measure_definition(key)
    answers = answers_of(definition, data.draw(values_of(SCALES[key], blanks=True)))
    if key == "aldrete":
        answers["circulation-unit"] = Coded("mmhg")
    text = write_json(to_response(definition, answers))
    if answers:
        QuestionnaireResponse.model_validate_json(text)
    back = from_response(definition, read_json(text))
    assert back == answers
    assert ordinals(definition, back) == ordinals(definition, answers)


def test_a_total_goes_out_with_the_answers() -> None:
    definition = measure_definition("who-5")
    answers = answers_of(definition, dict.fromkeys([f"q{n}" for n in range(1, 6)], 3))
    items = to_response(definition, answers)["item"][0]["item"]
    found = {each["linkId"]: each["answer"][0] for each in items}
    assert (found["raw"], found["total"]) == ({"valueInteger": 15}, {"valueInteger": 60})


def test_what_stands_beside_a_scale_has_no_worth() -> None:
    definition = measure_definition("aldrete")
    answers: Answers = {"q1": Coded("2"), "circulation-unit": Coded("percent")}
    assert ordinals(definition, answers) == {"q1": 2}
    assert not measure_definition("phq-9").item("function").required


def test_a_screener_answer_is_worth_one_for_yes() -> None:
    definition = measure_definition("c-ssrs")
    answers: Answers = {"q1": True, "q2": False, "q3": True, "q6": False}
    assert ordinals(definition, answers) == {"q1": 1, "q2": 0, "q6": 0}
    assert score("c-ssrs", ordinals(definition, answers)).band == "low"


@every_scale
def test_a_definition_says_whose_it_is_and_where_its_facts_come_from(key: str) -> None:
    definition = measure_definition(key)
    assert "our own" in definition.copyright
    assert definition.purpose
    helps = [item.help for item in definition.walk() if "official form" in item.help]
    asks_for_import = any("import its wording" in each for each in helps)
    assert asks_for_import == (key not in FREE)


@every_scale
def test_labels_name_a_topic_and_are_no_questions(key: str) -> None:
    for item in measure_definition(key).walk():
        for text in (item.text, *(option.display for option in item.options)):
            assert len(text.split()) <= MOST_WORDS, text
            assert "?" not in text, text


@every_scale
def test_public_codes_are_those_that_are_known(key: str) -> None:
    definition = measure_definition(key)
    panel, total = LOINC.get(key, (None, None))
    assert [code.code for code in definition.codes] == ([panel] if panel else [])
    coded = {item.link_id: item.codes[0].code for item in definition.walk() if item.codes}
    assert coded == ({"total": total} if total else {})
    assert ("LOINC" in definition.copyright) == (key in LOINC)


def test_meq_items_stand_in_the_order_of_the_form_that_they_are_scored_by() -> None:
    definition = measure_definition("meq-30")
    labels = {n: definition.item(f"q{n}").text for n in (1, 3, 8, 18, 22, 30)}
    assert labels == {
        1: "Time felt different",
        3: "Beyond words",
        8: "Tenderness",
        18: "All as one",
        22: "Timelessness",
        30: "Joy",
    }


def test_the_highest_totals_that_a_note_takes_are_those_of_the_scales() -> None:
    shared = set(HIGHEST) & set(SCALES)
    assert {key: HIGHEST[key][1] for key in shared} == {key: SCALES[key].most for key in shared}
    assert set(RULES) <= shared


def test_scales_are_loaded_once_and_only_when_listed() -> None:
    assert measure_definition("phq-9") is measure_definition("phq-9", "1")
    for key, version in (("phq-9", "2"), ("phq-2", "1"), ("../notes/dosing", "1")):
        with pytest.raises(KeyError):
            measure_definition(key, version)
