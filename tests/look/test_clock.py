"""The live session's clock: what is recorded one after the other stands one after the other."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

BEHIND = """async (off) => {
    const { Clock } = await import("/static/js/live/clock.js");
    const clock = new Clock(new Date().toISOString(), "UTC");
    const before = clock.stamp(), heard = performance.now();
    const text = new Date(clock.now() + off).toISOString();
    const moved = clock.sync(text, heard - 20, heard);
    return { before, after: [clock.stamp(), clock.stamp()], now: clock.now(), moved };
}"""


def _mended(look: Callable[..., Page], off: int) -> Any:
    return look("/plain").evaluate(BEHIND, off)


def test_a_slow_answer_puts_no_later_entry_before_an_earlier_one(look: Callable[..., Page]) -> None:
    found = _mended(look, -1400)
    first, second = found["after"]
    assert found["before"] < first < second
    assert int(first) < int(second), "also to the millisecond"
    assert found["now"] - found["before"] < 1000


def test_a_clock_that_was_far_ahead_is_put_back(look: Callable[..., Page]) -> None:
    found = _mended(look, -60_000)
    assert found["before"] - found["now"] > 50_000
