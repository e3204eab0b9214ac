"""From the record to the plain values of an infusion summary, within the reader's reach."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from hashlib import sha256
from itertools import repeat

from kapnotes.clinic.consent import ConsentRule
from kapnotes.clinic.infusion import STATE_WORDS as INFUSION_WORDS
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import STATE_WORDS, NoteKind, NoteState, is_final
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.paper.about import course_facts, identity_of
from kapnotes.paper.asked import asked_of, marks
from kapnotes.paper.course_record import CourseRecord
from kapnotes.paper.glance import glance
from kapnotes.paper.note_parts import note_parts
from kapnotes.paper.parts import TITLES, Parts, signed_notes
from kapnotes.paper.scores import begun_until, scores_at, taken_until
from kapnotes.paper.session_checks import arrival_check, discharge_check, schedule_said
from kapnotes.paper.session_events import dosed_at, event_rows, steps_of
from kapnotes.paper.session_rows import adverse_row, dose_row, vitals_row
from kapnotes.paper.standing import alert_lines, alerts_at, consent_at, consent_line
from kapnotes.paper.standing_lines import ConsentLine
from kapnotes.paper.summary import InfusionSummary, Letterhead, PaperSize
from kapnotes.records.alert import PatientAlert
from kapnotes.records.consent import Consent
from kapnotes.records.course import Infusion
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.note import Note
from kapnotes.records.practice import Practice
from kapnotes.records.session_record import SessionRecord
from kapnotes.records.session_row import (
    AdverseEvent,
    Arrival,
    Discharge,
    Dose,
    Row,
    SessionEvent,
    Vitals,
)


@dataclass(frozen=True, slots=True)
class Rulings:
    """The practice's rules that a document's words depend on, as they stood at the session."""

    outcome: OutcomeChoice
    consent: ConsentRule


@dataclass(frozen=True, slots=True)
class Seen:
    """All that one infusion's pages are told from."""

    record: CourseRecord
    parts: Parts
    hidden: frozenset[NoteKind]
    alerts: Sequence[PatientAlert]
    consent: ConsentLine
    practice: Practice
    head: Letterhead
    paper: PaperSize
    rules: Rulings
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a summary is made of, the digest of what it shows, and whether all is signed.

    `parts` is all that was read, `shown` the notes among it, `alerts` those that it says, `consent`
    the one that was in force: whatever else says the same as the pages is made from them.
    """

    content_digest: str
    reasons: tuple[str, ...]
    infusion: Infusion
    parts: Parts
    shown: Sequence[Note]
    alerts: Sequence[PatientAlert]
    consent: Consent | None
    paper: PaperSize
    tell: Callable[[], InfusionSummary]

    @property
    def is_final(self) -> bool:
        """Whether all that it shows is signed; otherwise `reasons` say what is not."""
        return not self.reasons

    @property
    def summary(self) -> InfusionSummary:
        """The summary, told when asked for: a kept document needs no telling."""
        return self.tell()


def gather(
    record: CourseRecord,
    infusion: Infusion,
    *,
    practice: Practice,
    head: Letterhead,
    paper: PaperSize,
    rules: Rulings,
) -> Gathered:
    """Gather one infusion of a course; the medical edition has no integration note."""
    parts = parts_of(record, infusion)
    hidden = frozenset(
        NoteKind(one.kind) for one in record.hidden if one.infusion_id == infusion.id
    )
    seen = Seen(
        record,
        parts,
        hidden,
        _alerts(record, parts),
        _consent(record, infusion, rules.consent),
        practice,
        head,
        paper,
        rules,
        (*_unsigned(parts), *_left_out(record, infusion, hidden)),
    )
    return Gathered(
        content_digest=_digest(seen),
        reasons=seen.reasons,
        infusion=infusion,
        parts=parts,
        shown=parts.notes,
        alerts=seen.alerts,
        consent=consent_at(record.around.consents, on=_day(record, infusion)),
        paper=paper,
        tell=cache(partial(_tell, seen)),
    )


def _tell(seen: Seen) -> InfusionSummary:
    record, parts = seen.record, seen.parts
    scales = scores_at(record, parts.infusion, seen.rules.outcome)
    zone, told = parts.zone, parts.session.values()
    doses, vitals, events = told.of("dose"), told.of("vitals"), told.of("session_event")
    steps = steps_of(doses, events, zone)
    arrivals = [arrival_check(one, zone) for one in told.of("arrival")]
    leavings = [
        discharge_check(one, zone, dosed_at=dosed_at(doses)) for one in told.of("discharge")
    ]
    return InfusionSummary(
        letterhead=seen.head,
        patient=identity_of(record.patient),
        course=course_facts(record.course, parts.infusion, parts.zone),
        made_at=parts.at.astimezone(parts.zone),
        glance=glance(parts, signed_notes(parts), response=scales.verdict),
        arrival=arrivals[-1] if arrivals else None,
        doses=tuple(map(dose_row, parts.doses, repeat(zone), steps)),
        vitals=tuple(vitals_row(one, zone) for one in parts.vitals),
        schedule=schedule_said(told.slots, zone),
        events=event_rows(doses, events, vitals, zone),
        adverse=tuple(adverse_row(one, zone) for one in parts.adverse),
        discharge=leavings[-1] if leavings else None,
        notes=note_parts(parts, parts.notes, record.edition, seen.hidden),
        scales=scales,
        alerts=alert_lines(seen.alerts, zone),
        consent=seen.consent,
        draft=bool(seen.reasons),
        draft_reason=" ".join(seen.reasons),
        edition=record.edition,
    )


def parts_of(record: CourseRecord, infusion: Infusion) -> Parts:
    """All that one infusion of a course is told from."""
    notes = record.notes_of(infusion.id)
    ids = {one.id for one in notes}
    return Parts(
        infusion,
        record.infusions,
        notes,
        record.versions,
        [one for one in record.cosignatures if one.note_id in ids],
        [one for one in record.addenda if one.note_id in ids],
        record.sessions.get(infusion.id, SessionRecord()),
        record.zone,
        record.at,
        asked_of(record.around.amendments, record.around.steps, record.zone),
    )


def _alerts(record: CourseRecord, parts: Parts) -> list[PatientAlert]:
    found = parts.infusion
    return alerts_at(
        record.around.alerts,
        begun=found.started_at or found.planned_for,
        over=found.completed_at,
        sources={one.id for one in parts.notes},
    )


def _consent(record: CourseRecord, infusion: Infusion, rule: ConsentRule) -> ConsentLine:
    days = protocol_of_course(record.course).consent_days
    on = _day(record, infusion)
    return consent_line(record.around.consents, rule, valid_days=days, on=on)


def _day(record: CourseRecord, infusion: Infusion) -> date:
    """The day of an infusion on the practice's wall."""
    return (infusion.started_at or infusion.planned_for).astimezone(record.zone).date()


