"""Checks of the notes' times: missing, unsigned, late, and late to be co-signed; integration late.

Which note is owed when is asked of `timeliness`, by the hours of the course's protocol.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import MappingProxyType

from kapnotes.clinic.check_facts import ChainFacts, NoteFact
from kapnotes.clinic.check_finding import CheckFinding, clock
from kapnotes.clinic.check_rule import CheckCode, CheckRule
from kapnotes.clinic.due_item import Standing, Times
from kapnotes.clinic.instant import instant
from kapnotes.clinic.lasting import counted, lasting
from kapnotes.clinic.note import EDITABLE, STATE_WORDS, NoteKind, NoteState
from kapnotes.clinic.timeliness import Due, DueState, owed

KIND_WORDS = MappingProxyType(
    {
        NoteKind.PREPARATION: "preparation note",
        NoteKind.DOSING: "dosing-session note",
        NoteKind.INTEGRATION: "integration note",
    }
)
SESSION_DAY = ("session", "session-date")
"""Where a note says which day it is about."""


def note_missing(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each note that is overdue and not even begun."""
    del rule
    for due in _overdue(facts, at):
        if not facts.of_kind(due.kind):
            yield CheckFinding(
                code=CheckCode.NOTE_MISSING,
                sentence=(
                    f"The {KIND_WORDS[due.kind]} is not begun; it was due {_when(facts, due)}."
                ),
                about=due.kind,
            )


def note_unsigned(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each note that is open after its time, one beside a signed one too."""
    del rule
    dues = {due.kind: due for due in _owed(facts, at)}
    for note in facts.notes:
        due = dues.get(note.kind)
        if note.times.state not in EDITABLE or due is None or due.due_at is None:
            continue
        if instant(at) > due.due_at:
            yield CheckFinding(
                code=CheckCode.NOTE_UNSIGNED,
                sentence=(
                    f"The {KIND_WORDS[note.kind]} is {STATE_WORDS[note.times.state]}; "
                    f"its signature was due {_when(facts, due)}."
                ),
                note=note.key,
            )


def note_late(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each note whose first signature that stands came after its time."""
    del rule
    for due in _owed(facts, at):
        if not due.is_late or due.done_at is None or due.due_at is None:
            continue
        late = lasting(due.done_at - due.due_at)
        yield CheckFinding(
            code=CheckCode.NOTE_LATE,
            sentence=(
                f"The {KIND_WORDS[due.kind]} was signed {clock(due.done_at, facts.zone)}, "
                f"{late} after its time."
            ),
            note=_signed_at(facts, due),
            about=due.kind,
        )


def cosignature_late(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each note that waits, or waited, longer for its co-signature than the hours given."""
    del rule
    hours = facts.protocol.cosignature_hours
    for note in facts.notes:
        signed_at, is_done = note.times.waits_from, note.times.state is NoteState.COSIGNED
        if signed_at is None or not (is_done or note.times.state is NoteState.AWAITING_COSIGNATURE):
            continue
        begun = instant(signed_at)
        done_at = instant(note.times.cosigned_at or signed_at) if is_done else None
        times = Times(from_at=begun, due_at=begun + timedelta(hours=hours))
        if times.standing(instant(at), done_at) not in {Standing.OVERDUE, Standing.DONE_LATE}:
            continue
        waited = lasting((done_at or instant(at)) - begun)
        yield CheckFinding(
            code=CheckCode.COSIGNATURE_LATE,
            sentence=(
                f"The {KIND_WORDS[note.kind]} {'waited' if is_done else 'has waited'} {waited} "
                f"for its co-signature; {counted(hours, 'hour')} are given."
            ),
            note=note.key,
        )


def integration_late(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield an integration that was not within so many days of the dose.

    Where its note is missing altogether and that is found already, it is not said twice.
    """
    dosed_on, days = facts.dosed_on, rule.integration_days
    if dosed_on is None or not facts.is_over:
        return
    held = [
        (note.session_on, note)
        for note in facts.of_kind(NoteKind.INTEGRATION)
        if note.session_on is not None and note.session_on >= dosed_on
    ]
    if held:
        on, note = min(held, key=lambda each: (each[0], each[1].key))
        if (on - dosed_on).days > days:
            yield _integration(
                f"The first integration session was {counted((on - dosed_on).days, 'day')} after "
                f"the dose; it is asked for within {counted(days, 'day')}.",
                note,
            )
    elif (facts.day(at) - dosed_on).days > days and not _is_said(facts, rule, at):
        yield _integration(f"No integration session within {counted(days, 'day')} of the dose.")


def _integration(sentence: str, note: NoteFact | None = None) -> CheckFinding:
    section, link_id = SESSION_DAY if note else ("", "")
    return CheckFinding(
        code=CheckCode.INTEGRATION_LATE,
        sentence=sentence,
        note=note.key if note else "",
        section=section,
        link_id=link_id,
    )


def _is_said(facts: ChainFacts, rule: CheckRule, at: datetime) -> bool:
    missing = {one.about for one in note_missing(facts, rule, at)}
    return NoteKind.INTEGRATION in missing and CheckCode.NOTE_MISSING not in rule.off


def _owed(facts: ChainFacts, at: datetime) -> tuple[Due, ...]:
    notes = (note.times for note in facts.notes)
    return owed(facts.times, notes, at, facts.protocol.timeliness)


def _overdue(facts: ChainFacts, at: datetime) -> Iterator[Due]:
    return (due for due in _owed(facts, at) if due.state is DueState.OVERDUE)


def _when(facts: ChainFacts, due: Due) -> str:
    return clock(due.due_at, facts.zone) if due.due_at else "earlier"


def _signed_at(facts: ChainFacts, due: Due) -> str:
    """Return the key of the note whose signature made it done."""
    return next(
        note.key
        for note in facts.of_kind(due.kind)
        if note.times.signed_at is not None and instant(note.times.signed_at) == due.done_at
    )
