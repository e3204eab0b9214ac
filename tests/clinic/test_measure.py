"""Answers come to a total as published; a blank is never a zero, and no part a total."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.measure import Scored, band_of, check_total, measure_of, score
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.measure_scale import Direction, Measure, Part, TotalRule
from kapnotes.clinic.refusals import BadInput

WITH_TOTAL = [measure for measure in MEASURES.values() if measure.has_total]
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda each: each.key)
every_total = pytest.mark.parametrize("measure", WITH_TOTAL, ids=lambda each: each.key)
with_bands = pytest.mark.parametrize(
    "measure", [each for each in WITH_TOTAL if each.bands], ids=lambda each: each.key
)


def filled(key: str, value: int = 0, **values: int) -> dict[str, int]:
    """Answer every question alike, and those named differently."""
    return {part.link_id: value for part in MEASURES[key].parts} | values


def answers_to(measure: Measure) -> st.SearchStrategy[dict[str, int]]:
    """Return complete answers to every question that there is."""
    return st.fixed_dictionaries(
        {part.link_id: st.integers(part.least, part.most) for part in measure.parts}
    )


def total(key: str, values: Mapping[str, int]) -> Decimal | None:
    return score(key, values).total


def sub(found: Scored, key: str) -> Decimal | None:
    return next(each.total for each in found.subscales if each.key == key)


def first(key: str, count: int, value: int) -> dict[str, int]:
    """Answer the first questions with a value, the rest with 0."""
    parts = MEASURES[key].parts
    return {part.link_id: value if at < count else 0 for at, part in enumerate(parts)}


@pytest.mark.parametrize(
    ("key", "values", "expected", "band"),
    [
        ("phq-9", first("phq-9", 4, 1), 4, "minimal"),
        ("phq-9", first("phq-9", 5, 1), 5, "mild"),
        ("phq-9", first("phq-9", 9, 1), 9, "mild"),
        ("phq-9", first("phq-9", 5, 2), 10, "moderate"),
        ("phq-9", first("phq-9", 7, 2), 14, "moderate"),
        ("phq-9", first("phq-9", 5, 3), 15, "moderately severe"),
        ("phq-9", first("phq-9", 6, 3) | {"q7": 1}, 19, "moderately severe"),
        ("phq-9", first("phq-9", 6, 3) | {"q7": 2}, 20, "severe"),
        ("phq-9", filled("phq-9", 3), 27, "severe"),
        ("gad-7", first("gad-7", 4, 1), 4, "minimal"),
        ("gad-7", first("gad-7", 5, 1), 5, "mild"),
        ("gad-7", first("gad-7", 3, 3), 9, "mild"),
        ("gad-7", first("gad-7", 5, 2), 10, "moderate"),
        ("gad-7", first("gad-7", 7, 2), 14, "moderate"),
        ("gad-7", first("gad-7", 5, 3), 15, "severe"),
        ("gad-7", filled("gad-7", 3), 21, "severe"),
        ("y-bocs", first("y-bocs", 7, 1), 7, "subclinical"),
        ("y-bocs", first("y-bocs", 8, 1), 8, "mild"),
        ("y-bocs", first("y-bocs", 5, 3), 15, "mild"),
        ("y-bocs", first("y-bocs", 8, 2), 16, "moderate"),
        ("y-bocs", first("y-bocs", 7, 3) | {"q8": 2}, 23, "moderate"),
        ("y-bocs", first("y-bocs", 8, 3), 24, "severe"),
        ("y-bocs", first("y-bocs", 7, 4) | {"q8": 3}, 31, "severe"),
        ("y-bocs", first("y-bocs", 8, 4), 32, "extreme"),
        ("y-bocs", filled("y-bocs", 4), 40, "extreme"),
        ("pcl-5", first("pcl-5", 10, 3), 30, "below the cut of 31 to 33"),
        ("pcl-5", first("pcl-5", 10, 3) | {"q20": 1}, 31, "at the cut of 31 to 33"),
        ("pcl-5", first("pcl-5", 11, 3), 33, "at the cut of 31 to 33"),
        ("pcl-5", first("pcl-5", 17, 2), 34, "above the cut of 31 to 33"),
        ("pcl-5", filled("pcl-5", 4), 80, "above the cut of 31 to 33"),
        ("who-5", filled("who-5"), 0, "very poor"),
        ("who-5", first("who-5", 1, 5) | {"q2": 2}, 28, "very poor"),
        ("who-5", first("who-5", 2, 4), 32, "poor"),
        ("who-5", first("who-5", 3, 4), 48, "poor"),
        ("who-5", first("who-5", 3, 4) | {"q4": 1}, 52, "not poor"),
        ("who-5", filled("who-5", 5), 100, "not poor"),
        ("pain", {"q1": 0}, 0, "none"),
        ("pain", {"q1": 1}, 1, "mild"),
        ("pain", {"q1": 3}, 3, "mild"),
        ("pain", {"q1": 4}, 4, "moderate"),
        ("pain", {"q1": 6}, 6, "moderate"),
        ("pain", {"q1": 7}, 7, "severe"),
        ("pain", {"q1": 10}, 10, "severe"),
        ("audit-c", {"q1": 0}, 0, "below both thresholds"),
        ("audit-c", {"q1": 2, "q2": 0, "q3": 0}, 2, "below both thresholds"),
        ("audit-c", {"q1": 2, "q2": 1, "q3": 0}, 3, "at the threshold for women"),
        ("audit-c", {"q1": 2, "q2": 1, "q3": 1}, 4, "at or above both thresholds"),
        ("audit-c", filled("audit-c", 4), 12, "at or above both thresholds"),
        ("cadss-6", filled("cadss-6", 4), 24, None),
        ("ebi", filled("ebi", 100), 600, None),
        ("ebi", filled("ebi", 0, q4=37), 37, None),
        ("aldrete", filled("aldrete", 2), 10, "9 or more"),
        ("aldrete", filled("aldrete", 2, q5=1), 9, "9 or more"),
        ("aldrete", filled("aldrete", 2, q5=0), 8, "below 9"),
        ("moaa-s", {"q1": 5}, 5, "awake or lightly sedated"),
        ("moaa-s", {"q1": 4}, 4, "awake or lightly sedated"),
        ("moaa-s", {"q1": 3}, 3, "moderate sedation or deeper"),
        ("moaa-s", {"q1": 0}, 0, "moderate sedation or deeper"),
        ("rass", {"q1": -5}, -5, "deeply sedated"),
        ("rass", {"q1": -4}, -4, "deeply sedated"),
        ("rass", {"q1": -3}, -3, "moderately sedated"),
        ("rass", {"q1": -2}, -2, "lightly sedated"),
        ("rass", {"q1": -1}, -1, "lightly sedated"),
        ("rass", {"q1": 0}, 0, "calm and alert"),
        ("rass", {"q1": 1}, 1, "agitated"),
        ("rass", {"q1": 4}, 4, "agitated"),
    ],
)
def test_a_total_and_its_band_as_worked_by_hand(
    key: str, values: dict[str, int], expected: int, band: str | None
) -> None:
    found = score(key, values)
    assert (found.total, found.band, found.missing) == (expected, band, ())
    assert found.is_complete


@with_bands
def test_bands_cover_the_scale_without_gap_or_overlap(measure: Measure) -> None:
    covered = [n for band in measure.bands for n in range(band.least, band.most + 1)]
    assert covered == list(range(measure.least, measure.most + 1))


@with_bands
def test_each_band_begins_and_ends_where_it_says(measure: Measure) -> None:
    for band in measure.bands:
        assert band_of(measure, band.least) == band_of(measure, band.most) == band.word


def test_ybocs_has_a_score_for_obsessions_and_one_for_compulsions() -> None:
    values = dict(zip(filled("y-bocs"), [3, 3, 4, 2, 3, 4, 3, 3, 3, 3], strict=True))
    found = score("y-bocs", values)
    assert (sub(found, "obsessions"), sub(found, "compulsions"), found.total) == (15, 16, 31)
    values.pop("q7")
    half = score("y-bocs", values)
    assert (sub(half, "obsessions"), sub(half, "compulsions"), half.total) == (15, None, None)
    assert (half.missing, half.subscales[1].missing, half.band) == (("q7",), ("q7",), None)


def test_qids_counts_the_highest_of_each_domain() -> None:
    # Sleep 0 2 1 3, sad 2, appetite and weight 0 2 0 1, then 2 1 1 2 2, slowed and restless 1 2.
    answers = [0, 2, 1, 3, 2, 0, 2, 0, 1, 2, 1, 1, 2, 2, 1, 2]
    values = dict(zip(filled("qids-sr16"), answers, strict=True))
    found = score("qids-sr16", values)
    assert (found.total, found.band) == (3 + 2 + 2 + (2 + 1 + 1 + 2 + 2) + 2, "severe")
    assert total("qids-sr16", values | {"q1": 3, "q3": 3}) == found.total
    assert total("qids-sr16", values | {"q8": 3}) == 18
    assert total("qids-sr16", filled("qids-sr16", 3)) == 27


@pytest.mark.parametrize(
    ("sum_of_six", "band"),
    [
        (5, "none"),
        (6, "mild"),
        (10, "mild"),
        (11, "moderate"),
        (15, "moderate"),
        (16, "severe"),
    ],
)
def test_qids_bands_begin_at_the_published_cut_points(sum_of_six: int, band: str) -> None:
    singles = ["q5", "q10", "q11", "q12", "q13", "q14"]
    values = filled("qids-sr16")
    for at in range(sum_of_six):
        values[singles[at % 6]] += 1
    assert score("qids-sr16", values).band == band


def test_qids_is_very_severe_from_twenty_one() -> None:
    values = filled("qids-sr16", 3, q15=0, q16=0)
    assert (total("qids-sr16", values), score("qids-sr16", values).band) == (24, "very severe")
    less = values | {"q5": 0}
    assert (total("qids-sr16", less), score("qids-sr16", less).band) == (21, "very severe")
    assert score("qids-sr16", less | {"q10": 2}).band == "severe"


def test_who5_is_told_in_percent_and_keeps_its_raw_score() -> None:
    found = score("who-5", dict(zip(filled("who-5"), [3, 2, 2, 1, 4], strict=True)))
    assert (found.raw, sub(found, "raw"), found.total) == (12, 12, 48)


def test_meq_factors_are_in_percent_and_the_total_is_the_mean() -> None:
    values = filled("meq-30", 3)
    found = score("meq-30", values)
    assert [each.total for each in found.subscales] == [60, 60, 60, 60]
    assert (found.total, found.claim and found.claim.holds) == (3, True)
    one_less = score("meq-30", values | {"q29": 2})
    assert sub(one_less, "ineffability") == Decimal("53.3")
    assert one_less.total == Decimal("2.97")
    assert one_less.claim is not None
    assert one_less.claim.holds is False


@pytest.mark.parametrize(
    ("factor", "numbers"),
    [
        ("mystical", (4, 5, 6, 9, 14, 15, 16, 18, 20, 21, 23, 24, 25, 26, 28)),
        ("positive-mood", (2, 8, 12, 17, 27, 30)),
        ("transcendence", (1, 7, 11, 13, 19, 22)),
        ("ineffability", (3, 10, 29)),
    ],
)
def test_meq_factors_hold_the_items_of_barrett_2015(factor: str, numbers: tuple[int, ...]) -> None:
    values = filled("meq-30", 0) | {f"q{number}": 5 for number in numbers}
    found = {each.key: each.total for each in score("meq-30", values).subscales}
    assert found.pop(factor) == 100
    assert set(found.values()) == {0}


def test_meq_factors_share_no_item_and_leave_none_out() -> None:
    held = [link_id for each in MEASURES["meq-30"].subscales for link_id in each.link_ids]
    assert sorted(held) == sorted(filled("meq-30"))


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({}, True),
        ({"q1": 1}, False),
        ({"q1": 1, "q5": 2}, True),
        ({"q6": 1}, False),
        ({"q8": 1}, False),
        ({"q15": 1}, False),
        ({"q20": 4}, True),
    ],
)
def test_pcl5_is_provisional_by_one_b_one_c_two_d_and_two_e_items(
    changed: dict[str, int], *, holds: bool
) -> None:
    just = filled("pcl-5", 1, q1=2, q6=2, q8=2, q14=2, q15=2, q16=2)
    found = score("pcl-5", just | changed)
    assert found.claim is not None
    assert found.claim.code == "provisional_ptsd"
    assert found.claim.holds is holds


def test_pcl5_clusters_add_up_to_the_total() -> None:
    found = score("pcl-5", filled("pcl-5", 1))
    assert [each.total for each in found.subscales] == [5, 2, 7, 6]
    assert [each.most for each in found.subscales] == [20, 8, 28, 24]
    blank = score("pcl-5", {"q1": 4})
    assert blank.claim is not None
    assert blank.claim.holds is None


def test_who_never_drinks_is_not_asked_further() -> None:
    assert score("audit-c", {"q1": 0, "q2": 4}).total == 0
    assert score("audit-c", {}).missing == ("q1",)
    assert score("audit-c", {"q1": 1}).missing == ("q2", "q3")


def test_cadss6_keeps_the_numbers_of_the_full_scale() -> None:
    assert list(filled("cadss-6")) == ["q1", "q2", "q6", "q7", "q15", "q22"]


@pytest.mark.parametrize(
    ("values", "level", "missing"),
    [
        ({"q1": 0, "q2": 0, "q6": 0}, "none", ()),
        ({"q1": 1, "q2": 0, "q6": 0}, "low", ()),
        ({"q1": 0, "q2": 1, "q3": 0, "q4": 0, "q5": 0, "q6": 0}, "low", ()),
        ({"q1": 0, "q2": 1, "q3": 1, "q4": 0, "q5": 0, "q6": 0}, "moderate", ()),
        ({"q1": 0, "q2": 0, "q6": 1, "q6-recent": 0}, "moderate", ()),
        ({"q1": 0, "q2": 0, "q6": 1, "q6-recent": 1}, "high", ()),
        ({"q1": 0, "q2": 1, "q3": 0, "q4": 1, "q5": 0, "q6": 0}, "high", ()),
        ({"q1": 0, "q2": 1, "q3": 0, "q4": 0, "q5": 1, "q6": 0}, "high", ()),
        ({"q1": 1}, None, ("q2", "q6")),
        ({"q1": 0, "q2": 1}, None, ("q3", "q4", "q5", "q6")),
        ({"q1": 0, "q2": 0, "q6": 1}, None, ("q6-recent",)),
        ({"q2": 1, "q5": 1}, "high", ("q1", "q3", "q4", "q6")),
        ({"q1": 0, "q2": 0, "q4": 1, "q6": 0}, "high", ()),
    ],
)
def test_the_screener_has_a_level_and_no_total(
    values: dict[str, int], level: str | None, missing: tuple[str, ...]
) -> None:
    found = score("c-ssrs", values)
    assert (found.total, found.raw, found.band, found.missing) == (None, None, level, missing)


@every_total
def test_a_blank_anywhere_is_no_total_no_band_and_no_claim(measure: Measure) -> None:
    values = filled(measure.key, 1)
    for part in measure.parts:
        found = score(measure.key, values | {part.link_id: None})
        assert (found.total, found.raw, found.band) == (None, None, None)
        assert part.link_id in found.missing
        assert not found.is_complete
        assert found.claim is None or found.claim.holds is None


@every_measure
def test_nothing_answered_is_nothing_known(measure: Measure) -> None:
    found = score(measure.key, {})
    assert (found.total, found.band) == (None, None)
    assert found.missing == tuple(each.link_id for each in measure.parts if not each.after)


@every_measure
@pytest.mark.parametrize("wrong", ["below", "above", "half", "nan", "text"])
def test_a_value_that_is_no_answer_is_refused(measure: Measure, wrong: str) -> None:
    part = measure.parts[-1]
    values = {
        "below": part.least - 1,
        "above": part.most + 1,
        "half": Decimal("0.5"),
        "nan": Decimal("NaN"),
        "text": "1",
    }
    with pytest.raises(BadInput) as caught:
        score(measure.key, {part.link_id: values[wrong]})  # type: ignore[dict-item] # what may not be
    assert list(caught.value.errors) == [part.link_id]


def test_a_question_that_the_scale_does_not_have_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        score("phq-9", filled("phq-9", 0, q10=1, q1=4))
    assert set(caught.value.errors) == {"q1", "q10"}


def test_what_stands_beside_a_scale_does_not_count() -> None:
    assert total("phq-9", filled("phq-9", 1, function=3)) == 9


def test_decimals_of_the_engine_count_as_the_whole_numbers_they_are() -> None:
    values = {link_id: Decimal("2.0") for link_id in filled("gad-7")}
    assert score("gad-7", values).total == 14


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(BadInput):
        measure_of("phq-2")


def test_a_total_outside_the_scale_is_refused() -> None:
    for wrong in (-1, 41, Decimal("40.1")):
        with pytest.raises(BadInput):
            band_of(measure_of("y-bocs"), wrong)
    with pytest.raises(BadInput):
        check_total(measure_of("c-ssrs"), 0)
    assert band_of(measure_of("y-bocs"), None) is None


@every_total
@settings(max_examples=30)
@given(data=st.data())
def test_any_complete_answer_gives_a_total_in_range(measure: Measure, data: st.DataObject) -> None:
    found = score(measure.key, data.draw(answers_to(measure)))
    assert found.total is not None
    assert measure.least <= found.total <= measure.most
    assert all(each.total is not None and 0 <= each.total <= each.most for each in found.subscales)
    assert found.rule_version == measure.rule_version
    assert (found.band is None) == (not measure.bands)


@every_measure
@settings(max_examples=20)
@given(data=st.data())
def test_the_order_of_the_items_does_not_matter(measure: Measure, data: st.DataObject) -> None:
    values = data.draw(answers_to(measure))
    order = data.draw(st.permutations(list(values)))
    assert score(measure.key, {link_id: values[link_id] for link_id in order}) == score(
        measure.key, values
    )


def weight(measure: Measure, part: Part, values: dict[str, int], to: int) -> int:
    """Return by how much a changed answer has to change the sum, from the scale's own rule."""
    if part.after and values[part.after] not in part.answers:
        return 0
    if measure.rule is TotalRule.DOMAINS:
        domain = next(each for each in measure.domains if part.link_id in each)
        others = [values[link_id] for link_id in domain if link_id != part.link_id]
        return max([to, *others]) - max([values[part.link_id], *others])
    return to - values[part.link_id]


