"""Which notes an infusion owes, and whether they are due, overdue or done."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.timeliness import (
    Due,
    DueState,
    InfusionTimes,
    NoteTimes,
    TimelinessRule,
    is_behind,
    owed,
)

PLANNED_FOR = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOSED, COMPLETED = PLANNED_FOR + HOUR, PLANNED_FOR + 3 * HOUR
PLANNED = InfusionTimes(state=InfusionState.PLANNED, planned_for=PLANNED_FOR)
DONE = InfusionTimes(
    state=InfusionState.COMPLETED,
    planned_for=PLANNED_FOR,
    dosed_at=DOSED,
    completed_at=COMPLETED,
)


def note(kind: NoteKind, signed_at: datetime | None, state: NoteState) -> NoteTimes:
    return NoteTimes(kind=kind, state=state, signed_at=signed_at)


def one(kind: NoteKind, infusion: InfusionTimes, at: datetime, *notes: NoteTimes) -> Due:
    return next(due for due in owed(infusion, notes, at) if due.kind is kind)


@pytest.mark.parametrize(
    ("hours", "state"),
    [(-73, "not_yet"), (-72, "due"), (0, "due"), (1, "overdue")],
)
def test_a_preparation_note_is_due_before_the_planned_time(hours: int, state: str) -> None:
    due = one(NoteKind.PREPARATION, PLANNED, PLANNED_FOR + hours * HOUR)
    assert (due.state.value, due.due_at) == (state, PLANNED_FOR)


def test_a_dose_before_its_planned_time_makes_the_preparation_due_then() -> None:
    early = InfusionTimes(
        state=InfusionState.IN_PROGRESS,
        planned_for=PLANNED_FOR,
        dosed_at=PLANNED_FOR - HOUR,
    )
    assert one(NoteKind.PREPARATION, early, PLANNED_FOR).due_at == PLANNED_FOR - HOUR


@pytest.mark.parametrize(("hours", "state"), [(0, "due"), (24, "due"), (25, "overdue")])
def test_a_dosing_note_is_due_within_a_day_of_completion(hours: int, state: str) -> None:
    assert one(NoteKind.DOSING, DONE, COMPLETED + hours * HOUR).state.value == state


@pytest.mark.parametrize(("hours", "state"), [(2, "due"), (72, "due"), (73, "overdue")])
def test_an_integration_note_is_due_within_three_days_of_the_dose(hours: int, state: str) -> None:
    assert one(NoteKind.INTEGRATION, DONE, DOSED + hours * HOUR).state.value == state


def test_without_a_dose_time_the_integration_counts_from_completion() -> None:
    undosed = InfusionTimes(
        state=InfusionState.COMPLETED, planned_for=PLANNED_FOR, completed_at=COMPLETED
    )
    assert one(NoteKind.INTEGRATION, undosed, COMPLETED).due_at == COMPLETED + 72 * HOUR


def test_nothing_is_owed_after_the_dose_before_there_is_one() -> None:
    for kind in (NoteKind.DOSING, NoteKind.INTEGRATION):
        due = one(kind, PLANNED, PLANNED_FOR + 1000 * HOUR)
        assert (due.state, due.due_at) == (DueState.NOT_YET, None)


def test_a_cancelled_infusion_owes_nothing() -> None:
    cancelled = InfusionTimes(state=InfusionState.CANCELLED, planned_for=PLANNED_FOR)
    assert owed(cancelled, [], PLANNED_FOR + HOUR) == ()


@pytest.mark.parametrize(
    ("state", "done"),
    [
        (NoteState.SIGNED, True),
        (NoteState.COSIGNED, True),
        (NoteState.AWAITING_COSIGNATURE, True),
        (NoteState.RETURNED, False),
        (NoteState.DRAFT, False),
        (NoteState.DISCARDED, False),
    ],
)
def test_only_a_signature_that_stands_makes_it_done(state: NoteState, *, done: bool) -> None:
    written = note(NoteKind.DOSING, COMPLETED + HOUR, state)
    due = one(NoteKind.DOSING, DONE, COMPLETED + 48 * HOUR, written)
    assert due.state is (DueState.DONE if done else DueState.OVERDUE)


def test_the_first_of_several_signed_notes_counts() -> None:
    signed = [
        note(NoteKind.DOSING, COMPLETED + hours * HOUR, NoteState.SIGNED) for hours in (30, 2, 40)
    ]
    due = one(NoteKind.DOSING, DONE, COMPLETED + 48 * HOUR, *signed)
    assert (due.done_at, due.is_late) == (COMPLETED + 2 * HOUR, False)


def test_a_note_signed_after_its_time_is_done_and_late() -> None:
    late = note(NoteKind.DOSING, COMPLETED + 25 * HOUR, NoteState.SIGNED)
    assert one(NoteKind.DOSING, DONE, COMPLETED + 48 * HOUR, late).is_late


def test_a_note_signed_before_anything_is_due_is_done() -> None:
    early = note(NoteKind.DOSING, PLANNED_FOR, NoteState.SIGNED)
    due = one(NoteKind.DOSING, PLANNED, PLANNED_FOR, early)
    assert (due.state, due.is_late) == (DueState.DONE, False)


def test_the_hours_are_settings() -> None:
    rule = TimelinessRule(dosing_hours=48)
    due = owed(DONE, [], COMPLETED + 30 * HOUR, rule)[1]
    assert (due.kind, due.state) == (NoteKind.DOSING, DueState.DUE)


def test_an_infusion_is_behind_if_any_note_is_overdue() -> None:
    assert is_behind(owed(DONE, [], COMPLETED))
    assert not is_behind(owed(PLANNED, [], PLANNED_FOR))


@given(st.lists(st.integers(-200, 200), min_size=2, max_size=2))
@settings(max_examples=60)
def test_time_alone_never_makes_a_note_less_urgent(hours: list[int]) -> None:
    order = [DueState.NOT_YET, DueState.DUE, DueState.OVERDUE]
    first, second = (owed(DONE, [], COMPLETED + hour * HOUR) for hour in sorted(hours))
    for before, after in zip(first, second, strict=True):
        assert order.index(before.state) <= order.index(after.state)
