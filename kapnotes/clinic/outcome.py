"""What a score says against an earlier one: change, response, remission, reliable change.

A blank is never a zero: without a score, or without a baseline, there is no judgement. Every
judgement carries the version of the rule that made it (`outcome_rule` has the figures).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.instant import instant
from kapnotes.clinic.measure import TENTH, band_of, check_total, measure_of
from kapnotes.clinic.measure_scale import Direction, Total
from kapnotes.clinic.outcome_rule import RULES, OutcomeRule, rule_of

__all__ = [
    "RULES",
    "Impression",
    "Judged",
    "Moved",
    "Outcome",
    "OutcomeRule",
    "Response",
    "Tally",
    "held_for",
    "is_back",
    "judge",
    "percent_change",
    "response_of",
    "rule_of",
    "tally",
]


class Response(StrEnum):
    """How far a score improved on its baseline."""

    RESPONSE = "response"
    PARTIAL = "partial"
    NO_RESPONSE = "no_response"
    WORSE = "worse"


class Moved(StrEnum):
    """Which way a score went, whether or not that is enough to count."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impression:
    """The clinician's global impression: improvement and severity, 1 to 7, lower is better."""

    improvement: int | None = None
    severity: int | None = None

    def __post_init__(self) -> None:
        """Raise `BadInput` for a figure outside of the scale."""
        figures = {"improvement": self.improvement, "severity": self.severity}
        given = {name: figure for name, figure in figures.items() if figure is not None}
        refuse(outside(given, dict.fromkeys(given, (1, 7))))


NO_IMPRESSION = Impression()
GOOD_IMPRESSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One total read by one rule. None is "not known" or "no such figure", never "no".

    `change` and `change_from_last` are points, `percent` is of the baseline to a tenth; all three
    are negative for less. `is_remission` and `is_well` are known for those who were not there at
    baseline. `must_last_days` is how long response and remission have to last by this rule.
    """

    scale: str
    rule_version: str
    variant: str
    band: str | None
    change: Decimal | None
    change_from_last: Decimal | None
    percent: Decimal | None
    moved: Moved | None
    response: Response | None
    is_remission: bool | None
    is_well: bool | None
    is_reliable: bool | None
    is_meaningful: bool | None
    must_last_days: int | None


def percent_change(baseline: Total | None, now: Total | None) -> Decimal | None:
    """Return the change in percent of the baseline, to a tenth; None without one above zero."""
    if baseline is None or now is None or baseline <= 0:
        return None
    return (Decimal(now - baseline) * 100 / baseline).quantize(TENTH, ROUND_HALF_UP)


def response_of(
    rule: OutcomeRule,
    baseline: Total | None,
    now: Total | None,
    *,
    impression: Impression = NO_IMPRESSION,
) -> Response | None:
    """Return the response from baseline to now, compared exactly; None where it is not known.

    Where the rule needs an impression, enough percent without one is not known, and with one that
    is not good enough a partial response.
    """
    if baseline is None or now is None or baseline <= 0:
        return None
    if rule.response_percent is None or rule.partial_percent is None:
        return None
    gain = _gain(rule, baseline, now) * 100
    if gain >= rule.response_percent * baseline:
        return _confirmed(rule, impression)
    if gain >= rule.partial_percent * baseline:
        return Response.PARTIAL
    return Response.NO_RESPONSE if gain >= 0 else Response.WORSE


def judge(
    rule: OutcomeRule,
    *,
    baseline: Total | None,
    now: Total | None,
    last: Total | None = None,
    impression: Impression = NO_IMPRESSION,
) -> Outcome:
    """Read a total against its baseline and the one before it.

    Raises `BadInput` for totals outside the scale.
    """
    measure = measure_of(rule.scale)
    for total in (baseline, now, last):
        if total is not None:
            check_total(measure, total)
    change = _difference(baseline, now)
    return Outcome(
        scale=rule.scale,
        rule_version=rule.version,
        variant=rule.variant,
        band=band_of(measure, now),
        change=change,
        change_from_last=_difference(last, now),
        percent=percent_change(baseline, now),
        moved=_moved(rule, baseline, now),
        response=response_of(rule, baseline, now, impression=impression),
        is_remission=_remission(rule, baseline, now, impression),
        is_well=_comes_under(rule.well_at_most, baseline, now),
        is_reliable=_is_at_least(change, rule.reliable_points),
        is_meaningful=_is_at_least(change, rule.meaningful_points),
        must_last_days=rule.lasting_days,
    )


def is_back(scale: str, baseline: Total | None, now: Total | None) -> bool | None:
    """Say whether a total is no worse than before, as dissociation before going home.

    None where one of them is not known, and for a scale that does not judge.
    """
    direction = measure_of(scale).direction
    if baseline is None or now is None or direction is Direction.NEUTRAL:
        return None
    return now <= baseline if direction is Direction.HIGHER_WORSE else now >= baseline


@dataclass(frozen=True, slots=True)
class Judged:
    """A complete rating at its time, as it stands against the baseline."""

    at: datetime
    response: Response | None


def held_for(ratings: Sequence[Judged]) -> timedelta | None:
    """Return how long a response has lasted by the latest ratings; None if there is none now.

    It counts from the first of the unbroken run of ratings in response that ends with the latest.
    """
    rows = sorted(ratings, key=lambda rating: instant(rating.at))
    run = []
    for rating in reversed(rows):
        if rating.response is not Response.RESPONSE:
            break
        run.append(instant(rating.at))
    return run[0] - run[-1] if run else None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a group responded. Who could not be judged is missing, and no non-responder."""

    of: int
    judged: int
    responders: int
    partial: int

    @property
    def missing(self) -> int:
        """How many could not be judged."""
        return self.of - self.judged

    @property
    def percent(self) -> Decimal | None:
        """Return the responders in percent of those judged, to a tenth; None for nobody."""
        if not self.judged:
            return None
        return (Decimal(self.responders) * 100 / self.judged).quantize(TENTH, ROUND_HALF_UP)


