"""Which vital signs are due, done, late or missed after a dose."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.schedule import SCHEDULES, Schedule, Slot, SlotState, due, said
from kapnotes.clinic.vitals import Vitals

DOSED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
IV = SCHEDULES[Route.IV]


def after(minutes: float) -> datetime:
    return DOSED + timedelta(minutes=minutes)


def slots(
    *taken: float, at: float, left: float | None = None, schedule: Schedule = IV
) -> tuple[Slot, ...]:
    """The schedule with rows taken, and now, in minutes after the dose."""
    return due(
        schedule,
        dosed_at=DOSED,
        readings=[Vitals(observed_at=after(minutes), systolic=120) for minutes in taken],
        at=after(at),
        discharged_at=None if left is None else after(left),
    )


def states(*taken: float, at: float, left: float | None = None) -> list[str]:
    return [slot.state.value for slot in slots(*taken, at=at, left=left)]


def test_every_route_has_a_schedule_from_zero() -> None:
    assert set(SCHEDULES) == set(Route)
    assert IV.minutes == (0, 15, 30, 40, 60, 90)
    assert SCHEDULES[Route.IM].minutes == (0, 15, 30, 60, 90, 120)


@pytest.mark.parametrize("minutes", [(), (5, 10), (0, 30, 15), (0, 0)])
def test_a_schedule_rises_from_zero(minutes: tuple[int, ...]) -> None:
    with pytest.raises(BadInput):
        Schedule(minutes=minutes)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"minutes": tuple(range(24))}, {"grace_minutes"}),
        ({"minutes": tuple(range(0, 125, 5))}, {"minutes"}),
        ({"minutes": (0, 1441)}, {"minutes"}),
        ({"minutes": (0, 10), "grace_minutes": 10}, set()),
        ({"minutes": (0, 10), "grace_minutes": 11}, {"grace_minutes"}),
        ({"minutes": (0,), "grace_minutes": 60}, set()),
        ({"minutes": (0,), "grace_minutes": 61}, {"grace_minutes"}),
        ({"baseline_minutes": 4}, {"baseline_minutes"}),
        ({"discharge_minutes": 241}, {"discharge_minutes"}),
    ],
)
def test_a_schedule_that_cannot_be_meant_is_refused(
    changes: dict[str, Any], wrong: set[str]
) -> None:
    try:
        Schedule(**{"minutes": (0, 30), **changes})
    except BadInput as refusal:
        named = set(refusal.errors)
    else:
        named = set()
    assert named == wrong


def test_each_row_says_until_when_it_is_in_time_and_when_it_is_missed() -> None:
    shown = slots(-5, at=20)
    assert [slot.grace_until for slot in shown[:3]] == [after(0), after(20), after(35)]
    assert [slot.missed_at for slot in shown[:3]] == [after(15), after(30), after(40)]
    assert shown[5].missed_at == after(120)
    assert (shown[6].grace_until, shown[6].missed_at) == (None, None)
    left = slots(-5, at=120, left=110)[6]
    assert (left.due_at, left.grace_until, left.missed_at) == (after(110),) * 3
    waiting = due(IV, dosed_at=None, readings=[], at=DOSED)
    assert {(slot.grace_until, slot.missed_at) for slot in waiting} == {(None, None)}


def test_the_record_says_which_rows_were_late_or_missed() -> None:
    assert said(slots(-5, 15, 30, 40, 60, 90, at=100, left=100)) == ()
    assert said(slots(3, 21.5, at=62, left=62)) == (
        "Before the dose: taken 3 minutes late.",
        "15 min: taken 6 minutes late.",
        "30 min: missed.",
        "40 min: missed.",
        "Discharge: missed.",
    )
    assert said(slots(0.5, at=21)) == (
        "Before the dose: taken less than 1 minute late.",
        "15 min: late, not taken yet.",
    )
    assert said(slots(1.5, at=2)) == ("Before the dose: taken 1 minute late.",)


def test_a_night_on_which_the_clocks_change_moves_no_row() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    dosed = datetime(2026, 3, 29, 1, 30, tzinfo=berlin)
    taken = [Vitals(observed_at=datetime(2026, 3, 29, 3, 0, tzinfo=berlin), systolic=120)]
    shown = due(IV, dosed_at=dosed, readings=taken, at=datetime(2026, 3, 29, 3, 2, tzinfo=berlin))
    assert shown[2].state is SlotState.DONE
    assert shown[2].due_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_before_the_dose_only_the_first_row_is_due() -> None:
    shown = due(IV, dosed_at=None, readings=[], at=DOSED)
    assert [slot.state.value for slot in shown] == ["due", *["later"] * 6]
    assert {slot.due_at for slot in shown} == {None}


@pytest.mark.parametrize(("age", "state"), [(60, "done"), (61, "due")])
def test_the_row_before_the_dose_has_to_be_fresh(age: int, state: str) -> None:
    taken = [Vitals(observed_at=after(-age), systolic=120)]
    assert due(IV, dosed_at=None, readings=taken, at=DOSED)[0].state.value == state


def test_a_session_in_time_is_done_row_by_row() -> None:
    assert states(-5, 15, 31, 42, 60, 90, 95, at=100, left=100) == ["done"] * 7


def test_a_row_is_due_then_late_then_missed() -> None:
    assert states(-5, at=14)[:3] == ["done", "later", "later"]
    assert states(-5, at=15)[:3] == ["done", "due", "later"]
    assert states(-5, at=21)[:3] == ["done", "late", "later"]
    assert states(-5, at=30)[:3] == ["done", "missed", "due"]


def test_a_row_taken_after_its_grace_is_late_and_kept() -> None:
    slot = slots(-5, 21, at=25)[1]
    assert (slot.state, slot.taken_at) == (SlotState.LATE, after(21))


def test_the_row_nearest_to_its_time_counts() -> None:
    assert slots(-5, 11, 16, 20, at=25)[1].taken_at == after(16)


def test_a_row_after_the_dose_is_a_late_baseline_only_if_there_was_none() -> None:
    late = slots(3, at=5)[0]
    assert (late.state, late.taken_at) == (SlotState.LATE, after(3))
    assert slots(-20, 3, at=5)[0].taken_at == after(-20)
    assert states(at=0)[0] == "due"
    assert states(-61, at=1)[0] == "late"


def test_the_last_row_is_missed_after_as_long_again() -> None:
    assert states(-5, at=119)[5] == "late"
    assert states(-5, at=120)[5] == "missed"
    assert slots(-5, 150, at=160)[5].taken_at is None


def test_discharge_is_due_after_the_last_row_and_needs_a_fresh_one() -> None:
    assert states(-5, at=90)[6] == "later"
    assert states(-5, at=91)[6] == "due"
    assert states(-5, 80, at=120, left=110)[6] == "done"
    assert states(-5, 79, at=120, left=110)[6] == "missed"
    assert states(-5, 111, at=120, left=110)[6] == "missed"


def test_a_practice_can_do_without_discharge_or_later_rows() -> None:
    only = Schedule(minutes=(0,), has_discharge=False)
    shown = slots(-5, at=10, schedule=only)
    assert [(slot.label, slot.state.value) for slot in shown] == [("Before the dose", "done")]
    assert slots(at=1, schedule=only)[0].state is SlotState.MISSED


TAKEN = st.lists(st.integers(-90, 200), max_size=8)


@given(TAKEN, st.integers(0, 240))
@settings(max_examples=80)
def test_no_row_counts_twice_and_none_is_invented(taken: list[int], at: int) -> None:
    shown = slots(*taken, at=at)
    counted = [slot.taken_at for slot in shown if slot.taken_at is not None]
    assert len(counted) == len(set(counted))
    assert set(counted) <= {after(minutes) for minutes in taken}
    assert [slot.minutes for slot in shown] == [*IV.minutes, None]
