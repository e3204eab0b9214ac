"""Outcomes of a practice as a whole: responders by indication and route, and nobody by name.

A blank is never a zero: who could not be judged is counted as missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.measure_reading import Reading, baseline_of, last_complete
from kapnotes.clinic.outcome import Response, Tally, response_of, tally
from kapnotes.clinic.outcome_rule import OutcomeRule
from kapnotes.clinic.scale import MAIN_SCALES
from kapnotes.records import outcome as records
from kapnotes.records.outcome import Begun

FEWEST = 5
"""No figure is shown of a group of fewer patients."""
MIXED = "mixed"
"""The route of a course in which more than one was used."""


@dataclass(frozen=True, slots=True)
class Group:
    """The patients of one indication and route. `tally` is None for a group that is too small."""

    indication: str
    route: str
    scale: str
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class PracticeView:
    """What the page of the practice shows: groups, and nobody in them.

    `open_scales` are those by whose rule no response is known here.
    """

    groups: tuple[Group, ...]
    open_scales: tuple[str, ...] = ()


@looks(Did.OUTCOMES_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> PracticeView:
    """Responders by indication and route, of the patients in reach who had a dose.

    Each patient counts once in a group, with the latest course. There is one table and no sum
    beside it, so that nothing of a small group can be worked out from the rest.
    """
    check_role(by, Action.SEE_OUTCOMES)
    reach = by.reach(at)
    choice = rules_at(deed.session, at).outcome
    rules = {key: rule for key in MAIN_SCALES.values() if (rule := choice.rule(key)) is not None}
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
        group[course.patient_id] = _response(rules[scale], readings, [one.at for one in given])
    return PracticeView(
        tuple(
            Group(
                indication,
                route,
                MAIN_SCALES[indication],
                tally(people.values()) if len(people) >= FEWEST else None,
            )
            for (indication, route), people in sorted(found.items())
        ),
        tuple(key for key, rule in rules.items() if rule.needs_impression),
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
