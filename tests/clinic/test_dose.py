"""The dose adds up, and what is too much is asked about or refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.dose import (
    DEFAULT_LIMITS,
    AfterHold,
    Dose,
    DoseLimits,
    ImpossibleDose,
    check_dose,
    cumulative,
    mg_per_kg,
    planned_mg,
    volume_ml,
)
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import BadInput, Concern, Refusal
from kapnotes.clinic.waste import check_waste, in_mg, plain

D = Decimal
START = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - the practice's wall time, as browsers post it
LATER = START + timedelta(hours=1)
IV = DEFAULT_LIMITS[Route.IV]
DOSE = Dose(
    observed_at=START,
    stopped_at=START + timedelta(minutes=40),
    mg=D("35"),
    weight_kg=D("70"),
    weighed_on=date(2026, 3, 2),
    planned_mg_per_kg=D("0.5"),
)
AMOUNTS = st.decimals("0.01", "500", places=2)


def found(dose: Dose, route: Route = Route.IV, *earlier: Dose) -> list[str]:
    return names(check_dose(dose, DEFAULT_LIMITS[route], at=LATER, earlier=earlier))


def names(concerns: tuple[Concern, ...]) -> list[str]:
    return [
        f"{'refused' if isinstance(concern, Refusal) else 'asked'} {concern.code} {concern.about}"
        for concern in concerns
    ]


def test_half_a_mg_per_kg_over_forty_minutes_is_nothing_to_ask_about() -> None:
    assert found(DOSE) == []


def test_the_arithmetic_is_exact() -> None:
    assert mg_per_kg(D("35"), D("70")) == D("0.5")
    assert mg_per_kg(D("35"), D("71.3")) == D("0.491")
    assert planned_mg(D("0.5"), D("71.3")) == D("35.65")
    assert volume_ml(D("35"), D("50")) == D("0.7")
    assert cumulative([DOSE, replace(DOSE, mg=D("0.1"))]) == D("35.1")
    assert cumulative([]) == 0


@pytest.mark.parametrize("zero", [D(0), D(-1), D("NaN"), D("Infinity")])
def test_nothing_is_divided_by_what_is_no_amount(zero: Decimal) -> None:
    with pytest.raises(ImpossibleDose):
        mg_per_kg(D(1), zero)
    with pytest.raises(ImpossibleDose):
        volume_ml(D(1), zero)


@pytest.mark.parametrize(
    "name",
    [
        "mg",
        "weight_kg",
        "concentration_mg_per_ml",
        "planned_mg_per_kg",
        "rate_mg_per_h",
        "drawn_mg",
        "wasted_mg",
    ],
)
@pytest.mark.parametrize("value", [D("NaN"), D("-1"), D("Infinity")])
def test_a_figure_that_cannot_be_is_refused_alone(name: str, value: Decimal) -> None:
    dose = replace(DOSE, **{name: value})
    assert found(dose) == [f"refused impossible_dose {name}"]


@pytest.mark.parametrize(
    ("mg", "said"),
    [
        ("70", []),
        ("70.01", ["asked high_dose mg"]),
        ("140", ["asked high_dose mg"]),
        ("140.01", ["refused dose_too_high mg"]),
    ],
)
def test_iv_is_asked_about_above_one_and_refused_above_two_mg_per_kg(
    mg: str, said: list[str]
) -> None:
    assert found(replace(DOSE, mg=D(mg), planned_mg_per_kg=None)) == said


def test_all_doses_of_the_session_count_towards_the_limit() -> None:
    concerns = check_dose(DOSE, IV, at=LATER, earlier=[replace(DOSE, mg=D("110"))])
    assert [concern.sentence for concern in concerns] == [
        "145 mg in this session, 2.071 mg/kg, is above this practice's limit of 2 mg/kg."
    ]


def test_a_dose_without_a_weight_is_asked_about_unless_it_is_a_fixed_one() -> None:
    unweighed = replace(DOSE, mg=D(84), weight_kg=None)
    assert found(unweighed) == ["asked no_weight weight_kg"]
    assert found(unweighed, Route.INTRANASAL) == []
    assert found(replace(unweighed, mg=D(112)), Route.INTRANASAL) == ["asked high_dose mg"]
    assert found(replace(unweighed, mg=D(169)), Route.INTRANASAL) == ["refused dose_too_high mg"]


def test_a_dose_unlike_its_plan_needs_its_changes_told() -> None:
    more = replace(DOSE, mg=D("38.51"))
    assert found(replace(DOSE, mg=D("38.5"))) == []
    assert found(more) == ["asked unlike_plan changes"]
    assert found(replace(more, changes="Raised for a flat response")) == []


@pytest.mark.parametrize(
    ("weighed_on", "said"),
    [
        (None, ["asked undated_weight weighed_on"]),
        (date(2026, 3, 3), ["refused impossible_dose weighed_on"]),
        (date(2026, 1, 31), []),
        (date(2026, 1, 30), ["asked old_weight weighed_on"]),
    ],
)
def test_a_weight_has_a_recent_date(weighed_on: date | None, said: list[str]) -> None:
    assert found(replace(DOSE, weighed_on=weighed_on)) == said


def test_the_times_are_in_order_and_past() -> None:
    early = replace(DOSE, stopped_at=START - timedelta(minutes=1))
    assert found(early) == ["refused impossible_dose stopped_at"]
    assert found(replace(DOSE, stopped_at=START)) == []
    assert found(replace(DOSE, stopped_at=None)) == []
    ahead = replace(DOSE, observed_at=LATER + timedelta(minutes=1), stopped_at=None)
    assert found(ahead) == ["refused impossible_dose observed_at"]
    unended = replace(DOSE, stopped_at=LATER + timedelta(minutes=1))
    assert found(unended) == ["refused impossible_dose stopped_at"]
    long = replace(DOSE, observed_at=START - timedelta(hours=6), stopped_at=LATER)
    assert found(long) == ["asked long_dose stopped_at"]


RUNNING = replace(DOSE, stopped_at=None, is_running=True, rate_mg_per_h=D("52.5"))


def test_a_running_dose_is_not_asked_what_became_of_what_was_drawn() -> None:
    drawn = replace(RUNNING, drawn_mg=D(50))
    assert found(drawn) == []
    ended = replace(drawn, is_running=False, stopped_at=LATER)
    assert found(ended) == ["refused waste_unbalanced wasted_mg"]


def test_a_running_dose_has_a_rate_and_no_end() -> None:
    assert found(replace(RUNNING, rate_mg_per_h=None)) == ["refused dose_incomplete rate_mg_per_h"]
    assert found(replace(RUNNING, stopped_at=LATER)) == ["refused impossible_dose stopped_at"]
    assert found(replace(RUNNING, route=Route.IM)) == ["refused impossible_dose route"]
    assert found(replace(RUNNING, route=Route.IV)) == []


def test_a_running_dose_counts_as_all_that_is_to_be_given() -> None:
    more = replace(RUNNING, mg=D(141), planned_mg_per_kg=None)
    assert found(more) == ["refused dose_too_high mg"]
    concerns = check_dose(replace(RUNNING, mg=D(40)), IV, at=LATER)
    assert [each.sentence for each in concerns] == [
        "40 mg is to be given; the plan comes to 35 mg."
    ]


def test_a_dose_that_runs_for_very_long_is_asked_about() -> None:
    forgotten = replace(RUNNING, observed_at=LATER - timedelta(hours=6, seconds=1))
    assert found(forgotten) == ["asked long_dose observed_at"]
    assert found(replace(RUNNING, observed_at=LATER - timedelta(hours=6))) == []


def test_a_dose_in_the_night_of_the_clocks_is_as_long_as_it_was() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = replace(
        DOSE,
        observed_at=datetime(2026, 10, 24, 22, 0, tzinfo=berlin),
        stopped_at=datetime(2026, 10, 25, 4, 0, tzinfo=berlin),
        weighed_on=date(2026, 10, 24),
    )
    at = datetime(2026, 10, 25, 5, 0, tzinfo=berlin)
    assert names(check_dose(night, IV, at=at)) == ["asked long_dose stopped_at"]
    again = datetime(2026, 10, 25, 2, 10, tzinfo=berlin, fold=1)
    short = replace(night, observed_at=again.replace(minute=50, fold=0), stopped_at=again)
    assert names(check_dose(short, IV, at=at)) == []


def by(planned: Route, dose: Dose, *earlier: Dose) -> list[str]:
    """What is said of a dose beside the route that the infusion is planned by."""
    limits = DEFAULT_LIMITS[dose.route or planned]
    return names(check_dose(dose, limits, at=LATER, earlier=earlier, planned_route=planned))


def test_another_route_than_the_planned_one_is_asked_about() -> None:
    assert by(Route.IM, replace(DOSE, route=Route.IM)) == []
    assert by(Route.IM, DOSE) == []
    assert by(Route.IV, replace(DOSE, route=Route.IM)) == ["asked other_route route"]
    concerns = check_dose(
        replace(DOSE, route=Route.ORAL), IV, at=LATER, planned_route=Route.INTRANASAL
    )
    assert [each.sentence for each in concerns] == [
        "This is an oral dose; the infusion is planned as intranasal."
    ]


def test_routes_do_not_add_up_to_a_refusal_but_are_asked_about() -> None:
    earlier = replace(DOSE, mg=D(150), route=Route.SUBLINGUAL)
    assert by(Route.IV, DOSE, earlier) == ["asked high_dose mg"]
    assert by(Route.IV, DOSE, replace(earlier, route=None)) == ["refused dose_too_high mg"]
    nasal = replace(DOSE, mg=D(56), route=Route.INTRANASAL, weight_kg=None, planned_mg_per_kg=None)
    assert by(Route.INTRANASAL, nasal, earlier) == ["asked high_dose mg"]


@pytest.mark.parametrize(
    ("route", "name", "least", "most"),
    [(Route.SUBLINGUAL, "held_minutes", 0, 60), (Route.INTRANASAL, "sprays", 1, 60)],
)
def test_minutes_held_and_sprays_are_such_as_can_be(
    route: Route, name: str, least: int, most: int
) -> None:
    for value in (least, most):
        assert by(route, replace(DOSE, **{name: value})) == []
    for value in (least - 1, most + 1):
        assert by(route, replace(DOSE, **{name: value})) == [f"refused impossible_dose {name}"]


def test_what_one_route_has_is_refused_of_another() -> None:
    held = replace(DOSE, held_minutes=12, after_hold=AfterHold.SPAT_OUT)
    refused = ["refused impossible_dose held_minutes", "refused impossible_dose after_hold"]
    assert by(Route.SUBLINGUAL, held) == []
    assert by(Route.INTRANASAL, held) == refused
    assert by(Route.IV, replace(DOSE, sprays=2)) == ["refused impossible_dose sprays"]
    assert found(replace(held, sprays=2)) == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"caution_mg": D(56), "refusal_mg": D(84)}, set()),
        ({"refusal_mg": D(84)}, set()),
        ({"refusal_mg_per_kg": D(1)}, {"refusal_mg_per_kg"}),
        ({"caution_mg": D(84), "refusal_mg": D(56)}, {"refusal_mg"}),
        ({"caution_mg_per_kg": D(0)}, {"caution_mg_per_kg"}),
        ({"caution_mg_per_kg": D("0.0001")}, {"caution_mg_per_kg"}),
        ({"refusal_mg_per_kg": D("NaN")}, {"refusal_mg_per_kg"}),
        ({"refusal_mg_per_kg": D("50.001")}, {"refusal_mg_per_kg"}),
        ({"refusal_mg": D(5001)}, {"refusal_mg"}),
        ({"weight_days": -1, "plan_percent": 101}, {"weight_days", "plan_percent"}),
        ({"longest_hours": 0}, {"longest_hours"}),
    ],
)
def test_limits_ask_before_they_refuse(changes: dict[str, Any], wrong: set[str]) -> None:
    limits = {"caution_mg_per_kg": D(1), "refusal_mg_per_kg": D(2), **changes}
    try:
        DoseLimits(**limits)
    except BadInput as refusal:
        named = set(refusal.errors)
    else:
        named = set()
    assert named == wrong


def test_refusals_come_before_cautions() -> None:
    dose = replace(DOSE, mg=D(71), planned_mg_per_kg=None, drawn_mg=D(50))
    assert found(dose) == ["refused waste_unbalanced drawn_mg", "asked high_dose mg"]


def waste(
    drawn: str | None, given_mg: str, wasted: str | None, by: str = "", seen: str = ""
) -> str:
    """What is said of a waste, "" if nothing."""
    concerns = check_waste(
        D(drawn) if drawn is not None else None,
        D(given_mg),
        D(wasted) if wasted is not None else None,
        wasted_by=by,
        witnessed_by=seen,
    )
    return " ".join(concern.sentence for concern in concerns)


def test_what_was_drawn_is_given_and_wasted_to_the_mg() -> None:
    assert waste("50", "35", "15", "Ada Rowe", "Ben Ito") == ""
    assert waste("50", "50.00", None) == ""
    assert waste("50", "50", "0") == ""
    assert waste(None, "35", None) == ""
    assert "15 mg should be wasted" in waste("50", "35", "14.9", "Ada Rowe", "Ben Ito")
    assert "15 mg was drawn and not given" in waste("50", "35", None)
    assert "More was given (51 mg)" in waste("50", "51", None)
    assert "how much was drawn" in waste(None, "35", "15", "Ada Rowe", "Ben Ito")


@pytest.mark.parametrize("again", ["Ada Rowe", "  ada   ROWE ", "Ａda Rowe"])  # noqa: RUF001 - a wide letter is the case
def test_nobody_witnesses_their_own_waste(again: str) -> None:
    assert "somebody other" in waste("50", "35", "15", "Ada Rowe", again)


def test_both_people_are_named() -> None:
    assert "Name the person who wasted" in waste("50", "35", "15", "", "Ben Ito")
    assert "Name the person who witnessed" in waste("50", "35", "15", "Ada Rowe", " ")


@given(AMOUNTS, AMOUNTS, AMOUNTS)
@settings(max_examples=80)
def test_only_an_exact_balance_passes(given_mg: Decimal, wasted: Decimal, off: Decimal) -> None:
    people = {"wasted_by": "Ada Rowe", "witnessed_by": "Ben Ito"}
    assert check_waste(given_mg + wasted, given_mg, wasted, **people) == ()
    assert len(check_waste(given_mg + wasted + off, given_mg, wasted, **people)) == 1


@given(AMOUNTS, st.decimals("20", "200", places=1))
@settings(max_examples=80)
def test_more_is_never_less_of_a_concern(mg: Decimal, weight: Decimal) -> None:
    def rank(amount: Decimal) -> int:
        dose = replace(DOSE, mg=amount, weight_kg=weight, planned_mg_per_kg=None)
        concerns = check_dose(dose, IV, at=LATER)
        return 0 if not concerns else 2 if isinstance(concerns[0], Refusal) else 1

    assert rank(mg) <= rank(mg * 2)


def test_numbers_are_written_as_people_do() -> None:
    assert [plain(D(n)) for n in ("35.00", "1E+2", "0.50", "100")] == ["35", "100", "0.5", "100"]
    assert in_mg(D("35.50")) == "35.5 mg"
