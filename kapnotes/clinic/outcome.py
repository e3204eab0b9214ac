"""What a score says: its band, its change from baseline, response and remission.

A blank is never a zero: without a score, or without a baseline, there is no judgement. Every
judgement carries the version of the rule that made it.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.refusals import BadInput

TENTH = Decimal("0.1")


class Response(StrEnum):
    """How far a score came down from its baseline."""

    RESPONSE = "response"
    PARTIAL = "partial"
    NO_RESPONSE = "no_response"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Band:
    """A named span of totals, both ends included."""

    least: int
    most: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRule:
    """How totals of one scale are read; higher is worse. Percentages are of the baseline.

    `change_points` is the smallest change in points that counts as one.
    """

    scale: str
    version: str
    bands: tuple[Band, ...]
    response_percent: int
    partial_percent: int
    remission_at_most: int
    change_points: int | None = None

    @property
    def most(self) -> int:
        """The highest total that the scale has; the lowest is zero."""
        return self.bands[-1].most


# Bands: common severity bands. Response of 35% and remission at 14: Farris 2013. Partial from
# 25%: Mataix-Cols 2016 [B].
YBOCS = OutcomeRule(
    scale="ybocs",
    version="1",
    bands=(
        Band(0, 7, "subclinical"),
        Band(8, 15, "mild"),
        Band(16, 23, "moderate"),
        Band(24, 31, "severe"),
        Band(32, 40, "extreme"),
    ),
    response_percent=35,
    partial_percent=25,
    remission_at_most=14,
)
# Cut points 5, 10, 15, 20. Response of 50%, remission below 5, change of 5 points [B].
PHQ9 = OutcomeRule(
    scale="phq9",
    version="1",
    bands=(
        Band(0, 4, "minimal"),
        Band(5, 9, "mild"),
        Band(10, 14, "moderate"),
        Band(15, 19, "moderately severe"),
        Band(20, 27, "severe"),
    ),
    response_percent=50,
    partial_percent=25,
    remission_at_most=4,
    change_points=5,
)
# Cut points 5, 10, 15. Change of 4 points: Toussaint 2020 [B]; response and remission [B].
GAD7 = OutcomeRule(
    scale="gad7",
    version="1",
    bands=(
        Band(0, 4, "minimal"),
        Band(5, 9, "mild"),
        Band(10, 14, "moderate"),
        Band(15, 21, "severe"),
    ),
    response_percent=50,
    partial_percent=25,
    remission_at_most=4,
    change_points=4,
)
RULES = MappingProxyType({rule.scale: rule for rule in (YBOCS, PHQ9, GAD7)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One total read by one rule. None is "not known", never "no".

    `percent` is the change from baseline, to a tenth, negative for less. `is_remission` is known
    for those who were above the threshold at baseline.
    """

    scale: str
    rule_version: str
    band: str | None
    percent: Decimal | None
    response: Response | None
    is_remission: bool | None
    is_change: bool | None


def percent_change(baseline: int | None, now: int | None) -> Decimal | None:
    """Return the change in percent of the baseline, to a tenth; None without one above zero."""
    if baseline is None or now is None or baseline <= 0:
        return None
    return (Decimal(now - baseline) * 100 / baseline).quantize(TENTH, ROUND_HALF_UP)


def band_of(rule: OutcomeRule, total: int | None) -> str | None:
    """Return the word for a total, None for a blank; raise `BadInput` outside the scale."""
    if total is None:
        return None
    _check_total(rule, total)
    return next(band.word for band in rule.bands if total <= band.most)


def response_of(rule: OutcomeRule, baseline: int | None, now: int | None) -> Response | None:
    """Return the response from baseline to now, compared exactly; None where it is not known."""
    if baseline is None or now is None or baseline <= 0:
        return None
    less = (baseline - now) * 100
    if less >= rule.response_percent * baseline:
        return Response.RESPONSE
    if less >= rule.partial_percent * baseline:
        return Response.PARTIAL
    return Response.NO_RESPONSE if less >= 0 else Response.WORSE


def judge(rule: OutcomeRule, *, baseline: int | None, now: int | None) -> Outcome:
    """Read a total against its baseline; raise `BadInput` for totals outside the scale."""
    for total in (baseline, now):
        if total is not None:
            _check_total(rule, total)
    remission = change = None
    if baseline is not None and now is not None:
        if baseline > rule.remission_at_most:
            remission = now <= rule.remission_at_most
        if rule.change_points is not None:
            change = abs(now - baseline) >= rule.change_points
    return Outcome(
        scale=rule.scale,
        rule_version=rule.version,
        band=band_of(rule, now),
        percent=percent_change(baseline, now),
        response=response_of(rule, baseline, now),
        is_remission=remission,
        is_change=change,
    )


def _check_total(rule: OutcomeRule, total: int) -> None:
    if not 0 <= total <= rule.most:
        raise BadInput({rule.scale: f"A total lies between 0 and {rule.most}."})
