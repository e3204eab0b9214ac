"""The dates of a course: inside the protocol, on working days, or said why not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kapnotes.clinic.course import CourseFacts, InfusionFact, add_months, outside_window
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.planning import Plan, after_interval, move, propose
from kapnotes.clinic.protocol import (
    IM_TWO_DOSE,
    IV_INDUCTION_SIX,
    OTHER,
    PROTOCOLS,
    SUBLINGUAL,
    Protocol,
)
from kapnotes.clinic.refusals import BadInput, WrongState
from kapnotes.clinic.working_days import DEFAULT_DAYS, WEEKDAYS, WorkingDays

MONDAY = date(2026, 3, 2)
DONE, PLANNED, CANCELLED = (
    InfusionState.COMPLETED,
    InfusionState.PLANNED,
    InfusionState.CANCELLED,
)
IND, MAIN = Phase.INDUCTION, Phase.MAINTENANCE


def day(after: int) -> date:
    return MONDAY + timedelta(days=after)


def infusion(
    number: int, after: int, state: InfusionState = DONE, phase: Phase = IND
) -> InfusionFact:
    return InfusionFact(number=number, state=state, phase=phase, on=day(after))


def course(*infusions: InfusionFact, protocol: Protocol = IV_INDUCTION_SIX) -> CourseFacts:
    return CourseFacts(protocol, infusions)


def induction(*days: int, state: InfusionState = DONE) -> tuple[InfusionFact, ...]:
    return tuple(infusion(number, on, state) for number, on in enumerate(days, start=1))


def after(plan: Plan, phase: Phase = IND) -> list[int]:
    """How many days after the Monday a plan has its infusions."""
    return [(one.on - MONDAY).days for one in plan.infusions if one.phase is phase]


def closed(*days: int) -> WorkingDays:
    return WorkingDays(closed=frozenset(map(day, days)))


def codes(plan: Plan) -> list[str]:
    return [caution.code for caution in plan.cautions]


TWICE_A_WEEK = (0, 3, 7, 10, 14, 17)


def test_six_infusions_come_out_twice_a_week() -> None:
    plan = propose(course(), MONDAY)
    assert after(plan) == list(TWICE_A_WEEK)
    assert not plan.cautions
    assert [one.number for one in plan.infusions] == list(range(1, 8))
    assert {one.mg_per_kg for one in plan.infusions} == {Decimal("0.5")}


def test_the_next_maintenance_is_proposed_two_months_after_the_last_induction() -> None:
    [maintenance] = [one for one in propose(course(), MONDAY).infusions if one.phase is MAIN]
    assert add_months(day(17), 2) == date(2026, 5, 19) == maintenance.on


def test_two_im_doses_are_a_week_apart_and_the_second_is_higher() -> None:
    plan = propose(course(protocol=IM_TWO_DOSE), MONDAY)
    assert after(plan) == [0, 7]
    doses = [one.mg_per_kg for one in plan.infusions]
    assert doses == [Decimal("0.5"), Decimal("1.0"), Decimal("1.0")]


def test_sublingual_sessions_come_once_a_week() -> None:
    assert after(propose(course(protocol=SUBLINGUAL), MONDAY)) == [0, 7, 14, 21, 28, 35]


def test_without_a_count_the_next_infusion_alone_is_proposed() -> None:
    assert after(propose(course(protocol=OTHER), MONDAY)) == [0]
    assert after(propose(course(infusion(1, 0), protocol=OTHER), MONDAY)) == [1]
    planned = course(infusion(1, 9, PLANNED), protocol=OTHER)
    assert propose(planned, MONDAY).infusions == ()


def test_nothing_is_proposed_on_a_closed_day_and_the_rest_stays_even() -> None:
    plan = propose(course(), MONDAY, closed(3, 10))
    assert after(plan) == [0, 4, 7, 11, 14, 17]
    assert not plan.cautions


def test_what_is_done_stays_and_the_rest_follows_it() -> None:
    plan = propose(course(*induction(0, 3)), day(4))
    assert [one.number for one in plan.infusions] == [3, 4, 5, 6, 7]
    assert after(plan) == [7, 10, 14, 17]


def test_what_was_cancelled_is_proposed_anew_under_a_new_number() -> None:
    facts = course(*induction(0, 3), infusion(3, 7, CANCELLED))
    plan = propose(facts, day(8))
    assert [one.number for one in plan.infusions][:4] == [4, 5, 6, 7]
    assert len(after(plan)) == 4
    assert not outside_window(with_plan(facts, plan), day(8))


def test_a_late_start_draws_the_rest_together_inside_the_window() -> None:
    plan = propose(course(*induction(0, 3)), day(14))
    assert after(plan) == [14, 15, 17, 18]  # Friday: the window ends on a Sunday
    assert not plan.cautions


def test_a_window_that_has_ended_is_said_and_the_spacing_is_kept() -> None:
    plan = propose(course(*induction(0, 3, 7)), day(28))
    assert codes(plan) == ["induction_too_long"]
    assert after(plan) == [28, 31, 35]
    assert plan.cautions[0].sentence == (
        "The induction cannot be finished in the 21 days of the protocol: they ended on "
        "22 March 2026. Its last infusion is proposed for 6 April 2026."
    )


def test_a_practice_that_closes_makes_it_start_later_rather_than_leave_the_window() -> None:
    plan = propose(course(), MONDAY, closed(*range(1, 24)))
    assert after(plan)[0] == 24
    assert not plan.cautions


def test_too_few_working_days_are_said() -> None:
    sundays = WorkingDays(weekdays=frozenset({"sun"}))
    plan = propose(course(), MONDAY, sundays)
    assert after(plan) == [6, 13, 20, 27, 34, 41]
    assert codes(plan) == ["induction_too_long"]
    assert "too few working days until 28 March 2026" in plan.cautions[0].sentence


def test_an_induction_of_one_infusion_has_no_spacing() -> None:
    once = Protocol(key="x", title="x", induction_count=1, window_days=(1, 1))
    assert after(propose(course(protocol=once), MONDAY)) == [0]


def test_a_protocol_without_a_window_goes_on_by_its_gap() -> None:
    loose = Protocol(key="x", title="x", induction_count=3, least_gap_days=2)
    assert after(propose(course(protocol=loose), MONDAY)) == [0, 2, 4]
    assert after(propose(course(*induction(0), protocol=loose), day(4))) == [4, 7]


def test_a_maintenance_that_is_planned_already_is_not_proposed_again() -> None:
    facts = course(*induction(*TWICE_A_WEEK), infusion(7, 90, PLANNED, MAIN))
    assert propose(facts, day(18)).infusions == ()


def test_an_induction_keeps_its_distance_from_what_is_planned_after_it() -> None:
    facts = course(*induction(0), infusion(2, 3, PLANNED, MAIN))
    plan = propose(facts, day(1))
    assert 3 not in after(plan)


@pytest.mark.parametrize(
    ("months", "on", "found"),
    [
        ("2", date(2026, 5, 19), []),
        ("2.5", date(2026, 6, 3), []),
        ("6", date(2026, 9, 18), []),  # 19 September is a Saturday
        ("1", date(2026, 4, 20), ["maintenance_interval"]),
        ("12", date(2027, 3, 19), ["maintenance_interval"]),
    ],
)
def test_the_interval_that_was_decided_is_aimed_at(months: str, on: date, found: list[str]) -> None:
    plan = propose(course(*induction(*TWICE_A_WEEK)), day(18), maintenance_months=Decimal(months))
    assert [one.on for one in plan.infusions] == [on]
    assert codes(plan) == found


def test_maintenance_that_comes_too_late_is_said_in_words() -> None:
    plan = propose(course(*induction(*TWICE_A_WEEK)), date(2026, 12, 1))
    assert [one.on for one in plan.infusions] == [date(2026, 12, 1)]
    assert plan.cautions[0].sentence == (
        "Maintenance is proposed for 1 December 2026. The protocol has it 2 to 6 months after the "
        "infusion before: 19 May 2026 to 19 September 2026."
    )


@pytest.mark.parametrize(
    ("last", "months", "on"),
    [
        (date(2027, 12, 31), "2", date(2028, 2, 29)),
        (date(2026, 12, 31), "2", date(2027, 2, 28)),
        (date(2028, 2, 29), "12", date(2029, 2, 28)),
        (date(2026, 8, 31), "1.5", date(2026, 10, 15)),
        (date(2026, 3, 2), "0.5", date(2026, 3, 17)),
    ],
)
def test_months_end_where_the_calendar_ends_them(last: date, months: str, on: date) -> None:
    assert after_interval(last, Decimal(months)) == on


def with_plan(facts: CourseFacts, plan: Plan) -> CourseFacts:
    planned = (
        InfusionFact(number=one.number, state=PLANNED, phase=one.phase, on=one.on)
        for one in plan.infusions
    )
    return replace(facts, infusions=(*facts.infusions, *planned))


DAYS = st.builds(
    WorkingDays,
    st.frozensets(st.sampled_from(list(WEEKDAYS)), min_size=1),
    st.frozensets(st.dates(date(2027, 12, 1), date(2028, 5, 1)), max_size=40),
)
STARTS = st.dates(date(2027, 12, 1), date(2028, 4, 1))


@given(st.sampled_from(list(PROTOCOLS.values())), STARTS, DAYS)
@settings(max_examples=100)
@example(IV_INDUCTION_SIX, date(2028, 2, 29), DEFAULT_DAYS)
def test_a_new_course_lies_inside_its_protocol_or_says_why_not(
    protocol: Protocol, start: date, days: WorkingDays
) -> None:
    facts = CourseFacts(protocol)
    plan = propose(facts, start, days)
    whole = with_plan(facts, plan)
    on = [one.on for one in plan.infusions]
    assert all(days.is_open(one) for one in on)
    assert not on or min(on) >= start
    assert all((b - a).days >= protocol.least_gap_days for a, b in pairwise(on))
    assert sum(one.phase is IND for one in plan.infusions) == (protocol.induction_count or 1)
    assert bool(plan.cautions) == bool(outside_window(whole, start))
    assert all(caution.sentence.endswith(".") for caution in plan.cautions)


@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from(InfusionState)), max_size=6),
    st.integers(-10, 60),
    DAYS,
)
@settings(max_examples=100)
def test_the_rest_of_a_course_keeps_gaps_and_closed_days(
    drawn: list[tuple[int, InfusionState]], start: int, days: WorkingDays
) -> None:
    on, infusions = 0, []
    for number, (gap, state) in enumerate(drawn, start=1):
        on += gap
        infusions.append(infusion(number, on, state))
    facts = course(*infusions)
    plan = propose(facts, day(start), days)
    assert all(days.is_open(one.on) and one.on >= day(start) for one in plan.infusions)
    proposed = {one.on for one in plan.infusions}
    assert len(proposed) == len(plan.infusions)
    for one in proposed:
        assert all(abs((one - other.on).days) >= 1 for other in facts.standing)
    if not plan.cautions and after(plan) and facts.standing:
        assert day(max(after(plan))) <= facts.standing[0].on + timedelta(days=20)
    assert propose(with_plan(facts, plan), day(start), days).infusions == ()


def planned(*days: int) -> CourseFacts:
    return course(*induction(*days, state=PLANNED))


def said(facts: CourseFacts, number: int, to: int, days: WorkingDays = DEFAULT_DAYS) -> list[str]:
    return [caution.code for caution in move(facts, number, day(to), days, today=MONDAY)]


def test_a_move_inside_the_protocol_says_nothing() -> None:
    assert said(planned(*TWICE_A_WEEK), 2, 4) == []


@pytest.mark.parametrize(
    ("number", "to", "found"),
    [
        (6, 21, ["induction_too_long"]),
        (2, 0, ["gap_too_short"]),
        (2, 5, ["no_working_day"]),
        (2, 8, ["out_of_order"]),
        (1, -3, ["in_the_past"]),
        (1, -4, ["in_the_past", "induction_too_long"]),
    ],
)
def test_a_move_says_what_it_breaks(number: int, to: int, found: list[str]) -> None:
    assert said(planned(*TWICE_A_WEEK), number, to) == found


def test_a_move_says_so_in_words() -> None:
    facts = planned(*TWICE_A_WEEK)
    [weekend] = move(facts, 2, day(5), today=MONDAY)
    assert weekend.sentence == "7 March 2026 is a Saturday: no working day of the practice."
    [shut] = move(facts, 2, day(4), closed(4), today=MONDAY)
    assert (shut.code, shut.sentence) == (
        "closed_day",
        "The practice is closed on 6 March 2026.",
    )
    [order] = move(facts, 1, day(11), today=MONDAY)
    assert order.sentence == "Infusion 1 would change places with 2, 3 and 4."
    [past, *_] = move(facts, 1, day(-3), today=MONDAY)
    assert past.sentence == "27 February 2026 has passed."


def test_only_what_is_planned_can_be_moved() -> None:
    facts = course(infusion(1, 0), infusion(2, 3, PLANNED))
    with pytest.raises(WrongState, match="is completed and cannot be moved"):
        move(facts, 1, day(4), today=MONDAY)
    with pytest.raises(BadInput):
        move(facts, 3, day(4), today=MONDAY)


def test_an_interval_whose_last_days_are_closed_ends_before_them_or_is_said() -> None:
    facts = course(*induction(*TWICE_A_WEEK))
    latest = date(2026, 9, 19)
    some = WorkingDays(closed=frozenset(latest - timedelta(days=back) for back in range(10)))
    plan = propose(facts, day(18), some, maintenance_months=Decimal(6))
    assert ([one.on for one in plan.infusions], codes(plan)) == ([date(2026, 9, 9)], [])
    shut = WorkingDays(closed=frozenset(latest - timedelta(days=back) for back in range(200)))
    plan = propose(facts, day(18), shut, maintenance_months=Decimal(6))
    assert [one.on for one in plan.infusions] == [date(2026, 9, 21)]
    assert codes(plan) == ["maintenance_interval"]
