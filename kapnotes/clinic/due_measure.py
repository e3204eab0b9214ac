"""Which measures a course is due, and when: before a dose, so long after it, again and again.

A reading after a dose is in time within a quarter of its distance, can be made up for until half of
it, and is missed then [B]: 45 to 75 minutes count for one hour, 126 to 210 hours for 168 hours.
Where the next dose came first the reading would be of that one, and is not needed: the effect of
ketamine on OCD carries over for more than a week (Rodriguez 2013).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapnotes.clinic.due_item import DueItem, DueKind, Standing, Times
from kapnotes.clinic.infusion import Phase
from kapnotes.clinic.instant import instant
from kapnotes.clinic.protocol import Protocol
from kapnotes.clinic.scale import scales_after, scales_of

IN_TIME, MADE_UP = 0.25, 0.5
"""How far from its time a reading counts as in time, and at all, as parts of its distance."""
EARLY = timedelta(days=3)
"""A measure that comes again is called for, and may be late, by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTaken:
    """One scale filled in completely; an incomplete one is none."""

    scale: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing:
    """An infusion that stands, by its times alone. All of them are instants."""

    key: str
    number: int
    phase: Phase
    planned_for: datetime
    dosed_at: datetime | None = None


def measures(
    protocol: Protocol,
    indication: str,
    dosings: Sequence[Dosing],
    taken: Iterable[MeasureTaken],
    at: datetime,
    *,
    goes_on: bool = True,
) -> Iterator[DueItem]:
    """Return each measure of the protocol, for each infusion, and the next that comes again.

    `dosings` are in their order. `goes_on` is whether the course has not ended.
    """
    found: dict[str, list[datetime]] = {}
    for filled in sorted(taken, key=lambda filled: instant(filled.at)):
        found.setdefault(filled.scale, []).append(instant(filled.at))
    ahead = timedelta(hours=protocol.preparation_ahead_hours)
    recent = timedelta(days=protocol.recent_days)
    for first in _first(dosings):
        for scale in scales_of(protocol.measures_baseline, indication):
            kept = found.get(scale, ())
            times, done_at = before_dose((), first, kept, ahead=recent, recent=recent)
            yield _item(
                scale, "baseline", first, times, times.standing(at, done_at), done_at=done_at
            )
    for place, one in enumerate(dosings):
        before, after = dosings[:place], dosings[place + 1 :]
        for scale in scales_of(protocol.measures_before, indication):
            kept = found.get(scale, ())
            times, done_at = before_dose(before, one, kept, ahead=ahead, recent=ahead)
            yield _item(scale, "before", one, times, times.standing(at, done_at), done_at=done_at)
        for hours, listed in protocol.measures_after.items():
            for scale in scales_after(listed, indication, hours):
                yield _after(scale, hours, one, _dosed(after), found.get(scale, ()), at=at)
    if goes_on and protocol.every_weeks is not None:
        every = timedelta(weeks=protocol.every_weeks)
        for scale in scales_of(protocol.measures_every, indication):
            yield from _again(scale, every, _dosed(dosings), found.get(scale, ()), at)


def _first(dosings: Sequence[Dosing]) -> Sequence[Dosing]:
    """Return the infusion that begins the course, if there is one: the first that was dosed."""
    return [one for one in dosings if one.dosed_at is not None][:1] or dosings[:1]


def _dosed(dosings: Sequence[Dosing]) -> list[datetime]:
    return [one.dosed_at for one in dosings if one.dosed_at is not None]


def before_dose(
    before: Sequence[Dosing],
    one: Dosing,
    done: Iterable[datetime],
    *,
    ahead: timedelta,
    recent: timedelta,
) -> tuple[Times, datetime | None]:
    """Return when something is due before a dose, and when it was last done for it.

    It is called for `ahead` of the dose and counts if it was done within `recent` before it, and
    after the dose before. Once the dose is given it is missed.
    """
    until = one.dosed_at or one.planned_for
    earlier = _dosed(before)
    earliest = max([until - recent, *earlier])
    counts = [
        moment
        for moment in done
        if moment >= earliest and (one.dosed_at is None or moment <= one.dosed_at)
    ]
    done_at = max(counts, default=None)
    times = Times(
        from_at=max([until - ahead, *earlier]),
        due_at=max([until, *counts]),
        over_at=one.dosed_at,
    )
    return times, done_at


def _after(
    scale: str,
    hours: int,
    one: Dosing,
    later: Sequence[datetime],
    done: Iterable[datetime],
    *,
    at: datetime,
) -> DueItem:
    """Return a measure so many hours after a dose; `later` are the doses that came after it."""
    occasion = f"after_{hours}h"
    if one.dosed_at is None:
        return _item(scale, occasion, one, Times(), Standing.LATER, done_at=None)
    distance = timedelta(hours=hours)
    from_at = one.dosed_at + distance * (1 - IN_TIME)
    over_at = one.dosed_at + distance * (1 + MADE_UP)
    times = Times(from_at=from_at, due_at=one.dosed_at + distance * (1 + IN_TIME), over_at=over_at)
    until = min(later, default=over_at)
    counts = (moment for moment in done if from_at <= moment < over_at and moment <= until)
    done_at = next(counts, None)
    standing = times.standing(at, done_at)
    if done_at is None and until <= one.dosed_at + distance:
        standing = Standing.NOT_NEEDED
    return _item(scale, occasion, one, times, standing, done_at=done_at)


def _again(
    scale: str,
    every: timedelta,
    dosed: Sequence[datetime],
    done: Sequence[datetime],
    at: datetime,
) -> Iterator[DueItem]:
    """Return the next of a measure that comes again, counted from the first dose on."""
    if not dosed:
        return
    again_at = max([min(dosed), *done]) + every
    times = Times(from_at=again_at - EARLY, due_at=again_at + EARLY)
    yield DueItem(
        kind=DueKind.MEASURE,
        standing=times.standing(at),
        about=scale,
        occasion="every",
        from_at=times.from_at,
        due_at=times.due_at,
    )


def _item(
    scale: str,
    occasion: str,
    one: Dosing,
    times: Times,
    standing: Standing,
    *,
    done_at: datetime | None,
) -> DueItem:
    return DueItem(
        kind=DueKind.MEASURE,
        standing=standing,
        about=scale,
        occasion=occasion,
        infusion=one.key,
        number=one.number,
        from_at=times.from_at,
        due_at=times.due_at,
        over_at=times.over_at,
        done_at=done_at,
    )