def _left_out(record: CourseRecord, infusion: Infusion, here: frozenset[NoteKind]) -> list[str]:
    """Why a document that leaves a note out is not the chart's."""
    numbers = {one.id: one.number for one in record.infusions}
    reasons = [f"A {TITLES[kind].lower()} is left out." for kind in NoteKind if kind in here]
    if any(numbers[one.infusion_id] < infusion.number for one in record.hidden):
        reasons.append("Scores of earlier notes are left out.")
    if reasons:
        reasons.append("Whoever printed this does not read their author's notes.")
    return reasons


def _unsigned(parts: Parts) -> list[str]:
    """Why the document is a draft, in sentences; nothing when all that it shows is signed."""
    reasons = [
        f"The {TITLES[one.kind].lower()} is {STATE_WORDS[NoteState(one.state)]}."
        for one in parts.notes
        if not is_final(NoteState(one.state))
    ]
    state = InfusionState(parts.infusion.state)
    if parts.session.rows and not any(one.kind == NoteKind.DOSING for one in parts.notes):
        reasons.append("Dose, vitals and events are not signed for by a dosing-session note yet.")
    if state in {InfusionState.PLANNED, InfusionState.IN_PROGRESS}:
        reasons.append(f"The infusion is {INFUSION_WORDS[state]}.")
    return reasons


_COUNTED: tuple[type[Row], ...] = (Dose, Vitals, AdverseEvent, Arrival, SessionEvent, Discharge)
"""The order in which a digest counts them: what was kept before there were others stays kept."""


def _digest(seen: Seen) -> str:
    """SHA-256 of what the document shows: the same content gives the same digest."""
    record, parts = seen.record, seen.parts
    owner, found, versions = record.patient, parts.infusion, record.versions
    numbers = {one.id: one.number for one in record.infusions}
    content: dict[str, object] = {
        "practice": [seen.practice.name, seen.practice.zone, seen.head.digest],
        "edition": record.edition.value,
        "patient": [str(owner.id), owner.version],
        "course": [str(record.course.id), record.course.version],
        "infusion": [str(found.id), found.version],
        "notes": [
            [str(one.id), one.state, versions[one.id].digest]
            for one in parts.notes
            if one.id in versions
        ],
        "earlier": [
            versions[one.id].digest
            for one in record.notes
            if one.id in versions
            and numbers[one.infusion_id] < found.number
            and is_final(NoteState(one.state))
        ],
        "begun": [str(one.id) for one in parts.notes if one.id not in versions],
        "cosignatures": [str(one.id) for one in parts.cosignatures],
        "addenda": [one.digest for one in parts.addenda],
        "session": [str(one.id) for table in _COUNTED for one in parts.session.of(table)],
        "measures": [str(one.id) for one in taken_until(record, found)],
        "doses": [str(one.infusion_id) for one in begun_until(record, found)],
        "alerts": [str(one.id) for one in seen.alerts],
        "consent": [seen.consent.words, seen.consent.covered, *seen.consent.missing],
        "rules": [seen.rules.outcome.y_bocs, seen.rules.outcome.pcl_5],
    }
    shown = {one.id for one in parts.notes}
    if asked := marks(one for one in record.around.amendments if one.note_id in shown):
        content["asked"] = asked
    return digest_of("summary", content)


def digest_of(kind: str, content: Mapping[str, object]) -> str:
    """SHA-256 over a document's content, by its kind."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(f"kapnotes {kind} v2\x00".encode() + text.encode()).hexdigest()
