"""A rating stands in the course: before or after which dose, by how much, about which period."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kapnotes.clinic.measure import measure_of
from kapnotes.clinic.measure_reading import (
    SINCE_LAST,
    TIME_POINTS,
    Reading,
    at_points,
    baseline_of,
    has_carry_over,
    last_complete,
    own_baseline,
    recall_words,
    since_dose,
)
from kapnotes.clinic.outcome import Response, judge, rule_of

YBOCS = rule_of("y-bocs")
DOSE = datetime(2026, 11, 2, 10, tzinfo=UTC)
AUCKLAND = ZoneInfo("Pacific/Auckland")


def after(days: float = 0, hours: float = 0, total: int | None = 20) -> Reading:
    return Reading(DOSE + timedelta(days=days, hours=hours), total)


def test_the_baseline_is_the_last_complete_one_before_the_first_dose() -> None:
    readings = [after(-20, total=33), after(-3, total=31), after(-1, total=None), after(1, total=9)]
    doses = [DOSE + timedelta(days=3), DOSE]
    assert baseline_of(readings, doses) == readings[1]
    assert baseline_of([*reversed(readings)], doses) == readings[1]
    assert baseline_of(readings[2:], doses) is None
    assert baseline_of([], doses) is None


def test_a_rating_at_the_start_of_the_dose_is_still_before_it() -> None:
    assert baseline_of([after(0)], [DOSE]) == after(0)
    assert baseline_of([after(0, hours=0.02)], [DOSE]) is None


def test_before_any_dose_the_baseline_is_the_latest_so_far() -> None:
    readings = [after(-9), after(-2), after(-1, total=None)]
    assert baseline_of(readings, []) == readings[1]


def test_the_last_one_is_complete_and_within_its_span() -> None:
    readings = [after(1, total=20), after(2, total=18), after(3, total=None)]
    assert last_complete(readings) == readings[1]
    assert last_complete(readings, until=DOSE + timedelta(days=1)) == readings[0]
    assert last_complete(readings, after=DOSE + timedelta(days=2)) is None


@pytest.mark.parametrize(
    ("elapsed", "words"),
    [
        (timedelta(), "0 min after dose 1"),
        (timedelta(minutes=40), "40 min after dose 1"),
        (timedelta(hours=1), "1 h after dose 1"),
        (timedelta(minutes=90), "1.5 h after dose 1"),
        (timedelta(hours=20), "20 h after dose 1"),
        (timedelta(hours=47, minutes=59), "47.9 h after dose 1"),
        (timedelta(days=2), "2 d after dose 1"),
        (timedelta(hours=168), "7 d after dose 1"),
    ],
)
def test_a_rating_says_how_long_after_which_dose_it_is(elapsed: timedelta, words: str) -> None:
    found = since_dose(DOSE + elapsed, [DOSE])
    assert found is not None
    assert found.words == words


def test_the_latest_dose_counts() -> None:
    doses = [DOSE + timedelta(days=7), DOSE, DOSE + timedelta(days=3)]
    found = since_dose(DOSE + timedelta(days=4), doses)
    assert found is not None
    assert (found.number, found.hours, found.days) == (2, 24, 1)
    assert since_dose(DOSE - timedelta(minutes=1), doses) is None
    assert since_dose(DOSE, []) is None


@pytest.mark.parametrize(
    ("days_since_last", "days_since_dose", "words"),
    [
        (None, None, "last week"),
        (8, None, "last week"),
        (7, 7, "last week"),
        (6.9, None, SINCE_LAST),
        (1, 1, SINCE_LAST),
        (10, 0.1, SINCE_LAST),
        (10, 20, "last week"),
    ],
)
def test_a_ybocs_within_the_week_is_about_the_time_since_the_last_rating(
    days_since_last: float | None, days_since_dose: float | None, words: str
) -> None:
    at = DOSE + timedelta(days=30)
    last, dose = (
        None if days is None else at - timedelta(days=days)
        for days in (days_since_last, days_since_dose)
    )
    found = recall_words(measure_of("y-bocs"), at=at, last_rated_at=last, last_dose_at=dose)
    assert found == words


def test_other_scales_keep_their_own_period() -> None:
    yesterday = DOSE - timedelta(days=1)
    assert recall_words(measure_of("phq-9"), at=DOSE, last_rated_at=yesterday) == "last two weeks"


def test_each_point_takes_the_nearest_complete_rating_in_its_span() -> None:
    near, far = after(hours=0.9), after(hours=1.3)
    readings = [near, far, after(hours=2, total=None), after(1), after(7), after(7.5)]
    found = {point.label: reading for point, reading in at_points(readings, [DOSE], 1)}
    assert found == {"1 h": near, "2 h": None, "1 d": after(1), "3 d": None, "7 d": after(7)}


def test_a_rating_after_the_next_dose_belongs_to_that_dose() -> None:
    doses = [DOSE, DOSE + timedelta(days=3)]
    readings = [after(1, total=20), after(3, total=18), after(4, total=12)]
    first = dict(at_points(readings, doses, 1))
    second = dict(at_points(readings, doses, 2))
    assert [each and each.total for each in first.values()] == [None, None, 20, 18, None]
    assert [each and each.total for each in second.values()] == [None, None, 12, None, None]


def test_the_spans_of_the_points_do_not_overlap_and_hold_their_point() -> None:
    for point in TIME_POINTS:
        assert point.earliest < point.after < point.latest
    ends = [edge for point in TIME_POINTS for edge in (point.earliest, point.latest)]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("baseline", "before_dose", "found"),
    [
        (28, 18, True),
        (28, 21, True),
        (28, 22, False),
        (28, 30, False),
        (None, 20, None),
        (28, None, None),
    ],
)
def test_an_effect_that_still_stands_before_a_later_dose_is_carried_over(
    baseline: int | None, before_dose: int | None, *, found: bool | None
) -> None:
    assert has_carry_over(YBOCS, baseline=baseline, before_dose=before_dose) is found
    assert has_carry_over(rule_of("who-5"), baseline=20, before_dose=80) is None


def test_rodriguez_2013_a_second_dose_after_a_week_does_not_start_afresh() -> None:
    """Two infusions a week apart: the first one's effect lasted longer, so only it is compared."""
    doses = [DOSE, DOSE + timedelta(days=8)]
    readings = [after(-1, total=28), after(hours=1, total=15), after(7, total=17)]
    base = baseline_of(readings, doses)
    before_second = own_baseline(readings, doses, 2)
    assert base is not None
    assert before_second is not None
    assert before_second.total == 17
    week = {point.label: each for point, each in at_points(readings, doses, 1)}["7 d"]
    assert week is not None
    outcome = judge(YBOCS, baseline=base.total, now=week.total)
    assert (outcome.response, outcome.percent) == (Response.RESPONSE, Decimal("-39.3"))
    assert has_carry_over(YBOCS, baseline=base.total, before_dose=before_second.total) is True


