"""What is kept of a course's due things says later what the rule would say then."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.due import DueFacts, due
from kapnotes.clinic.due_item import DueKind, Standing, in_order
from kapnotes.clinic.due_kept import as_of, kept
from kapnotes.clinic.protocol import IV_INDUCTION_SIX
from kapnotes.clinic.schedule import Schedule
from tests.clinic.due_story import DAY, HOUR, T0, courses, facts, given_at, planned

OPEN_OR_TO_COME = {Standing.OVERDUE, Standing.DUE, Standing.LATER}
MINUTES = st.integers(-200 * 60, 2000 * 60)


@given(courses(), MINUTES, st.integers(0, 2000 * 60))
@settings(max_examples=100)
def test_what_was_kept_stands_later_as_the_rule_says(
    course: DueFacts, minutes: int, more: int
) -> None:
    then = T0 + timedelta(minutes=minutes)
    now = then + timedelta(minutes=more)
    found = in_order(as_of(now, item) for item in kept(course, then))
    assert [item for item in found if item.standing in OPEN_OR_TO_COME] == [
        item for item in due(course, now) if item.standing in OPEN_OR_TO_COME
    ]


def test_what_is_done_missed_or_not_needed_is_not_kept() -> None:
    course = facts(given_at(1, T0), given_at(2, T0 + 3 * DAY), protocol=IV_INDUCTION_SIX)
    names = {(item.infusion, item.occasion) for item in kept(course, T0 + 40 * DAY)}
    assert not {("i1", "before"), ("i1", "after_168h"), ("i2", "after_24h")} & names
    assert ("", "every") in names


def test_vitals_are_not_kept() -> None:
    runs = replace(given_at(1, T0), schedule=Schedule(minutes=(0, 15, 30)))
    assert DueKind.VITALS in {item.kind for item in due(facts(runs), T0 + HOUR)}
    assert DueKind.VITALS not in {item.kind for item in kept(facts(runs), T0)}


def test_what_has_no_time_yet_is_kept_as_something_of_later() -> None:
    [dosing] = [item for item in kept(facts(planned(1, T0)), T0) if item.kind is DueKind.DOSING]
    assert as_of(T0 + 400 * DAY, dosing).standing is Standing.LATER