@every_total
@settings(max_examples=30)
@given(data=st.data())
def test_a_changed_item_changes_the_sum_by_its_own_weight(
    measure: Measure, data: st.DataObject
) -> None:
    values = data.draw(answers_to(measure))
    deciding = {part.after for part in measure.parts}
    part = data.draw(
        st.sampled_from([each for each in measure.parts if each.link_id not in deciding])
    )
    to = data.draw(st.integers(part.least, part.most))
    before, after = score(measure.key, values), score(measure.key, values | {part.link_id: to})
    assert before.raw is not None
    assert after.raw is not None
    assert after.raw - before.raw == weight(measure, part, values, to)


@every_measure
def test_a_scale_describes_itself(measure: Measure) -> None:
    assert measure.key == next(key for key, each in MEASURES.items() if each is measure)
    assert measure.title.startswith(measure.short)
    assert measure.rule_version
    assert measure.recall
    known = {part.link_id for part in measure.parts}
    assert known >= {link_id for each in measure.subscales for link_id in each.link_ids}
    assert known >= {link_id for domain in measure.domains for link_id in domain}
    for each in measure.subscales:
        reach = sum(part.most for part in measure.parts if part.link_id in each.link_ids)
        assert reach == each.most


def test_every_item_of_qids_stands_in_one_domain() -> None:
    held = [link_id for domain in MEASURES["qids-sr16"].domains for link_id in domain]
    assert sorted(held) == sorted(filled("qids-sr16"))
    assert len(MEASURES["qids-sr16"].domains) == 9


def test_higher_is_better_only_where_it_is() -> None:
    better = {key for key, each in MEASURES.items() if each.direction is Direction.HIGHER_BETTER}
    neutral = {key for key, each in MEASURES.items() if each.direction is Direction.NEUTRAL}
    assert better == {"who-5", "aldrete", "moaa-s"}
    assert neutral == {"rass", "meq-30", "ebi"}
