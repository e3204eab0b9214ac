"""When vital signs are to be taken after a dose, and which rows are due, late or missed.

Offered by default: IV 0, 15, 30, 40, 60 and 90 minutes; IM, sublingual and oral 0, 15, 30, 60, 90
and 120; intranasal 0, 40 and 120 (before, at 40 minutes, two hours in all); each with a row at
discharge. All are settings of a practice. Times are all aware, or all local.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.instant import instant
from kapnotes.clinic.vitals import Vitals

BOUNDS = MappingProxyType(
    {"grace_minutes": (0, 60), "baseline_minutes": (5, 1440), "discharge_minutes": (5, 240)}
)
LONGEST_MINUTES = 1440
MOST_ROWS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Minutes after the start of the dose, rising from 0; 0 is the row before the dose."""

    minutes: tuple[int, ...]
    has_discharge: bool = True
    grace_minutes: int = 5
    """A row this much after its time still counts as taken in time."""
    baseline_minutes: int = 60
    """The row before the dose is at most this old at its start."""
    discharge_minutes: int = 30
    """The row at discharge is at most this old when the patient leaves."""

    def __post_init__(self) -> None:
        """Raise `BadInput` unless the minutes rise from 0 and the rest can be meant."""
        errors = outside({name: getattr(self, name) for name in BOUNDS}, BOUNDS)
        gaps = [later - earlier for earlier, later in pairwise(self.minutes)]
        if self.minutes[:1] != (0,) or any(gap <= 0 for gap in gaps):
            errors["minutes"] = "The minutes rise, and the first of them is 0."
        elif len(self.minutes) > MOST_ROWS or self.minutes[-1] > LONGEST_MINUTES:
            errors["minutes"] = f"At most {MOST_ROWS} times, the last within 24 hours."
        elif self.grace_minutes > min(gaps, default=self.grace_minutes):
            errors["grace_minutes"] = "This is longer than from one time to the next."
        refuse(errors)


INJECTED = Schedule(minutes=(0, 15, 30, 60, 90, 120))
SCHEDULES: Mapping[Route, Schedule] = MappingProxyType(
    {
        Route.IV: Schedule(minutes=(0, 15, 30, 40, 60, 90)),
        Route.IM: INJECTED,
        Route.SUBLINGUAL: INJECTED,
        Route.INTRANASAL: Schedule(minutes=(0, 40, 120)),
        Route.ORAL: INJECTED,
    }
)


