"""Which notes, co-signatures and vitals are due: each in one state, by its time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kapnotes.clinic.due import due
from kapnotes.clinic.due_item import (
    DueKind,
    Standing,
    Whose,
)
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.protocol import IV_INDUCTION_SIX
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes
from kapnotes.clinic.vitals import Vitals
from tests.clinic.due_story import (
    BARE,
    DAY,
    HOUR,
    T0,
    facts,
    find,
    given_at,
    note,
    planned,
)


def test_a_planned_infusion_is_due_its_preparation_and_later_the_rest() -> None:
    items = due(facts(planned(1, T0)), T0 - HOUR)
    assert [(item.kind, item.standing) for item in items] == [
        (DueKind.PREPARATION, Standing.DUE),
        (DueKind.DOSING, Standing.LATER),
        (DueKind.INTEGRATION, Standing.LATER),
    ]


def test_notes_have_the_hours_of_the_protocol_that_the_course_keeps() -> None:
    course = facts(given_at(1, T0), protocol=replace(BARE, dosing_hours=48))
    dosing = find(due(course, T0 + 30 * HOUR), DueKind.DOSING)
    assert (dosing.standing, dosing.due_at) == (Standing.DUE, T0 + 50 * HOUR)


def test_a_note_signed_after_its_time_is_done_late() -> None:
    signed = note(NoteKind.DOSING, NoteState.SIGNED, T0 + 40 * HOUR)
    course = facts(given_at(1, T0, notes=(signed,)))
    assert find(due(course, T0 + 50 * HOUR), DueKind.DOSING).standing is Standing.DONE_LATE


def test_a_cancelled_infusion_is_due_nothing() -> None:
    times = InfusionTimes(state=InfusionState.CANCELLED, planned_for=T0)
    course = facts(replace(planned(1, T0), times=times), protocol=IV_INDUCTION_SIX)
    assert due(course, T0 + DAY) == ()


@pytest.mark.parametrize(
    ("state", "hours", "standing"),
    [
        (NoteState.AWAITING_COSIGNATURE, 72, Standing.DUE),
        (NoteState.AWAITING_COSIGNATURE, 73, Standing.OVERDUE),
        (NoteState.COSIGNED, 73, Standing.DONE),
    ],
)
def test_a_co_signature_is_due_three_days_after_the_signature(
    state: NoteState, hours: int, standing: Standing
) -> None:
    signed = note(NoteKind.DOSING, state, T0, cosigned_at=T0 + 5 * HOUR)
    item = find(
        due(facts(given_at(1, T0, notes=(signed,))), T0 + hours * HOUR),
        DueKind.COSIGNATURE,
        "dosing",
    )
    assert (item.standing, item.whose) == (standing, Whose.SUPERVISOR)


def test_a_late_co_signature_is_done_late_and_one_of_unknown_time_is_not() -> None:
    late = note(NoteKind.DOSING, NoteState.COSIGNED, T0, cosigned_at=T0 + 80 * HOUR)
    unknown = note(NoteKind.INTEGRATION, NoteState.COSIGNED, T0)
    items = due(facts(given_at(1, T0, notes=(late, unknown))), T0 + 90 * HOUR)
    found = {one.about: one.standing for one in items if one.kind is DueKind.COSIGNATURE}
    assert found == {"dosing": Standing.DONE_LATE, "integration": Standing.DONE}


@pytest.mark.parametrize("state", [NoteState.SIGNED, NoteState.DRAFT, NoteState.RETURNED])
def test_what_asks_for_no_co_signature_is_due_none(state: NoteState) -> None:
    items = due(facts(given_at(1, T0, notes=(note(NoteKind.DOSING, state, T0),))), T0 + DAY)
    assert DueKind.COSIGNATURE not in {item.kind for item in items}


def test_a_signature_without_its_time_is_due_nothing() -> None:
    waits = NoteTimes(kind=NoteKind.DOSING, state=NoteState.AWAITING_COSIGNATURE)
    items = due(facts(given_at(1, T0, notes=(waits,))), T0 + DAY)
    assert DueKind.COSIGNATURE not in {item.kind for item in items}


def test_vitals_are_due_by_their_schedule_once_the_session_has_begun() -> None:
    rows = Schedule(minutes=(0, 15, 30, 60))
    readings = tuple(Vitals(observed_at=T0 + timedelta(minutes=minutes)) for minutes in (-5, 22))
    begun = given_at(1, T0, schedule=rows, readings=readings)
    items = due(facts(begun), T0 + timedelta(minutes=40))
    found = {item.about: item.standing for item in items if item.kind is DueKind.VITALS}
    assert found == {
        "Before the dose": Standing.DONE,
        "15 min": Standing.DONE_LATE,
        "30 min": Standing.OVERDUE,
        "60 min": Standing.LATER,
        "Discharge": Standing.LATER,
    }
    before = replace(planned(1, T0), schedule=rows)
    assert DueKind.VITALS not in {item.kind for item in due(facts(before), T0)}


def test_hours_are_counted_over_a_change_of_the_clocks() -> None:
    """24 hours after a dose on the evening before the clocks are put forward in Berlin."""
    dosed = datetime(2026, 3, 28, 18, tzinfo=ZoneInfo("Europe/Berlin"))
    item = find(due(facts(given_at(1, dosed)), dosed), DueKind.INTEGRATION)
    assert item.due_at is not None
    assert item.due_at - dosed.astimezone(UTC) == 72 * HOUR
    dosing = find(due(facts(given_at(1, dosed)), dosed), DueKind.DOSING)
    assert dosing.due_at == datetime(2026, 3, 29, 19, tzinfo=UTC)
