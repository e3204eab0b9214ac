"""A course: its strip, what comes next, and where it leaves its protocol."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.course import (
    CourseFacts,
    InfusionFact,
    StepState,
    add_months,
    outside_window,
    propose_next,
    strip,
)
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.protocol import (
    IM_TWO_DOSE,
    IV_INDUCTION_SIX,
    OTHER,
    PROTOCOLS,
    Protocol,
    phase_of,
    protocol_of,
    starting_dose,
)
from kapnotes.clinic.refusals import BadInput

MONDAY = date(2026, 3, 2)
DONE, PLANNED, CANCELLED = (
    InfusionState.COMPLETED,
    InfusionState.PLANNED,
    InfusionState.CANCELLED,
)
IND, MAIN = Phase.INDUCTION, Phase.MAINTENANCE


def infusion(
    number: int, day: int, state: InfusionState = DONE, phase: Phase = IND
) -> InfusionFact:
    """An infusion so many days after a Monday."""
    return InfusionFact(number=number, state=state, phase=phase, on=MONDAY + timedelta(days=day))


def course(*infusions: InfusionFact, protocol: Protocol = IV_INDUCTION_SIX) -> CourseFacts:
    return CourseFacts(protocol, infusions)


def induction(*days: int) -> tuple[InfusionFact, ...]:
    return tuple(infusion(number, day) for number, day in enumerate(days, start=1))


TWICE_A_WEEK = (0, 3, 7, 10, 14, 17)


def states(facts: CourseFacts, today: date = MONDAY) -> list[str]:
    return [step.state.value for step in strip(facts, today)]


def codes(facts: CourseFacts, today: date = MONDAY) -> list[str]:
    return [caution.code for caution in outside_window(facts, today)]


def test_the_protocols_are_the_stored_words() -> None:
    assert list(PROTOCOLS) == ["iv_induction_six", "im_two_dose", "sublingual", "other"]
    assert protocol_of("im_two_dose") is IM_TWO_DOSE
    with pytest.raises(BadInput):
        protocol_of("nonsense")


def test_the_seventh_of_an_induction_of_six_is_maintenance() -> None:
    assert phase_of(6, IV_INDUCTION_SIX) is IND
    assert phase_of(7, IV_INDUCTION_SIX) is MAIN
    assert phase_of(40, OTHER) is IND


def test_starting_doses_follow_the_protocol() -> None:
    assert [starting_dose(n, IM_TWO_DOSE) for n in (1, 2, 3)] == [
        Decimal("0.5"),
        Decimal("1.0"),
        Decimal("1.0"),
    ]
    assert starting_dose(1, OTHER) is None


def test_an_empty_course_shows_six_open_circles_and_maintenance() -> None:
    steps = strip(course(), MONDAY)
    assert [step.label for step in steps] == [
        *(f"Induction {n} of 6" for n in range(1, 7)),
        "Maintenance 1",
    ]
    assert {step.state for step in steps} == {StepState.OPEN}
    assert [step.number for step in steps] == list(range(1, 8))


def test_each_circle_shows_how_its_infusion_stands() -> None:
    facts = course(
        infusion(1, -7),
        infusion(2, 0, InfusionState.IN_PROGRESS),
        infusion(3, -1, PLANNED),
        infusion(4, 0, PLANNED),
    )
    assert states(facts) == ["done", "in_progress", "late", "planned", "open", "open", "open"]


def test_a_cancelled_infusion_stays_and_takes_no_place_of_the_induction() -> None:
    steps = strip(course(infusion(1, 0), infusion(2, 3, CANCELLED), infusion(3, 4)), MONDAY)
    assert [step.label for step in steps[:4]] == [
        "Induction 1 of 6",
        "Induction, cancelled",
        "Induction 2 of 6",
        "Induction 3 of 6",
    ]
    assert sum(step.phase is IND for step in steps) == 7


def test_maintenance_planned_ahead_stands_after_the_open_induction() -> None:
    steps = strip(course(infusion(1, 0), infusion(2, 90, PLANNED, MAIN)), MONDAY)
    assert [step.phase for step in steps] == [IND] * 6 + [MAIN]
    assert steps[-1].state is StepState.PLANNED


def test_an_induction_that_ended_early_has_no_open_circles() -> None:
    steps = strip(course(infusion(1, 0), infusion(2, 90, DONE, MAIN)), MONDAY)
    assert [step.label for step in steps] == ["Induction 1 of 6", "Maintenance 1", "Maintenance 2"]


def test_an_induction_longer_than_its_count_has_no_seventh_of_six() -> None:
    steps = strip(course(*induction(*TWICE_A_WEEK, 21)), MONDAY)
    assert [step.label for step in steps[5:]] == [
        "Induction 6 of 6",
        "Induction 7",
        "Maintenance 1",
    ]


def test_a_course_without_a_count_shows_one_open_circle_until_one_is_planned() -> None:
    assert states(course(infusion(1, 0), protocol=OTHER)) == ["done", "open"]
    assert states(course(infusion(1, 0, PLANNED), protocol=OTHER)) == ["planned"]


@given(
    st.lists(st.tuples(st.sampled_from(InfusionState), st.integers(0, 40)), max_size=9),
    st.sampled_from(list(PROTOCOLS.values())),
)
@settings(max_examples=80)
def test_the_strip_shows_every_infusion_once_and_enough_induction(
    drawn: list[tuple[InfusionState, int]], protocol: Protocol
) -> None:
    infusions = tuple(
        infusion(number, day, state, phase_of(number, protocol))
        for number, (state, day) in enumerate(drawn, start=1)
    )
    facts = course(*infusions, protocol=protocol)
    steps = strip(facts, MONDAY + timedelta(days=20))
    shown = [step.number for step in steps if step.state is not StepState.OPEN]
    assert sorted(shown) == [fact.number for fact in infusions]
    assert len({step.number for step in steps}) == len(steps)
    begun = any(f.phase is MAIN and f.state in {DONE, InfusionState.IN_PROGRESS} for f in infusions)
    standing = [s for s in steps if s.phase is IND and s.state is not StepState.CANCELLED]
    if not begun:
        assert len(standing) >= (protocol.induction_count or 0)
    proposal = propose_next(facts, MONDAY)
    assert proposal.on >= max(proposal.earliest, MONDAY)
    assert proposal.latest is None or proposal.latest >= proposal.earliest


def test_the_first_infusion_is_proposed_for_the_next_weekday() -> None:
    proposal = propose_next(course(), MONDAY - timedelta(days=2))
    assert (proposal.number, proposal.phase, proposal.on) == (1, IND, MONDAY)
    assert (proposal.latest, proposal.mg_per_kg) == (None, Decimal("0.5"))


def test_the_next_induction_is_proposed_two_to_four_days_after_the_last() -> None:
    proposal = propose_next(course(infusion(1, 0)), MONDAY)
    days = [(day - MONDAY).days for day in (proposal.earliest, proposal.on, proposal.latest)]
    assert days == [2, 2, 4]


def test_a_span_of_weekend_days_only_keeps_its_first() -> None:
    narrow = Protocol(key="x", title="x", induction_count=6, window_days=(6, 6))
    proposal = propose_next(course(infusion(1, 4), protocol=narrow), MONDAY)
    assert proposal.on == proposal.latest == MONDAY + timedelta(days=5)


def test_a_span_that_has_passed_proposes_today() -> None:
    proposal = propose_next(course(infusion(1, 0)), MONDAY + timedelta(days=28))
    assert proposal.on == MONDAY + timedelta(days=28)
    assert proposal.latest == MONDAY + timedelta(days=4)


def test_maintenance_is_proposed_two_to_six_months_after_the_last() -> None:
    proposal = propose_next(course(*induction(*TWICE_A_WEEK)), MONDAY)
    assert proposal.phase is MAIN
    assert (proposal.earliest, proposal.latest) == (date(2026, 5, 19), date(2026, 9, 19))


def test_a_protocol_without_windows_proposes_from_the_least_gap_on() -> None:
    proposal = propose_next(course(infusion(1, 0), protocol=OTHER), MONDAY)
    assert (proposal.earliest, proposal.latest) == (MONDAY + timedelta(days=1), None)
    bare = Protocol(key="x", title="x", induction_count=1)
    assert propose_next(course(infusion(1, 0), protocol=bare), MONDAY).phase is MAIN


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (TWICE_A_WEEK, []),
        ((0, 2, 4, 7, 9, 11), []),
        ((0, 1, 2, 3, 4, 5), ["induction_too_short"]),
        ((0, 4, 8, 12, 16, 21), ["induction_too_long"]),
        ((0, 0, 7, 10, 14, 17), ["gap_too_short"]),
    ],
)
def test_an_induction_is_held_to_its_two_to_three_weeks(
    days: tuple[int, ...], found: list[str]
) -> None:
    assert codes(course(*induction(*days))) == found


def test_an_unfinished_induction_is_said_once_its_window_has_ended() -> None:
    facts = course(*induction(0, 3))
    assert codes(facts, MONDAY + timedelta(days=20)) == []
    assert codes(facts, MONDAY + timedelta(days=21)) == ["induction_unfinished"]


def test_what_is_cancelled_or_has_no_window_is_never_outside() -> None:
    assert codes(course(infusion(1, 0), infusion(2, 60, CANCELLED)), MONDAY) == []
    assert codes(course(infusion(1, 0), infusion(2, 60), protocol=OTHER)) == []
    assert codes(course()) == []


@pytest.mark.parametrize(("day", "found"), [(30, True), (80, False), (300, True)])
def test_maintenance_is_held_to_two_to_six_months(day: int, *, found: bool) -> None:
    facts = course(*induction(*TWICE_A_WEEK), infusion(7, day, DONE, MAIN))
    assert ("maintenance_interval" in codes(facts)) is found


def test_the_words_name_the_infusions_and_the_days() -> None:
    facts = course(*induction(0, 3), protocol=IM_TWO_DOSE)
    said = [caution.sentence for caution in outside_window(facts, MONDAY)]
    assert said == ["Infusions 1 and 2 are 3 days apart. The protocol leaves at least 7 days."]
    same_day = outside_window(course(*induction(0, 0), protocol=OTHER), MONDAY)
    assert same_day[0].sentence.endswith("0 days apart. The protocol leaves at least 1 day.")


def test_months_end_on_the_last_day_there_is() -> None:
    assert add_months(date(2025, 12, 31), 2) == date(2026, 2, 28)
    assert add_months(date(2026, 10, 15), 2) == date(2026, 12, 15)
