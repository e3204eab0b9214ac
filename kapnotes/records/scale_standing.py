"""How a course stands by its scales: each rating beside its baseline, judged by a rule.

Worked out from ratings and doses that were fetched within reach. The rules are `clinic.outcome`'s
and keep their version. A blank is never a zero: a scale without a baseline, or without a rating
since the first dose, is not judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from kapnotes.clinic.dose_effect import DoseEffect, effects_of
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.measure_reading import (
    Reading,
    SinceDose,
    baseline_of,
    last_complete,
    since_dose,
)
from kapnotes.clinic.measure_scale import Direction
from kapnotes.clinic.outcome import Judged, Outcome, Response, held_for, judge, response_of
from kapnotes.clinic.outcome_rule import OutcomeChoice, OutcomeRule
from kapnotes.records.outcome import Begun, Taken


@dataclass(frozen=True, slots=True)
class Named:
    """What a scale that is not built in is called, and the most it can come to, where known."""

    title: str
    highest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One rating: the row, how long after a dose, what it came to against the baseline."""

    taken: Taken
    since: SinceDose | None
    is_baseline: bool
    change: Decimal | None
    response: Response | None


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale over a course. `now` is the last complete rating since the first dose.

    `outcome` is None for a scale that no rule judges. `highest` is the most that it can come to.
    """

    key: str
    title: str
    short: str
    highest: Decimal
    direction: Direction
    is_main: bool
    points: tuple[Point, ...]
    baseline: Taken | None
    now: Taken | None
    rule: OutcomeRule | None
    outcome: Outcome | None
    held: timedelta | None
    doses: tuple[Begun, ...]

    @property
    def effects(self) -> tuple[DoseEffect, ...]:
        """What each dose did by this scale, and whether it began from what others left."""
        readings = [Reading(one.taken.observed_at, _total(one.taken)) for one in self.points]
        return effects_of(readings, [one.at for one in self.doses], self.rule)

    @property
    def last_point(self) -> Point | None:
        """The point of `now`, or of the baseline while there is none since."""
        wanted = self.now or self.baseline
        return next((one for one in self.points if one.taken is wanted), None)

    @property
    def response_total(self) -> Decimal | None:
        """The total from which on it would be a response; None without baseline or rule."""
        percent = self.rule.response_percent if self.rule else None
        if percent is None or self.baseline is None or self.baseline.total is None:
            return None
        part = self.baseline.total * percent / 100
        is_better_higher = self.direction is Direction.HIGHER_BETTER
        return self.baseline.total + part if is_better_higher else self.baseline.total - part


@dataclass(frozen=True, slots=True)
class Standing:
    """How a course stands by its scales: the main one of its indication first."""

    main_key: str
    scales: tuple[Scale, ...]
    doses: tuple[Begun, ...]

    @property
    def main(self) -> Scale | None:
        """The scale that tells first whether it works, once it was taken."""
        return next((one for one in self.scales if one.is_main), None)


def standing_of(
    taken: Sequence[Taken],
    doses: Sequence[Begun],
    *,
    main: str,
    choice: OutcomeChoice,
    named: Mapping[str, Named],
) -> Standing:
    """How a course stands by those ratings and doses; `named` are scales that are not built in."""
    rows: dict[str, list[Taken]] = {}
    for one in taken:
        rows.setdefault(one.key, []).append(one)
    starts = tuple(doses)
    scales = [
        _scale(
            key,
            named.get(key, Named(key)),
            kept,
            starts,
            choice.rule(key),
            is_main=key == main,
        )
        for key, kept in rows.items()
    ]
    return Standing(main, tuple(sorted(scales, key=_place)), starts)


def _place(scale: Scale) -> tuple[bool, bool, int]:
    """The main scale, those that tell of an effect, the others; each as in the library."""
    order = list(MEASURES)
    known = order.index(scale.key) if scale.key in order else len(order)
    return not scale.is_main, scale.rule is None, known


def _scale(
    key: str,
    named: Named,
    rows: Sequence[Taken],
    doses: tuple[Begun, ...],
    rule: OutcomeRule | None,
    *,
    is_main: bool,
) -> Scale:
    measure = MEASURES.get(key)
    readings = {Reading(one.observed_at, _total(one)): one for one in rows}
    starts = [one.at for one in doses]
    first = starts[0] if starts else None
    baseline = _row(readings, baseline_of(list(readings), starts))
    now = _row(readings, last_complete(list(readings), after=first)) if first else None
    earlier = [one for one in readings if now is None or one.at < now.observed_at]
    last = _row(readings, last_complete(earlier)) if now else None
    points = tuple(_point(one, rule, baseline, starts) for one in rows)
    return Scale(
        key=key,
        title=measure.title if measure else named.title,
        short=measure.short if measure else named.title,
        highest=Decimal(measure.most) if measure else _highest(named, rows),
        direction=measure.direction if measure else Direction.NEUTRAL,
        is_main=is_main,
        points=points,
        baseline=baseline,
        now=now,
        rule=rule,
        outcome=judge(
            rule,
            baseline=baseline.total if baseline else None,
            now=now.total if now else None,
            last=last.total if last else None,
        )
        if rule
        else None,
        held=held_for(
            [
                Judged(one.taken.observed_at, one.response)
                for one in points
                if first and one.taken.total is not None and one.taken.observed_at > first
            ]
        ),
        doses=doses,
    )


def _total(one: Taken) -> Decimal | None:
    return one.total if one.is_complete else None


def _row(readings: dict[Reading, Taken], found: Reading | None) -> Taken | None:
    return readings[found] if found else None


def _highest(named: Named, rows: Sequence[Taken]) -> Decimal:
    if named.highest is not None:
        return named.highest
    return max((one.total for one in rows if one.total is not None), default=Decimal(0))


def _point(
    one: Taken, rule: OutcomeRule | None, baseline: Taken | None, starts: Sequence[datetime]
) -> Point:
    total, base = _total(one), baseline.total if baseline else None
    is_after = bool(starts) and one.observed_at > starts[0]
    return Point(
        taken=one,
        since=since_dose(one.observed_at, starts),
        is_baseline=one is baseline,
        change=total - base if is_after and total is not None and base is not None else None,
        response=response_of(rule, base, total) if rule and is_after else None,
    )
