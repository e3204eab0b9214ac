"""Which measures are due: before a dose, around their hour after it, again and again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.due import due
from kapnotes.clinic.due_item import (
    DueKind,
    Standing,
)
from kapnotes.clinic.protocol import IM_TWO_DOSE
from kapnotes.clinic.scale import MAIN_SCALES
from tests.clinic.due_story import (
    BARE,
    DAY,
    HOUR,
    T0,
    facts,
    find,
    given_at,
    measure,
    planned,
    taken,
)

BASELINE = replace(BARE, measures_baseline=("main",))
BEFORE = replace(BARE, measures_before=("main",))
AFTER = replace(
    BARE,
    measures_after_1h=("main",),
    measures_after_2h=("main",),
    measures_after_24h=("main",),
    measures_after_168h=("main",),
)
EVERY = replace(BARE, measures_every=("main",), every_weeks=4)


@pytest.mark.parametrize(
    ("days", "standing"),
    [(-31, Standing.LATER), (-30, Standing.DUE), (0, Standing.DUE), (1, Standing.OVERDUE)],
)
def test_a_baseline_is_due_before_the_first_dose(days: int, standing: Standing) -> None:
    course = facts(planned(1, T0), planned(2, T0 + 3 * DAY), protocol=BASELINE)
    assert measure(course, T0 + days * DAY, "baseline") is standing


def test_a_baseline_that_was_not_taken_is_missed_with_the_first_dose() -> None:
    course = facts(given_at(1, T0), planned(2, T0 + 3 * DAY), protocol=BASELINE)
    assert measure(course, T0 + HOUR, "baseline") is Standing.MISSED
    late = replace(course, measures=taken("y-bocs", T0 + HOUR))
    assert measure(late, T0 + 2 * HOUR, "baseline") is Standing.MISSED


@pytest.mark.parametrize(
    ("days", "standing"), [(31, Standing.MISSED), (30, Standing.DONE), (0, Standing.DONE)]
)
def test_a_baseline_is_at_most_a_month_old(days: int, standing: Standing) -> None:
    course = facts(given_at(1, T0), protocol=BASELINE, measures=taken("y-bocs", T0 - days * DAY))
    assert measure(course, T0 + HOUR, "baseline") is standing


def test_the_baseline_is_that_of_the_first_infusion_that_was_given() -> None:
    course = facts(
        planned(1, T0 - 5 * DAY),
        given_at(2, T0),
        protocol=BASELINE,
        measures=taken("y-bocs", T0 - DAY),
    )
    item = find(due(course, T0 + DAY), DueKind.MEASURE, "y-bocs", "baseline")
    assert (item.infusion, item.standing) == ("i2", Standing.DONE)


def test_a_measure_before_a_dose_belongs_to_that_dose_alone() -> None:
    course = facts(
        given_at(1, T0),
        planned(2, T0 + 2 * DAY),
        protocol=BEFORE,
        measures=taken("y-bocs", T0 - HOUR),
    )
    items = due(course, T0 + DAY)
    found = {item.infusion: item for item in items if item.kind is DueKind.MEASURE}
    assert found["i1"].standing is Standing.DONE
    assert (found["i2"].standing, found["i2"].from_at) == (Standing.DUE, T0)


def test_a_measure_taken_in_the_waiting_room_of_a_late_appointment_is_not_late() -> None:
    course = facts(
        planned(1, T0), protocol=BEFORE, measures=taken("y-bocs", T0 + timedelta(minutes=20))
    )
    assert measure(course, T0 + HOUR, "before") is Standing.DONE


@pytest.mark.parametrize(
    ("occasion", "minutes", "standing"),
    [
        ("after_1h", 44, Standing.LATER),
        ("after_1h", 45, Standing.DUE),
        ("after_1h", 75, Standing.DUE),
        ("after_1h", 76, Standing.OVERDUE),
        ("after_1h", 90, Standing.MISSED),
        ("after_2h", 90, Standing.DUE),
        ("after_24h", 18 * 60, Standing.DUE),
        ("after_24h", 31 * 60, Standing.OVERDUE),
        ("after_168h", 125 * 60, Standing.LATER),
        ("after_168h", 168 * 60, Standing.DUE),
        ("after_168h", 252 * 60, Standing.MISSED),
    ],
)
def test_measures_after_a_dose_are_due_around_their_hour(
    occasion: str, minutes: int, standing: Standing
) -> None:
    course = facts(given_at(1, T0), protocol=AFTER)
    assert measure(course, T0 + timedelta(minutes=minutes), occasion) is standing


def test_each_reading_of_a_trial_day_counts_for_its_own_hour() -> None:
    """One, two, 24 and 168 hours after one IM dose (Beaglehole 2025)."""
    moments = [T0 + hours * HOUR for hours in (1, 2, 23, 160)]
    course = facts(given_at(1, T0), protocol=IM_TWO_DOSE, measures=taken("y-bocs", *moments))
    items = [
        find(due(course, T0 + 300 * HOUR), DueKind.MEASURE, "y-bocs", f"after_{hours}h")
        for hours in (1, 2, 24, 168)
    ]
    assert [item.done_at for item in items] == moments
    assert {item.standing for item in items} == {Standing.DONE}


@pytest.mark.parametrize(
    ("indication", "hours"),
    [
        ("ocd", {1, 2, 24, 168}),
        ("chronic_pain", {1, 2, 24, 168}),
        ("ptsd", {168}),
        ("depression", {168}),
        ("anxiety", {168}),
    ],
)
def test_a_scale_about_weeks_is_not_asked_for_within_hours_of_a_dose(
    indication: str, hours: set[int]
) -> None:
    course = replace(facts(given_at(1, T0), protocol=IM_TWO_DOSE), indication=indication)
    main = MAIN_SCALES[indication]
    after = {f"after_{hours}h" for hours in (1, 2, 24, 168)}
    items = [item for item in due(course, T0) if item.occasion in after]
    assert {item.occasion for item in items if item.about == main} == {
        f"after_{each}h" for each in hours
    }
    assert ("cadss-6", "after_1h") in {(item.about, item.occasion) for item in items}


def test_a_scale_that_the_practice_names_is_asked_for_whenever_it_says() -> None:
    named = replace(BARE, measures_after_1h=("pcl-5",))
    course = replace(facts(given_at(1, T0), protocol=named), indication="ptsd")
    assert find(due(course, T0), DueKind.MEASURE, "pcl-5", "after_1h")


def test_a_reading_made_up_for_is_done_late() -> None:
    course = facts(given_at(1, T0), protocol=AFTER, measures=taken("y-bocs", T0 + 32 * HOUR))
    assert measure(course, T0 + 40 * HOUR, "after_24h") is Standing.DONE_LATE


def test_a_week_after_a_dose_is_not_asked_for_once_the_next_dose_came_first() -> None:
    """What is carried over from one dose to the next tells nothing about the first."""
    course = facts(given_at(1, T0), given_at(2, T0 + 3 * DAY), protocol=AFTER)
    items = due(course, T0 + 5 * DAY)
    week = {item.infusion: item.standing for item in items if item.occasion == "after_168h"}
    assert week == {"i1": Standing.NOT_NEEDED, "i2": Standing.LATER}
    day = {item.infusion: item.standing for item in items if item.occasion == "after_24h"}
    assert day == {"i1": Standing.MISSED, "i2": Standing.MISSED}


def test_a_reading_after_the_next_dose_is_not_one_of_the_first() -> None:
    moments = taken("y-bocs", T0 + 6 * DAY)
    course = facts(given_at(1, T0), given_at(2, T0 + 5 * DAY), protocol=AFTER, measures=moments)
    items = due(course, T0 + 6 * DAY)
    found = {
        (item.infusion, item.occasion): item.standing
        for item in items
        if item.done_at is not None and item.kind is DueKind.MEASURE
    }
    assert found == {("i2", "after_24h"): Standing.DONE}


def test_nothing_is_asked_for_after_a_dose_that_was_not_given() -> None:
    course = facts(planned(1, T0), protocol=AFTER)
    item = find(due(course, T0 + 100 * DAY), DueKind.MEASURE, "y-bocs", "after_1h")
    assert (item.standing, item.due_at) == (Standing.LATER, None)


@pytest.mark.parametrize(
    ("days", "standing"),
    [(24, Standing.LATER), (25, Standing.DUE), (31, Standing.DUE), (32, Standing.OVERDUE)],
)
def test_a_measure_comes_again_every_four_weeks(days: int, standing: Standing) -> None:
    course = facts(given_at(1, T0), protocol=EVERY)
    assert measure(course, T0 + days * DAY, "every") is standing


def test_each_time_that_it_is_taken_the_weeks_begin_again() -> None:
    course = facts(given_at(1, T0), protocol=EVERY, measures=taken("y-bocs", T0 + 20 * DAY))
    assert measure(course, T0 + 32 * DAY, "every") is Standing.LATER
    assert measure(course, T0 + 48 * DAY, "every") is Standing.DUE


def test_nothing_comes_again_before_the_first_dose_or_after_the_end() -> None:
    for course in (
        facts(planned(1, T0), protocol=EVERY),
        facts(given_at(1, T0), protocol=EVERY, state=CourseState.ENDED),
    ):
        items = due(course, T0 + 100 * DAY)
        assert DueKind.MEASURE not in {item.kind for item in items}
    paused = facts(given_at(1, T0), protocol=EVERY, state=CourseState.PAUSED)
    assert measure(paused, T0 + 100 * DAY, "every") is Standing.OVERDUE
