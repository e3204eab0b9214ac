"""What past scores that are brought in call for: a recent answer calls as a fresh one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.actions import measure_score
from kapnotes.actions.past_score import PastScore
from kapnotes.clinic.measure_alert import ASKING, AlertRule, RiskAlert


@dataclass(frozen=True, slots=True)
class PastRisk:
    """How many scores of a table call, would if they were not older than so many days, cannot say.

    Of a total alone no answer is known.
    """

    calling: int
    old: int
    unknown: int
    days: int


def risk_of(found: Sequence[PastScore], rule: AlertRule, *, at: datetime) -> PastRisk:
    """Count what the scores of a table call for."""
    called = [one for one in found if _alerts(one, rule)]
    recent = [one for one in called if rule.is_recent(one.observed_at, at=at)]
    bare = [one for one in found if one.rule.key in ASKING and not one.answers]
    return PastRisk(len(recent), len(called) - len(recent), len(bare), rule.imported_days)


def newest_calls(
    found: Sequence[PastScore], rule: AlertRule, *, at: datetime
) -> dict[int, tuple[RiskAlert, ...]]:
    """Return what the recent scores call for, by their place: of a patient and scale the newest."""
    newest: dict[tuple[UUID, str], int] = {}
    for place in sorted(range(len(found)), key=lambda place: found[place].observed_at):
        one = found[place]
        if rule.is_recent(one.observed_at, at=at) and _alerts(one, rule):
            newest[one.patient_id, one.rule.key] = place
    return {place: _alerts(found[place], rule) for place in newest.values()}


def _alerts(one: PastScore, rule: AlertRule) -> tuple[RiskAlert, ...]:
    return measure_score.alerts_of(one.rule.key, one.definition, one.answers, rule=rule)
