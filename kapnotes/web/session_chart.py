"""The chart of a session on a page: its readings, doses, adverse and other events, in its zone."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes.clinic.tap import Tap, label_of
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.session_events import marks_of
from kapnotes.records.session_record import SessionValues
from kapnotes.records.session_row import AdverseEvent, Dose, SessionEvent, Vitals

READING = ("observed_at", "systolic", "diastolic", "heart_rate", "spo2")
DOSE = ("observed_at", "stopped_at", "mg")
ADVERSE = ("observed_at", "kind")
"""What the drawing takes of each row, as a record or as the values that were signed."""


def session_chart(
    vitals: Sequence[Vitals],
    doses: Sequence[Dose],
    adverse_events: Sequence[AdverseEvent],
    zone: ZoneInfo,
    *,
    events: Sequence[SessionEvent] = (),
    taps: Iterable[Tap] = (),
) -> VitalsChart | None:
    """The drawing, or None while there is nothing to draw; adverse events carry their letters.

    `events` are ticks at its foot, called as the practice's `taps` are.
    """
    listed = tuple(taps)
    marks = [
        {
            "observed_at": one.observed_at,
            "kind": one.kind,
            "words": one.words,
            "label": label_of(one.kind, listed),
        }
        for one in events
    ]
    return _drawing(
        map(attrgetter(*READING), vitals),
        map(attrgetter(*DOSE), doses),
        map(attrgetter(*ADVERSE), adverse_events),
        marks,
        zone,
    )


def signed_chart(session: SessionValues, zone: ZoneInfo) -> VitalsChart | None:
    """The same drawing from the values that a note is signed with."""
    return _drawing(
        map(itemgetter(*READING), session.of("vitals")),
        map(itemgetter(*DOSE), session.of("dose")),
        map(itemgetter(*ADVERSE), session.of("adverse_event")),
        session.of("session_event"),
        zone,
    )


def _drawing(
    readings: Iterable[tuple[Any, ...]],
    doses: Iterable[tuple[Any, ...]],
    adverse_events: Iterable[tuple[Any, ...]],
    marks: Sequence[Mapping[str, Any]],
    zone: ZoneInfo,
) -> VitalsChart | None:
    return vitals_chart(
        [Reading(at.astimezone(zone), *figures) for at, *figures in readings],
        doses=[
            Span(
                start.astimezone(zone),
                stop.astimezone(zone) if stop else None,
                words.figure(mg, "mg"),
            )
            for start, stop, mg in doses
        ],
        events=_flags(adverse_events, zone),
        marks=marks_of(marks, zone),
    )


def _flags(events: Iterable[tuple[Any, ...]], zone: ZoneInfo) -> list[Flag]:
    """Adverse events by their letters, called as their record calls them."""
    kinds = {
        one.code: one.display for one in record_definition("adverse_event").item("kind").options
    }
    return [
        Flag(at.astimezone(zone), chr(ord("A") + place % 26), kinds.get(kind, kind))
        for place, (at, kind) in enumerate(events)
    ]
