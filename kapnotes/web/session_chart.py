"""The chart of a session on a page: its readings, doses, adverse and other events, in its zone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kapnotes.clinic.tap import Tap, label_of
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.session_events import marks_of
from kapnotes.records.session_record import SessionValues
from kapnotes.records.session_row import AdverseEvent, Dose, SessionEvent, Vitals


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
    return vitals_chart(
        [
            Reading(
                one.observed_at.astimezone(zone),
                one.systolic,
                one.diastolic,
                one.heart_rate,
                one.spo2,
            )
            for one in vitals
        ],
        doses=[
            Span(
                one.observed_at.astimezone(zone),
                one.stopped_at.astimezone(zone) if one.stopped_at else None,
                words.figure(one.mg, "mg"),
            )
            for one in doses
        ],
        events=_flags(((one.observed_at, one.kind) for one in adverse_events), zone),
        marks=marks_of(marks, zone),
    )


def signed_chart(session: SessionValues, zone: ZoneInfo) -> VitalsChart | None:
    """The same drawing from the values that a note is signed with."""
    return vitals_chart(
        [
            Reading(
                one["observed_at"].astimezone(zone),
                one["systolic"],
                one["diastolic"],
                one["heart_rate"],
                one["spo2"],
            )
            for one in session.of("vitals")
        ],
        doses=[
            Span(
                one["observed_at"].astimezone(zone),
                one["stopped_at"].astimezone(zone) if one["stopped_at"] else None,
                words.figure(one["mg"], "mg"),
            )
            for one in session.of("dose")
        ],
        events=_flags(
            ((one["observed_at"], one["kind"]) for one in session.of("adverse_event")), zone
        ),
        marks=marks_of(session.of("session_event"), zone),
    )


def _flags(events: Iterable[tuple[datetime, str]], zone: ZoneInfo) -> list[Flag]:
    """Adverse events by their letters, called as their record calls them."""
    kinds = {
        one.code: one.display for one in record_definition("adverse_event").item("kind").options
    }
    return [
        Flag(at.astimezone(zone), chr(ord("A") + place % 26), kinds.get(kind, kind))
        for place, (at, kind) in enumerate(events)
    ]
