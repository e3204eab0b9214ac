"""Rows of the schedule that were missed or late, and levels that nobody answered."""

import pytest

from kapnotes.clinic.check_facts import ChainRules
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.timeliness import InfusionTimes
from tests.clinic.chain import (
    DOSED,
    HOUR,
    MINUTE,
    chain,
    found,
    reading,
    running,
    said,
)

C = CheckCode
ROWS = (-5, 15, 30, 40, 60, 90, 145)


def with_rows(*minutes: int) -> list[str]:
    return said(chain(readings=tuple(map(reading, minutes))), C.VITALS_MISSED)


def test_each_row_that_was_missed_is_named() -> None:
    assert with_rows(*ROWS) == []
    assert with_rows(-5, 15, 40, 60, 90, 145) == ["Vitals, 30 min: missed."]
    assert with_rows(15, 30, 40, 60, 90) == [
        "Vitals, Before the dose: missed.",
        "Vitals, Discharge: missed.",
    ]


@pytest.mark.parametrize(("minute", "is_late"), [(20, False), (21, True)])
def test_a_row_is_late_after_its_grace(minute: int, *, is_late: bool) -> None:
    rows = tuple(map(reading, (-5, minute, 30, 40, 60, 90, 145)))
    found_late = found(chain(readings=rows), C.VITALS_LATE)
    assert bool(found_late) is is_late
    assert found(chain(readings=rows), C.VITALS_MISSED) == []
    if is_late:
        assert (found_late[0].level.value, found_late[0].about) == ("hint", "15")
        assert found_late[0].sentence == "Vitals, 15 min: taken 6 minutes late."


def test_the_practices_own_schedule_counts() -> None:
    every_hour = ChainRules(schedule=Schedule(minutes=(0, 60), has_discharge=False))
    facts = chain(readings=(reading(-5), reading(60)), rules=every_hour)
    assert found(facts, C.VITALS_MISSED) == []
    assert every_hour.schedule_of(Route.IM).minutes == (0, 60)
    assert ChainRules().schedule_of(Route.INTRANASAL).minutes == (0, 40, 120)


def test_while_the_session_goes_on_only_what_is_over_is_missed() -> None:
    assert found(running(), C.VITALS_MISSED, at=DOSED + 29 * MINUTE) == []
    assert said(running(), C.VITALS_LATE, at=DOSED + 29 * MINUTE) == [
        "Vitals, 15 min: late, not taken yet."
    ]
    assert said(running(), C.VITALS_MISSED, at=DOSED + 30 * MINUTE) == ["Vitals, 15 min: missed."]


def test_without_a_dose_no_row_is_owed() -> None:
    planned = InfusionTimes(state=InfusionState.PLANNED, planned_for=DOSED)
    facts = chain(times=planned, doses=(), readings=(), leaving=None, events=())
    assert found(facts, C.VITALS_MISSED, at=DOSED + HOUR) == []


def test_a_level_asks_what_was_done() -> None:
    rows = (*map(reading, (-5, 15)), reading(30, systolic=150), *map(reading, ROWS[3:]))
    [finding] = found(chain(readings=rows), C.LEVEL_UNANSWERED)
    assert finding.sentence == (
        "2 March 2026, 10:30: Blood pressure above 140/90. What was done is not recorded."
    )
    assert (finding.row, finding.link_id, finding.about) == (
        "vitals-30",
        "systolic",
        "pressure_raised",
    )
    answered = (*rows[:2], reading(30, is_answered=True, systolic=150), *rows[3:])
    assert found(chain(readings=answered), C.LEVEL_UNANSWERED) == []


@pytest.mark.parametrize(
    ("level_from", "minutes"),
    [("warn", [-5, 30, 60]), ("hold", [-5, 60]), ("urgent", [60])],
)
def test_a_practice_says_from_which_level_on(level_from: str, minutes: list[int]) -> None:
    rows = (
        reading(-5, systolic=165),
        reading(15),
        reading(30, systolic=150),
        reading(40),
        reading(60, systolic=201),
        reading(90),
        reading(145),
    )
    facts = found(chain(readings=rows), C.LEVEL_UNANSWERED, level_from=level_from)
    assert [one.row for one in facts] == [f"vitals-{minute}" for minute in minutes]


def test_rows_of_one_time_are_each_their_own() -> None:
    twice = (reading(15), reading(15, systolic=150), *map(reading, (-5, 30, 40, 60, 90, 145)))
    assert len(found(chain(readings=twice), C.LEVEL_UNANSWERED)) == 1
