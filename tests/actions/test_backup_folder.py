"""Which backups the plan keeps: all of a day, then one of each day and week, the newest always."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.actions.backup_folder import backups, name_for, thin, time_of, to_keep

pytestmark = pytest.mark.safety("HIP-308.a7/schedule")
START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 60 * 24 * 400).map(lambda minutes: START + timedelta(minutes=minutes))


def test_a_year_of_nights_leaves_seven_days_and_eight_weeks() -> None:
    nights = [START + timedelta(days=number, hours=2) for number in range(365)]
    kept = sorted(to_keep(nights, days=7, weeks=8), reverse=True)
    newest = nights[-1]
    assert kept[:7] == [newest - timedelta(days=number) for number in range(7)]
    assert [one for one in kept if one.isoweekday() == 7][-1] >= newest - timedelta(weeks=8)
    assert 13 <= len(kept) <= 15


@settings(max_examples=100)
@given(st.sets(moments, max_size=60), st.integers(1, 10), st.integers(0, 10))
def test_the_newest_and_the_last_day_stay_and_no_more_than_was_said(
    times: set[datetime], days: int, weeks: int
) -> None:
    kept = to_keep(times, days=days, weeks=weeks)
    assert kept <= times
    if not times:
        return
    newest = max(times)
    last_day = {one for one in times if newest - one < timedelta(days=1)}
    assert last_day <= kept
    assert len(kept - last_day) <= days + weeks
    assert to_keep(kept, days=days, weeks=weeks) == kept


@settings(max_examples=100)
@given(st.sets(moments, min_size=1, max_size=40), st.integers(1, 10))
def test_of_the_newest_days_each_keeps_its_newest(times: set[datetime], days: int) -> None:
    kept = to_keep(times, days=days, weeks=0)
    for day in sorted({one.date() for one in times}, reverse=True)[:days]:
        assert max(one for one in times if one.date() == day) in kept


def test_only_files_of_the_plan_are_taken_away(tmp_path: Path) -> None:
    nights = [START + timedelta(days=number) for number in range(30)]
    for at in nights:
        (tmp_path / name_for(at)).write_bytes(b"x")
    others = {"before-the-move.backup", "kapnotes-99999999T999999Z.backup", "notes.txt"}
    for name in others:
        (tmp_path / name).write_bytes(b"x")
    assert thin(tmp_path, days=3, weeks=0) == 27
    assert [one.at for one in backups(tmp_path)] == nights[:-4:-1]
    assert others < {path.name for path in tmp_path.iterdir()}
    assert thin(tmp_path / "nowhere", days=3, weeks=0) == 0


def test_a_name_tells_its_time_whatever_the_zone() -> None:
    at = datetime.fromisoformat("2026-11-24T01:02:03+02:00")
    assert name_for(at) == "kapnotes-20261123T230203Z.backup"
    assert time_of(name_for(at)) == at
    assert time_of("kapnotes-20261323T230203Z.backup") is None