def tally(responses: Iterable[Response | None]) -> Tally:
    """Count the responses of a group, one for each person."""
    found = list(responses)
    return Tally(
        of=len(found),
        judged=sum(response is not None for response in found),
        responders=found.count(Response.RESPONSE),
        partial=found.count(Response.PARTIAL),
    )


def _gain(rule: OutcomeRule, baseline: Total, now: Total) -> Total:
    """Return the improvement in points, negative for worse."""
    is_better_higher = measure_of(rule.scale).direction is Direction.HIGHER_BETTER
    return now - baseline if is_better_higher else baseline - now


def _difference(before: Total | None, now: Total | None) -> Decimal | None:
    return None if before is None or now is None else Decimal(now - before)


def _moved(rule: OutcomeRule, baseline: Total | None, now: Total | None) -> Moved | None:
    if baseline is None or now is None:
        return None
    gain = _gain(rule, baseline, now)
    return Moved.SAME if gain == 0 else Moved.BETTER if gain > 0 else Moved.WORSE


def _is_good(figure: int | None) -> bool | None:
    return None if figure is None else figure <= GOOD_IMPRESSION


def _confirmed(rule: OutcomeRule, impression: Impression) -> Response | None:
    """Return what enough percent comes to once the impression is looked at."""
    if not rule.needs_impression:
        return Response.RESPONSE
    is_good = _is_good(impression.improvement)
    if is_good is None:
        return None
    return Response.RESPONSE if is_good else Response.PARTIAL


def _remission(
    rule: OutcomeRule, baseline: Total | None, now: Total | None, impression: Impression
) -> bool | None:
    is_under = _comes_under(rule.remission_at_most, baseline, now)
    return _is_good(impression.severity) if is_under and rule.needs_impression else is_under


def _comes_under(most: int | None, baseline: Total | None, now: Total | None) -> bool | None:
    """Say whether a total came to that threshold from above it."""
    if most is None or baseline is None or now is None or baseline <= most:
        return None
    return now <= most


def _is_at_least(change: Decimal | None, points: int | None) -> bool | None:
    return None if change is None or points is None else abs(change) >= points
