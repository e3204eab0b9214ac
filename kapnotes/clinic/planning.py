"""The dates of a course: a proposal inside its protocol, and what a move would break.

Nothing here refuses a date that a person wants; it says what the protocol has against it. Days are
calendar dates of the practice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import TypeAlias

from kapnotes.clinic.course import CourseFacts, InfusionFact, add_months, outside_window
from kapnotes.clinic.infusion import STATE_WORDS, InfusionState, Phase
from kapnotes.clinic.protocol import starting_dose
from kapnotes.clinic.refusals import BadInput, Caution, WrongState
from kapnotes.clinic.spacing import Dates, Spacing, in_turn, spread
from kapnotes.clinic.working_days import (
    DEFAULT_DAYS,
    WEEKDAYS,
    WorkingDays,
    each,
    next_of,
    said,
    weekday,
)

A_MONTH = 30
"""The days of a month where only a part of one is meant."""
STARTS_TRIED = 20
"""So many first days are tried before an induction is proposed that leaves its window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDay:
    """One infusion as proposed. `mg_per_kg` is None where the protocol sets no dose."""

    number: int
    phase: Phase
    on: date
    mg_per_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The infusions that are still to be planned, and why some lie outside of the protocol."""

    infusions: tuple[PlannedDay, ...]
    cautions: tuple[Caution, ...] = ()


def propose(
    course: CourseFacts,
    start: date,
    days: WorkingDays = DEFAULT_DAYS,
    *,
    maintenance_months: Decimal | None = None,
) -> Plan:
    """Return the rest of the induction and the next maintenance, none of it before `start`.

    What is planned or done stays. Every day is a working day, and the least gap is kept; an
    induction that cannot be finished inside its window is proposed beyond it, with the reason.
    `maintenance_months` is the interval that was decided, otherwise the protocol's shortest.
    Without a count of inductions the next infusion alone is proposed.
    """
    induction, cautions = _induction(course, start, days)
    grown = _with(course, Phase.INDUCTION, induction)
    maintenance, later = _maintenance(grown, start, days, maintenance_months)
    whole = _with(grown, Phase.MAINTENANCE, maintenance)
    place = len(course.standing)
    return Plan(
        tuple(
            PlannedDay(
                number=fact.number,
                phase=fact.phase,
                on=fact.on,
                mg_per_kg=starting_dose(place + after, course.protocol),
            )
            for after, fact in enumerate(whole.infusions[len(course.infusions) :], start=1)
        ),
        (*cautions, *later),
    )


def move(
    course: CourseFacts,
    number: int,
    to: date,
    days: WorkingDays = DEFAULT_DAYS,
    *,
    today: date,
) -> tuple[Caution, ...]:
    """Return what would lie outside of the protocol if a planned infusion were moved, and why.

    Raises `BadInput` for a number that the course does not have, `WrongState` unless planned.
    """
    found = next((fact for fact in course.infusions if fact.number == number), None)
    if found is None:
        raise BadInput({"number": "This course has no such infusion."})
    if found.state is not InfusionState.PLANNED:
        raise WrongState(f"This infusion is {STATE_WORDS[found.state]} and cannot be moved.")
    moved = replace(found, on=to)
    others = tuple(fact for fact in course.infusions if fact is not found)
    after = CourseFacts(course.protocol, (*others, moved))
    return (
        *_no_working_day(to, days, today),
        *_out_of_order(moved, after.standing),
        *outside_window(after, today),
    )


def after_interval(day: date, months: Decimal) -> date:
    """Return the day so many months later; a part of a month counts as days, of 30."""
    whole = int(months)
    rest = ((months - whole) * A_MONTH).to_integral_value(ROUND_HALF_UP)
    return add_months(day, whole) + timedelta(days=int(rest))


Found: TypeAlias = tuple[Dates, tuple[Caution, ...]]


def _with(course: CourseFacts, phase: Phase, days: Dates) -> CourseFacts:
    """Return the course with infusions planned on these days besides."""
    planned = tuple(
        InfusionFact(number=number, state=InfusionState.PLANNED, phase=phase, on=day)
        for number, day in enumerate(days, start=course.next_number)
    )
    return CourseFacts(course.protocol, (*course.infusions, *planned))


def _induction(course: CourseFacts, start: date, days: WorkingDays) -> Found:
    """Return the days of the inductions that nothing is planned for."""
    protocol, standing = course.protocol, course.standing
    gap = timedelta(days=protocol.least_gap_days)

    def is_allowed(day: date) -> bool:
        return days.is_open(day) and all(abs(day - other.on) >= gap for other in standing)

    def spacing(first: date, last: date) -> Spacing:
        return Spacing(
            protocol=protocol, first=first, last=last, start=start, is_allowed=is_allowed
        )

    if protocol.induction_count is None:
        if any(infusion.state is InfusionState.PLANNED for infusion in standing):
            return (), ()
        earliest = max([start, *(infusion.on for infusion in standing)])
        return (next_of(earliest, is_allowed),), ()
    count = course.inductions_left
    had = [infusion.on for infusion in standing if infusion.phase is Phase.INDUCTION]
    if had or not count:
        return _inside_or_beyond(spacing(had[0], had[-1]), count) if count else ((), ())
    for first in islice(each(start, is_allowed), STARTS_TRIED):
        rest = spread(spacing(first, first), count - 1)
        if rest is not None:
            return (first, *rest), ()
    first = next_of(start, is_allowed)
    rest, cautions = _inside_or_beyond(spacing(first, first), count - 1)
    return (first, *rest), cautions


def _inside_or_beyond(spacing: Spacing, count: int) -> Found:
    """Return the days inside the window, or beyond it and why."""
    inside = spread(spacing, count)
    if inside is not None or spacing.end is None:
        return inside or (), ()
    beyond = in_turn(spacing, count)
    ended = spacing.start > spacing.end
    why = "they ended on" if ended else "there are too few working days until"
    length = (spacing.end - spacing.first).days + 1
    sentence = (
        f"The induction cannot be finished in the {length} days of the protocol: {why} "
        f"{said(spacing.end)}. Its last infusion is proposed for {said(beyond[-1])}."
    )
    return beyond, (Caution("induction_too_long", sentence),)


def _maintenance(
    course: CourseFacts, start: date, days: WorkingDays, months: Decimal | None
) -> Found:
    """Return the day of the next maintenance, unless one is planned or the protocol has none."""
    span, standing = course.protocol.maintenance_months, course.standing
    ahead = (one for one in standing if one.state is InfusionState.PLANNED)
    if span is None or not standing or any(one.phase is Phase.MAINTENANCE for one in ahead):
        return (), ()
    last = standing[-1].on
    earliest, latest = add_months(last, span[0]), add_months(last, span[1])
    aim = earliest if months is None else after_interval(last, months)
    not_before = max(start, last + timedelta(days=course.protocol.least_gap_days))
    on = next_of(max(aim, not_before), days.is_open)
    if aim <= latest < on:  # rather a little early than out of the protocol
        on = _last_of(max(earliest, not_before), latest, days) or on
    if earliest <= on <= latest:
        return (on,), ()
    sentence = (
        f"Maintenance is proposed for {said(on)}. The protocol has it {span[0]} to {span[1]} "
        f"months after the infusion before: {said(earliest)} to {said(latest)}."
    )
    return (on,), (Caution("maintenance_interval", sentence),)


def _last_of(first: date, last: date, days: WorkingDays) -> date | None:
    """Return the last working day of a span, None if it has none."""
    backwards = (last - timedelta(days=before) for before in range((last - first).days + 1))
    return next((day for day in backwards if days.is_open(day)), None)


def _no_working_day(day: date, days: WorkingDays, today: date) -> Iterator[Caution]:
    if day < today:
        yield Caution("in_the_past", f"{said(day)} has passed.", "on")
    if day in days.closed:
        yield Caution("closed_day", f"The practice is closed on {said(day)}.", "on")
    elif not days.is_open(day):
        sentence = f"{said(day)} is a {WEEKDAYS[weekday(day)]}: no working day of the practice."
        yield Caution("no_working_day", sentence, "on")


def _out_of_order(moved: InfusionFact, standing: Sequence[InfusionFact]) -> Iterator[Caution]:
    passed = [
        str(other.number)
        for other in sorted(standing, key=lambda other: other.number)
        if (other.number - moved.number) * (other.on - moved.on).days < 0
    ]
    if passed:
        sentence = f"Infusion {moved.number} would change places with {_and(passed)}."
        yield Caution("out_of_order", sentence, "on")


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
