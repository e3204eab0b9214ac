"""The decision for the next infusion, and what follows from it for the course.

The therapist decides in the integration note; a change of dose is a request, and the medical
professional decides it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.planning import after_interval
from kapnotes.clinic.refusals import BadInput, Caution


class NextInfusion(StrEnum):
    """What the integration note decides, in its own codes."""

    GO_AHEAD = "go-ahead"
    CHANGE_DOSE = "change-dose"
    PAUSE = "pause"
    MAINTENANCE = "maintenance"
    END = "end"


class DoseChange(StrEnum):
    """Which change of dose is asked for."""

    HIGHER = "higher"
    LOWER = "lower"
    SLOWER = "slower"
    OTHER = "other"


class FollowUp(StrEnum):
    """What a decision leaves to be done. Nothing of it is done by itself."""

    PLAN_INFUSION = "plan_infusion"
    ASK_MEDICAL = "ask_medical"
    PAUSE_COURSE = "pause_course"
    END_COURSE = "end_course"


FOLLOW_UPS = MappingProxyType(
    {
        NextInfusion.GO_AHEAD: (FollowUp.PLAN_INFUSION,),
        NextInfusion.CHANGE_DOSE: (FollowUp.ASK_MEDICAL, FollowUp.PLAN_INFUSION),
        NextInfusion.PAUSE: (FollowUp.PAUSE_COURSE,),
        NextInfusion.MAINTENANCE: (FollowUp.PLAN_INFUSION,),
        NextInfusion.END: (FollowUp.END_COURSE,),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, and why. `on` is the day that was named, None if none was.

    `interval_months` is set for maintenance, `until` for a pause, `change` and `request` for a
    change of dose.
    """

    kind: NextInfusion
    reason: str = ""
    on: date | None = None
    change: DoseChange | None = None
    request: str = ""
    until: date | None = None
    interval_months: Decimal | None = None
    ending: str = ""

    @property
    def follow_ups(self) -> tuple[FollowUp, ...]:
        """What it leaves to be done, in order."""
        return FOLLOW_UPS[self.kind]


def decision_from(answers: Mapping[str, object]) -> Decision | None:
    """Return the decision of an integration note from its plain answers, None while it is blank.

    Raises `BadInput` for a code or a value that is none. What the note does not ask for by that
    decision is left out, whatever was typed there before.
    """
    code = answers.get("next-infusion")
    if code is None:
        return None
    if code not in list(NextInfusion):
        raise BadInput({"next-infusion": "Choose from what is listed."})
    kind = NextInfusion(str(code))
    goes_on = kind not in {NextInfusion.PAUSE, NextInfusion.END}
    changes = kind is NextInfusion.CHANGE_DOSE
    return Decision(
        kind=kind,
        reason=_words(answers, "next-infusion-reason"),
        on=_day(answers, "next-infusion-on") if goes_on else None,
        change=_change(answers) if changes else None,
        request=_words(answers, "dose-request") if changes else "",
        until=_day(answers, "pause-until") if kind is NextInfusion.PAUSE else None,
        interval_months=_months(answers) if kind is NextInfusion.MAINTENANCE else None,
        ending=_words(answers, "ending-words") if kind is NextInfusion.END else "",
    )


def aim(decision: Decision, last: date) -> date | None:
    """Return the day that a decision aims at, None where it leaves it to the protocol.

    `last` is the day of the last infusion, from which an interval counts.
    """
    if decision.on is not None or decision.interval_months is None:
        return decision.on
    return after_interval(last, decision.interval_months)


def against(
    decision: Decision, state: CourseState, *, high_risk: bool = False
) -> tuple[Caution, ...]:
    """Return what speaks against a decision as the course stands, in words."""
    found = []
    plans = FollowUp.PLAN_INFUSION in decision.follow_ups
    if plans and state is CourseState.PAUSED:
        found.append(Caution("course_paused", "The course is paused: resume it first."))
    if state is CourseState.ENDED and decision.kind is not NextInfusion.END:
        found.append(Caution("course_ended", "The course has ended."))
    if plans and high_risk:
        found.append(Caution("high_risk", "The risk is high, and the decision is to go on."))
    return tuple(found)


def _words(answers: Mapping[str, object], name: str) -> str:
    value = answers.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _day(answers: Mapping[str, object], name: str) -> date | None:
    value = answers.get(name)
    if value is not None and not isinstance(value, date):
        raise BadInput({name: "This is no date."})
    return value


def _months(answers: Mapping[str, object]) -> Decimal | None:
    value = answers.get("maintenance-interval")
    if value is None or (isinstance(value, Decimal) and value.is_finite() and value > 0):
        return value
    raise BadInput({"maintenance-interval": "Enter a number above zero."})


def _change(answers: Mapping[str, object]) -> DoseChange | None:
    value = answers.get("dose-direction")
    if value is None:
        return None
    if value not in list(DoseChange):
        raise BadInput({"dose-direction": "Choose from what is listed."})
    return DoseChange(str(value))