def test_beaglehole_2025_each_single_dose_is_read_at_one_and_two_hours_and_at_168() -> None:
    """Three single doses in turn (0.5 mg/kg, 1.0 mg/kg, fentanyl), in New Zealand.

    The clocks go forward on 29 September 2024: 168 hours after Saturday 10:00 it is 11:00.
    Totals are ours; those of single patients are not published.
    """
    first = datetime(2024, 9, 28, 10, tzinfo=AUCKLAND)
    doses = [first, first + timedelta(days=14), first + timedelta(days=28)]
    half = [(-1.0, 32), (1.0, 24), (2.0, 23), (168.0, 29)]
    full = [(-1.0, 31), (1.0, 18), (2.0, 17), (168.0, 25)]
    fentanyl = [(-1.0, 31), (1.0, 29), (2.0, 30), (168.0, 31)]
    readings = [
        Reading((dose.astimezone(UTC) + timedelta(hours=hours)).astimezone(AUCKLAND), total)
        for dose, rows in zip(doses, (half, full, fentanyl), strict=True)
        for hours, total in rows
    ]
    assert readings[3].at.hour == 11
    for number, rows in enumerate((half, full, fentanyl), 1):
        own = own_baseline(readings, doses, number)
        assert own is not None
        assert own.total == rows[0][1]
        found = {point.label: each for point, each in at_points(readings, doses, number)}
        totals = [found[label] and found[label].total for label in ("1 h", "2 h", "7 d")]  # type: ignore[union-attr] # a blank is None
        assert totals == [total for _, total in rows[1:]]
        assert found["1 d"] is found["3 d"] is None
    since = [since_dose(reading.at, doses) for reading in readings]
    assert [each and each.hours for each in since][:4] == [None, 1, 2, 168]
    assert since[3] is not None
    assert since[3].words == "7 d after dose 1"


def test_beaglehole_2025_the_larger_dose_does_more_and_only_a_week_is_the_standard_period() -> None:
    at_two_hours = [
        judge(YBOCS, baseline=before, now=now).percent for before, now in ((32, 23), (31, 17))
    ]
    assert at_two_hours == [Decimal("-28.1"), Decimal("-45.2")]
    scale = measure_of("y-bocs")
    for hours, words in ((1, SINCE_LAST), (2, SINCE_LAST), (168, "last week")):
        at = DOSE + timedelta(hours=hours)
        before = DOSE - timedelta(hours=1)
        assert recall_words(scale, at=at, last_rated_at=before, last_dose_at=DOSE) == words


def test_one_and_the_same_dose_has_one_baseline_of_its_own() -> None:
    readings = [after(-1, total=30), after(2, total=25)]
    doses = [DOSE, DOSE + timedelta(days=7), DOSE + timedelta(days=14)]
    first, second, third = (own_baseline(readings, doses, number) for number in (1, 2, 3))
    assert (first, second, third) == (readings[0], readings[1], None)
