"""What ran in so far is rate by time, without the pauses and never more than was planned."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.infusing import (
    ImpossibleStep,
    Step,
    StepKind,
    check_step,
    given_mg,
    is_paused,
    rate,
)
from kapnotes.clinic.refusals import Refusal

D = Decimal
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PLAN = D(36)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def started(rate_mg_per_h: str = "54") -> Step:
    return Step(StepKind.STARTED, START, D(rate_mg_per_h))


def paused(minutes: float) -> Step:
    return Step(StepKind.PAUSED, after(minutes))


def resumed(minutes: float, new_rate: str | None = None) -> Step:
    return Step(StepKind.RESUMED, after(minutes), D(new_rate) if new_rate else None)


def changed(minutes: float, new_rate: str | None) -> Step:
    return Step(StepKind.RATE_CHANGED, after(minutes), D(new_rate) if new_rate else None)


def stopped(minutes: float) -> Step:
    return Step(StepKind.STOPPED, after(minutes))


def amount(*steps: Step, at: float) -> str:
    return str(given_mg(steps, PLAN, at=after(at)))


def found(new: Step, *steps: Step) -> list[str]:
    return [
        f"{'refused' if isinstance(concern, Refusal) else 'asked'} {concern.about}"
        for concern in check_step(steps, new)
    ]


def said(new: Step, *steps: Step) -> str:
    return " ".join(concern.sentence for concern in check_step(steps, new))


def test_nothing_is_in_before_the_start() -> None:
    assert amount(at=10) == "0.000"
    assert amount(started(), at=-1) == "0.000"
    assert amount(started(), at=0) == "0.000"


def test_rate_by_time_is_exact_to_three_places_half_up() -> None:
    assert amount(started(), at=10) == "9.000"
    assert amount(started("0.01"), at=3) == "0.001"  # 0.0005 mg
    assert amount(started("50"), at=1) == "0.833"
    assert amount(started("10"), at=0.1) == "0.017"


def test_a_plan_is_never_exceeded() -> None:
    assert amount(started(), at=40) == "36.000"
    assert amount(started(), at=400) == "36.000"
    assert given_mg([started()], D("35.6509"), at=after(60)) == D("35.650")


def test_a_pause_adds_nothing() -> None:
    steps = (started(), paused(10), resumed(25))
    assert amount(*steps, at=20) == "9.000"
    assert amount(*steps, at=35) == "18.000"


def test_a_change_of_rate_counts_from_its_time() -> None:
    assert amount(started(), changed(10, "27"), at=20) == "13.500"


def test_a_change_of_rate_while_paused_counts_from_the_resumption() -> None:
    steps = (started(), paused(10), changed(15, "27"), resumed(20))
    assert amount(*steps, at=20) == "9.000"
    assert amount(*steps, at=30) == "13.500"
    assert amount(started(), paused(10), changed(15, "27"), resumed(20, "60"), at=30) == "19.000"


def test_after_the_stop_nothing_runs_and_no_step_counts() -> None:
    steps = (started(), stopped(20), resumed(25, "600"), changed(26, "600"))
    assert amount(*steps, at=60) == "18.000"
    assert not is_paused(steps)


def test_a_step_that_is_recorded_late_counts_at_its_own_time() -> None:
    assert amount(started(), resumed(20), paused(10), at=30) == "18.000"


def test_steps_that_cannot_be_change_nothing() -> None:
    assert amount(paused(-5), changed(-5, "600"), started(), started("600"), at=10) == "9.000"
    assert amount(started(), resumed(5), at=10) == "9.000"
    assert amount(started(), changed(5, None), at=10) == "9.000"
    assert amount(Step(StepKind.STARTED, START), at=10) == "0.000"


def test_a_night_on_which_the_clocks_change_adds_no_hour() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begun = datetime(2026, 10, 25, 2, 50, tzinfo=berlin)
    again = datetime(2026, 10, 25, 2, 10, tzinfo=berlin, fold=1)
    steps = [Step(StepKind.STARTED, begun, D(54)), Step(StepKind.PAUSED, again)]
    assert given_mg(steps, PLAN, at=datetime(2026, 10, 25, 4, 0, tzinfo=berlin)) == D(18)
    forth = datetime(2026, 3, 29, 1, 50, tzinfo=berlin)
    until = datetime(2026, 3, 29, 3, 10, tzinfo=berlin)
    assert given_mg([Step(StepKind.STARTED, forth, D(54))], PLAN, at=until) == D(18)


def test_the_last_turn_says_whether_it_is_paused() -> None:
    assert not is_paused([])
    assert not is_paused([started()])
    assert is_paused([started(), paused(10)])
    assert not is_paused([started(), resumed(12), paused(10)])
    assert not is_paused([started(), paused(10), stopped(20)])


def test_the_rate_is_the_last_one_set() -> None:
    assert rate([]) is None
    assert rate([started()]) == 54
    assert rate([started(), paused(10), changed(12, "27")]) == 27
    assert rate([started(), paused(10), resumed(12)]) == 54


def test_a_usual_course_of_steps_is_nothing_to_ask_about() -> None:
    course = [started(), paused(10), changed(12, "27"), resumed(15), changed(20, "54"), stopped(45)]
    for count, new in enumerate(course):
        assert check_step(course[:count], new) == ()


def test_a_pause_at_which_it_is_stopped_for_good_has_one_time() -> None:
    assert found(stopped(10), started(), paused(10)) == []


@pytest.mark.parametrize(
    ("new", "steps", "words"),
    [
        (paused(5), (), "before the start"),
        (paused(-1), (started(),), "before the start"),
        (stopped(-1), (started(),), "before the start"),
        (started(), (started(),), "started already"),
        (resumed(5), (started(),), "not paused"),
        (paused(12), (started(), paused(10)), "paused already"),
        (resumed(20), (started(), paused(10), resumed(15)), "not paused"),
        (changed(50, "27"), (started(), stopped(45)), "had been stopped"),
        (stopped(30), (started(), stopped(45)), "Correct its end"),
        (resumed(10), (started(), paused(10)), "this very time"),
        (changed(10, "27"), (started(), changed(10, "30")), "this very time"),
    ],
)
def test_a_step_that_cannot_have_been_is_refused(
    new: Step, steps: tuple[Step, ...], words: str
) -> None:
    assert words in said(new, *steps)
    assert found(new, *steps) == ["refused observed_at"]


@pytest.mark.parametrize("value", [D(0), D(-1), D("NaN"), D("Infinity")])
@pytest.mark.parametrize("kind", [StepKind.RATE_CHANGED, StepKind.RESUMED])
def test_a_rate_is_above_zero(kind: StepKind, value: Decimal) -> None:
    new = Step(kind, after(20), value)
    assert found(new, started(), paused(10)) == ["refused rate_mg_per_h"]


def test_a_start_and_a_change_of_rate_have_one() -> None:
    assert found(changed(10, None), started()) == ["refused rate_mg_per_h"]
    assert found(Step(StepKind.STARTED, START)) == ["refused rate_mg_per_h"]
    assert {type(each) for each in check_step([started()], changed(10, None))} == {ImpossibleStep}


def test_a_pause_can_be_added_late_and_then_its_end() -> None:
    known = (started(), paused(30), resumed(35))
    assert found(paused(10), *known) == ["asked observed_at"]
    assert found(resumed(12), *known, paused(10)) == []
    assert amount(*known, paused(10), resumed(12), at=30) == "25.200"


def test_what_a_late_step_leaves_untrue_is_asked_about() -> None:
    assert "a pause between" in said(resumed(12), started(), paused(10), resumed(15))
    assert "no longer count" in said(stopped(20), started(), paused(30))
    assert said(paused(10), started(), changed(20, "27"), stopped(30)) == ""


MINUTES = st.integers(-10, 120)
RATES = st.one_of(st.none(), st.decimals("0.01", "200", places=2))
STEPS = st.lists(
    st.builds(
        lambda kind, at, mg_per_h: Step(kind, after(at), mg_per_h),
        st.sampled_from(StepKind),
        MINUTES,
        RATES,
    ),
    max_size=8,
).map(lambda steps: [started(), *steps])


@given(STEPS, MINUTES, MINUTES)
@settings(max_examples=100)
def test_more_time_never_takes_anything_back(steps: list[Step], one: int, other: int) -> None:
    early, late = sorted((one, other))
    before, later = (given_mg(steps, PLAN, at=after(minutes)) for minutes in (early, late))
    assert 0 <= before <= later <= PLAN


@given(STEPS, MINUTES, MINUTES)
@settings(max_examples=100)
def test_one_more_pause_never_adds_anything(steps: list[Step], pause: int, at: int) -> None:
    without = given_mg(steps, PLAN, at=after(at))
    assert given_mg([*steps, paused(pause)], PLAN, at=after(at)) <= without


@given(STEPS.flatmap(lambda steps: st.tuples(st.just(steps), st.permutations(steps))), MINUTES)
@settings(max_examples=100)
def test_the_order_of_recording_does_not_matter(
    drawn: tuple[list[Step], list[Step]], at: int
) -> None:
    steps, shuffled = drawn
    assert given_mg(steps, PLAN, at=after(at)) == given_mg(shuffled, PLAN, at=after(at))
    assert is_paused(steps) == is_paused(shuffled)
    assert rate(steps) == rate(shuffled)


@given(STEPS)
@settings(max_examples=100)
def test_steps_that_pass_one_by_one_are_never_paused_twice(steps: list[Step]) -> None:
    known: list[Step] = []
    for step in sorted(steps, key=lambda step: step.at):
        if not check_step(known, step):
            known.append(step)
    turns = [step.kind for step in known if step.kind in {StepKind.PAUSED, StepKind.RESUMED}]
    expected = [StepKind.PAUSED, StepKind.RESUMED] * len(turns)
    assert turns == expected[: len(turns)]
