"""The chart of a session on a page: its readings, doses, adverse and other events, in its zone."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from kapnotes.clinic.tap import Tap, label_of
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.session_events import marks_of
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
    kinds = {
        one.code: one.display for one in record_definition("adverse_event").item("kind").options
    }
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
        events=[
            Flag(
                one.observed_at.astimezone(zone),
                chr(ord("A") + place % 26),
                kinds.get(one.kind, one.kind),
            )
            for place, one in enumerate(adverse_events)
        ],
        marks=marks_of(marks, zone),
    )
