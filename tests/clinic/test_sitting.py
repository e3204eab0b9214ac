"""When a sitting is open, locked or ended, for any moments (ONC d5)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.sitting import (
    Limits,
    Moments,
    SittingState,
    check_code,
    input_of,
    left_of,
    state_of,
)

BEGUN = datetime(2026, 11, 23, 9, tzinfo=UTC)
LIMITS = Limits(timedelta(minutes=15), timedelta(hours=12))
spans = st.integers(0, 60_000).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def sittings(draw: st.DrawFn) -> Moments:
    """Any sitting."""
    used = BEGUN + draw(spans)
    locked = used + draw(spans) if draw(st.booleans()) else None
    ended = used + draw(spans) if draw(st.integers(0, 4)) == 0 else None
    return Moments(BEGUN, used, locked, ended)


@given(sittings(), spans)
def test_open_means_used_within_the_limit_and_neither_locked_nor_ended(
    known: Moments, later: timedelta
) -> None:
    at = known.input_at + later
    is_open = state_of(known, LIMITS, at=at) is SittingState.OPEN
    assert is_open == (
        known.locked_at is None
        and known.ended_at is None
        and later <= LIMITS.idle
        and at - BEGUN <= LIMITS.whole
    )


@given(sittings(), spans, spans)
def test_time_alone_never_leads_back(known: Moments, first: timedelta, more: timedelta) -> None:
    order = [SittingState.OPEN, SittingState.LOCKED, SittingState.ENDED]
    at = known.input_at + first
    before, after = (state_of(known, LIMITS, at=when) for when in (at, at + more))
    assert order.index(before) <= order.index(after)


@given(sittings(), spans, st.integers(0, 12 * 3600))
def test_what_is_left_is_how_long_it_stays_open(
    known: Moments, later: timedelta, seconds: int
) -> None:
    at, wait = known.input_at + later, timedelta(seconds=seconds)
    left = left_of(known, LIMITS, at=at)
    if state_of(known, LIMITS, at=at) is SittingState.OPEN:
        stays = state_of(known, LIMITS, at=at + wait) is SittingState.OPEN
        assert stays == (wait <= left)
    else:
        assert left == timedelta(0)


@given(sittings(), spans, st.integers(-100, 100_000).map(lambda many: timedelta(seconds=many)))
def test_no_report_is_later_than_now_or_takes_an_input_back(
    known: Moments, later: timedelta, ago: timedelta
) -> None:
    at = known.input_at + later
    assert known.input_at <= input_of(known, ago=ago, at=at) <= at


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_six_digits_that_are_no_run_and_no_two_digits_will_do(code: str) -> None:
    steps = {int(after) - int(before) for before, after in pairwise(code)}
    is_easy = len(set(code)) < 3 or steps in ({1}, {-1}, {0})
    if is_easy:
        with pytest.raises(BadInput):
            check_code(code)
    else:
        check_code(code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12a456", " 49173", "٤٩١٧٣٠", "49173\n"])
def test_what_is_no_six_digits_is_no_code(code: str) -> None:
    with pytest.raises(BadInput):
        check_code(code)
