"""An adverse event has times that can be true and, if serious, what was done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kapnotes.clinic.adverse_event import (
    AdverseEvent,
    AdverseEventKind,
    EventOutcome,
    Severity,
    check_event,
)

ONSET = datetime(2026, 3, 2, 10, 20, tzinfo=UTC)
AT = ONSET + timedelta(hours=1)
EVENT = AdverseEvent(
    observed_at=ONSET,
    kind=AdverseEventKind.NAUSEA,
    severity=Severity.MILD,
    serious=False,
    outcome=EventOutcome.RESOLVED,
    resolved_at=ONSET + timedelta(minutes=15),
)


def codes(event: AdverseEvent) -> list[str]:
    return [f"{concern.code} {concern.about}" for concern in check_event(event, at=AT)]


def test_a_mild_event_that_ended_is_nothing_to_ask_about() -> None:
    assert codes(EVENT) == []


def test_an_event_ends_after_its_onset_and_before_now() -> None:
    ended = replace(EVENT, resolved_at=ONSET - timedelta(minutes=1))
    assert codes(ended) == ["impossible_event resolved_at"]
    ahead = replace(EVENT, resolved_at=AT + timedelta(minutes=1))
    assert codes(ahead) == ["impossible_event resolved_at"]
    tomorrow = replace(
        EVENT, observed_at=AT + timedelta(days=1), resolved_at=None, outcome=EventOutcome.ONGOING
    )
    assert codes(tomorrow) == ["impossible_event observed_at"]


def test_an_event_in_the_hour_that_is_repeated_ends_after_its_onset() -> None:
    onset = datetime(2025, 10, 26, 2, 50, tzinfo=ZoneInfo("Europe/Berlin"))
    again = onset.replace(minute=10, fold=1)
    assert codes(replace(EVENT, observed_at=onset, resolved_at=again)) == []
    backwards = replace(EVENT, observed_at=again, resolved_at=onset)
    assert codes(backwards) == ["impossible_event resolved_at"]


def test_a_serious_event_needs_what_was_done() -> None:
    serious = replace(EVENT, serious=True)
    assert codes(serious) == ["event_incomplete action"]
    assert codes(replace(serious, action="Infusion stopped, oxygen")) == []


def test_another_kind_is_told_in_words() -> None:
    other = replace(EVENT, kind=AdverseEventKind.OTHER)
    assert codes(other) == ["event_incomplete words"]
    assert codes(replace(other, words="Hiccups")) == []


def test_outcome_and_end_time_belong_together() -> None:
    assert codes(replace(EVENT, resolved_at=None)) == ["no_end resolved_at"]
    assert codes(replace(EVENT, outcome=EventOutcome.ONGOING)) == ["end_unresolved outcome"]


def test_a_severe_event_is_asked_whether_it_was_serious_and_what_was_done() -> None:
    severe = replace(EVENT, severity=Severity.SEVERE, serious=None)
    assert codes(severe) == ["serious_unsaid serious", "severe_no_action action"]
    assert codes(replace(severe, serious=False, action="Cool cloth")) == []
