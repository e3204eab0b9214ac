"""What a course is due as one list: its order, whose it is, and that it follows the clock."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.due import DueFacts, due
from kapnotes.clinic.due_item import (
    OPEN,
    OWNERS,
    DueItem,
    DueKind,
    Standing,
    Times,
    Whose,
    in_order,
)
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.protocol import OTHER
from tests.clinic.due_story import (
    DAY,
    HOUR,
    REVIEWED,
    T0,
    courses,
    facts,
    given_at,
    note,
    planned,
)


def test_a_list_begins_with_what_is_overdue_longest() -> None:
    course = facts(
        given_at(1, T0),
        given_at(2, T0 + 3 * DAY),
        planned(3, T0 + 7 * DAY),
    )
    items = [item for item in due(course, T0 + 5 * DAY) if item.standing in OPEN]
    assert [(item.number, item.kind.value, item.standing.value) for item in items] == [
        (1, "preparation", "overdue"),
        (1, "dosing", "overdue"),
        (1, "integration", "overdue"),
        (2, "preparation", "overdue"),
        (2, "dosing", "overdue"),
        (2, "integration", "due"),
        (3, "preparation", "due"),
    ]


def test_each_person_sees_what_is_theirs() -> None:
    waits = note(NoteKind.DOSING, NoteState.AWAITING_COSIGNATURE, T0)
    items = due(facts(given_at(1, T0, notes=(waits,)), protocol=REVIEWED), T0 + 190 * DAY)
    waiting = [item for item in items if item.standing in OPEN]
    kinds = {who: {item.kind for item in waiting if item.whose is who} for who in Whose}
    assert kinds[Whose.SUPERVISOR] == {DueKind.COSIGNATURE}
    assert kinds[Whose.MEDICAL] == {DueKind.REVIEW}
    assert kinds[Whose.THERAPIST] == {DueKind.PREPARATION, DueKind.INTEGRATION}
    assert set(OWNERS) == set(DueKind)


RANK = {
    Standing.LATER: 0,
    Standing.DUE: 1,
    Standing.OVERDUE: 2,
    Standing.MISSED: 3,
}


def names(items: Iterable[DueItem]) -> list[tuple[str, ...]]:
    return [(item.kind, item.about, item.occasion, item.infusion) for item in items]


@given(courses(), st.lists(st.integers(-200, 2000), min_size=2, max_size=2).map(sorted))
@settings(max_examples=60)
def test_time_alone_never_makes_anything_less_urgent(course: DueFacts, hours: list[int]) -> None:
    then, now = (due(course, T0 + hour * HOUR) for hour in hours)
    assert sorted(names(then)) == sorted(names(now))
    assert len(set(names(now))) == len(now)
    later = dict(zip(names(now), now, strict=True))
    for name, before in zip(names(then), then, strict=True):
        after = later[name]
        if before.standing in RANK:
            assert RANK[before.standing] <= RANK[after.standing]
        else:
            assert before.standing is after.standing
        assert (before.due_at, before.done_at) == (after.due_at, after.done_at)


@given(courses(), st.integers(-200, 2000))
@settings(max_examples=60)
def test_a_state_says_what_the_times_say(course: DueFacts, hour: int) -> None:
    at = T0 + hour * HOUR
    for item in due(course, at):
        done = item.standing in {Standing.DONE, Standing.DONE_LATE}
        assert done == (item.done_at is not None)
        if item.standing in {Standing.OVERDUE, Standing.MISSED}:
            assert item.due_at is not None
            assert item.due_at <= at
        if item.standing is Standing.OVERDUE:
            assert item.due_at != at
        if item.standing is Standing.DUE and item.due_at is not None:
            assert at <= item.due_at
        if item.standing is Standing.DONE_LATE:
            assert item.due_at is not None
            assert item.done_at is not None
            assert item.done_at > item.due_at


@given(courses(), st.randoms())
@settings(max_examples=30)
def test_the_order_of_the_facts_does_not_matter(course: DueFacts, random: object) -> None:
    infusions, measures = list(course.infusions), list(course.measures)
    random.shuffle(infusions)  # type: ignore[attr-defined]
    random.shuffle(measures)  # type: ignore[attr-defined]
    turned = replace(course, infusions=tuple(infusions), measures=tuple(measures))
    at = T0 + 300 * HOUR
    assert due(turned, at) == due(course, at) == in_order(due(course, at))


def test_a_course_without_infusions_is_due_nothing() -> None:
    assert due(facts(protocol=OTHER), T0) == ()


def test_what_has_no_time_yet_comes_later() -> None:
    assert Times().standing(T0) is Standing.LATER
    assert Times(from_at=T0).standing(T0 + DAY) is Standing.DUE
    assert Times().standing(T0, T0) is Standing.DONE


def test_what_is_over_is_missed_even_at_the_moment_when_it_was_due() -> None:
    times = Times(from_at=T0 - DAY, due_at=T0, over_at=T0)
    assert times.standing(T0 - HOUR) is Standing.DUE
    assert times.standing(T0) is Standing.MISSED
