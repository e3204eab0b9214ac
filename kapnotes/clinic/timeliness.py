"""Which notes an infusion owes, and by when.

A preparation note before the dose, a dosing-session note within 24 hours after completion, and
an integration note within 72 hours of the dose: audits ask for 24, 48 or 72 hours, so each is a
setting of the practice. Times are all aware, or all local.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.instant import instant
from kapnotes.clinic.note import NoteKind, NoteState, is_locked


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinessRule:
    """Hours that a practice gives its notes."""

    preparation_ahead_hours: int = 72
    """A preparation note is called for this long before the planned time."""
    dosing_hours: int = 24
    """After completion."""
    integration_hours: int = 72
    """After the start of the dose."""
    cosignature_hours: int = 72  # [B]
    """After the author's signature."""


DEFAULT_RULE = TimelinessRule()


class DueState(StrEnum):
    """How a note that is owed stands."""

    NOT_YET = "not_yet"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionTimes:
    """What counts of an infusion: when it was planned, first dosed and completed."""

    state: InfusionState
    planned_for: datetime
    dosed_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTimes:
    """What counts of a note: `signed_at` is its author's first signature, `cosigned_at` the second.

    A note that was signed in time and revised later is not late: the first signature counts. The
    co-signature is waited for since the newest, `resigned_at`, where there is one after the first.
    `key` is whatever the caller knows it by.
    """

    kind: NoteKind
    state: NoteState
    signed_at: datetime | None = None
    cosigned_at: datetime | None = None
    key: str = ""
    resigned_at: datetime | None = None

    @property
    def waits_from(self) -> datetime | None:
        """Since when a co-signature is waited for, where one is."""
        return self.resigned_at or self.signed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One note that is owed. `from_at` and `due_at` are None until the event that they count from.

    `done_at` is the first signature that stands, and `is_late` whether it came after `due_at`.
    """

    kind: NoteKind
    state: DueState
    due_at: datetime | None
    done_at: datetime | None = None
    is_late: bool = False
    from_at: datetime | None = None


def owed(
    infusion: InfusionTimes,
    notes: Iterable[NoteTimes],
    at: datetime,
    rule: TimelinessRule = DEFAULT_RULE,
) -> tuple[Due, ...]:
    """Return the notes that the infusion owes at `at`, in the order of `NoteKind`.

    A cancelled infusion owes nothing. One signed note of a kind is enough; one that waits for
    its co-signature is signed, one that came back is not. Aware times come back in UTC.
    """
    if infusion.state is InfusionState.CANCELLED:
        return ()
    at, infusion = instant(at), _in_instants(infusion)
    signed: dict[NoteKind, datetime] = {}
    for note in notes:
        if is_locked(note.state) and note.signed_at is not None:
            signed_at = instant(note.signed_at)
            signed[note.kind] = min(signed_at, signed.get(note.kind, signed_at))
    spans = {
        NoteKind.PREPARATION: _preparation(infusion, rule),
        NoteKind.DOSING: _dosing(infusion, rule),
        NoteKind.INTEGRATION: _integration(infusion, rule),
    }
    return tuple(_due(kind, spans[kind], signed.get(kind), at) for kind in NoteKind)


def is_behind(dues: Iterable[Due]) -> bool:
    """Say whether any of the notes is overdue."""
    return any(due.state is DueState.OVERDUE for due in dues)


def _in_instants(infusion: InfusionTimes) -> InfusionTimes:
    """Return the times in UTC: hours are counted between instants, over a change of the clocks."""
    return InfusionTimes(
        state=infusion.state,
        planned_for=instant(infusion.planned_for),
        dosed_at=None if infusion.dosed_at is None else instant(infusion.dosed_at),
        completed_at=None if infusion.completed_at is None else instant(infusion.completed_at),
    )


Span: TypeAlias = tuple[datetime, datetime] | None


def _preparation(infusion: InfusionTimes, rule: TimelinessRule) -> Span:
    """Return from when the note is called for, and when it is due: at the dose at the latest."""
    due = min(infusion.planned_for, infusion.dosed_at or infusion.planned_for)
    return due - timedelta(hours=rule.preparation_ahead_hours), due


def _dosing(infusion: InfusionTimes, rule: TimelinessRule) -> Span:
    done = _completed(infusion)
    return (done, done + timedelta(hours=rule.dosing_hours)) if done else None


def _integration(infusion: InfusionTimes, rule: TimelinessRule) -> Span:
    done = _completed(infusion)
    if done is None:
        return None
    return done, (infusion.dosed_at or done) + timedelta(hours=rule.integration_hours)


def _completed(infusion: InfusionTimes) -> datetime | None:
    return infusion.completed_at if infusion.state is InfusionState.COMPLETED else None


def _due(kind: NoteKind, span: Span, done_at: datetime | None, at: datetime) -> Due:
    from_at, due_at = span or (None, None)
    late = False
    if done_at is not None:
        state, late = DueState.DONE, due_at is not None and done_at > due_at
    elif span is None or at < span[0]:
        state = DueState.NOT_YET
    else:
        state = DueState.OVERDUE if at > span[1] else DueState.DUE
    return Due(
        kind=kind, state=state, due_at=due_at, done_at=done_at, is_late=late, from_at=from_at
    )
