"""A score is read by its rule: band, change, response, remission; a blank is never zero."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.clinic.outcome import (
    GAD7,
    PHQ9,
    RULES,
    YBOCS,
    OutcomeRule,
    Response,
    band_of,
    judge,
    percent_change,
    response_of,
)
from kapnotes.clinic.refusals import BadInput


@pytest.mark.parametrize(
    ("rule", "total", "word"),
    [
        (YBOCS, 0, "subclinical"),
        (YBOCS, 7, "subclinical"),
        (YBOCS, 8, "mild"),
        (YBOCS, 16, "moderate"),
        (YBOCS, 24, "severe"),
        (YBOCS, 32, "extreme"),
        (YBOCS, 40, "extreme"),
        (PHQ9, 4, "minimal"),
        (PHQ9, 5, "mild"),
        (PHQ9, 10, "moderate"),
        (PHQ9, 15, "moderately severe"),
        (PHQ9, 20, "severe"),
        (PHQ9, 27, "severe"),
        (GAD7, 4, "minimal"),
        (GAD7, 5, "mild"),
        (GAD7, 10, "moderate"),
        (GAD7, 15, "severe"),
        (GAD7, 21, "severe"),
    ],
)
def test_bands_begin_at_the_published_cut_points(rule: OutcomeRule, total: int, word: str) -> None:
    assert band_of(rule, total) == word


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.scale)
def test_bands_cover_the_scale_without_gap_or_overlap(rule: OutcomeRule) -> None:
    covered = [n for band in rule.bands for n in range(band.least, band.most + 1)]
    assert covered == list(range(rule.most + 1))


@pytest.mark.parametrize("total", [-1, 41])
def test_a_total_outside_the_scale_is_refused(total: int) -> None:
    with pytest.raises(BadInput):
        band_of(YBOCS, total)
    with pytest.raises(BadInput):
        judge(YBOCS, baseline=total, now=None)


@pytest.mark.parametrize(
    ("baseline", "now", "response"),
    [
        (40, 26, Response.RESPONSE),
        (40, 27, Response.PARTIAL),
        (40, 30, Response.PARTIAL),
        (40, 31, Response.NO_RESPONSE),
        (30, 30, Response.NO_RESPONSE),
        (30, 31, Response.WORSE),
    ],
)
def test_a_ybocs_response_is_thirty_five_percent_less(
    baseline: int, now: int, response: Response
) -> None:
    assert response_of(YBOCS, baseline, now) is response


def test_the_percent_is_of_the_baseline_to_a_tenth() -> None:
    assert percent_change(28, 17) == Decimal("-39.3")
    assert percent_change(20, 22) == Decimal("10.0")


@pytest.mark.parametrize(("baseline", "now"), [(None, 10), (10, None), (0, 5), (None, None)])
def test_without_both_scores_there_is_no_percent_and_no_response(
    baseline: int | None, now: int | None
) -> None:
    assert percent_change(baseline, now) is None
    assert response_of(PHQ9, baseline, now) is None


def test_a_blank_is_never_zero() -> None:
    outcome = judge(YBOCS, baseline=28, now=None)
    assert (outcome.band, outcome.percent, outcome.response) == (None, None, None)
    assert (outcome.is_remission, outcome.is_change) == (None, None)
    assert judge(YBOCS, baseline=28, now=0).is_remission is True


@pytest.mark.parametrize(
    ("rule", "baseline", "now", "remission"),
    [
        (YBOCS, 28, 14, True),
        (YBOCS, 28, 15, False),
        (YBOCS, 14, 10, None),
        (PHQ9, 18, 4, True),
        (PHQ9, 18, 5, False),
        (GAD7, None, 2, None),
    ],
)
def test_remission_is_coming_under_the_threshold_from_above(
    rule: OutcomeRule, baseline: int | None, now: int, *, remission: bool | None
) -> None:
    assert judge(rule, baseline=baseline, now=now).is_remission is remission


def test_a_change_is_counted_in_points_where_the_scale_has_them() -> None:
    assert judge(PHQ9, baseline=15, now=10).is_change is True
    assert judge(PHQ9, baseline=15, now=11).is_change is False
    assert judge(GAD7, baseline=6, now=10).is_change is True
    assert judge(YBOCS, baseline=28, now=10).is_change is None


def test_a_judgement_names_its_scale_and_rule_version() -> None:
    outcome = judge(PHQ9, baseline=18, now=9)
    assert (outcome.scale, outcome.rule_version) == ("phq9", "1")
    assert outcome.response is Response.RESPONSE


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_lower_score_is_never_a_lesser_response(baseline: int, one: int, other: int) -> None:
    order = list(Response)
    better, worse = sorted((one, other))
    reached = [response_of(YBOCS, baseline, now) for now in (better, worse)]
    ranks = [order.index(found) for found in reached if found is not None]
    assert ranks == sorted(ranks)
