"""From ratings and doses to what a document says of scores: change, response, line and table.

Ratings are measures that were taken and totals that signed notes have. By which rule they are
judged is the practice's choice; the page says it with its version.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.clinic.outcome_rule import OutcomeChoice, OutcomeRule
from kapnotes.clinic.scale import MAIN_SCALES
from kapnotes.paper import words
from kapnotes.paper.course_record import CourseRecord, cut
from kapnotes.paper.noted import NAMED, beside
from kapnotes.paper.outcome_chart import points_of, trend_of
from kapnotes.paper.outcome_words import claims, rule_said, sentence, verdict
from kapnotes.paper.score import RatingRow, ScorePoint, ScoreRow, Scores, ScoreTrend
from kapnotes.records.course import Infusion
from kapnotes.records.outcome import Begun, Taken
from kapnotes.records.scale_standing import Point, Scale, Standing, standing_of

MOST_POINTS = 24
"""Totals of a scale that one infusion's pages draw: a course may have hundreds."""
BEFORE = "before the first dose"
SITTING = timedelta(minutes=45)
"""Ratings that follow each other sooner than this stand in one row."""


def taken_until(record: CourseRecord, infusion: Infusion) -> list[Taken]:
    """The measures of the course that were taken before the next infusion's dose."""
    until = cut(record, infusion)
    return [one for one in record.taken if until is None or one.observed_at < until]


def begun_until(record: CourseRecord, infusion: Infusion) -> list[Begun]:
    """The doses of the course before the next infusion's."""
    until = cut(record, infusion)
    return [one for one in record.begun if until is None or one.at < until]


def standing_at(record: CourseRecord, infusion: Infusion, choice: OutcomeChoice) -> Standing:
    """How the course stood by its scales when the next infusion began."""
    until = cut(record, infusion)
    noted = [
        one
        for number, _, one in record.noted.rows()
        if number <= infusion.number and (until is None or one.observed_at < until)
    ]
    return standing_of(
        beside(taken_until(record, infusion), noted, record.zone),
        begun_until(record, infusion),
        main=MAIN_SCALES.get(record.course.indication, ""),
        choice=choice,
        named={**NAMED, **record.named},
    )


def standing_now(record: CourseRecord, choice: OutcomeChoice) -> Standing:
    """How the course stands by its scales, with all that was rated."""
    return standing_of(
        beside(record.taken, [one for _, _, one in record.noted.rows()], record.zone),
        record.begun,
        main=MAIN_SCALES.get(record.course.indication, ""),
        choice=choice,
        named={**NAMED, **record.named},
    )


def scores_at(record: CourseRecord, infusion: Infusion, choice: OutcomeChoice) -> Scores:
    """The scores as one infusion's pages say them: where it began, and what came after."""
    found = standing_at(record, infusion, choice)
    own = next((one.at for one in record.begun if one.infusion_id == infusion.id), None)
    whole = scores_of(found, record)
    return replace(
        whole,
        rows=tuple(replace(row, points=_bounded(row.points)) for row in whole.rows),
        trends=tuple(replace(one, points=_bounded(one.points)) for one in whole.trends),
        ratings=tuple(_ratings(judged(found), record.zone, since=own)),
    )


def scores_of(found: Standing, record: CourseRecord) -> Scores:
    """The scores of a course, without the table of its ratings."""
    notes = {taken.id: note_id for _, note_id, taken in record.noted.rows()}
    telling = judged(found)
    trends = [_named(trend_of(one, record.zone), notes) for one in telling]
    main = found.main
    return Scores(
        rows=tuple(row for one in found.scales if (row := _row(one, record.zone, notes))),
        trends=tuple(one for one in trends if len(one.points) > 1),
        columns=tuple(one.short for one in telling),
        rules=tuple(rule_said(one) for one in telling),
        verdict=verdict_said(main, record.zone) if main else "",
    )


def judged(found: Standing) -> list[Scale]:
    """The scales whose rule has a figure by which a change counts."""
    return [one for one in found.scales if one.rule is not None and _figures(one.rule)]


def _figures(rule: OutcomeRule) -> bool:
    figures = (rule.response_percent, rule.reliable_points, rule.meaningful_points)
    return any(one is not None for one in figures)


def verdict_said(scale: Scale, zone: ZoneInfo) -> str:
    """From where to where a scale went, and what that amounts to, in a sentence."""
    return f"{scale.short} {sentence(scale, zone)} {verdict(scale)[1]}."


