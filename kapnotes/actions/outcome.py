"""Is it working? Each scale of a course against its baseline, and the practice as a whole.

The rules are `clinic.outcome`'s and keep their version. A blank is never a zero: a scale without a
baseline, or without a rating since the first dose, is not judged, and who could not be judged is
counted as missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.measure_reading import (
    Reading,
    SinceDose,
    baseline_of,
    last_complete,
    since_dose,
)
from kapnotes.clinic.measure_scale import Direction, Measure
from kapnotes.clinic.outcome import (
    Judged,
    Outcome,
    Response,
    Tally,
    held_for,
    judge,
    response_of,
    tally,
)
from kapnotes.clinic.outcome_rule import RULES, OutcomeRule
from kapnotes.clinic.scale import MAIN_SCALES
from kapnotes.db import Session
from kapnotes.records import course as courses
from kapnotes.records import outcome as records
from kapnotes.records.course import Course
from kapnotes.records.outcome import Begun, Taken

FEWEST = 5
"""No figure is shown of a group of fewer patients."""
MIXED = "mixed"
"""The route of a course in which more than one was used."""


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


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What the outcome page of a course shows."""

    course: Course
    standing: Standing


@looks(Did.OUTCOMES_VIEWED)
def look(deed: Deed, *, course_id: UUID, by: Actor, at: datetime) -> OutcomeView:
    """The course with every scale that was taken in it."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = courses.fetch(deed.session, course_id, reach=reach)
    deed.on(found)
    return OutcomeView(found, standing(deed.session, found, reach=reach))


def standing(session: Session, found: Course, *, reach: Reach) -> Standing:
    """How a course in reach stands, in three queries: for its page, and for this one."""
    taken = records.of_course(session, found, reach=reach)
    doses = tuple(records.begun(session, [found.id], reach=reach))
    own = {one.key: one.title for one in records.own_definitions(session, {m.key for m in taken})}
    main = MAIN_SCALES.get(found.indication, "")
    rows: dict[str, list[Taken]] = {}
    for one in taken:
        rows.setdefault(one.key, []).append(one)
    scales = [
        _scale(key, own.get(key, key), kept, doses, is_main=key == main)
        for key, kept in rows.items()
    ]
    return Standing(main, tuple(sorted(scales, key=_place)), doses)


def _place(scale: Scale) -> tuple[bool, bool, int]:
    """The main scale, those that tell of an effect, the others; each as in the library."""
    order = list(MEASURES)
    known = order.index(scale.key) if scale.key in order else len(order)
    return not scale.is_main, scale.rule is None, known


def _scale(
    key: str, own_title: str, rows: Sequence[Taken], doses: tuple[Begun, ...], *, is_main: bool
) -> Scale:
    measure = MEASURES.get(key)
    rule = RULES.get(key)
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
        title=measure.title if measure else own_title,
        short=measure.short if measure else own_title,
        highest=_highest(measure, rows),
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


def _highest(measure: Measure | None, rows: Sequence[Taken]) -> Decimal:
    if measure is not None:
        return Decimal(measure.most)
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


@dataclass(frozen=True, slots=True)
class Group:
    """The patients of one indication and route. `tally` is None for a group that is too small."""

    indication: str
    route: str
    scale: str
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class PracticeView:
    """What the page of the practice shows: groups, and nobody in them."""

    groups: tuple[Group, ...]


@looks(Did.OUTCOMES_VIEWED)
def look_at_practice(deed: Deed, *, by: Actor, at: datetime) -> PracticeView:
    """Responders by indication and route, of the patients in reach who had a dose.

    Each patient counts once in a group, with the latest course. There is one table and no sum
    beside it, so that nothing of a small group can be worked out from the rest.
    """
    check_role(by, Action.SEE_OUTCOMES)
    reach = by.reach(at)
    doses: dict[UUID, list[Begun]] = {}
    for one in records.all_begun(deed.session, reach=reach):
        doses.setdefault(one.course_id, []).append(one)
    totals: dict[tuple[UUID, str], list[Reading]] = {}
    for row in records.totals(deed.session, set(MAIN_SCALES.values()), reach=reach):
        totals.setdefault((row.course_id, row.key), []).append(Reading(row.at, row.total))
    found: dict[tuple[str, str], dict[UUID, Response | None]] = {}
    for course in records.everyone(deed.session, reach=reach):
        given = doses.get(course.id)
        scale = MAIN_SCALES.get(course.indication)
        if not given or scale is None:
            continue
        readings = totals.get((course.id, scale), [])
        group = found.setdefault((course.indication, _route(given)), {})
        group[course.patient_id] = _response(RULES[scale], readings, [one.at for one in given])
    return PracticeView(
        tuple(
            Group(
                indication,
                route,
                MAIN_SCALES[indication],
                tally(people.values()) if len(people) >= FEWEST else None,
            )
            for (indication, route), people in sorted(found.items())
        )
    )


def _route(given: Iterable[Begun]) -> str:
    routes = {one.route for one in given}
    return routes.pop() if len(routes) == 1 else MIXED


def _response(
    rule: OutcomeRule, readings: Sequence[Reading], starts: Sequence[datetime]
) -> Response | None:
    """The response at the last rating since the first dose; None for one that is missing."""
    baseline = baseline_of(readings, starts)
    now = last_complete(readings, after=starts[0])
    return response_of(rule, baseline.total if baseline else None, now.total if now else None)
