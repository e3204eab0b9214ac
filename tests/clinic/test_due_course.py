"""What is due of a course as a whole: misuse asked about, and the course looked at."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.due import DueFacts, due
from kapnotes.clinic.due_item import (
    DueKind,
    Standing,
)
from kapnotes.clinic.infusion import Phase
from tests.clinic.due_story import (
    BARE,
    DAY,
    HOUR,
    REVIEWED,
    T0,
    facts,
    find,
    given_at,
    planned,
)

MAINTENANCE = T0 + 90 * DAY


@pytest.mark.parametrize(
    ("asked", "standing"),
    [
        (None, Standing.DUE),
        (T0 + 3 * DAY, Standing.DUE),
        (MAINTENANCE - 31 * DAY, Standing.DUE),
        (MAINTENANCE - 30 * DAY, Standing.DONE),
    ],
)
def test_misuse_is_asked_about_anew_before_maintenance(
    asked: datetime | None, standing: Standing
) -> None:
    course = facts(
        given_at(1, T0),
        planned(2, MAINTENANCE, Phase.MAINTENANCE),
        protocol=replace(BARE, asks_misuse=True),
        misuse_asked_at=() if asked is None else (asked,),
    )
    item = find(due(course, MAINTENANCE - DAY), DueKind.MISUSE)
    assert (item.infusion, item.standing) == ("i2", standing)
    silent = due(replace(course, protocol=BARE), MAINTENANCE)
    assert DueKind.MISUSE not in {item.kind for item in silent}


def review(course: DueFacts, at: datetime) -> tuple[Standing, datetime | None]:
    item = find(due(course, at), DueKind.REVIEW)
    return item.standing, item.from_at


def test_the_course_is_looked_at_after_so_many_infusions_or_months() -> None:
    once = facts(given_at(1, T0), protocol=REVIEWED)
    assert review(once, T0 + DAY) == (Standing.LATER, datetime(2026, 9, 2, 12, tzinfo=UTC))
    assert review(once, T0 + 190 * DAY)[0] is Standing.DUE
    twice = facts(given_at(1, T0), given_at(2, T0 + 3 * DAY), protocol=REVIEWED)
    assert review(twice, T0 + 4 * DAY) == (Standing.DUE, T0 + 3 * DAY + 2 * HOUR)
    assert review(twice, T0 + 18 * DAY)[0] is Standing.OVERDUE


def test_a_look_at_the_course_begins_the_count_again() -> None:
    looked = facts(
        given_at(1, T0),
        given_at(2, T0 + 3 * DAY),
        given_at(3, T0 + 7 * DAY),
        protocol=REVIEWED,
        reviewed_at=(T0 + 5 * DAY,),
    )
    assert review(looked, T0 + 8 * DAY) == (
        Standing.LATER,
        datetime(2026, 9, 7, 10, tzinfo=UTC),
    )


def test_months_are_counted_by_the_practices_calendar_and_keep_the_hour() -> None:
    """Half a year on from a winter's day in Berlin, its summer time is one hour ahead."""
    late = datetime(2027, 8, 31, 22, 30, tzinfo=UTC)  # 1 September in Berlin, half past midnight
    course = facts(given_at(1, late - 2 * HOUR), protocol=REVIEWED, zone="Europe/Berlin")
    assert review(course, late)[1] == datetime(2028, 2, 29, 23, 30, tzinfo=UTC)
    local = facts(given_at(1, datetime(2027, 8, 31, 10)), protocol=REVIEWED)  # noqa: DTZ001 - local
    item = find(due(local, datetime(2027, 9, 1)), DueKind.REVIEW)  # noqa: DTZ001 - local
    assert item.from_at == datetime(2028, 2, 29, 12)  # noqa: DTZ001 - local


@pytest.mark.parametrize(
    ("months", "count", "standing"),
    [(None, None, None), (None, 2, Standing.LATER), (6, None, Standing.LATER)],
)
def test_a_look_at_the_course_is_due_if_the_protocol_has_one(
    months: int | None, count: int | None, standing: Standing | None
) -> None:
    protocol = replace(REVIEWED, review_after_months=months, review_after_infusions=count)
    items = due(facts(given_at(1, T0), protocol=protocol), T0 + DAY)
    found = [item.standing for item in items if item.kind is DueKind.REVIEW]
    assert found == ([] if standing is None else [standing])
    ended = facts(given_at(1, T0), protocol=protocol, state=CourseState.ENDED)
    assert DueKind.REVIEW not in {item.kind for item in due(ended, T0 + DAY)}
