"""How soon notes are signed: nearest ranks, shares that are never flattered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.signing_time import SignedOnce, SigningTimes, quantile, signing_times

HOUR = timedelta(hours=1)
END = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def note(hours: float, *, due: float = 24, kind: NoteKind = NoteKind.DOSING) -> SignedOnce:
    return SignedOnce(kind=kind, signed_at=END + hours * HOUR, from_at=END, due_at=END + due * HOUR)


def test_without_a_note_nothing_is_said() -> None:
    assert signing_times([]) == SigningTimes()
    assert SigningTimes().percent_in_time is None


def test_half_and_nine_in_ten_are_times_that_were() -> None:
    found = signing_times([note(hours) for hours in (1, 2, 3, 4, 5, 6, 7, 8, 20, 100)])
    assert (found.half, found.nine_in_ten) == (5 * HOUR, 20 * HOUR)
    assert (found.number, found.in_time, found.percent_in_time) == (10, 9, 90)


def test_one_note_is_half_and_nine_in_ten() -> None:
    found = signing_times([note(3)])
    assert found.half == found.nine_in_ten == 3 * HOUR


def test_on_the_hour_is_in_time() -> None:
    assert note(24).is_in_time
    assert not note(24.01).is_in_time


def test_a_preparation_note_counts_in_time_and_takes_no_time() -> None:
    early = note(-30, due=0, kind=NoteKind.PREPARATION)
    found = signing_times([early, note(1, due=0, kind=NoteKind.PREPARATION)])
    assert (found.half, found.in_time, found.number) == (None, 1, 2)


def test_what_is_signed_before_the_event_took_no_time() -> None:
    assert note(-2).took == timedelta(0)


def test_what_the_infusion_does_not_say_yet_is_not_late() -> None:
    assert SignedOnce(kind=NoteKind.DOSING, signed_at=END).is_in_time
    assert SignedOnce(kind=NoteKind.DOSING, signed_at=END).took is None


def test_one_late_note_in_two_hundred_is_not_all_in_time() -> None:
    found = signing_times([*(note(1) for _ in range(199)), note(50)])
    assert found.percent_in_time == 99


@given(
    spans=st.lists(st.integers(0, 500).map(lambda many: many * HOUR), min_size=1, max_size=40),
    percent=st.integers(1, 100),
)
def test_so_many_percent_lie_within(spans: list[timedelta], percent: int) -> None:
    spans.sort()
    found = quantile(spans, percent)
    assert found in spans
    within = sum(one <= found for one in spans)
    below = sum(one < found for one in spans)
    assert within * 100 >= percent * len(spans)
    assert below * 100 < percent * len(spans)


def test_of_none_there_is_no_quantile() -> None:
    assert quantile([], 50) is None


@pytest.mark.parametrize("kind", NoteKind)
def test_every_kind_is_counted(kind: NoteKind) -> None:
    assert signing_times([note(1, kind=kind)]).number == 1
