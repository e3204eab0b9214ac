"""Nobody leaves before the least time of observation without a reason."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kapnotes.clinic.discharge import LEAST_MINUTES, DischargeRule
from kapnotes.clinic.infusion import ROUTE_WORDS, Route
from kapnotes.clinic.observation import earliest, too_early

ENDED = datetime(2026, 3, 2, 10, 40, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return ENDED + timedelta(minutes=minutes)


@pytest.mark.parametrize("route", Route)
def test_each_route_has_its_least_time(route: Route) -> None:
    least = LEAST_MINUTES[route]
    assert earliest(route, ENDED) == after(least)
    assert too_early(route, ENDED, after(least)) is None
    caution = too_early(route, ENDED, after(least - 0.01))
    assert caution is not None
    assert (caution.code, caution.about) == ("left_early", "left_at")
    assert ROUTE_WORDS[route] in caution.sentence


def test_esketamine_by_the_nose_is_watched_for_two_hours() -> None:
    caution = too_early(Route.INTRANASAL, ENDED, after(61.5))
    assert caution is not None
    assert caution.sentence == (
        "Leaving 61 minutes after the intranasal dose: "
        "this practice observes for at least 120 minutes."
    )


def test_the_time_is_a_setting() -> None:
    rule = DischargeRule(least_minutes={**LEAST_MINUTES, Route.IV: 1})
    assert too_early(Route.IV, ENDED, after(1), rule) is None
    caution = too_early(Route.IV, ENDED, after(0), rule)
    assert caution is not None
    assert caution.sentence.endswith("at least 1 minute.")


def test_leaving_before_the_dose_is_no_less_than_no_minutes() -> None:
    caution = too_early(Route.IV, ENDED, after(-5))
    assert caution is not None
    assert caution.sentence.startswith("Leaving 0 minutes after")


def test_a_night_on_which_the_clocks_change_is_as_long_as_it_was() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    dose = datetime(2026, 3, 29, 1, 30, tzinfo=berlin)
    left = datetime(2026, 3, 29, 3, 29, tzinfo=berlin)
    assert too_early(Route.IV, dose, left) is not None
    assert too_early(Route.IV, dose, left + timedelta(minutes=1)) is None