def _bounded(points: tuple[ScorePoint, ...]) -> tuple[ScorePoint, ...]:
    """The baseline and the last of the totals."""
    if len(points) <= MOST_POINTS:
        return points
    base = [one for one in points[:-MOST_POINTS] if one.label == "Base"]
    return (*base, *points[-MOST_POINTS:])


def _named(trend: ScoreTrend, notes: dict[UUID, UUID]) -> ScoreTrend:
    return replace(trend, points=_sourced(trend.points, notes))


def _sourced(points: Sequence[ScorePoint], notes: dict[UUID, UUID]) -> tuple[ScorePoint, ...]:
    """A total that a note has names the note, and no measure."""
    return tuple(
        replace(one, note_id=notes[one.measure_id], measure_id=None)
        if one.measure_id in notes
        else one
        for one in points
    )


def _row(scale: Scale, zone: ZoneInfo, notes: dict[UUID, UUID]) -> ScoreRow | None:
    """The latest rating of a scale beside its baseline."""
    point = scale.last_point or (scale.points[-1] if scale.points else None)
    if point is None:
        return None
    taken, outcome = point.taken, scale.outcome
    base = scale.baseline
    return ScoreRow(
        scale=scale.short,
        on=taken.observed_at.astimezone(zone).date(),
        total=taken.total if taken.is_complete else None,
        highest=scale.highest,
        band=taken.band if taken.is_complete else "",
        baseline=base.total if base is not None and base is not taken else None,
        change=point.change,
        meaning=_meaning(scale),
        key=scale.key,
        points=_sourced(points_of(scale.points, zone), notes),
        last_change=outcome.change_from_last if outcome else None,
        since=_when(point),
        claims=". ".join(claims(scale)[1 if _has_last(scale) else 0 :]),
        is_complete=taken.is_complete,
    )


def _has_last(scale: Scale) -> bool:
    """Whether the first claim is the change from the last rating, which has a column of its own."""
    return scale.outcome is not None and scale.outcome.change_from_last is not None


def _meaning(scale: Scale) -> str:
    """The verdict with its percentage; nothing for a scale that is only watched."""
    if scale.outcome is None or scale.now is None:
        return ""
    said, percent = verdict(scale)[1], scale.outcome.percent
    return f"{said} ({words.change(percent)}\N{NO-BREAK SPACE}%)" if percent is not None else said


def _when(point: Point) -> str:
    return point.since.words if point.since else "baseline" if point.is_baseline else BEFORE


def _ratings(
    scales: Sequence[Scale], zone: ZoneInfo, *, since: datetime | None
) -> Iterator[RatingRow]:
    """A row for each occasion: the baselines, the last before `since`, and all after it."""
    rated = sorted(
        (
            (point.taken.observed_at, place, point)
            for place, scale in enumerate(scales)
            for point in scale.points
            if point.taken.total is not None and point.taken.is_complete
        ),
        key=lambda row: row[:2],
    )
    occasions: list[dict[int, Point]] = []
    for at, place, point in rated:
        last = occasions[-1] if occasions else {}
        if not last or place in last or not _together(next(iter(last.values())), point, at):
            occasions.append({})
        occasions[-1][place] = point
    before = [one for one in occasions if since is not None and _at(one) <= since]
    for one in occasions:
        is_base = any(point.is_baseline for point in one.values())
        if is_base or one not in before or one is before[-1]:
            yield _rating(one, len(scales), zone)


def _together(first: Point, point: Point, at: datetime) -> bool:
    """Whether two ratings belong to one sitting: soon after each other, after the same dose."""
    numbers = [one.since.number if one.since else 0 for one in (first, point)]
    return numbers[0] == numbers[1] and at - first.taken.observed_at < SITTING


def _at(occasion: dict[int, Point]) -> datetime:
    return next(iter(occasion.values())).taken.observed_at


def _rating(occasion: dict[int, Point], columns: int, zone: ZoneInfo) -> RatingRow:
    first = next(iter(occasion.values()))
    found = {place: words.figure(point.taken.total) for place, point in occasion.items()}
    return RatingRow(
        _at(occasion).astimezone(zone).date(),
        first.since.words if first.since else BEFORE,
        tuple(found.get(place, "") for place in range(columns)),
    )
