"""What a course is due: notes, measures, vitals, co-signatures, misuse asked, the course reviewed.

One pure function over the protocol and the facts; Today and every list come from it. Times are
all aware, or all local; aware ones come back in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kapnotes.clinic import schedule as vitals_schedule
from kapnotes.clinic.course import add_months
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.due_item import DueItem, DueKind, Standing, Times, in_order
from kapnotes.clinic.due_measure import Dosing, MeasureTaken, before_dose, measures
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.instant import instant
from kapnotes.clinic.note import NoteState
from kapnotes.clinic.protocol import Protocol
from kapnotes.clinic.schedule import Schedule, Slot, SlotState
from kapnotes.clinic.timeliness import DueState, InfusionTimes, NoteTimes, owed
from kapnotes.clinic.vitals import Vitals
from kapnotes.clinic.working_days import appointment

NOTES = MappingProxyType(
    {
        DueState.NOT_YET: Standing.LATER,
        DueState.DUE: Standing.DUE,
        DueState.OVERDUE: Standing.OVERDUE,
        DueState.DONE: Standing.DONE,
    }
)
SLOTS = MappingProxyType(
    {
        SlotState.LATER: Standing.LATER,
        SlotState.DUE: Standing.DUE,
        SlotState.LATE: Standing.OVERDUE,
        SlotState.DONE: Standing.DONE,
        SlotState.MISSED: Standing.MISSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionFacts:
    """One infusion with its notes; `key` is whatever the caller knows it by.

    Vitals are looked at where a `schedule` is given, with the `readings` and when the patient left.
    """

    key: str
    number: int
    phase: Phase
    times: InfusionTimes
    notes: tuple[NoteTimes, ...] = ()
    schedule: Schedule | None = None
    readings: tuple[Vitals, ...] = ()
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFacts:
    """A course as this rule sees it: its protocol, and everything that can be due or done.

    `misuse_asked_at` holds each time that the question was asked, `reviewed_at` each look at the
    course as a whole. `zone` is the practice's: months are counted by its calendar.
    """

    protocol: Protocol
    indication: str
    infusions: tuple[InfusionFacts, ...] = ()
    measures: tuple[MeasureTaken, ...] = ()
    misuse_asked_at: tuple[datetime, ...] = ()
    reviewed_at: tuple[datetime, ...] = ()
    state: CourseState = CourseState.ACTIVE
    zone: str = "UTC"


def due(course: DueFacts, at: datetime) -> tuple[DueItem, ...]:
    """Return everything that the course is due, in the order of a person's list.

    A cancelled infusion is due nothing. An ended course is due what its infusions still owe, and
    nothing that goes on: no measure again and again, no review.
    """
    at = instant(at)
    dosings = _dosings(course)
    items: list[DueItem] = []
    for infusion in course.infusions:
        if infusion.times.state is not InfusionState.CANCELLED:
            items += _notes(infusion, course.protocol, at)
            items += _cosignatures(infusion, course.protocol, at)
            items += vitals(infusion, at)
    items += measures(
        course.protocol,
        course.indication,
        dosings,
        course.measures,
        at,
        goes_on=course.state is not CourseState.ENDED,
    )
    items += _misuse(course, dosings, at)
    items += _review(course, at)
    return in_order(items)


def _dosings(course: DueFacts) -> tuple[Dosing, ...]:
    """Return the infusions that stand, in the order in which they took or are to take place."""
    standing = [
        Dosing(
            key=one.key,
            number=one.number,
            phase=one.phase,
            planned_for=instant(one.times.planned_for),
            dosed_at=None if one.times.dosed_at is None else instant(one.times.dosed_at),
        )
        for one in course.infusions
        if one.times.state is not InfusionState.CANCELLED
    ]
    return tuple(sorted(standing, key=lambda one: (one.dosed_at or one.planned_for, one.number)))


def _notes(infusion: InfusionFacts, protocol: Protocol, at: datetime) -> Iterator[DueItem]:
    for one in owed(infusion.times, infusion.notes, at, protocol.timeliness):
        yield DueItem(
            kind=DueKind(one.kind),
            standing=Standing.DONE_LATE if one.is_late else NOTES[one.state],
            infusion=infusion.key,
            number=infusion.number,
            from_at=one.from_at,
            due_at=one.due_at,
            done_at=one.done_at,
        )


def _cosignatures(infusion: InfusionFacts, protocol: Protocol, at: datetime) -> Iterator[DueItem]:
    """Return those that are asked for: a note signed by its author alone asks for none."""
    for note in infusion.notes:
        waits = note.state in {NoteState.AWAITING_COSIGNATURE, NoteState.COSIGNED}
        if not waits or note.waits_from is None:
            continue
        signed_at = instant(note.waits_from)
        is_done = note.state is NoteState.COSIGNED
        done_at = instant(note.cosigned_at or signed_at) if is_done else None
        hours = timedelta(hours=protocol.cosignature_hours)
        times = Times(from_at=signed_at, due_at=signed_at + hours)
        yield DueItem(
            kind=DueKind.COSIGNATURE,
            standing=times.standing(at, done_at),
            about=note.kind,
            infusion=infusion.key,
            number=infusion.number,
            note=note.key,
            from_at=times.from_at,
            due_at=times.due_at,
            done_at=done_at,
        )


def vitals(infusion: InfusionFacts, at: datetime) -> Iterator[DueItem]:
    """Return the rows of the schedule once the session has begun."""
    if infusion.schedule is None or infusion.times.state is InfusionState.PLANNED:
        return
    slots = vitals_schedule.due(
        infusion.schedule,
        dosed_at=infusion.times.dosed_at,
        readings=infusion.readings,
        at=at,
        discharged_at=infusion.left_at,
    )
    for slot in slots:
        yield DueItem(
            kind=DueKind.VITALS,
            standing=_slot(slot),
            about=slot.label,
            infusion=infusion.key,
            number=infusion.number,
            from_at=slot.due_at,
            due_at=slot.grace_until,
            done_at=slot.taken_at,
        )


def _slot(slot: Slot) -> Standing:
    taken_late = slot.state is SlotState.LATE and slot.taken_at is not None
    return Standing.DONE_LATE if taken_late else SLOTS[slot.state]


def _misuse(course: DueFacts, dosings: tuple[Dosing, ...], at: datetime) -> Iterator[DueItem]:
    """Return the question before each maintenance; the integration note asks it by itself."""
    if not course.protocol.asks_misuse:
        return
    asked = sorted(map(instant, course.misuse_asked_at))
    days = timedelta(days=course.protocol.recent_days)
    for place, one in enumerate(dosings):
        if one.phase is Phase.MAINTENANCE:
            ahead = timedelta(hours=course.protocol.preparation_ahead_hours)
            times, done_at = before_dose(dosings[:place], one, asked, ahead=ahead, recent=days)
            yield DueItem(
                kind=DueKind.MISUSE,
                standing=times.standing(at, done_at),
                infusion=one.key,
                number=one.number,
                from_at=times.from_at,
                due_at=times.due_at,
                over_at=times.over_at,
                done_at=done_at,
            )


def _review(course: DueFacts, at: datetime) -> Iterator[DueItem]:
    """Return the next look at the whole course: after infusions or months, whichever is first."""
    protocol, dosed = course.protocol, _given(course)
    if course.state is CourseState.ENDED or not dosed:
        return
    last = max(map(instant, course.reviewed_at), default=None)
    since = [one for one in dosed if last is None or one > last]
    called_for = []
    if protocol.review_after_months is not None:
        called_for.append(
            _months_later(last or dosed[0], protocol.review_after_months, course.zone)
        )
    count = protocol.review_after_infusions
    if count is not None and len(since) >= count:
        called_for.append(since[count - 1])
    elif not called_for and count is None:
        return
    from_at = min(called_for, default=None)
    within = timedelta(days=protocol.review_within_days)
    times = Times(from_at=from_at, due_at=None if from_at is None else from_at + within)
    yield DueItem(
        kind=DueKind.REVIEW,
        standing=times.standing(at),
        from_at=times.from_at,
        due_at=times.due_at,
    )


def _given(course: DueFacts) -> list[datetime]:
    """Return when the infusions that took place were over."""
    return sorted(
        instant(one.times.completed_at or one.times.dosed_at or one.times.planned_for)
        for one in course.infusions
        if one.times.state is InfusionState.COMPLETED
    )


def _months_later(moment: datetime, months: int, zone: str) -> datetime:
    """Return the same wall time so many months later, in UTC where the moment has a zone."""
    if moment.tzinfo is None:
        return datetime.combine(add_months(moment.date(), months), moment.time())
    wall = moment.astimezone(ZoneInfo(zone))
    return appointment(add_months(wall.date(), months), wall.time(), zone)
