"""The queue of waiting notes: its order, how long each waits, and which are co-signed together."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.review_queue import (
    MOST,
    NotTogether,
    Waiting,
    check_together,
    found_in,
    in_order,
    may_together,
    next_of,
)

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def waiting(key: str, hours_ago: float, *, hours: int = 72) -> Waiting:
    """A note that was opened as it is and has no findings."""
    return Waiting(
        key=key,
        kind=NoteKind.DOSING,
        author="ada",
        patient="p",
        signed_at=NOW - hours_ago * HOUR,
        hours=hours,
        digest="d1",
        opened="d1",
    )


def keys(*items: Waiting) -> list[str]:
    return [one.key for one in in_order(items, at=NOW)]


def test_the_oldest_stands_first() -> None:
    assert keys(waiting("young", 2), waiting("old", 50), waiting("middle", 20)) == [
        *("old", "middle", "young")
    ]


def test_a_late_note_rises_above_an_older_one_that_is_not() -> None:
    """By protocol one author's notes have 24 hours and another's 72."""
    old, late = waiting("old", 60), waiting("late", 30, hours=24)
    assert keys(old, late) == ["late", "old"]
    later = waiting("later", 90)
    assert keys(old, late, later) == ["later", "late", "old"]


def test_of_equals_the_key_decides() -> None:
    assert keys(waiting("b", 5), waiting("a", 5), waiting("c", 80), waiting("d", 80)) == [
        *("c", "d", "a", "b")
    ]


@pytest.mark.parametrize(("more", "is_late"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_note_is_late_after_its_hours(more: timedelta, *, is_late: bool) -> None:
    one = waiting("a", 72)
    assert one.is_late(NOW + more) is is_late
    assert one.late_by(NOW + more) == more
    assert one.due_at == NOW


def test_how_long_it_waits_is_said() -> None:
    assert waiting("a", 5).said(NOW) == "waits 5 hours"
    assert waiting("a", 103).said(NOW) == "waits 4 days, 31 hours late"
    assert waiting("a", -1).waits(NOW) == timedelta(0)


def test_hours_are_counted_over_a_change_of_the_clocks() -> None:
    zone = ZoneInfo("Europe/Berlin")
    one = replace(waiting("a", 0), signed_at=datetime(2026, 3, 28, 12, 0, tzinfo=zone), hours=24)
    assert one.waits(datetime(2026, 3, 29, 12, 0, tzinfo=zone)) == 23 * HOUR
    assert not one.is_late(datetime(2026, 3, 29, 13, 0, tzinfo=zone))


def test_next_goes_down_the_queue_and_begins_again() -> None:
    queue = [waiting("c", 1), waiting("a", 9), waiting("b", 5)]
    assert [one.key for key in "abc" if (one := next_of(queue, key, at=NOW))] == ["b", "c", "a"]


def test_next_of_a_decided_note_is_the_head_and_alone_there_is_none() -> None:
    queue = [waiting("b", 5), waiting("a", 9)]
    head = next_of(queue, "gone", at=NOW)
    assert head is not None
    assert head.key == "a"
    assert next_of(queue[:1], "b", at=NOW) is None
    assert next_of([], "b", at=NOW) is None


HINT = CheckFinding(code=CheckCode.PROCESS_SUSPECTED, sentence="…")


def test_notes_without_findings_that_were_opened_go_together() -> None:
    check_together([waiting("a", 5), waiting("b", 9)])
    assert may_together([waiting("a", 5)])


def test_a_finding_even_a_hint_keeps_a_note_out_of_a_batch() -> None:
    found = replace(waiting("b", 9), findings=(HINT,))
    with pytest.raises(NotTogether, match="1 note has findings") as refusal:
        check_together([waiting("a", 5), found])
    assert refusal.value.keys == ("b",)
    assert not may_together([found])


@pytest.mark.parametrize("opened", ["", "d0"])
def test_a_note_that_was_not_opened_as_it_is_now_is_kept_out(opened: str) -> None:
    """An earlier version was opened, or none: what is co-signed is what was read."""
    unread = [replace(waiting(key, 9), opened=opened) for key in "bc"]
    with pytest.raises(NotTogether, match="2 notes were not opened as now signed") as refusal:
        check_together([waiting("a", 5), *unread])
    assert refusal.value.keys == ("b", "c")


def test_a_text_without_a_digest_is_never_taken_for_opened() -> None:
    assert not replace(waiting("a", 1), digest="", opened="").is_opened


@pytest.mark.parametrize(("count", "may"), [(0, False), (1, True), (MOST, True), (MOST + 1, False)])
def test_a_batch_has_its_bounds(count: int, *, may: bool) -> None:
    assert may_together([waiting(str(number), 5) for number in range(count)]) is may


@given(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([24, 48, 72])), max_size=12),
    st.randoms(),
)
@settings(max_examples=60)
def test_the_order_is_one_whatever_comes_first(
    made: list[tuple[int, int]], chance: random.Random
) -> None:
    items = [waiting(str(place), ago, hours=hours) for place, (ago, hours) in enumerate(made)]
    queue = in_order(items, at=NOW)
    late = [one.is_late(NOW) for one in queue]
    assert late == sorted(late, reverse=True)
    for part in (True, False):
        times = [one.due_at if part else one.signed_at for one in queue if one.is_late(NOW) is part]
        assert times == sorted(times)
    chance.shuffle(items)
    assert in_order(items, at=NOW) == queue


def found(code: CheckCode, note: str = "") -> CheckFinding:
    return CheckFinding(code=code, sentence="Look at this.", note=note)


def test_a_dosing_note_is_signed_with_its_session_and_so_is_what_is_found_there() -> None:
    waste = found(CheckCode.WASTE_UNBALANCED)
    assert found_in([waste], key="n", kind=NoteKind.DOSING) == (waste,)
    assert found_in([waste], key="n", kind=NoteKind.INTEGRATION) == ()


def test_a_preparation_note_answers_for_the_consent() -> None:
    consent = found(CheckCode.CONSENT)
    assert found_in([consent], key="n", kind=NoteKind.PREPARATION) == (consent,)
    assert found_in([consent], key="n", kind=NoteKind.DOSING) == ()


def test_what_is_found_in_another_note_is_not_found_in_this_one() -> None:
    goals = found(CheckCode.GOALS_UNLINKED, "other")
    assert found_in([goals], key="n", kind=NoteKind.INTEGRATION) == ()
    assert found_in([goals], key="other", kind=NoteKind.INTEGRATION) == (goals,)


def test_that_its_cosignature_is_late_says_nothing_of_a_note() -> None:
    late = found(CheckCode.COSIGNATURE_LATE, "n")
    assert found_in([late], key="n", kind=NoteKind.DOSING) == ()
