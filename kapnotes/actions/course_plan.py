"""What a course plans next: the dates that its protocol proposes, and what lies outside of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kapnotes.actions.decision import Asked
from kapnotes.clinic import planning
from kapnotes.clinic.course import CourseFacts, InfusionFact, outside_window
from kapnotes.clinic.decision import Decision, NextInfusion
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.planning import Plan, PlannedDay
from kapnotes.clinic.refusals import Caution, check_reason, insist
from kapnotes.clinic.working_days import WorkingDays

OF_A_DAY = "on"
"""What a caution is about that concerns one day, and not the course."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What dates have against them: each day by itself, in their order, and the course as one."""

    days: tuple[tuple[Caution, ...], ...]
    course: tuple[Caution, ...]

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """All of it, once each."""
        return tuple(dict.fromkeys((*(one for day in self.days for one in day), *self.course)))


def plan_of(
    about: CourseFacts, days: WorkingDays, today: date, *, asked: Asked | None = None
) -> Plan:
    """Return the rest of the course as the protocol proposes it.

    A decision that still waits names its day, its interval, or that induction is over.
    """
    decision = asked.decision if asked is not None and asked.waits and asked.plans else None
    if decision is None:
        return planning.propose(about, today, days)
    if decision.kind is NextInfusion.MAINTENANCE:
        about = _induction_over(about)
    start = max(today, decision.on or today)
    plan = planning.propose(about, start, days, maintenance_months=decision.interval_months)
    return _on_the_day(plan, decision, today)


def outside(
    about: CourseFacts,
    planned: Sequence[tuple[date, Phase]],
    days: WorkingDays,
    today: date,
) -> Outside:
    """Return what infusions on these days, by time, would have against them in the course.

    What is outside of the protocol already is left out.
    """
    facts = tuple(
        InfusionFact(number=number, state=InfusionState.PLANNED, phase=phase, on=on)
        for number, (on, phase) in enumerate(planned, start=about.next_number)
    )
    after = CourseFacts(about.protocol, (*about.infusions, *facts))
    return _against(about, after, facts, days, today)


def outside_if_moved(
    about: CourseFacts, number: int, *, on: date, phase: Phase, days: WorkingDays, today: date
) -> Outside:
    """Return what a planned infusion would have against it on another day, or in another phase."""
    infusions = tuple(
        replace(one, phase=phase) if one.number == number else one for one in about.infusions
    )
    moved = [replace(one, on=on) for one in infusions if one.number == number]
    return _against(about, CourseFacts(about.protocol, infusions), moved, days, today)


def why_outside(against: Outside, reason: str) -> str:
    """Return the reason that passes the cautions, "" where there are none.

    Raises CautionOpen without a reason, ReasonNeeded for one that is too long.
    """
    return check_reason(reason) if insist(against.cautions, reason=reason) else ""


def _against(
    before: CourseFacts,
    after: CourseFacts,
    facts: Iterable[InfusionFact],
    days: WorkingDays,
    today: date,
) -> Outside:
    known = set(outside_window(before, today))
    found = [planning.move(after, one.number, one.on, days, today=today) for one in facts]
    course = (one for each in found for one in each if one.about != OF_A_DAY and one not in known)
    return Outside(
        tuple(tuple(one for one in each if one.about == OF_A_DAY) for each in found),
        tuple(dict.fromkeys(course)),
    )


def _induction_over(about: CourseFacts) -> CourseFacts:
    """The course as it is planned on when it goes over to maintenance before its count."""
    had = sum(one.phase is Phase.INDUCTION for one in about.standing)
    if not had or not about.inductions_left:
        return about
    return replace(about, protocol=replace(about.protocol, induction_count=had))


def _on_the_day(plan: Plan, decision: Decision, today: date) -> Plan:
    """The day that was named is the next infusion's, whatever the protocol has against it."""
    if decision.on is None or decision.on < today or not plan.infusions:
        return plan
    first: PlannedDay = replace(plan.infusions[0], on=decision.on)
    return replace(plan, infusions=(first, *plan.infusions[1:]))
