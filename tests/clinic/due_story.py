"""Courses as the tests of what is due tell them: infusions given and planned, notes, measures."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.due import DueFacts, InfusionFacts, due
from kapnotes.clinic.due_item import (
    DueItem,
    DueKind,
    Standing,
)
from kapnotes.clinic.due_measure import MeasureTaken
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.protocol import PROTOCOLS, Protocol
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes

T0 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BARE = Protocol(key="other", title="Bare", asks_misuse=False)
REVIEWED = replace(BARE, review_after_infusions=2, review_after_months=6, review_within_days=14)
DONE, PLANNED = InfusionState.COMPLETED, InfusionState.PLANNED


def given_at(number: int, at: datetime, **more: object) -> InfusionFacts:
    """An infusion that was given at its time and took two hours."""
    times = InfusionTimes(state=DONE, planned_for=at, dosed_at=at, completed_at=at + 2 * HOUR)
    return replace(planned(number, at), times=times, **more)  # type: ignore[arg-type]


def planned(number: int, at: datetime, phase: Phase = Phase.INDUCTION) -> InfusionFacts:
    times = InfusionTimes(state=PLANNED, planned_for=at)
    return InfusionFacts(key=f"i{number}", number=number, phase=phase, times=times)


def facts(*infusions: InfusionFacts, protocol: Protocol = BARE, **more: object) -> DueFacts:
    return DueFacts(protocol=protocol, indication="ocd", infusions=infusions, **more)  # type: ignore[arg-type]


def taken(scale: str, *moments: datetime) -> tuple[MeasureTaken, ...]:
    return tuple(MeasureTaken(scale=scale, at=at) for at in moments)


def find(items: Iterable[DueItem], kind: DueKind, about: str = "", occasion: str = "") -> DueItem:
    [item] = [
        item for item in items if (item.kind, item.about, item.occasion) == (kind, about, occasion)
    ]
    return item


def measure(course: DueFacts, at: datetime, occasion: str, scale: str = "y-bocs") -> Standing:
    return find(due(course, at), DueKind.MEASURE, scale, occasion).standing


def note(kind: NoteKind, state: NoteState, signed_at: datetime, **more: datetime) -> NoteTimes:
    return NoteTimes(kind=kind, state=state, signed_at=signed_at, **more)


HOURS = st.integers(-100, 400)


@st.composite
def courses(draw: st.DrawFn) -> DueFacts:
    """A course with a few infusions, some given, and measures taken here and there."""
    infusions, at = [], T0
    for number in range(1, draw(st.integers(1, 4)) + 1):
        at += draw(st.integers(20, 200)) * HOUR
        make = draw(st.sampled_from([given_at, planned]))
        infusions.append(make(number, at))
    moments = [T0 + hours * HOUR for hours in draw(st.lists(HOURS, max_size=5))]
    return facts(
        *infusions,
        protocol=draw(st.sampled_from(list(PROTOCOLS.values()))),
        measures=taken("y-bocs", *moments),
        misuse_asked_at=tuple(moments[:1]),
        reviewed_at=tuple(moments[1:2]),
        state=draw(st.sampled_from(CourseState)),
    )
