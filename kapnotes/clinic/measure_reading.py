"""Scores over a course: the baseline, how long after a dose, which period a rating is about.

Whatever counts hours counts them between instants, so that a change of the clocks does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from kapnotes.clinic.instant import instant
from kapnotes.clinic.measure_scale import Measure, Total
from kapnotes.clinic.outcome import Response, response_of
from kapnotes.clinic.outcome_rule import OutcomeRule

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SINCE_LAST = "since last rating"
HOURS_UNTIL = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Reading:
    """One rating of a scale; its total is None if it is not complete."""

    at: datetime
    total: Total | None


@dataclass(frozen=True, slots=True)
class SinceDose:
    """How long after which dose of the course, the first being 1."""

    number: int
    elapsed: timedelta

    @property
    def hours(self) -> Decimal:
        """Return the hours, to a tenth."""
        return Decimal(self.elapsed // timedelta(minutes=6)) / 10

    @property
    def days(self) -> int:
        """Return the full days."""
        return self.elapsed // DAY

    @property
    def words(self) -> str:
        """Return it as a person reads it: minutes, hours below two days, then days."""
        if self.elapsed < HOUR:
            said = f"{self.elapsed // timedelta(minutes=1)} min"
        elif self.elapsed < HOURS_UNTIL:
            said = f"{self.hours:f} h"
        else:
            said = f"{self.days} d"
        return f"{said} after dose {self.number}"


@dataclass(frozen=True, slots=True)
class TimePoint:
    """A point after a dose that a trial looks at, and the span in which a rating counts for it."""

    label: str
    after: timedelta
    earliest: timedelta
    latest: timedelta


# The points are those of ratings in trials of ketamine in OCD [S: Beaglehole 2025 1 to 2 h and
# 168 h, Rodriguez 2013 one week, Bloch 2012 three days]; the spans around them [B].
TIME_POINTS = (
    TimePoint("1 h", HOUR, HOUR / 2, 1.5 * HOUR),
    TimePoint("2 h", 2 * HOUR, 1.5 * HOUR, 3 * HOUR),
    TimePoint("1 d", DAY, 12 * HOUR, 36 * HOUR),
    TimePoint("3 d", 3 * DAY, 1.5 * DAY, 5 * DAY),
    TimePoint("7 d", WEEK, 5 * DAY, 10.5 * DAY),
)


def last_complete(
    readings: Sequence[Reading], *, until: datetime | None = None, after: datetime | None = None
) -> Reading | None:
    """Return the latest complete reading, at or before `until` and later than `after`."""
    found = [
        reading
        for reading in _by_time(readings)
        if reading.total is not None
        and (until is None or instant(reading.at) <= instant(until))
        and (after is None or instant(reading.at) > instant(after))
    ]
    return found[-1] if found else None


def baseline_of(readings: Sequence[Reading], doses: Sequence[datetime]) -> Reading | None:
    """Return the last complete reading before the first dose, which starts at `doses[0]`.

    Before any dose it is the latest complete one. None if nothing complete was rated in time: a
    reading after a dose is never taken for a baseline.
    """
    first = min(doses, key=instant, default=None)
    return last_complete(readings, until=first)


def own_baseline(
    readings: Sequence[Reading], doses: Sequence[datetime], number: int
) -> Reading | None:
    """Return the last complete reading before the dose of that number, and after the one before.

    Doses are compared with one another by it, as in a crossover of single doses.
    """
    starts = sorted(doses, key=instant)
    before = starts[number - 2] if number > 1 else None
    return last_complete(readings, until=starts[number - 1], after=before)


def since_dose(at: datetime, doses: Sequence[datetime]) -> SinceDose | None:
    """Return how long before that time the latest dose started; None before the first."""
    starts = [instant(dose) for dose in sorted(doses, key=instant) if instant(dose) <= instant(at)]
    return SinceDose(len(starts), instant(at) - starts[-1]) if starts else None


def at_points(
    readings: Sequence[Reading],
    doses: Sequence[datetime],
    number: int,
    points: Sequence[TimePoint] = TIME_POINTS,
) -> tuple[tuple[TimePoint, Reading | None], ...]:
    """Return for each point after the dose of that number the complete reading nearest to it.

    None where nothing was rated in its span. Readings after the next dose belong to that one.
    """
    starts = [instant(dose) for dose in sorted(doses, key=instant)]
    start = starts[number - 1]
    until = starts[number] if number < len(starts) else None
    own = [
        (instant(reading.at) - start, reading)
        for reading in _by_time(readings)
        if reading.total is not None
        and instant(reading.at) > start
        and (until is None or instant(reading.at) <= until)
    ]
    return tuple((point, _nearest(point, own)) for point in points)


def has_carry_over(
    rule: OutcomeRule, *, baseline: Total | None, before_dose: Total | None
) -> bool | None:
    """Say whether the effect of earlier doses still stands when a later dose is given.

    It does while the total before that dose is still a partial response or better on the baseline
    of the course [B]. In Rodriguez 2013 the effect went on beyond a week, so that only first doses
    could be compared. None where it is not known or the rule names no response.
    """
    found = response_of(rule, baseline, before_dose)
    return None if found is None else found in {Response.RESPONSE, Response.PARTIAL}


def recall_words(
    measure: Measure,
    *,
    at: datetime,
    last_rated_at: datetime | None,
    last_dose_at: datetime | None = None,
) -> str:
    """Return the period that a rating at that time is about.

    A scale that asks about a week and is rated again, or after a dose, within that week asks about
    the time since the last rating; the label says so.
    """
    moments = [moment for moment in (last_rated_at, last_dose_at) if moment is not None]
    is_short = any(timedelta() <= instant(at) - instant(moment) < WEEK for moment in moments)
    return SINCE_LAST if measure.is_rated_often and is_short else measure.recall


def _by_time(readings: Sequence[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: instant(reading.at))


def _nearest(point: TimePoint, own: Sequence[tuple[timedelta, Reading]]) -> Reading | None:
    """Return the reading in the point's span that is nearest to it, the earlier of two."""
    near = [
        (abs(elapsed - point.after), elapsed, reading)
        for elapsed, reading in own
        if point.earliest <= elapsed < point.latest
    ]
    return min(near, key=lambda each: each[:2])[2] if near else None
