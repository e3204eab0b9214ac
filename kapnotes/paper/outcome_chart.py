"""A scale of a course as a line from its baseline on, drawn the same on page and paper."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from kapnotes.paper.score import ScorePoint, ScoreTrend
from kapnotes.paper.trend import Dosed, Measured, TrendChart, trend_chart
from kapnotes.records.scale_standing import Point, Scale

RESPONSE = "response from here"


def chart_of(scale: Scale, zone: ZoneInfo) -> TrendChart | None:
    """The drawing: complete totals, doses, and where a response begins."""
    return drawn(trend_of(scale, zone))


def trend_of(scale: Scale, zone: ZoneInfo) -> ScoreTrend:
    """What is drawn of a scale, as plain values."""
    return ScoreTrend(
        scale=scale.short,
        points=tuple(points_of(scale.points, zone)),
        highest=scale.highest,
        mark=scale.response_total,
        mark_label=RESPONSE,
        doses=tuple(Dosed(one.number, one.at.astimezone(zone)) for one in scale.doses),
    )


def drawn(trend: ScoreTrend) -> TrendChart | None:
    """The drawing of a line, or None for fewer than two totals."""
    return trend_chart(
        trend.scale,
        [Measured(one.label, one.on, one.total, one.at) for one in trend.points],
        highest=trend.highest,
        mark=trend.mark,
        mark_label=trend.mark_label,
        doses=trend.doses,
    )


def points_of(points: Sequence[Point], zone: ZoneInfo) -> list[ScorePoint]:
    """The complete totals, each with what stands under it."""
    found = []
    for one in points:
        if one.taken.total is None or not one.taken.is_complete:
            continue
        at = one.taken.observed_at.astimezone(zone)
        found.append(
            ScorePoint(_label(one), at.date(), one.taken.total, measure_id=one.taken.id, at=at)
        )
    return found


def _label(one: Point) -> str:
    """What stands under a point: how long after its dose."""
    if one.is_baseline:
        return "Base"
    return one.since.words.split(" after ")[0] if one.since else "before"
