"""Nobody goes home with a criterion that is not met or not recorded, unseen."""

from dataclasses import replace

import pytest

from kapnotes.clinic.discharge import (
    LEAST_MINUTES,
    WORDS,
    DischargeFacts,
    DischargeRule,
    criteria,
    missing,
)
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import BadInput

ALL_MET = DischargeFacts(**dict.fromkeys(WORDS, True), aldrete=9)


def test_all_met_is_ready() -> None:
    assert missing(ALL_MET) == ()


def test_blank_is_not_recorded_and_not_met() -> None:
    found = missing(DischargeFacts())
    assert {caution.code for caution in found} == {"discharge_unrecorded"}
    assert {caution.about for caution in found} == DischargeRule().needed


@pytest.mark.parametrize("name", sorted(DischargeRule().needed - {"aldrete"}))
def test_each_criterion_can_hold_a_patient_back(name: str) -> None:
    found = missing(replace(ALL_MET, **{name: False}))
    assert [(caution.code, caution.about) for caution in found] == [("discharge_unmet", name)]


def test_follow_up_is_asked_for_only_where_the_practice_does() -> None:
    facts = replace(ALL_MET, follow_up_booked=False)
    assert missing(facts) == ()
    [found] = missing(facts, DischargeRule(needed=frozenset({"follow_up_booked"})))
    assert found.about == "follow_up_booked"


@pytest.mark.parametrize(
    ("aldrete", "before", "ready"),
    [(9, None, True), (8, None, False), (8, 8, True), (7, 8, False), (9, 10, True), (8, 10, False)],
)
def test_aldrete_reaches_nine_or_the_level_before(
    aldrete: int, before: int | None, *, ready: bool
) -> None:
    facts = replace(ALL_MET, aldrete=aldrete, aldrete_before=before)
    assert (missing(facts) == ()) is ready


def test_the_threshold_is_a_setting() -> None:
    assert missing(replace(ALL_MET, aldrete=8), DischargeRule(least_aldrete=8)) == ()


def test_the_names_that_a_practice_can_ask_for_are_listed() -> None:
    assert set(criteria()) == {*WORDS, "aldrete"}


def test_every_route_has_its_least_minutes() -> None:
    assert DischargeRule().least_minutes == LEAST_MINUTES
    assert set(LEAST_MINUTES) == set(Route)
    assert hash(DischargeRule()) == hash(DischargeRule())


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("least_aldrete", 11, "least_aldrete"),
        ("least_aldrete", -1, "least_aldrete"),
        ("needed", frozenset({"aldrete_before"}), "needed"),
        ("least_minutes", {**LEAST_MINUTES, Route.IM: 1441}, "least_minutes_im"),
        ("least_minutes", {**LEAST_MINUTES, Route.IV: -1}, "least_minutes_iv"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(name: str, value: object, wrong: str) -> None:
    with pytest.raises(BadInput) as refusal:
        replace(DischargeRule(), **{name: value})
    assert set(refusal.value.errors) == {wrong}


def test_no_route_is_left_out() -> None:
    with pytest.raises(BadInput) as refusal:
        DischargeRule(least_minutes={})
    assert set(refusal.value.errors) == {f"least_minutes_{route}" for route in Route}