class SlotState(StrEnum):
    """How one row of the schedule stands."""

    LATER = "later"
    DUE = "due"
    LATE = "late"
    DONE = "done"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One row that the schedule asks for.

    `minutes` is None for discharge, `due_at` None until the event that it counts from. `late`
    with `taken_at` was taken late; without, it is late and can still be taken. Until
    `grace_until` a row is in time, from `missed_at` on it can no longer be taken.
    """

    minutes: int | None
    label: str
    due_at: datetime | None
    state: SlotState
    taken_at: datetime | None = None
    grace_until: datetime | None = None
    missed_at: datetime | None = None


def due(
    schedule: Schedule,
    *,
    dosed_at: datetime | None,
    readings: Iterable[Vitals],
    at: datetime,
    discharged_at: datetime | None = None,
) -> tuple[Slot, ...]:
    """Return the rows of the schedule as they stand at `at`; aware times come back in UTC.

    A row counts for the time that it is nearest to. Once the next time has come, one that was not
    taken is missed.
    """
    taken = sorted(instant(reading.observed_at) for reading in readings)
    at = instant(at)
    dosed_at = None if dosed_at is None else instant(dosed_at)
    discharged_at = None if discharged_at is None else instant(discharged_at)
    slots = _before(schedule, taken, at) if dosed_at is None else ()
    if dosed_at is not None:
        slots = _after(schedule, dosed_at, taken, at)
    if schedule.has_discharge:
        slots = (*slots, _discharge(schedule, slots, taken, at, discharged_at))
    return slots


def said(slots: Iterable[Slot]) -> tuple[str, ...]:
    """Return what the record says of the rows that are late or were missed, in their order."""
    return tuple(f"{slot.label}: {words}." for slot in slots if (words := _words(slot)))


def _words(slot: Slot) -> str:
    if slot.state is SlotState.MISSED:
        return "missed"
    if slot.state is not SlotState.LATE:
        return ""
    if slot.taken_at is None or slot.due_at is None:
        return "late, not taken yet"
    minutes = int(_since(slot.due_at, slot.taken_at))
    return f"taken {minutes or 'less than 1'} {'minutes' if minutes > 1 else 'minute'} late"


def _before(schedule: Schedule, taken: list[datetime], at: datetime) -> tuple[Slot, ...]:
    """Return the schedule before any dose: only the first row can be taken."""
    fresh = [moment for moment in taken if _since(moment, at) <= schedule.baseline_minutes]
    first = Slot(
        minutes=0,
        label=_label(0),
        due_at=None,
        state=SlotState.DONE if fresh else SlotState.DUE,
        taken_at=fresh[-1] if fresh else None,
    )
    rest = (
        Slot(minutes=minutes, label=_label(minutes), due_at=None, state=SlotState.LATER)
        for minutes in schedule.minutes[1:]
    )
    return (first, *rest)


def _after(
    schedule: Schedule, dosed_at: datetime, taken: list[datetime], at: datetime
) -> tuple[Slot, ...]:
    """Return each time with the row that counts for it, and when it is given up as missed."""
    times = [dosed_at + timedelta(minutes=minutes) for minutes in schedule.minutes]
    last_gap = times[-1] - times[-2] if len(times) > 1 else timedelta(0)
    ends = [*times[1:], times[-1] + last_gap]
    found = _assigned(schedule, dosed_at, [moment for moment in taken if moment <= ends[-1]])
    return tuple(
        Slot(
            minutes=minutes,
            label=_label(minutes),
            due_at=due_at,
            state=_state(
                _grace_end(schedule, minutes, due_at), due_at, found.get(minutes), at, end
            ),
            taken_at=found.get(minutes),
            grace_until=_grace_end(schedule, minutes, due_at),
            missed_at=end,
        )
        for minutes, due_at, end in zip(schedule.minutes, times, ends, strict=True)
    )


def _assigned(schedule: Schedule, dosed_at: datetime, taken: list[datetime]) -> dict[int, datetime]:
    """Return for each time the row that is nearest to it, the earlier of two as near.

    The row before the dose is the last one before it; a later one counts only if there is none.
    """
    found: dict[int, datetime] = {}
    before = [m for m in taken if 0 <= _since(m, dosed_at) <= schedule.baseline_minutes]
    for moment in sorted(taken, key=lambda moment: _distance(schedule, dosed_at, moment)):
        after = -_since(moment, dosed_at)
        if after > 0:
            found.setdefault(_nearest(schedule, after), moment)
    return {**found, 0: before[-1]} if before else found


def _nearest(schedule: Schedule, after: float) -> int:
    return min(schedule.minutes, key=lambda minutes: (abs(minutes - after), minutes))


def _distance(schedule: Schedule, dosed_at: datetime, moment: datetime) -> float:
    after = -_since(moment, dosed_at)
    return abs(_nearest(schedule, after) - after)


def _grace_end(schedule: Schedule, minutes: int, due_at: datetime) -> datetime:
    """Return until when a row is in time; the row before the dose has no grace."""
    return due_at + timedelta(minutes=schedule.grace_minutes if minutes else 0)


def _state(
    grace_end: datetime, due_at: datetime, taken_at: datetime | None, at: datetime, end: datetime
) -> SlotState:
    if taken_at is not None:
        return SlotState.DONE if taken_at <= grace_end else SlotState.LATE
    if at < due_at:
        return SlotState.LATER
    if at <= grace_end:
        return SlotState.DUE
    return SlotState.LATE if at < end else SlotState.MISSED


def _discharge(
    schedule: Schedule,
    slots: tuple[Slot, ...],
    taken: list[datetime],
    at: datetime,
    discharged_at: datetime | None,
) -> Slot:
    """Return the row at discharge, which is due once the last time of the schedule has come."""
    last = slots[-1].due_at
    taken_at = None
    if discharged_at is None:
        state = SlotState.DUE if last is not None and at > last else SlotState.LATER
    else:
        recent = [
            moment
            for moment in taken
            if 0 <= _since(moment, discharged_at) <= schedule.discharge_minutes
        ]
        taken_at = recent[-1] if recent else None
        state = SlotState.DONE if recent else SlotState.MISSED
    return Slot(
        minutes=None,
        label="Discharge",
        due_at=discharged_at,
        state=state,
        taken_at=taken_at,
        grace_until=discharged_at,
        missed_at=discharged_at,
    )


def _since(moment: datetime, until: datetime) -> float:
    """Return the minutes from `moment` to `until`, negative if it comes after."""
    return (until - moment).total_seconds() / 60


def _label(minutes: int) -> str:
    return f"{minutes} min" if minutes else "Before the dose"
