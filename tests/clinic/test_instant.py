"""Minutes are counted between instants, whatever the clocks on the wall do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kapnotes.clinic.instant import instant

BERLIN = ZoneInfo("Europe/Berlin")


def test_an_hour_that_is_repeated_counts_twice() -> None:
    before = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    after = datetime(2026, 10, 25, 3, 30, tzinfo=BERLIN)
    assert after - before == timedelta(hours=2)
    assert instant(after) - instant(before) == timedelta(hours=3)


def test_wall_times_without_a_zone_stay_as_they_are() -> None:
    wall = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - the case
    assert instant(wall) == wall
    assert instant(wall.replace(tzinfo=UTC)).tzinfo is UTC
