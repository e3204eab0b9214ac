"""Drawing charts: by chance that can be drawn again, by risk, and for each person."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.chart_sample import Chart, Sample, SampleBy, draw, is_drawn_from
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import RiskLevel

CHARTS = tuple(Chart(key=f"chart-{number:02}", people=frozenset({"ada"})) for number in range(30))


def keys(by: SampleBy, charts: tuple[Chart, ...], count: int, seed: str = "spring") -> list[str]:
    return list(draw(by, charts, count=count, seed=seed).keys)


def test_the_same_seed_draws_the_same_charts_for_ever() -> None:
    """Kept samples are checked against this drawing: it must never change."""
    assert keys(SampleBy.CHANCE, CHARTS, 5) == [
        *("chart-07", "chart-24", "chart-23", "chart-17", "chart-06")
    ]
    assert keys(SampleBy.CHANCE, CHARTS, 5, "autumn") != keys(SampleBy.CHANCE, CHARTS, 5)


def test_a_seed_and_a_key_are_not_mistaken_for_each_other() -> None:
    pair = (Chart(key="ab"), Chart(key="b"))
    orders = {tuple(keys(SampleBy.CHANCE, pair, 2, f"{n}a"[: n + 1])) for n in range(1, 9)}
    assert orders == {("ab", "b"), ("b", "ab")}


def test_a_chart_that_is_added_moves_no_other() -> None:
    more = (*CHARTS, Chart(key="new"))
    before, after = keys(SampleBy.CHANCE, CHARTS, 30), keys(SampleBy.CHANCE, more, 31)
    assert [key for key in after if key != "new"] == before


def test_by_risk_the_grave_come_first_then_risk_then_findings() -> None:
    charts = (
        *CHARTS,
        Chart(key="low", risk=RiskLevel.LOW),
        Chart(key="high", risk=RiskLevel.HIGH),
        Chart(key="high-with-findings", risk=RiskLevel.HIGH, musts=2),
        Chart(key="grave", is_grave=True),
        Chart(key="none", risk=RiskLevel.NONE),
    )
    drawn = keys(SampleBy.RISK, charts, 7)
    assert drawn[:5] == ["grave", "high-with-findings", "high", "low", "none"]
    assert drawn[5:] == keys(SampleBy.CHANCE, CHARTS, 2)


def test_by_person_each_has_so_many_and_no_chart_comes_twice() -> None:
    charts = tuple(
        replace(chart, people=frozenset(people))
        for chart, people in zip(CHARTS, (["ada"], ["bob"], ["ada", "bob"]) * 10, strict=True)
    )
    drawn = keys(SampleBy.PERSON, charts, 3)
    assert len(drawn) == len(set(drawn))
    for person in ("ada", "bob"):
        assert sum(person in chart.people for chart in charts if chart.key in drawn) >= 3
    assert keys(SampleBy.PERSON, (Chart(key="nobody's"),), 3) == []


def test_where_there_are_fewer_all_are_drawn() -> None:
    assert len(keys(SampleBy.CHANCE, CHARTS, 1000)) == 30
    assert keys(SampleBy.RISK, (), 5) == []


@pytest.mark.parametrize(
    ("count", "seed", "names"),
    [(0, "a", {"count"}), (1001, "a", {"count"}), (1, " ", {"seed"}), (1, "x" * 101, {"seed"})],
)
def test_what_cannot_be_drawn_is_refused(count: int, seed: str, names: set[str]) -> None:
    with pytest.raises(BadInput) as refusal:
        draw(SampleBy.CHANCE, CHARTS, count=count, seed=seed)
    assert set(refusal.value.errors) == names


def test_a_chart_that_is_listed_twice_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        draw(SampleBy.CHANCE, (*CHARTS, CHARTS[3]), count=1, seed="a")
    assert set(refusal.value.errors) == {"charts"}


def test_a_kept_sample_can_be_proven() -> None:
    kept = draw(SampleBy.CHANCE, CHARTS, count=5, seed="spring")
    assert is_drawn_from(kept, CHARTS[::-1])
    assert not is_drawn_from(replace(kept, keys=kept.keys[::-1]), CHARTS)
    assert not is_drawn_from(replace(kept, seed="autumn"), CHARTS)
    assert not is_drawn_from(replace(kept, algorithm="0"), CHARTS)
    gone = tuple(chart for chart in CHARTS if chart.key != kept.keys[0])
    assert not is_drawn_from(kept, gone)


SOME = st.lists(
    st.builds(
        Chart,
        key=st.text("abcdef", min_size=1, max_size=4),
        people=st.frozensets(st.sampled_from(["ada", "bob"])),
        risk=st.none() | st.sampled_from(RiskLevel),
        is_grave=st.booleans(),
        musts=st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda chart: chart.key,
)


@given(
    st.sampled_from(SampleBy),
    SOME,
    st.integers(1, 5),
    st.text(min_size=1, max_size=5),
    st.randoms(),
)
@settings(max_examples=80)
def test_the_order_of_the_list_does_not_matter(
    by: SampleBy, charts: list[Chart], count: int, seed: str, chance: random.Random
) -> None:
    if not seed.strip():
        return
    drawn = draw(by, charts, count=count, seed=seed)
    assert isinstance(drawn, Sample)
    assert set(drawn.keys) <= {chart.key for chart in charts}
    assert len(set(drawn.keys)) == len(drawn.keys)
    chance.shuffle(charts)
    assert draw(by, charts, count=count, seed=seed) == drawn
