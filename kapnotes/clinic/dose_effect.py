"""What each dose of a course did by one scale: where it began, and the points after it.

A later dose may begin from what the earlier ones left: the effect of ketamine on OCD goes on beyond
a week (Rodriguez 2013), so that only the first doses of two orders could be compared there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kapnotes.clinic.instant import instant
from kapnotes.clinic.measure_reading import (
    Reading,
    TimePoint,
    at_points,
    baseline_of,
    has_carry_over,
    own_baseline,
)
from kapnotes.clinic.outcome_rule import OutcomeRule


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseEffect:
    """One dose, the first being 1: the last rating before it, and one for each point after it.

    `is_carried_over` says whether the effect of earlier doses still stood; None for the first
    dose, and where it is not known.
    """

    number: int
    at: datetime
    before: Reading | None
    is_carried_over: bool | None
    points: tuple[tuple[TimePoint, Reading | None], ...]


def effects_of(
    readings: Sequence[Reading], doses: Sequence[datetime], rule: OutcomeRule | None
) -> tuple[DoseEffect, ...]:
    """Return what each dose did, by their time. Without a rule nothing is said of carry-over."""
    base = baseline_of(readings, doses)
    found = []
    for number, at in enumerate(sorted(doses, key=instant), 1):
        before = own_baseline(readings, doses, number)
        carried = None
        if rule is not None and number > 1:
            carried = has_carry_over(
                rule,
                baseline=base.total if base else None,
                before_dose=before.total if before else None,
            )
        found.append(
            DoseEffect(
                number=number,
                at=at,
                before=before,
                is_carried_over=carried,
                points=at_points(readings, doses, number),
            )
        )
    return tuple(found)
