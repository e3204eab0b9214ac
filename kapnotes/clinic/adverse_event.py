"""What went wrong in or after a session: its kind, how bad it was, and what was done.

The kinds are the common set of ketamine practice [B]; REMS forms ask for serious events.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kapnotes.clinic.instant import instant
from kapnotes.clinic.refusals import Caution, Concern, Refusal


class AdverseEventKind(StrEnum):
    """What it was. `other` is told in words."""

    HYPERTENSION = "hypertension"
    NAUSEA = "nausea"
    VOMITING = "vomiting"
    DISSOCIATION_DISTRESS = "dissociation_distress"
    ANXIETY = "anxiety"
    DIZZINESS = "dizziness"
    HEADACHE = "headache"
    SEDATION = "sedation"
    RESPIRATORY_DEPRESSION = "respiratory_depression"
    LARYNGOSPASM = "laryngospasm"
    URINARY = "urinary"
    EMERGENCE_REACTION = "emergence_reaction"
    OTHER = "other"


class Severity(StrEnum):
    """How bad it was. Severe is not the same as serious, which is asked by itself."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class EventOutcome(StrEnum):
    """How it ended, or stands."""

    RESOLVED = "resolved"
    RESOLVING = "resolving"
    ONGOING = "ongoing"
    REFERRED = "referred"


class ImpossibleEvent(Refusal):
    """The times of the event cannot be true."""

    code = "impossible_event"


class EventIncomplete(Refusal):
    """The event says too little to be of use."""

    code = "event_incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """One event as recorded. `observed_at` is its onset; `serious` None is "not recorded"."""

    observed_at: datetime
    kind: AdverseEventKind
    severity: Severity
    serious: bool | None = None
    action: str = ""
    outcome: EventOutcome | None = None
    resolved_at: datetime | None = None
    words: str = ""


def check_event(event: AdverseEvent, *, at: datetime) -> tuple[Concern, ...]:
    """Return all that is refused or unusual about an event, refusals first. `at` is now."""
    return (*_times(event, at), *_content(event), *_unusual(event))


def _times(event: AdverseEvent, at: datetime) -> Iterator[Refusal]:
    if instant(event.observed_at) > instant(at):
        yield ImpossibleEvent("The onset is in the future.", about="observed_at")
    if event.resolved_at is None:
        return
    if instant(event.resolved_at) > instant(at):
        yield ImpossibleEvent("The end is in the future.", about="resolved_at")
    if instant(event.resolved_at) < instant(event.observed_at):
        yield ImpossibleEvent("The event ends before its onset.", about="resolved_at")


def _content(event: AdverseEvent) -> Iterator[Refusal]:
    if event.serious and not event.action.strip():
        yield EventIncomplete("A serious event needs what was done.", about="action")
    if event.kind is AdverseEventKind.OTHER and not event.words.strip():
        yield EventIncomplete("Say in words what happened.", about="words")


def _unusual(event: AdverseEvent) -> Iterator[Caution]:
    resolved = event.outcome is EventOutcome.RESOLVED
    if resolved and event.resolved_at is None:
        yield Caution("no_end", "The event is resolved and has no end time.", "resolved_at")
    if event.resolved_at is not None and not resolved:
        yield Caution("end_unresolved", "There is an end, but it is not resolved.", "outcome")
    if event.severity is Severity.SEVERE and event.serious is None:
        yield Caution("serious_unsaid", "A severe event: was it serious?", "serious")
    if event.severity is Severity.SEVERE and not event.serious and not event.action.strip():
        yield Caution("severe_no_action", "A severe event has no action recorded.", "action")
