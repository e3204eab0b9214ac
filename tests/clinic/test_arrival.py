"""No dose passes over a check that is not met or not recorded."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kapnotes.clinic.arrival import (
    WORDS,
    ArrivalFacts,
    ArrivalRule,
    Baseline,
    check_arrival,
    criteria,
    missing,
)
from kapnotes.clinic.refusals import BadInput

D = Decimal
DOSE = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHECKED = ArrivalFacts(
    observed_at=DOSE - HOUR,
    identity_checked=True,
    consent_confirmed=True,
    last_food_at=DOSE - 12 * HOUR,
    last_drink_at=DOSE - 3 * HOUR,
    fasting_kept=True,
    medicines_checked=True,
    escort_confirmed=True,
    weight_kg=D("71.3"),
    weighed_on=date(2026, 3, 2),
    baseline=Baseline.ACCEPTABLE,
    baseline_by="Ada Rowe",
    time_out=True,
)


def found(facts: ArrivalFacts | None, rule: ArrivalRule | None = None) -> list[str]:
    cautions = missing(facts, rule or ArrivalRule(), at=DOSE)
    return [f"{caution.code} {caution.about}" for caution in cautions]


def refused(facts: ArrivalFacts, at: datetime = DOSE) -> list[str]:
    return [f"{concern.code} {concern.about}" for concern in check_arrival(facts, at=at)]


def test_all_checked_is_nothing_to_ask_about() -> None:
    assert found(CHECKED) == []


def test_no_check_at_all_is_one_caution() -> None:
    assert found(None) == ["arrival_missing "]
    assert found(None, ArrivalRule(needed=frozenset())) == []


def test_blank_is_not_recorded_and_not_met() -> None:
    blank = ArrivalFacts(observed_at=DOSE)
    assert found(blank) == [f"arrival_unrecorded {name}" for name in WORDS]
    assert criteria() == tuple(WORDS)


@pytest.mark.parametrize(
    "name",
    [
        "identity_checked",
        "consent_confirmed",
        "fasting_kept",
        "medicines_checked",
        "escort_confirmed",
        "time_out",
    ],
)
def test_a_no_is_unmet_if_the_practice_asks(name: str) -> None:
    facts = replace(CHECKED, **{name: False})
    assert found(facts) == [f"arrival_unmet {name}"]
    assert found(facts, ArrivalRule(needed=frozenset(WORDS) - {name})) == []


@pytest.mark.parametrize(
    ("food", "drink", "said"),
    [
        (4, 2, []),
        (3.99, 2, ["arrival_unmet last_food_at"]),
        (4, 1.99, ["arrival_unmet last_drink_at"]),
        (1, 0.5, ["arrival_unmet last_food_at", "arrival_unmet last_drink_at"]),
        (-1, 2, ["arrival_unmet last_food_at"]),
    ],
)
@pytest.mark.parametrize("kept", [True, None])
def test_the_times_say_whether_the_fast_was_kept(
    food: float, drink: float, said: list[str], *, kept: bool | None
) -> None:
    facts = replace(
        CHECKED,
        fasting_kept=kept,
        last_food_at=DOSE - food * HOUR,
        last_drink_at=DOSE - drink * HOUR,
    )
    assert found(facts) == said


def test_a_yes_without_times_is_enough_and_one_time_alone_is_not() -> None:
    untimed = replace(CHECKED, last_food_at=None, last_drink_at=None)
    assert found(untimed) == []
    half = replace(CHECKED, fasting_kept=None, last_drink_at=None)
    assert found(half) == ["arrival_unrecorded fasting_kept"]


def test_the_words_say_how_long_the_fast_was() -> None:
    facts = replace(CHECKED, last_food_at=DOSE - 2.5 * HOUR, last_drink_at=DOSE - 0.5 * HOUR)
    assert [caution.sentence for caution in missing(facts, at=DOSE)] == [
        "2 h 30 min since the last food; 4 h are asked for.",
        "30 min since the last drink; 2 h are asked for.",
    ]


def test_a_fast_over_the_night_of_the_clocks_is_counted_as_it_was() -> None:
    new_york = ZoneInfo("America/New_York")
    facts = replace(
        CHECKED,
        last_food_at=datetime(2026, 3, 8, 1, 30, tzinfo=new_york),
        last_drink_at=None,
        fasting_kept=None,
    )
    dose = datetime(2026, 3, 8, 6, 0, tzinfo=new_york)
    rule = ArrivalRule(needed=frozenset({"fasting_kept"}))
    assert [each.about for each in missing(facts, rule, at=dose)] == ["last_food_at"]


def test_the_hours_are_settings() -> None:
    facts = replace(CHECKED, last_food_at=DOSE - HOUR, last_drink_at=DOSE)
    assert found(facts, ArrivalRule(food_hours=1, drink_hours=0)) == []


@pytest.mark.parametrize(
    ("weighed_on", "said"),
    [
        (None, ["arrival_unrecorded weighed_on"]),
        (date(2026, 1, 31), []),
        (date(2026, 1, 30), ["arrival_unmet weighed_on"]),
    ],
)
def test_a_weight_has_a_recent_date(weighed_on: date | None, said: list[str]) -> None:
    assert found(replace(CHECKED, weighed_on=weighed_on)) == said


def test_somebody_judged_the_vitals_acceptable() -> None:
    assert found(replace(CHECKED, baseline=Baseline.NOT_ACCEPTABLE)) == ["arrival_unmet baseline"]
    assert found(replace(CHECKED, baseline=None)) == ["arrival_unrecorded baseline"]
    assert found(replace(CHECKED, baseline_by=" ")) == ["arrival_unrecorded baseline_by"]


def test_nothing_of_an_arrival_lies_ahead() -> None:
    assert refused(CHECKED) == []
    assert refused(ArrivalFacts(observed_at=DOSE)) == []
    for name in ("observed_at", "last_food_at", "last_drink_at"):
        facts = replace(CHECKED, **{name: DOSE + HOUR})
        assert refused(facts) == [f"impossible_arrival {name}"]


def test_a_weight_is_of_today_wherever_the_day_has_begun() -> None:
    evening = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    tomorrow = replace(CHECKED, weighed_on=date(2026, 3, 3))
    assert refused(tomorrow, evening) == []
    assert refused(replace(CHECKED, weighed_on=date(2026, 3, 4)), evening) == [
        "impossible_arrival weighed_on"
    ]


@pytest.mark.parametrize("weight", [D(0), D(-1), D("NaN"), D("Infinity")])
def test_a_weight_that_cannot_be_is_refused(weight: Decimal) -> None:
    assert refused(replace(CHECKED, weight_kg=weight)) == ["impossible_arrival weight_kg"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("needed", frozenset({"shoe_size"})),
        ("food_hours", 25),
        ("drink_hours", -1),
        ("weight_days", 366),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(name: str, value: object) -> None:
    with pytest.raises(BadInput) as refusal:
        replace(ArrivalRule(), **{name: value})
    assert set(refusal.value.errors) == {name}
