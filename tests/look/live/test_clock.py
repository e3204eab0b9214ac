"""The page's clock is the server's, whatever the device says, and reads like the practice's."""

import pytest

from tests.look.live.conftest import Run

AT = """({ Clock }, [zone, method, value]) =>
  new Clock(new Date().toISOString(), zone)[method](value)"""
WALL = """({ Clock }, [zone, at]) =>
  new Clock(new Date().toISOString(), zone).wall(Date.parse(at))"""


@pytest.mark.parametrize(
    ("zone", "wall", "at"),
    [
        ("UTC", "2026-11-23T14:05", "2026-11-23T14:05:00Z"),
        ("Europe/Berlin", "2026-07-01T14:05", "2026-07-01T12:05:00Z"),
        ("America/New_York", "2026-01-05T08:30", "2026-01-05T13:30:00Z"),
        ("Asia/Kathmandu", "2026-01-05T08:30", "2026-01-05T02:45:00Z"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00Z"),  # the first of two
        ("Europe/Berlin", "2026-10-25T03:30", "2026-10-25T02:30:00Z"),
        ("Europe/Berlin", "2026-03-29T03:30", "2026-03-29T01:30:00Z"),
    ],
)
def test_a_wall_time_is_an_instant_and_back(run: Run, zone: str, wall: str, at: str) -> None:
    found = run("clock", AT, [zone, "instant", wall])
    assert run("clock", "(_, at) => new Date(at).toISOString()", found) == at.replace("Z", ".000Z")
    assert run("clock", WALL, [zone, at]) == wall


def test_a_wall_time_that_never_was_is_none(run: Run) -> None:
    source = f"(module, given) => Number.isNaN(({AT})(module, given))"
    assert run("clock", source, ["Europe/Berlin", "instant", "2026-03-29T02:30"])


def test_the_last_time_of_the_day_that_the_clock_showed(run: Run) -> None:
    source = """({ Clock }, [now, text]) => {
      const clock = new Clock(now, "Europe/Berlin");
      clock.now = () => Date.parse(now);
      return new Date(clock.recent(text)).toISOString();
    }"""
    assert run("clock", source, ["2026-11-23T13:05:40Z", "14:05"]) == "2026-11-23T13:05:00.000Z"
    assert run("clock", source, ["2026-11-23T13:05:40Z", "13:50"]) == "2026-11-23T12:50:00.000Z"
    assert run("clock", source, ["2026-11-23T23:10:00Z", "23:55"]) == "2026-11-23T22:55:00.000Z"
    assert run("clock", source, ["2026-10-25T01:10:00Z", "01:50"]) == "2026-10-24T23:50:00.000Z"


def test_a_device_set_to_another_time_changes_nothing(run: Run) -> None:
    source = """({ Clock }) => {
      const clock = new Clock(new Date().toISOString(), "UTC");
      const before = clock.now();
      const real = Date.now;
      Date.now = () => real() + 3600000;
      clock.watch();
      const seen = [Math.abs(clock.now() - before) < 1000, clock.isSure, clock.segment];
      const asked = performance.now();
      const off = clock.sync(new Date(real()).toISOString(), asked, asked + 10);
      seen.push(Math.abs(off) < 2000, clock.isSure, Math.round(clock.skew() / 60000));
      Date.now = real;
      return seen;
    }"""
    assert run("clock", source) == [True, False, 1, True, True, 60]


def test_what_was_stamped_after_a_sleep_is_mended(run: Run) -> None:
    """A clock that stood still while the device slept is put right by the next answer."""
    source = """({ Clock }) => {
      const real = Date.now;
      const clock = new Clock(new Date(real() - 600000).toISOString(), "UTC");
      Date.now = () => real() + 600000;
      clock.watch();
      Date.now = real;
      const asked = performance.now();
      return clock.sync(new Date(real()).toISOString(), asked, asked + 10);
    }"""
    assert abs(run("clock", source) - 600_000) < 3_000


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("hms", 0, "0:00:00"),
        ("hms", 3_909_999, "1:05:09"),
        ("ms", 245_000, "4:05"),
        ("ms", 400, "0:01"),
        ("span", 2_520_000, "42 min"),
        ("span", 3_900_000, "1 h 5 min"),
        ("span", -7_200_000, "2 h"),
    ],
)
def test_durations_in_words(run: Run, name: str, value: int, words: str) -> None:
    assert run("clock", "(module, [name, value]) => module[name](value)", [name, value]) == words


def test_the_minute_of_the_session(run: Run) -> None:
    source = "({ minuteOf }, at) => minuteOf(at, 600000)"
    asked = (600_000, 600_000 + 59_000, 600_000 + 2_520_000, 0)
    assert [run("clock", source, at) for at in asked] == [
        "0 min",
        "0 min",
        "+42 min",
        "\N{MINUS SIGN}10 min",
    ]
    assert run("clock", "({ minuteOf }) => minuteOf(1, null)") == ""
