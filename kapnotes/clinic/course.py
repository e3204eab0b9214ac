"""A course of treatment: the strip that shows how far it is, and what comes next.

Days are calendar dates of the practice. Doses are mg per kg of body weight.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.protocol import Protocol, phase_of, protocol_of, starting_dose
from kapnotes.clinic.refusals import Caution

__all__ = [
    "CourseFacts",
    "InfusionFact",
    "Proposal",
    "Protocol",
    "Step",
    "StepState",
    "add_months",
    "outside_window",
    "phase_of",
    "propose_next",
    "protocol_of",
    "starting_dose",
    "strip",
]

SATURDAY = 5
DAYS_OF_A_WEEK = 7


class StepState(StrEnum):
    """How one circle of the course strip is drawn."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    PLANNED = "planned"
    LATE = "late"
    CANCELLED = "cancelled"
    OPEN = "open"


STEPS = MappingProxyType(
    {
        InfusionState.IN_PROGRESS: StepState.IN_PROGRESS,
        InfusionState.COMPLETED: StepState.DONE,
        InfusionState.CANCELLED: StepState.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionFact:
    """What the course needs to know of one infusion. `on` is its day, planned or actual."""

    number: int
    state: InfusionState
    phase: Phase
    on: date


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course as these rules see it: its protocol and its infusions, in any order."""

    protocol: Protocol
    infusions: tuple[InfusionFact, ...] = ()

    @property
    def standing(self) -> tuple[InfusionFact, ...]:
        """The infusions that are not cancelled, by day."""
        standing = (i for i in self.infusions if i.state is not InfusionState.CANCELLED)
        return tuple(sorted(standing, key=lambda infusion: (infusion.on, infusion.number)))

    @property
    def next_number(self) -> int:
        """The number of the next infusion that is planned; a number is never used again."""
        return max((infusion.number for infusion in self.infusions), default=0) + 1

    @property
    def inductions_left(self) -> int:
        """How many induction infusions nothing is planned for; 0 where none are counted.

        Once maintenance has begun, the induction is over, however many it had.
        """
        maintenance = (i for i in self.standing if i.phase is Phase.MAINTENANCE)
        if any(infusion.state is not InfusionState.PLANNED for infusion in maintenance):
            return 0
        taken = sum(infusion.phase is Phase.INDUCTION for infusion in self.standing)
        return max((self.protocol.induction_count or 0) - taken, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One circle of the strip. `on` is None while nothing is planned."""

    number: int
    phase: Phase
    state: StepState
    label: str
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The next infusion as the protocol would have it: its span of days, and one day in it.

    `latest` is None where the protocol sets no end. `mg_per_kg` is None where it sets no dose.
    """

    number: int
    phase: Phase
    earliest: date
    on: date
    latest: date | None
    mg_per_kg: Decimal | None


def strip(course: CourseFacts, today: date) -> tuple[Step, ...]:
    """Return the course strip: induction step by step, then maintenance.

    Cancelled infusions stay in view and take no place of the induction. Steps that nothing is
    planned for are open, and numbered after the last infusion; one open step of maintenance
    follows wherever the protocol has maintenance and none is planned.
    """
    standing = {Phase.INDUCTION: 0, Phase.MAINTENANCE: 0}
    steps = []
    for infusion in sorted(course.infusions, key=lambda infusion: infusion.number):
        state = _step_state(infusion, today)
        if state is not StepState.CANCELLED:
            standing[infusion.phase] += 1
        steps.append(
            Step(
                number=infusion.number,
                phase=infusion.phase,
                state=state,
                label=_label(infusion.phase, state, standing[infusion.phase], course.protocol),
                on=infusion.on,
            )
        )
    for number, phase in enumerate(_open_phases(course), start=course.next_number):
        standing[phase] += 1
        label = _label(phase, StepState.OPEN, standing[phase], course.protocol)
        steps.append(Step(number=number, phase=phase, state=StepState.OPEN, label=label))
    if course.inductions_left:  # whatever maintenance there is lies ahead
        steps.sort(key=lambda step: step.phase is Phase.MAINTENANCE)
    return tuple(steps)


def propose_next(course: CourseFacts, today: date) -> Proposal:
    """Return when the next infusion would be, after the last that stands, planned or done.

    Induction is spread evenly over its window. The day proposed is never before today and not
    on a weekend if the span leaves a choice; a span that has passed keeps its `latest`.
    """
    protocol, standing = course.protocol, course.standing
    count = len(standing) + 1
    phase = _next_phase(course)
    earliest, latest = today, None
    if standing:
        earliest, latest = _span(standing, phase, protocol)
    start = max(earliest, today)
    return Proposal(
        number=course.next_number,
        phase=phase,
        earliest=earliest,
        on=_weekday(start, latest),
        latest=latest,
        mg_per_kg=starting_dose(count, protocol),
    )


def outside_window(course: CourseFacts, today: date) -> tuple[Caution, ...]:
    """Return, in words, where the course leaves its protocol. Nothing here refuses."""
    standing = course.standing
    induction = [infusion for infusion in standing if infusion.phase is Phase.INDUCTION]
    return (
        *_outside_induction(induction, course.protocol, today),
        *_outside_gaps(standing, course.protocol),
    )


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _step_state(infusion: InfusionFact, today: date) -> StepState:
    if infusion.state is InfusionState.PLANNED:
        return StepState.LATE if infusion.on < today else StepState.PLANNED
    return STEPS[infusion.state]


def _label(phase: Phase, state: StepState, place: int, protocol: Protocol) -> str:
    name = phase.value.capitalize()
    if state is StepState.CANCELLED:
        return f"{name}, cancelled"
    count = protocol.induction_count
    if phase is Phase.INDUCTION and count is not None and place <= count:
        return f"{name} {place} of {count}"
    return f"{name} {place}"


def _open_phases(course: CourseFacts) -> tuple[Phase, ...]:
    """Return the phases of the steps that nothing is planned for."""
    if course.protocol.induction_count is None:
        waiting = any(_is_ahead(infusion) for infusion in course.infusions)
        return () if waiting else (Phase.INDUCTION,)
    ahead = any(i.phase is Phase.MAINTENANCE and _is_ahead(i) for i in course.infusions)
    after = () if ahead or course.protocol.maintenance_months is None else (Phase.MAINTENANCE,)
    return (Phase.INDUCTION,) * course.inductions_left + after


def _is_ahead(infusion: InfusionFact) -> bool:
    return infusion.state in {InfusionState.PLANNED, InfusionState.IN_PROGRESS}


def _next_phase(course: CourseFacts) -> Phase:
    if course.protocol.induction_count is None or course.inductions_left:
        return Phase.INDUCTION
    return Phase.MAINTENANCE


def _span(
    standing: tuple[InfusionFact, ...], phase: Phase, protocol: Protocol
) -> tuple[date, date | None]:
    """Return the earliest and the latest day after the last infusion that stands."""
    last = standing[-1].on
    if phase is Phase.MAINTENANCE and protocol.maintenance_months is not None:
        least, most = protocol.maintenance_months
        return add_months(last, least), add_months(last, most)
    if phase is Phase.INDUCTION and protocol.window_days and protocol.induction_count:
        shortest, longest = protocol.window_days
        least = max(shortest // protocol.induction_count, protocol.least_gap_days)
        most = max(-(-longest // protocol.induction_count), least)
        end = standing[0].on + timedelta(days=longest - 1)
        earliest = last + timedelta(days=least)
        return earliest, max(min(last + timedelta(days=most), end), earliest)
    return last + timedelta(days=protocol.least_gap_days), None


def _weekday(start: date, latest: date | None) -> date:
    """Return the first day from `start` on that is no weekend, if `latest` leaves one."""
    day = start
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return start if latest is not None and day > latest else day


def _outside_induction(
    induction: list[InfusionFact], protocol: Protocol, today: date
) -> list[Caution]:
    """Compare the length of the induction with its window.

    The window's lower end is meant in weeks: three a week for two weeks take 12 days, and are
    two weeks begun.
    """
    if protocol.window_days is None or protocol.induction_count is None or not induction:
        return []
    shortest, longest = protocol.window_days
    count, wanted = len(induction), protocol.induction_count
    days = (induction[-1].on - induction[0].on).days + 1
    asked = f"The protocol has {wanted} in {shortest} to {longest} days."
    if days > longest:
        sentence = f"{count} induction infusions take {days} days. {asked}"
        return [Caution("induction_too_long", sentence)]
    if count < wanted:
        last_day = induction[0].on + timedelta(days=longest - 1)
        sentence = f"{count} of {wanted} induction infusions, and the window has ended. {asked}"
        return [Caution("induction_unfinished", sentence)] if today > last_day else []
    if -(-days // DAYS_OF_A_WEEK) < shortest // DAYS_OF_A_WEEK:
        sentence = f"{count} induction infusions take only {days} days. {asked}"
        return [Caution("induction_too_short", sentence)]
    return []


def _outside_gaps(standing: tuple[InfusionFact, ...], protocol: Protocol) -> list[Caution]:
    """Compare the time between neighbours with what the protocol leaves between them."""
    found = []
    for before, after in pairwise(standing):
        gap = (after.on - before.on).days
        if gap < protocol.least_gap_days:
            sentence = (
                f"Infusions {before.number} and {after.number} are {_days(gap)} apart. "
                f"The protocol leaves at least {_days(protocol.least_gap_days)}."
            )
            found.append(Caution("gap_too_short", sentence))
        elif after.phase is Phase.MAINTENANCE and protocol.maintenance_months is not None:
            least, most = protocol.maintenance_months
            if not add_months(before.on, least) <= after.on <= add_months(before.on, most):
                sentence = (
                    f"Infusion {after.number} comes {_days(gap)} after the one before. "
                    f"The protocol has maintenance every {least} to {most} months."
                )
                found.append(Caution("maintenance_interval", sentence))
    return found


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
