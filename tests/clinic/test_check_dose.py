"""A dose beside its plan, limits and protocol; and what became of all that was drawn."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.protocol import IM_TWO_DOSE, OTHER
from tests.clinic.chain import DOSED, HOUR, MINUTE, chain, dose, found, running, said

C, D = CheckCode, Decimal


def about(code: CheckCode, *doses: Any, **changes: Any) -> list[str]:
    return [one.about for one in found(chain(doses=doses, **changes), code)]


@pytest.mark.parametrize(("mg", "is_found"), [("44", False), ("44.1", True)])
def test_a_dose_unlike_its_plan_is_found_once(mg: str, *, is_found: bool) -> None:
    given = dose(mg=D(mg), drawn_mg=None, wasted_mg=None)
    assert about(C.DOSE_OUTSIDE, given) == ["unlike_plan"] * is_found


def test_a_written_reason_makes_it_a_hint() -> None:
    reasoned = dose(mg=D(60), drawn_mg=D(60), wasted_mg=None, reason="Partial response before.")
    [finding] = found(chain(doses=(reasoned,)), C.DOSE_OUTSIDE)
    assert (finding.is_explained, finding.level.value) == (True, "hint")
    assert finding.sentence == (
        "Dose of 2 March 2026, 10:00: 60 mg was given; the plan comes to 40 mg."
    )
    assert (finding.row, finding.section, finding.link_id) == ("dose-1", "dose", "changes")


@pytest.mark.parametrize(("mg", "is_found"), [("44", False), ("44.1", True), ("35.9", True)])
def test_a_session_unlike_its_protocol_is_found(mg: str, *, is_found: bool) -> None:
    given = dose(mg=D(mg), planned_mg_per_kg=None, drawn_mg=None, wasted_mg=None)
    assert about(C.DOSE_OUTSIDE, given) == ["unlike_protocol"] * is_found


def test_the_plan_of_an_infusion_can_itself_be_unlike_the_protocol() -> None:
    higher = dose(mg=D(60), planned_mg_per_kg=D("0.75"), drawn_mg=D(60), wasted_mg=None)
    [finding] = found(chain(doses=(higher,)), C.DOSE_OUTSIDE)
    assert finding.sentence == (
        "60 mg were given, 0.75 mg/kg; the protocol plans 0.5 mg/kg for infusion 1."
    )
    assert not finding.is_explained
    [decided] = found(chain(doses=(higher,), dose_reason="Decided on 1 March."), C.DOSE_OUTSIDE)
    [changed] = found(chain(doses=(dose(mg=D(60), changes="Raised."),)), C.DOSE_OUTSIDE)
    assert decided.is_explained
    assert changed.is_explained
    assert found(chain(doses=(higher,)), C.DOSE_OUTSIDE, dose_percent=50) == []


def test_the_protocol_counts_the_doses_of_its_route_together() -> None:
    first = dose(key="a", mg=D(20), planned_mg_per_kg=None, drawn_mg=None, wasted_mg=None)
    second = replace(
        first, key="b", dose=replace(first.dose, observed_at=DOSED + HOUR, stopped_at=None)
    )
    assert about(C.DOSE_OUTSIDE, first, second) == []
    assert about(C.DOSE_OUTSIDE, first) == ["unlike_protocol"]
    assert found(running(doses=(first,)), C.DOSE_OUTSIDE, at=DOSED + HOUR) == []


def test_the_second_dose_of_a_protocol_is_its_own() -> None:
    given = dose(
        mg=D(80),
        route=Route.IM,
        stopped_at=None,
        planned_mg_per_kg=None,
        drawn_mg=None,
        wasted_mg=None,
    )
    facts = chain(doses=(given,), protocol=IM_TWO_DOSE, route=Route.IM)
    assert len(found(facts, C.DOSE_OUTSIDE)) == 1
    assert found(replace(facts, number=2), C.DOSE_OUTSIDE) == []


def test_without_a_planned_dose_or_a_weight_nothing_is_compared() -> None:
    given = dose(mg=D(70), planned_mg_per_kg=None, drawn_mg=None, wasted_mg=None)
    assert about(C.DOSE_OUTSIDE, given, protocol=OTHER) == []
    weightless = dose(mg=D(70), weight_kg=None, drawn_mg=None, wasted_mg=None)
    assert about(C.DOSE_OUTSIDE, weightless) == []
    assert about(C.DOSE_WEIGHT, weightless) == ["no_weight"]


def test_what_still_runs_is_not_yet_compared_with_the_protocol() -> None:
    more = dose(
        mg=D(60), planned_mg_per_kg=None, is_running=True, stopped_at=None, rate_mg_per_h=D(90)
    )
    assert found(running(doses=(more,)), C.DOSE_OUTSIDE, at=DOSED + 10 * MINUTE) == []


def test_a_high_dose_and_another_route_are_outside() -> None:
    high = dose(mg=D(90), planned_mg_per_kg=None, drawn_mg=None, wasted_mg=None, route=Route.IM)
    assert about(C.DOSE_OUTSIDE, high, protocol=OTHER) == ["other_route"]
    very = dose(mg=D(90), planned_mg_per_kg=None, drawn_mg=None, wasted_mg=None)
    assert about(C.DOSE_OUTSIDE, very, protocol=OTHER) == ["high_dose"]


@pytest.mark.parametrize(
    ("weighed_on", "codes"),
    [
        (date(2026, 1, 31), []),
        (date(2026, 1, 30), ["old_weight"]),
        (None, ["undated_weight"]),
    ],
)
def test_the_weight_has_a_date_and_is_not_old(weighed_on: date | None, codes: list[str]) -> None:
    assert about(C.DOSE_WEIGHT, dose(weighed_on=weighed_on)) == codes


def test_the_age_of_a_weight_goes_by_the_practices_day() -> None:
    night = dose(observed_at=DOSED.replace(hour=3), weighed_on=date(2026, 1, 30))
    facts = chain(doses=(night,))
    assert len(found(facts, C.DOSE_WEIGHT)) == 1
    assert found(replace(facts, zone="America/New_York"), C.DOSE_WEIGHT) == []


def test_a_balance_that_does_not_add_up_is_not_explained_by_a_reason() -> None:
    short = dose(wasted_mg=D(5), reason="In a hurry.")
    [finding] = found(chain(doses=(short,)), C.WASTE_UNBALANCED)
    assert not finding.is_explained
    assert finding.sentence == (
        "Dose of 2 March 2026, 10:00: Drawn 50 mg is not given 40 mg and wasted 5 mg: "
        "10 mg should be wasted."
    )
    assert found(chain(doses=(dose(drawn_mg=D(40), wasted_mg=None),)), C.WASTE_UNBALANCED) == []


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"witnessed_by": "sam  ACHTERBERG"}, 1),
        ({"witnessed_by": ""}, 1),
        ({"wasted_by": "", "witnessed_by": ""}, 2),
    ],
)
def test_waste_is_witnessed_by_another(changes: dict[str, str], count: int) -> None:
    assert len(found(chain(doses=(dose(**changes),)), C.WASTE_UNWITNESSED)) == count


def test_what_was_drawn_is_asked_of_the_routes_of_the_rule() -> None:
    silent = dose(drawn_mg=None, wasted_mg=None)
    assert [one.link_id for one in found(chain(doses=(silent,)), C.WASTE_UNRECORDED)] == [
        "drawn_mg"
    ]
    assert found(chain(doses=(silent,)), C.WASTE_UNRECORDED, drawn_by=frozenset({"im"})) == []
    oral = chain(doses=(dose(drawn_mg=None, wasted_mg=None, route=Route.ORAL, stopped_at=None),))
    assert found(oral, C.WASTE_UNRECORDED) == []
    [sentence] = said(chain(doses=(silent,)), C.WASTE_UNRECORDED)
    assert sentence.startswith("Dose of 2 March 2026, 10:00: what was drawn is not recorded")


def test_of_a_running_dose_no_balance_is_asked() -> None:
    runs = dose(
        drawn_mg=D(50), wasted_mg=D(1), is_running=True, stopped_at=None, rate_mg_per_h=D(60)
    )
    facts = running(doses=(runs,))
    for code in (C.WASTE_UNBALANCED, C.WASTE_UNWITNESSED, C.WASTE_UNRECORDED):
        assert found(facts, code, at=DOSED + MINUTE) == []
    undrawn = dose(drawn_mg=None, wasted_mg=None, is_running=True, stopped_at=None)
    assert found(running(doses=(undrawn,)), C.WASTE_UNRECORDED, at=DOSED + MINUTE) == []
