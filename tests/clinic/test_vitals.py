"""Readings that can be true, and the levels that call for something to be done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.vitals import (
    SPANS,
    Level,
    Pressure,
    Vitals,
    VitalsLimits,
    alerts,
    check_vitals,
    level_of,
    level_over,
)

DOSED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AT = DOSED + timedelta(hours=5)
CALM = Vitals(
    observed_at=DOSED,
    systolic=124,
    diastolic=78,
    heart_rate=72,
    spo2=98,
    respiratory_rate=14,
    sedation=5,
    distress=2,
    nausea=0,
)


def row(minutes: int, **readings: int | None) -> Vitals:
    """Readings so many minutes after the dose; only what is named was taken."""
    return Vitals(observed_at=DOSED + timedelta(minutes=minutes), **readings)


def pressure(minutes: int, systolic: int, diastolic: int = 80) -> Vitals:
    return row(minutes, systolic=systolic, diastolic=diastolic)


def concerns(reading: Vitals) -> list[str]:
    return [f"{concern.code} {concern.about}" for concern in check_vitals(reading, at=AT)]


def found(*readings: Vitals) -> list[list[str]]:
    """The codes of each row, by time."""
    rows = alerts(readings, dosed_at=DOSED)
    return [[alert.code for alert in alerts_of] for _, alerts_of in rows]


def test_calm_readings_are_nothing_to_ask_about() -> None:
    assert concerns(CALM) == []
    assert level_of(CALM, dosed_at=DOSED) is Level.OK


@pytest.mark.parametrize("name", [name for name in SPANS if not name.endswith("stolic")])
def test_a_reading_outside_what_can_be_is_refused(name: str) -> None:
    for value in (SPANS[name].least - 1, SPANS[name].most + 1):
        assert concerns(replace(CALM, **{name: value})) == [f"impossible_vitals {name}"]


def test_an_unusual_reading_is_asked_about() -> None:
    assert concerns(replace(CALM, heart_rate=160)) == ["unusual_vitals heart_rate"]
    assert concerns(replace(CALM, spo2=84)) == ["unusual_vitals spo2"]
    assert concerns(replace(CALM, systolic=230)) == ["unusual_vitals systolic"]


def test_diastolic_is_below_systolic_and_both_are_taken() -> None:
    assert concerns(replace(CALM, diastolic=124)) == ["impossible_vitals diastolic"]
    assert concerns(replace(CALM, systolic=None)) == ["impossible_vitals systolic"]
    assert concerns(replace(CALM, diastolic=None)) == ["impossible_vitals diastolic"]


def test_a_row_says_something_and_nothing_of_the_future() -> None:
    assert concerns(Vitals(observed_at=DOSED)) == ["impossible_vitals "]
    assert concerns(Vitals(observed_at=DOSED, comment="Asleep, left in peace")) == []
    assert concerns(replace(CALM, observed_at=AT + timedelta(minutes=1))) == [
        "impossible_vitals observed_at"
    ]


@pytest.mark.parametrize(
    ("systolic", "diastolic", "level"),
    [
        (140, 90, Level.OK),
        (141, 90, Level.WARN),
        (140, 91, Level.WARN),
        (159, 99, Level.WARN),
        (160, 99, Level.HOLD),
        (159, 100, Level.HOLD),
        (200, 120, Level.HOLD),
        (201, 110, Level.URGENT),
        (190, 121, Level.URGENT),
    ],
)
def test_pressure_before_the_dose_warns_holds_or_is_urgent(
    systolic: int, diastolic: int, level: Level
) -> None:
    before = pressure(-10, systolic, diastolic)
    assert level_of(before, dosed_at=None) is level
    assert level_of(before, dosed_at=DOSED) is level


def test_after_the_dose_nothing_is_left_to_hold() -> None:
    assert found(pressure(15, 165)) == [["pressure_raised"]]
    assert found(pressure(15, 181)) == [["pressure_high_once"]]
    assert level_of(pressure(15, 200, 110), dosed_at=DOSED) is Level.WARN


@pytest.mark.parametrize(
    ("minutes", "code"), [(4, "pressure_high_once"), (5, "pressure_high_twice")]
)
def test_high_pressure_twice_five_minutes_apart_is_urgent(minutes: int, code: str) -> None:
    assert found(pressure(15, 185), pressure(15 + minutes, 150, 111)) == [
        ["pressure_high_once"],
        [code],
    ]


def test_rows_count_by_their_time_whatever_their_order() -> None:
    later, first = pressure(25, 185), pressure(15, 185)
    assert level_over([later, first], dosed_at=DOSED) is Level.URGENT


def test_a_lower_pressure_between_breaks_the_run_and_a_blank_does_not() -> None:
    assert found(pressure(15, 185), pressure(18, 150), pressure(21, 185))[-1] == [
        "pressure_high_once"
    ]
    assert found(pressure(15, 185), row(18, spo2=98), pressure(21, 185)) == [
        ["pressure_high_once"],
        [],
        ["pressure_high_twice"],
    ]


def test_a_fast_heart_is_urgent_after_five_minutes() -> None:
    fast = [row(minutes, heart_rate=rate) for minutes, rate in ((10, 121), (13, 130), (15, 122))]
    assert found(*fast) == [["heart_rate_high"], ["heart_rate_high"], ["heart_rate_high_lasting"]]
    settled = [fast[0], row(12, heart_rate=120), fast[2]]
    assert found(*settled) == [["heart_rate_high"], [], ["heart_rate_high"]]


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("spo2", 95, Level.OK),
        ("spo2", 94, Level.WARN),
        ("spo2", 92, Level.WARN),
        ("spo2", 91, Level.URGENT),
        ("respiratory_rate", 10, Level.OK),
        ("respiratory_rate", 9, Level.WARN),
        ("respiratory_rate", 7, Level.URGENT),
        ("heart_rate", 50, Level.OK),
        ("heart_rate", 49, Level.WARN),
        ("sedation", 4, Level.OK),
        ("sedation", 3, Level.URGENT),
        ("distress", 10, Level.OK),
    ],
)
def test_single_readings_have_their_level(name: str, value: int, level: Level) -> None:
    assert level_of(row(15, **{name: value}), dosed_at=DOSED) is level


def test_no_readings_are_no_level() -> None:
    assert level_over([], dosed_at=None) is Level.OK


def test_the_limits_are_settings_and_the_words_follow_them() -> None:
    limits = VitalsLimits(hold_at=Pressure(150, 95))
    rows = alerts([pressure(-5, 150)], dosed_at=None, limits=limits)
    assert rows[0][1][0].sentence == "Blood pressure of 150/95 or above before the dose."


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"hold_at": Pressure(139, 89)}, {"hold_at_systolic", "hold_at_diastolic"}),
        ({"hold_at": Pressure(140, 90)}, set()),
        ({"urgent_repeated_above": Pressure(160, 99)}, {"urgent_repeated_above_diastolic"}),
        ({"urgent_above": Pressure(179, 120)}, {"urgent_above_systolic"}),
        ({"warn_above": Pressure(90, 90)}, {"warn_above_diastolic"}),
        ({"warn_above": Pressure(59, 29)}, {"warn_above_systolic", "warn_above_diastolic"}),
        ({"urgent_above": Pressure(301, 120)}, {"urgent_above_systolic"}),
        ({"urgent_spo2_below": 95}, set()),
        ({"urgent_spo2_below": 96}, {"urgent_spo2_below"}),
        ({"urgent_respiratory_rate_below": 11}, {"urgent_respiratory_rate_below"}),
        ({"warn_heart_rate_below": 120}, {"warn_heart_rate_below"}),
        ({"urgent_sedation_at_most": 5}, {"urgent_sedation_at_most"}),
        ({"sustained_minutes": 0}, {"sustained_minutes"}),
    ],
)
def test_urgent_lies_at_or_beyond_hold_and_hold_at_or_beyond_warn(
    changes: dict[str, Any], wrong: set[str]
) -> None:
    try:
        VitalsLimits(**changes)
    except BadInput as refusal:
        named = set(refusal.errors)
    else:
        named = set()
    assert named == wrong


def test_a_night_on_which_the_clocks_change_makes_nothing_last() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 3, 29, 1, 58, tzinfo=berlin)
    rows = [
        replace(pressure(0, 185), observed_at=at)
        for at in (first, datetime(2026, 3, 29, 3, 1, tzinfo=berlin))
    ]
    assert found(*rows) == [["pressure_high_once"], ["pressure_high_once"]]


READINGS = st.lists(
    st.tuples(st.integers(-30, 120), st.integers(80, 240), st.integers(40, 160)), max_size=6
)


@given(READINGS, st.integers(80, 240))
@settings(max_examples=80)
def test_one_more_row_never_lowers_the_level_reached_before_it(
    drawn: list[tuple[int, int, int]], systolic: int
) -> None:
    rows = [row(m, systolic=s, diastolic=60, heart_rate=h) for m, s, h in drawn]
    before = level_over(rows, dosed_at=DOSED)
    after = level_over([*rows, pressure(121, systolic, 60)], dosed_at=DOSED)
    assert after >= before
    assert after >= level_of(pressure(121, systolic, 60), dosed_at=DOSED)
