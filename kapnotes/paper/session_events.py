"""The events of a session as rows and as marks on its chart; the steps of a dose among them.

From plain values, live or as they were signed, for page and paper the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes.clinic import tap
from kapnotes.clinic.instant import instant
from kapnotes.paper import words
from kapnotes.paper.marks import Mark
from kapnotes.paper.summary import EventRow

Values = Mapping[str, Any]
STEPS = frozenset({tap.DOSE_PAUSED, tap.DOSE_RESUMED, tap.RATE_CHANGED})
"""The kinds of the steps of a running infusion."""


def dosed_at(doses: Sequence[Values]) -> datetime | None:
    """When the first dose began."""
    return min((one["observed_at"] for one in doses), key=instant, default=None)


def is_step_of(dose: Values, event: Values) -> bool:
    """Whether an event paused, resumed or changed that dose."""
    at, stop = instant(event["observed_at"]), dose["stopped_at"]
    within = instant(dose["observed_at"]) <= at and (stop is None or at <= instant(stop))
    return event["kind"] in STEPS and within


def steps_of(
    doses: Sequence[Values], events: Sequence[Values], zone: ZoneInfo
) -> list[tuple[EventRow, ...]]:
    """The steps of each dose; one that fits two doses belongs to the later."""
    zero = dosed_at(doses)
    found: list[list[EventRow]] = [[] for _ in doses]
    for event in events:
        fits = [place for place, dose in enumerate(doses) if is_step_of(dose, event)]
        if fits:
            found[fits[-1]].append(_row(event, zero, zone, ()))
    return [tuple(rows) for rows in found]


def event_rows(
    doses: Sequence[Values], events: Sequence[Values], vitals: Sequence[Values], zone: ZoneInfo
) -> tuple[EventRow, ...]:
    """All other events by time, each with its minute since the first dose."""
    zero = dosed_at(doses)
    return tuple(_row(event, zero, zone, vitals) for event in _others(doses, events))


def marks_of(events: Sequence[Values], zone: ZoneInfo) -> list[Mark]:
    """Every event as a mark for the chart, the steps of a dose too."""
    return [Mark(event["observed_at"].astimezone(zone), _called(event)) for event in events]


def _called(event: Values) -> str:
    """What a mark is called: its label, or the beginning of quick words."""
    is_words = event["kind"] == tap.WORDS and event["words"]
    return words.shortened(" ".join(event["words"].split()), 40) if is_words else event["label"]


def _others(doses: Sequence[Values], events: Sequence[Values]) -> Iterator[Values]:
    for event in events:
        if not any(is_step_of(dose, event) for dose in doses):
            yield event


def _row(
    event: Values, zero: datetime | None, zone: ZoneInfo, vitals: Sequence[Values]
) -> EventRow:
    at = event["observed_at"]
    return EventRow(
        at.astimezone(zone),
        words.minute(at, zero) if zero else "",
        event["label"],
        ". ".join(_said(event, vitals, zone)),
        event["recorded_by_name"],
        _called(event),
        event["id"],
    )


def _said(event: Values, vitals: Sequence[Values], zone: ZoneInfo) -> Iterator[str]:
    """The new rate, which reading is answered, and the words."""
    if event["rate_mg_per_h"] is not None:
        yield f"Now {words.figure(event['rate_mg_per_h'], 'mg/h')}"
    about = next((one for one in vitals if one["id"] == event["about_id"]), None)
    if about is not None:
        yield f"Reading of {words.clock(about['observed_at'].astimezone(zone))}"
    if event["words"]:
        yield event["words"]
    if event["caution_reason"]:
        yield f"Stands because: {event['caution_reason']}"
