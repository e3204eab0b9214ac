"""A score is read against an earlier one by its rule; a blank is never zero."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.outcome import (
    RULES,
    Impression,
    Judged,
    Moved,
    OutcomeRule,
    Response,
    held_for,
    is_back,
    judge,
    percent_change,
    response_of,
    rule_of,
    tally,
)
from kapnotes.clinic.outcome_rule import VARIANTS
from kapnotes.clinic.refusals import BadInput

YBOCS, PHQ9, GAD7, QIDS = (rule_of(key) for key in ("y-bocs", "phq-9", "gad-7", "qids-sr16"))
PCL5, WHO5, PAIN = (rule_of(key) for key in ("pcl-5", "who-5", "pain"))
CONSENSUS = rule_of("y-bocs", "consensus_2016")
EVERY_RULE = [*RULES.values(), *VARIANTS.values()]
every_rule = pytest.mark.parametrize(
    "rule", EVERY_RULE, ids=lambda rule: rule.variant or rule.scale
)


@pytest.mark.parametrize("total", [-1, 41])
def test_a_total_outside_the_scale_is_refused(total: int) -> None:
    for given_ in ({"baseline": total, "now": 9}, {"baseline": 9, "now": total}):
        with pytest.raises(BadInput):
            judge(YBOCS, **given_)
    with pytest.raises(BadInput):
        judge(YBOCS, baseline=9, now=9, last=total)


@pytest.mark.parametrize(
    ("rule", "baseline", "now", "response"),
    [
        (YBOCS, 40, 26, Response.RESPONSE),
        (YBOCS, 40, 27, Response.PARTIAL),
        (YBOCS, 40, 30, Response.PARTIAL),
        (YBOCS, 40, 31, Response.NO_RESPONSE),
        (YBOCS, 20, 13, Response.RESPONSE),
        (YBOCS, 30, 30, Response.NO_RESPONSE),
        (YBOCS, 30, 31, Response.WORSE),
        (PHQ9, 18, 9, Response.RESPONSE),
        (PHQ9, 18, 10, Response.PARTIAL),
        (PHQ9, 20, 15, Response.PARTIAL),
        (PHQ9, 20, 16, Response.NO_RESPONSE),
        (GAD7, 16, 8, Response.RESPONSE),
        (GAD7, 16, 9, Response.PARTIAL),
        (QIDS, 16, 8, Response.RESPONSE),
        (QIDS, 16, 13, Response.NO_RESPONSE),
        (PAIN, 8, 4, Response.RESPONSE),
        (PAIN, 10, 7, Response.PARTIAL),
        (PAIN, 10, 8, Response.NO_RESPONSE),
        (PCL5, 60, 10, None),
        (WHO5, 20, 80, None),
    ],
)
def test_a_response_is_the_published_percent_of_the_baseline(
    rule: OutcomeRule, baseline: int, now: int, response: Response | None
) -> None:
    assert response_of(rule, baseline, now) is response


def test_the_percent_is_of_the_baseline_to_a_tenth() -> None:
    assert percent_change(28, 17) == Decimal("-39.3")
    assert percent_change(20, 22) == Decimal("10.0")
    assert percent_change(Decimal("2.97"), Decimal("3.30")) == Decimal("11.1")


@pytest.mark.parametrize(("baseline", "now"), [(None, 10), (10, None), (0, 5), (None, None)])
def test_without_both_scores_there_is_no_percent_and_no_response(
    baseline: int | None, now: int | None
) -> None:
    assert percent_change(baseline, now) is None
    assert response_of(PHQ9, baseline, now) is None


def test_a_blank_is_never_zero() -> None:
    outcome = judge(YBOCS, baseline=28, now=None, last=20)
    assert (outcome.band, outcome.percent, outcome.response) == (None, None, None)
    assert (outcome.is_remission, outcome.is_well, outcome.moved) == (None, None, None)
    assert (outcome.change, outcome.change_from_last) == (None, None)
    assert judge(YBOCS, baseline=28, now=0).is_remission is True


def test_a_change_is_counted_from_the_baseline_and_from_the_last() -> None:
    outcome = judge(YBOCS, baseline=31, now=22, last=25)
    assert (outcome.change, outcome.change_from_last, outcome.band) == (-9, -3, "moderate")
    assert outcome.percent == Decimal("-29.0")
    assert (outcome.moved, outcome.response) == (Moved.BETTER, Response.PARTIAL)
    assert judge(YBOCS, baseline=31, now=22).change_from_last is None


@pytest.mark.parametrize(
    ("rule", "baseline", "now", "moved"),
    [
        (YBOCS, 30, 31, Moved.WORSE),
        (YBOCS, 30, 30, Moved.SAME),
        (WHO5, 20, 48, Moved.BETTER),
        (WHO5, 48, 20, Moved.WORSE),
    ],
)
def test_which_way_is_better_depends_on_the_scale(
    rule: OutcomeRule, baseline: int, now: int, moved: Moved
) -> None:
    assert judge(rule, baseline=baseline, now=now).moved is moved


@pytest.mark.parametrize(
    ("rule", "baseline", "now", "remission"),
    [
        (YBOCS, 28, 14, True),
        (YBOCS, 28, 15, False),
        (YBOCS, 14, 10, None),
        (PHQ9, 18, 4, True),
        (PHQ9, 18, 5, False),
        (QIDS, 18, 5, True),
        (QIDS, 18, 6, False),
        (GAD7, None, 2, None),
        (PCL5, 60, 2, None),
    ],
)
def test_remission_is_coming_under_the_threshold_from_above(
    rule: OutcomeRule, baseline: int | None, now: int, *, remission: bool | None
) -> None:
    assert judge(rule, baseline=baseline, now=now).is_remission is remission


def test_wellness_on_the_ybocs_is_twelve_or_less() -> None:
    assert judge(YBOCS, baseline=28, now=12).is_well is True
    assert judge(YBOCS, baseline=28, now=13).is_well is False
    assert judge(YBOCS, baseline=12, now=8).is_well is None
    assert judge(PHQ9, baseline=20, now=0).is_well is None


@pytest.mark.parametrize(
    ("rule", "baseline", "now", "reliable", "meaningful"),
    [
        (PHQ9, 15, 10, None, True),
        (PHQ9, 15, 11, None, False),
        (GAD7, 6, 10, None, True),
        (GAD7, 6, 9, None, False),
        (PCL5, 50, 46, False, False),
        (PCL5, 50, 45, True, False),
        (PCL5, 50, 41, True, False),
        (PCL5, 50, 40, True, True),
        (PCL5, 50, 60, True, True),
        (rule_of("pcl-5", "marx_2022"), 50, 36, False, False),
        (rule_of("pcl-5", "marx_2022"), 50, 35, True, True),
        (WHO5, 20, 28, None, False),
        (WHO5, 20, 32, None, True),
        (PAIN, 6, 4, None, True),
        (PAIN, 6, 5, None, False),
        (YBOCS, 28, 10, None, None),
        (PHQ9, None, 10, None, None),
    ],
)
def test_a_change_counts_from_the_published_points_either_way(
    rule: OutcomeRule,
    baseline: int | None,
    now: int,
    *,
    reliable: bool | None,
    meaningful: bool | None,
) -> None:
    outcome = judge(rule, baseline=baseline, now=now)
    assert (outcome.is_reliable, outcome.is_meaningful) == (reliable, meaningful)


@pytest.mark.parametrize(
    ("now", "improvement", "response"),
    [
        (26, 2, Response.RESPONSE),
        (26, 1, Response.RESPONSE),
        (26, 3, Response.PARTIAL),
        (26, None, None),
        (27, None, Response.PARTIAL),
        (27, 1, Response.PARTIAL),
        (31, 1, Response.NO_RESPONSE),
    ],
)
def test_by_the_consensus_a_response_also_takes_the_clinicians_impression(
    now: int, improvement: int | None, response: Response | None
) -> None:
    impression = Impression(improvement=improvement)
    outcome = judge(CONSENSUS, baseline=40, now=now, impression=impression)
    assert (outcome.response, outcome.variant) == (response, "consensus_2016")
    assert outcome.must_last_days == 7


@pytest.mark.parametrize(
    ("now", "severity", "remission"),
    [(12, 2, True), (12, 3, False), (12, None, None), (13, 1, False), (13, None, False)],
)
def test_by_the_consensus_remission_is_twelve_with_low_severity(
    now: int, severity: int | None, *, remission: bool | None
) -> None:
    impression = Impression(severity=severity)
    outcome = judge(CONSENSUS, baseline=30, now=now, impression=impression)
    assert outcome.is_remission is remission


def test_an_impression_lies_between_one_and_seven() -> None:
    for wrong in ({"improvement": 0}, {"severity": 8}):
        with pytest.raises(BadInput) as caught:
            Impression(**wrong)
        assert list(caught.value.errors) == list(wrong)


@every_rule
def test_a_judgement_names_its_scale_rule_and_version(rule: OutcomeRule) -> None:
    outcome = judge(rule, baseline=4, now=3)
    assert (outcome.scale, outcome.rule_version) == (rule.scale, rule.version)
    assert outcome.variant == rule.variant
    assert rule.scale in MEASURES


@pytest.mark.parametrize(
    ("scale", "variant"), [("meq-30", ""), ("phq-9", "consensus_2016"), ("y-bocs", "farris")]
)
def test_a_rule_that_a_scale_does_not_have_is_refused(scale: str, variant: str) -> None:
    with pytest.raises(BadInput):
        rule_of(scale, variant)


def test_dissociation_is_back_when_it_is_no_worse_than_before() -> None:
    assert is_back("cadss-6", 2, 2) is True
    assert is_back("cadss-6", 2, 3) is False
    assert is_back("aldrete", 9, 8) is False
    assert is_back("aldrete", 8, 9) is True
    assert is_back("cadss-6", None, 0) is None
    assert is_back("cadss-6", 0, None) is None
    assert is_back("rass", 0, 0) is None


def test_a_response_has_lasted_since_its_unbroken_run_began() -> None:
    day = datetime(2026, 11, 2, 10, tzinfo=UTC)
    run = [Response.PARTIAL, Response.RESPONSE, Response.RESPONSE, Response.RESPONSE]
    ratings = [Judged(day + timedelta(days=4 * at), found) for at, found in enumerate(run)]
    assert held_for(ratings) == timedelta(days=8)
    assert held_for([*reversed(ratings)]) == timedelta(days=8)
    assert held_for(ratings[:2]) == timedelta()
    assert held_for(ratings[:1]) is None
    assert held_for([*ratings, Judged(day + timedelta(days=20), None)]) is None
    assert held_for([]) is None


def test_rodriguez_2013_half_of_eight_respond_at_one_week_and_none_of_seven() -> None:
    """The published counts: 4 of 8 after ketamine, 0 of 7 after saline.

    Single totals are not in the abstract: these are ours, at and around the edge of 35 percent.
    """
    ketamine = [(28, 18), (30, 19), (20, 13), (40, 26), (29, 19), (28, 21), (26, 26), (31, 33)]
    saline = [(28, 28), (30, 20), (20, 14), (26, 25), (24, 26), (32, 30), (29, 29)]
    first = tally(response_of(YBOCS, *each) for each in ketamine)
    second = tally(response_of(YBOCS, *each) for each in saline)
    assert (first.responders, first.judged, first.percent) == (4, 8, 50)
    assert (second.responders, second.judged, second.percent) == (0, 7, 0)


def test_who_was_not_rated_is_missing_and_no_non_responder() -> None:
    found = tally([Response.RESPONSE, Response.PARTIAL, Response.WORSE, None])
    assert (found.of, found.judged, found.missing, found.partial) == (4, 3, 1, 1)
    assert found.percent == Decimal("33.3")
    assert tally([None]).percent is None


@every_rule
@settings(max_examples=40)
@given(data=st.data())
def test_a_better_score_is_never_a_lesser_outcome(rule: OutcomeRule, data: st.DataObject) -> None:
    measure = MEASURES[rule.scale]
    totals = st.integers(measure.least, measure.most)
    baseline, one, other = data.draw(totals), data.draw(totals), data.draw(totals)
    good = Impression(improvement=1, severity=1)
    outcomes = [judge(rule, baseline=baseline, now=now, impression=good) for now in (one, other)]
    if (one > other) != (rule.scale == "who-5"):
        outcomes.reverse()
    order, moves = list(Response), list(Moved)
    better, worse = outcomes if one != other else (outcomes[0], outcomes[0])
    if better.response is not None and worse.response is not None:
        assert order.index(better.response) <= order.index(worse.response)
    assert better.moved is not None
    assert worse.moved is not None
    assert moves.index(better.moved) <= moves.index(worse.moved)
    assert (better.is_remission or False) >= (worse.is_remission or False)
