"""What a course is due, from its protocol and the facts: each thing in one state, by its time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.due import DueFacts, InfusionFacts, due
from kapnotes.clinic.due_item import (
    OWNERS,
    DueItem,
    DueKind,
    Standing,
    Times,
    Whose,
    in_order,
    to_do,
)
from kapnotes.clinic.due_measure import MeasureTaken
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.protocol import IM_TWO_DOSE, IV_INDUCTION_SIX, OTHER, PROTOCOLS, Protocol
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes
from kapnotes.clinic.vitals import Vitals

T0 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BARE = Protocol(key="other", title="Bare", asks_misuse=False)
DONE, PLANNED = InfusionState.COMPLETED, InfusionState.PLANNED


def given_at(number: int, at: datetime, **more: object) -> InfusionFacts:
    """An infusion that was given at its time and took two hours."""
    times = InfusionTimes(state=DONE, planned_for=at, dosed_at=at, completed_at=at + 2 * HOUR)
    return replace(planned(number, at), times=times, **more)  # type: ignore[arg-type]


def planned(number: int, at: datetime, phase: Phase = Phase.INDUCTION) -> InfusionFacts:
    times = InfusionTimes(state=PLANNED, planned_for=at)
    return InfusionFacts(key=f"i{number}", number=number, phase=phase, times=times)


def facts(*infusions: InfusionFacts, protocol: Protocol = BARE, **more: object) -> DueFacts:
    return DueFacts(protocol=protocol, indication="ocd", infusions=infusions, **more)  # type: ignore[arg-type]


def taken(scale: str, *moments: datetime) -> tuple[MeasureTaken, ...]:
    return tuple(MeasureTaken(scale=scale, at=at) for at in moments)


def find(items: Iterable[DueItem], kind: DueKind, about: str = "", occasion: str = "") -> DueItem:
    [item] = [
        item for item in items if (item.kind, item.about, item.occasion) == (kind, about, occasion)
    ]
    return item


def measure(course: DueFacts, at: datetime, occasion: str, scale: str = "y-bocs") -> Standing:
    return find(due(course, at), DueKind.MEASURE, scale, occasion).standing


def note(kind: NoteKind, state: NoteState, signed_at: datetime, **more: datetime) -> NoteTimes:
    return NoteTimes(kind=kind, state=state, signed_at=signed_at, **more)


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


BASELINE = replace(BARE, measures_baseline=("main",))
BEFORE = replace(BARE, measures_before=("main",))
AFTER = replace(
    BARE,
    measures_after_1h=("main",),
    measures_after_2h=("main",),
    measures_after_24h=("main",),
    measures_after_168h=("main",),
)
EVERY = replace(BARE, measures_every=("main",), every_weeks=4)


@pytest.mark.parametrize(
    ("days", "standing"),
    [(-31, Standing.LATER), (-30, Standing.DUE), (0, Standing.DUE), (1, Standing.OVERDUE)],
)
def test_a_baseline_is_due_before_the_first_dose(days: int, standing: Standing) -> None:
    course = facts(planned(1, T0), planned(2, T0 + 3 * DAY), protocol=BASELINE)
    assert measure(course, T0 + days * DAY, "baseline") is standing


def test_a_baseline_that_was_not_taken_is_missed_with_the_first_dose() -> None:
    course = facts(given_at(1, T0), planned(2, T0 + 3 * DAY), protocol=BASELINE)
    assert measure(course, T0 + HOUR, "baseline") is Standing.MISSED
    late = replace(course, measures=taken("y-bocs", T0 + HOUR))
    assert measure(late, T0 + 2 * HOUR, "baseline") is Standing.MISSED


@pytest.mark.parametrize(
    ("days", "standing"), [(31, Standing.MISSED), (30, Standing.DONE), (0, Standing.DONE)]
)
def test_a_baseline_is_at_most_a_month_old(days: int, standing: Standing) -> None:
    course = facts(given_at(1, T0), protocol=BASELINE, measures=taken("y-bocs", T0 - days * DAY))
    assert measure(course, T0 + HOUR, "baseline") is standing


def test_the_baseline_is_that_of_the_first_infusion_that_was_given() -> None:
    course = facts(
        planned(1, T0 - 5 * DAY),
        given_at(2, T0),
        protocol=BASELINE,
        measures=taken("y-bocs", T0 - DAY),
    )
    item = find(due(course, T0 + DAY), DueKind.MEASURE, "y-bocs", "baseline")
    assert (item.infusion, item.standing) == ("i2", Standing.DONE)


def test_a_measure_before_a_dose_belongs_to_that_dose_alone() -> None:
    course = facts(
        given_at(1, T0),
        planned(2, T0 + 2 * DAY),
        protocol=BEFORE,
        measures=taken("y-bocs", T0 - HOUR),
    )
    items = due(course, T0 + DAY)
    found = {item.infusion: item for item in items if item.kind is DueKind.MEASURE}
    assert found["i1"].standing is Standing.DONE
    assert (found["i2"].standing, found["i2"].from_at) == (Standing.DUE, T0)


def test_a_measure_taken_in_the_waiting_room_of_a_late_appointment_is_not_late() -> None:
    course = facts(
        planned(1, T0), protocol=BEFORE, measures=taken("y-bocs", T0 + timedelta(minutes=20))
    )
    assert measure(course, T0 + HOUR, "before") is Standing.DONE


@pytest.mark.parametrize(
    ("occasion", "minutes", "standing"),
    [
        ("after_1h", 44, Standing.LATER),
        ("after_1h", 45, Standing.DUE),
        ("after_1h", 75, Standing.DUE),
        ("after_1h", 76, Standing.OVERDUE),
        ("after_1h", 90, Standing.MISSED),
        ("after_2h", 90, Standing.DUE),
        ("after_24h", 18 * 60, Standing.DUE),
        ("after_24h", 31 * 60, Standing.OVERDUE),
        ("after_168h", 125 * 60, Standing.LATER),
        ("after_168h", 168 * 60, Standing.DUE),
        ("after_168h", 252 * 60, Standing.MISSED),
    ],
)
def test_measures_after_a_dose_are_due_around_their_hour(
    occasion: str, minutes: int, standing: Standing
) -> None:
    course = facts(given_at(1, T0), protocol=AFTER)
    assert measure(course, T0 + timedelta(minutes=minutes), occasion) is standing


def test_each_reading_of_a_trial_day_counts_for_its_own_hour() -> None:
    """One, two, 24 and 168 hours after one IM dose (Beaglehole 2025)."""
    moments = [T0 + hours * HOUR for hours in (1, 2, 23, 160)]
    course = facts(given_at(1, T0), protocol=IM_TWO_DOSE, measures=taken("y-bocs", *moments))
    items = [
        find(due(course, T0 + 300 * HOUR), DueKind.MEASURE, "y-bocs", f"after_{hours}h")
        for hours in (1, 2, 24, 168)
    ]
    assert [item.done_at for item in items] == moments
    assert {item.standing for item in items} == {Standing.DONE}


def test_a_reading_made_up_for_is_done_late() -> None:
    course = facts(given_at(1, T0), protocol=AFTER, measures=taken("y-bocs", T0 + 32 * HOUR))
    assert measure(course, T0 + 40 * HOUR, "after_24h") is Standing.DONE_LATE


def test_a_week_after_a_dose_is_not_asked_for_once_the_next_dose_came_first() -> None:
    """What is carried over from one dose to the next tells nothing about the first."""
    course = facts(given_at(1, T0), given_at(2, T0 + 3 * DAY), protocol=AFTER)
    items = due(course, T0 + 5 * DAY)
    week = {item.infusion: item.standing for item in items if item.occasion == "after_168h"}
    assert week == {"i1": Standing.NOT_NEEDED, "i2": Standing.LATER}
    day = {item.infusion: item.standing for item in items if item.occasion == "after_24h"}
    assert day == {"i1": Standing.MISSED, "i2": Standing.MISSED}


def test_a_reading_after_the_next_dose_is_not_one_of_the_first() -> None:
    moments = taken("y-bocs", T0 + 6 * DAY)
    course = facts(given_at(1, T0), given_at(2, T0 + 5 * DAY), protocol=AFTER, measures=moments)
    items = due(course, T0 + 6 * DAY)
    found = {
        (item.infusion, item.occasion): item.standing
        for item in items
        if item.done_at is not None and item.kind is DueKind.MEASURE
    }
    assert found == {("i2", "after_24h"): Standing.DONE}


def test_nothing_is_asked_for_after_a_dose_that_was_not_given() -> None:
    course = facts(planned(1, T0), protocol=AFTER)
    item = find(due(course, T0 + 100 * DAY), DueKind.MEASURE, "y-bocs", "after_1h")
    assert (item.standing, item.due_at) == (Standing.LATER, None)


@pytest.mark.parametrize(
    ("days", "standing"),
    [(24, Standing.LATER), (25, Standing.DUE), (31, Standing.DUE), (32, Standing.OVERDUE)],
)
def test_a_measure_comes_again_every_four_weeks(days: int, standing: Standing) -> None:
    course = facts(given_at(1, T0), protocol=EVERY)
    assert measure(course, T0 + days * DAY, "every") is standing


def test_each_time_that_it_is_taken_the_weeks_begin_again() -> None:
    course = facts(given_at(1, T0), protocol=EVERY, measures=taken("y-bocs", T0 + 20 * DAY))
    assert measure(course, T0 + 32 * DAY, "every") is Standing.LATER
    assert measure(course, T0 + 48 * DAY, "every") is Standing.DUE


def test_nothing_comes_again_before_the_first_dose_or_after_the_end() -> None:
    for course in (
        facts(planned(1, T0), protocol=EVERY),
        facts(given_at(1, T0), protocol=EVERY, state=CourseState.ENDED),
    ):
        items = due(course, T0 + 100 * DAY)
        assert DueKind.MEASURE not in {item.kind for item in items}
    paused = facts(given_at(1, T0), protocol=EVERY, state=CourseState.PAUSED)
    assert measure(paused, T0 + 100 * DAY, "every") is Standing.OVERDUE


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


REVIEWED = replace(BARE, review_after_infusions=2, review_after_months=6, review_within_days=14)


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


def test_hours_are_counted_over_a_change_of_the_clocks() -> None:
    """24 hours after a dose on the evening before the clocks are put forward in Berlin."""
    dosed = datetime(2026, 3, 28, 18, tzinfo=ZoneInfo("Europe/Berlin"))
    item = find(due(facts(given_at(1, dosed)), dosed), DueKind.INTEGRATION)
    assert item.due_at is not None
    assert item.due_at - dosed.astimezone(UTC) == 72 * HOUR
    dosing = find(due(facts(given_at(1, dosed)), dosed), DueKind.DOSING)
    assert dosing.due_at == datetime(2026, 3, 29, 19, tzinfo=UTC)


def test_a_list_begins_with_what_is_overdue_longest() -> None:
    course = facts(
        given_at(1, T0),
        given_at(2, T0 + 3 * DAY),
        planned(3, T0 + 7 * DAY),
    )
    items = to_do(due(course, T0 + 5 * DAY))
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
    kinds = {who: {item.kind for item in to_do(items, who)} for who in Whose}
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
HOURS = st.integers(-100, 400)


@st.composite
def courses(draw: st.DrawFn) -> DueFacts:
    """A course with a few infusions, some given, and measures taken here and there."""
    infusions, at = [], T0
    for number in range(1, draw(st.integers(1, 4)) + 1):
        at += draw(st.integers(20, 200)) * HOUR
        make = draw(st.sampled_from([given_at, planned]))
        infusions.append(make(number, at))
    moments = [T0 + hours * HOUR for hours in draw(st.lists(HOURS, max_size=5))]
    return facts(
        *infusions,
        protocol=draw(st.sampled_from(list(PROTOCOLS.values()))),
        measures=taken("y-bocs", *moments),
        misuse_asked_at=tuple(moments[:1]),
        reviewed_at=tuple(moments[1:2]),
        state=draw(st.sampled_from(CourseState)),
    )


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
            assert item.due_at < at
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
