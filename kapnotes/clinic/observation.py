"""How long a patient is watched after a dose: leaving earlier asks for a reason.

Intranasal esketamine at least two hours (REMS form); the other routes [B]. Minutes count from the
end of an infusion, or of whatever else took its time, otherwise from the start of the dose. They
are settings of a practice, in its `DischargeRule`.
"""

from datetime import datetime, timedelta

from kapnotes.clinic.discharge import DEFAULT_RULE, DischargeRule
from kapnotes.clinic.infusion import ROUTE_WORDS, Route
from kapnotes.clinic.instant import instant
from kapnotes.clinic.refusals import Caution


def earliest(route: Route, last_dose_at: datetime, rule: DischargeRule = DEFAULT_RULE) -> datetime:
    """Return from when on leaving is not early, in UTC if the dose has a zone.

    `last_dose_at` is the end of the dose where it has one, else its start. After several doses
    the latest of their answers counts: it need not be that of the last.
    """
    return instant(last_dose_at) + timedelta(minutes=rule.least_minutes[route])


def too_early(
    route: Route, last_dose_at: datetime, left_at: datetime, rule: DischargeRule = DEFAULT_RULE
) -> Caution | None:
    """Return a caution if the patient left before the least time of observation, else None."""
    if instant(left_at) >= earliest(route, last_dose_at, rule):
        return None
    minutes = int((instant(left_at) - instant(last_dose_at)).total_seconds()) // 60
    sentence = (
        f"Leaving {_minutes(max(minutes, 0))} after the {ROUTE_WORDS[route]} dose: "
        f"this practice observes for at least {_minutes(rule.least_minutes[route])}."
    )
    return Caution("left_early", sentence, "left_at")


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"
