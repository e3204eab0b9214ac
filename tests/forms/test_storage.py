"""Stored and received answers that do not fit are refused with all their faults."""

from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kapnotes.forms import (
    Answers,
    AnswersError,
    Coded,
    Definition,
    Quantity,
    canonical,
    from_response,
    read_json,
    restore,
    store,
    to_response,
    write_json,
)
from kapnotes.forms.element import read_element


def test_stored_json(every_type: Definition) -> None:
    answers: Answers = {
        "figure": Decimal("1E+3"),
        "dose": Quantity(Decimal("0.50"), "mg/kg"),
        "place": "a garden",
        "signs": [Coded("cough")],
        "medicines": [{"medicine": "x"}, {}],
    }
    assert store(every_type, answers) == {
        "figure": "1000",
        "dose": {"value": "0.50", "unit": "mg/kg"},
        "place": "a garden",
        "signs": [{"code": "cough"}],
        "medicines": [{"medicine": "x"}, {}],
    }
    assert restore(every_type, store(every_type, answers))["medicines"] == [{"medicine": "x"}, {}]


@pytest.mark.parametrize(
    ("stored", "path"),
    [
        ({"nothing": 1}, "nothing"),
        ({"session": 1}, "session"),
        ({"words-before": "x"}, "words-before"),
        ({"medicine": "x"}, "medicine"),
        ({"consent": "true"}, "consent"),
        ({"minutes": "5"}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"figure": 5.1}, "figure"),
        ({"figure": "NaN"}, "figure"),
        ({"dose": "5"}, "dose"),
        ({"dose": {"value": "5"}}, "dose"),
        ({"dose": {"value": "5", "unit": ""}}, "dose"),
        ({"day": "23 Nov"}, "day"),
        ({"clock": "9"}, "clock"),
        ({"moment": "2026"}, "moment"),
        ({"line": 3}, "line"),
        ({"story": ""}, "story"),
        ({"route": "iv"}, "route"),
        ({"place": 3}, "place"),
        ({"signs": {"code": "cough"}}, "signs"),
        ({"medicines": "x"}, "medicines"),
        ({"medicines": ["x"]}, "medicines"),
        ({"medicines": [{}, {"line": "x"}]}, "medicines[1].line"),
        ({"medicines": [{"medicine": 3}]}, "medicines[0].medicine"),
    ],
)
def test_what_cannot_be_restored(every_type: Definition, stored: Any, path: str) -> None:
    with pytest.raises(AnswersError) as refusal:
        restore(every_type, stored)
    assert [each.path for each in refusal.value.problems] == [path]


def test_canonical_bytes_name_the_definition(every_type: Definition) -> None:
    text = canonical(every_type, {"line": "ü"}).decode("utf-8")
    assert text.startswith('{"answers":{"line":"ü"},"definition":{"digest":"')
    assert every_type.url in text


def response(*items: Any, **more: Any) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "item": list(items), **more}


def test_a_response_holds_what_is_answered(every_type: Definition) -> None:
    assert "item" not in to_response(every_type, {})
    found = to_response(every_type, {"line": "x", "medicines": [{}]}, status="amended", id="1")
    assert (found["status"], found["id"]) == ("amended", "1")
    assert found["questionnaire"] == "urn:kapnotes:questionnaire:sample-every-type|1"
    assert [each["linkId"] for each in found["item"]] == ["words", "medicines"]
    assert from_response(every_type, found) == {"line": "x", "medicines": [{}]}


def test_a_wall_time_goes_out_with_the_offset_of_its_place(every_type: Definition) -> None:
    summer: Answers = {"moment": datetime.fromisoformat("2026-07-01T14:05")}

    def sent(zone: tzinfo, answers: Answers = summer) -> str:
        found = to_response(every_type, answers, zone=zone)
        return str(found["item"][0]["item"][0]["answer"][0]["valueDateTime"])

    assert sent(ZoneInfo("Europe/Vienna")) == "2026-07-01T14:05:00+02:00"
    assert sent(timezone(timedelta(hours=-3))) == "2026-07-01T14:05:00-03:00"
    long_ago: Answers = {"moment": datetime.fromisoformat("1900-01-01T00:00")}
    assert sent(ZoneInfo("Asia/Kolkata"), long_ago).count(":") == 3


def test_units_of_others_are_looked_up_by_name(every_type: Definition) -> None:
    answer = {"valueQuantity": {"value": 72.5, "unit": "lb"}}
    found = from_response(every_type, response({"linkId": "weight", "answer": [answer]}))
    assert found == {"weight": Quantity(Decimal("72.5"), "[lb_av]")}
    strange = to_response(every_type, {"weight": Quantity(Decimal(5), "stone")})
    assert from_response(every_type, strange) == {"weight": Quantity(Decimal(5), "stone")}


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (response(questionnaire="urn:other|1"), "questionnaire"),
        ({"item": {}}, ""),
        (response("x"), "item[0]"),
        (response({"linkId": "nothing"}), "item[0]"),
        (response({"linkId": "medicine"}), "item[0]"),
        (response({"linkId": "session", "item": [{"linkId": "medicine"}]}), "item[0].item[0]"),
        (response({"linkId": "line", "answer": [{"valueInteger": 1}]}), "item[0]"),
        (response({"linkId": "line", "answer": []}), "item[0]"),
        (response({"linkId": "line", "answer": ["x"]}), "item[0]"),
        (response({"linkId": "line", "answer": 5}), "item[0]"),
        (response({"linkId": "figure", "answer": [{"valueDecimal": float("nan")}]}), "item[0]"),
        (response({"linkId": "figure", "answer": [{"valueDecimal": "5"}]}), "item[0]"),
        (response({"linkId": "weight", "answer": [{"valueQuantity": 5}]}), "item[0]"),
        (response(*[{"linkId": "line", "answer": [{"valueString": "x"}]}] * 2), "item[1]"),
    ],
)
def test_what_cannot_be_received(every_type: Definition, resource: Any, path: str) -> None:
    with pytest.raises(AnswersError) as refusal:
        from_response(every_type, resource)
    assert [each.path for each in refusal.value.problems] == [path]


def test_a_response_may_hold_items_without_an_answer(every_type: Definition) -> None:
    items = [{"linkId": "line"}, {"linkId": "words-before"}, {"linkId": "session"}]
    assert from_response(every_type, response(*items)) == {}


def test_json_is_exact() -> None:
    value = {"a": [Decimal("5.10"), 3, True, None, "ü\n"], "b": {}}
    assert write_json(value) == '{"a":[5.10,3,true,null,"ü\\n"],"b":{}}'
    assert read_json(write_json(value)) == value
    assert str(read_json("5.10")) == "5.10"


def test_an_element_without_a_value_is_named() -> None:
    with pytest.raises(ValueError, match="There must be a value, such as valueString"):
        read_element({"url": "x", "valueReference": {}}, "value")
