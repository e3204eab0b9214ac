"""Homework and exposures: open until reviewed, and a trend in figures, blanks left blank."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.erp import (
    Exposure,
    Homework,
    HomeworkState,
    SessionWork,
    TaskReviewed,
    TaskSet,
    homework,
    passes_peak,
    trend,
)
from kapnotes.library import note_definition

MONDAY = date(2026, 3, 2)


def day(after: int) -> date:
    return MONDAY + timedelta(days=after)


def session(
    on: int, reviewed: dict[str, str] | None = None, given: dict[str, int] | None = None
) -> SessionWork:
    return SessionWork(
        on=day(on),
        reviewed=tuple(
            TaskReviewed(task=task, done=done, times=3) for task, done in (reviewed or {}).items()
        ),
        given=tuple(TaskSet(task=task, due_on=day(due)) for task, due in (given or {}).items()),
    )


def states(found: tuple[Homework, ...]) -> dict[str, str]:
    return {one.task: one.state.value for one in found}


@pytest.mark.parametrize(("on", "state"), [(0, "open"), (7, "open"), (8, "overdue")])
def test_homework_is_open_to_its_date_and_overdue_after_it(on: int, state: str) -> None:
    work = [session(0, given={"Touch the door": 7})]
    assert states(homework(work, on=day(on))) == {"Touch the door": state}


@pytest.mark.parametrize(
    ("done", "state"), [("yes", "done"), ("partly", "partly"), ("no", "not_done")]
)
def test_a_review_closes_it_as_it_was_done(done: str, state: str) -> None:
    work = [session(0, given={"Touch the door": 7}), session(9, {"touch  the DOOR ": done})]
    [one] = homework(work, on=day(30))
    assert (one.state.value, one.reviewed_on, one.times) == (state, day(9), 3)


def test_the_reviews_of_the_note_are_known() -> None:
    options = note_definition("integration").item("reviewed-done").options
    for option in options:
        work = [session(0, given={"A": 1}), session(1, {"A": option.code})]
        assert homework(work, on=day(2))[0].reviewed_on == day(1)


def test_homework_set_again_is_a_new_piece_and_its_review_closes_the_newest() -> None:
    work = [
        session(0, given={"A": 3}),
        session(5, {"A": "no"}, given={"A": 10}),
        session(12, {"A": "yes"}),
    ]
    found = [(one.set_on, one.state) for one in homework(work, on=day(20))]
    assert found == [(day(5), HomeworkState.DONE), (day(0), HomeworkState.NOT_DONE)]


def test_a_review_in_the_session_that_sets_it_closes_nothing() -> None:
    assert states(homework([session(0, {"A": "yes"}, given={"A": 3})], on=day(1))) == {"A": "open"}
    assert homework([session(0, {"Something else": "yes"})], on=day(1)) == ()


def test_what_is_open_comes_first_the_soonest_due_at_the_head() -> None:
    work = [
        session(0, given={"late": 3, "closed": 3}),
        session(5, {"closed": "yes"}, given={"later": 20, "soon": 9}),
    ]
    assert list(states(homework(work, on=day(6)))) == ["late", "soon", "later", "closed"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.lists(st.sampled_from("AB"), unique=True),
            st.lists(st.sampled_from("AB"), unique=True),
        ),
        max_size=5,
        unique_by=lambda drawn: drawn[0],
    )
)
@settings(max_examples=60)
def test_every_piece_that_was_set_is_shown_once(
    drawn: list[tuple[int, list[str], list[str]]],
) -> None:
    work = [
        session(on, dict.fromkeys(reviewed, "yes"), dict.fromkeys(given, on + 7))
        for on, reviewed, given in drawn
    ]
    found = homework(work, on=day(15))
    assert len(found) == sum(len(given) for _, _, given in drawn)
    for one in found:
        assert (one.reviewed_on is None) == (one.state.value in {"open", "overdue"})
        assert one.reviewed_on is None or one.reviewed_on > one.set_on


def exposure(on: int, step: str = "Door", **figures: int) -> Exposure:
    return Exposure(on=day(on), step=step, **figures)


def test_a_step_is_followed_from_its_first_peak_to_its_last() -> None:
    [step] = trend(
        [
            exposure(9, "door ", before=30, peak=45, after=20, minutes=30),
            exposure(0, "Door", before=50, peak=80, after=60, minutes=40),
            exposure(4, "DOOR"),
        ]
    )
    assert (step.step, step.between, step.minutes) == ("door", -35, 70)
    assert [one.within for one in step.exposures] == [-20, None, -25]


def test_a_blank_is_no_zero() -> None:
    [step] = trend([exposure(0, peak=80), exposure(4)])
    assert (step.between, step.minutes) == (None, None)
    assert exposure(0, peak=80).within is None
    assert exposure(0, after=80).within is None
    assert exposure(0, peak=0, after=0).within == 0


def test_steps_come_in_the_order_of_their_first_exposure() -> None:
    found = trend([exposure(3, "Stove"), exposure(0, "Door"), exposure(5, "Door")])
    assert [(one.step, len(one.exposures)) for one in found] == [("Door", 2), ("Stove", 1)]


@pytest.mark.parametrize(
    ("figures", "is_so"),
    [
        ({"before": 20, "peak": 10}, True),
        ({"after": 20, "peak": 10}, True),
        ({"before": 100, "peak": 100, "after": 0}, False),
        ({"before": 30, "after": 10}, False),
        ({"peak": 10}, False),
    ],
)
def test_nothing_is_worse_than_the_peak(figures: dict[str, int], *, is_so: bool) -> None:
    blank: dict[str, int | None] = {"before": None, "peak": None, "after": None}
    assert passes_peak(**{**blank, **figures}) is is_so


SUDS = st.none() | st.integers(0, 100)


@given(
    st.lists(
        st.builds(
            lambda on, step, peak, after: Exposure(on=day(on), step=step, peak=peak, after=after),
            st.integers(0, 30),
            st.sampled_from(["Door", " door", "Stove"]),
            SUDS,
            SUDS,
        ),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_every_exposure_is_in_one_trend_and_changes_lie_within_the_scale(
    exposures: list[Exposure],
) -> None:
    found = trend(exposures)
    shown = [one for step in found for one in step.exposures]
    assert sorted(shown, key=repr) == sorted(exposures, key=repr)
    for step in found:
        on = [one.on for one in step.exposures]
        assert on == sorted(on)
        assert step.between is None or -100 <= step.between <= 100
