"""The days on which a practice works, and appointments that keep their hour."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.working_days import (
    DEFAULT_DAYS,
    WEEKDAYS,
    WorkingDays,
    appointment,
    next_of,
    said,
    weekday,
)

FRIDAY = date(2026, 3, 6)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia")


def test_a_practice_works_from_monday_to_friday_until_it_says_otherwise() -> None:
    week = [FRIDAY + timedelta(days=days) for days in range(7)]
    assert [weekday(day) for day in week] == ["fri", "sat", "sun", "mon", "tue", "wed", "thu"]
    assert [DEFAULT_DAYS.is_open(day) for day in week] == [True, False, False, *[True] * 4]


def test_a_closed_day_is_no_working_day() -> None:
    days = WorkingDays(closed=frozenset({FRIDAY}))
    assert not days.is_open(FRIDAY)
    assert next_of(FRIDAY, days.is_open) == FRIDAY + timedelta(days=3)


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({"mon", "friday"})])
def test_a_week_has_one_working_day_at_least(weekdays: frozenset[str]) -> None:
    with pytest.raises(BadInput) as refusal:
        WorkingDays(weekdays=weekdays)
    assert set(refusal.value.errors) == {"weekdays"}


def test_a_leap_day_is_a_day_like_any_other() -> None:
    assert next_of(date(2028, 2, 29), DEFAULT_DAYS.is_open) == date(2028, 2, 29)
    assert said(date(2028, 2, 29)) == "29 February 2028"


@pytest.mark.parametrize(
    ("on", "utc"),
    [
        (date(2026, 3, 27), 9),
        (date(2026, 3, 30), 8),  # the clocks were put forward on 29 March
        (date(2026, 10, 23), 8),
        (date(2026, 10, 26), 9),  # and back on 25 October
    ],
)
def test_an_appointment_at_ten_is_at_ten_in_winter_and_in_summer(on: date, utc: int) -> None:
    assert appointment(on, time(10), "Europe/Berlin") == datetime(
        on.year, on.month, on.day, utc, tzinfo=UTC
    )


def test_an_hour_that_is_not_there_comes_an_hour_later() -> None:
    at = appointment(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    at = appointment(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin")
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_every_day_of_the_week_has_its_name() -> None:
    assert [name[:3].lower() for name in WEEKDAYS.values()] == list(WEEKDAYS)
