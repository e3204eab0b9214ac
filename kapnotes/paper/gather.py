"""From the record to the plain values of an infusion summary, within the reader's reach."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import repeat
from zoneinfo import ZoneInfo

from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.infusion import STATE_WORDS as INFUSION_WORDS
from kapnotes.clinic.infusion import InfusionState, Phase, Route
from kapnotes.clinic.note import STATE_WORDS, NoteKind, NoteState, is_final
from kapnotes.db import Session
from kapnotes.library import record_definition
from kapnotes.paper import said
from kapnotes.paper.glance import glance
from kapnotes.paper.note_parts import note_parts
from kapnotes.paper.parts import ROUTES, TITLES, Parts, signed_notes
from kapnotes.paper.session_checks import arrival_check, discharge_check, schedule_said
from kapnotes.paper.session_events import dosed_at, event_rows, steps_of
from kapnotes.paper.session_rows import adverse_row, dose_row, vitals_row
from kapnotes.paper.summary import (
    CourseFacts,
    Edition,
    InfusionSummary,
    Letterhead,
    PatientIdentity,
    Proof,
)
from kapnotes.records import course, note
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
class Gathered:
    """What a summary is made of, the digest of what it shows, and whether all is signed."""

    content_digest: str
    is_final: bool
    infusion: Infusion
    tell: Callable[[], InfusionSummary]

    @property
    def summary(self) -> InfusionSummary:
        """The summary without its proof, told when asked for: a kept document needs no telling."""
        return self.tell()


def gather(
    session: Session,
    infusion: Infusion,
    recorded: SessionRecord,
    *,
    practice: Practice,
    edition: Edition,
    reach: Reach,
    at: datetime,
) -> Gathered:
    """Gather one infusion, fetched within reach; the medical edition has no integration note."""
    zone = practice.zone
    parts = _parts(session, infusion, recorded, edition=edition, zone=zone, reach=reach, at=at)
    shown = [one for one in parts.notes if one.infusion_id == infusion.id]
    hidden = _hidden(session, parts, reach=reach)
    reasons = _unsigned(parts, shown) + _left_out(parts, hidden)
    tell = partial(_tell, parts, shown, hidden, practice=practice, edition=edition, reasons=reasons)
    digest = _digest(parts, shown, practice, edition)
    return Gathered(digest, not reasons, infusion, tell)


def _tell(
    parts: Parts,
    shown: Sequence[Note],
    hidden: Sequence[Note],
    *,
    practice: Practice,
    edition: Edition,
    reasons: Sequence[str],
) -> InfusionSummary:
    signed = signed_notes(parts)
    scores, trends = said.scores(signed)
    owner = parts.infusion.patient
    lines = tuple(line for line in practice.letterhead.splitlines() if line.strip())
    zone, told = parts.zone, parts.session.values()
    doses, vitals, events = told.of("dose"), told.of("vitals"), told.of("session_event")
    steps = steps_of(doses, events, zone)
    arrivals = [arrival_check(one, zone) for one in told.of("arrival")]
    leavings = [
        discharge_check(one, zone, dosed_at=dosed_at(doses)) for one in told.of("discharge")
    ]
    return InfusionSummary(
        letterhead=Letterhead(practice.name, lines),
        patient=PatientIdentity(
            owner.name,
            owner.birth_date,
            owner.record_number,
            owner.pronouns or "",
            owner.allergies or "",
        ),
        course=_course(parts),
        made_at=parts.at.astimezone(parts.zone),
        proof=Proof("", "", ""),
        glance=glance(parts, signed),
        arrival=arrivals[-1] if arrivals else None,
        doses=tuple(map(dose_row, parts.doses, repeat(zone), steps)),
        vitals=tuple(vitals_row(one, zone) for one in parts.vitals),
        schedule=schedule_said(told.slots, zone),
        events=event_rows(doses, events, vitals, zone),
        adverse=tuple(adverse_row(one, zone) for one in parts.adverse),
        discharge=leavings[-1] if leavings else None,
        notes=note_parts(parts, shown, edition, _kinds(parts, hidden)),
        scores=scores,
        trends=trends,
        draft=bool(reasons),
        draft_reason=" ".join(reasons),
        edition=edition,
    )


def _parts(
    session: Session,
    infusion: Infusion,
    recorded: SessionRecord,
    *,
    edition: Edition,
    zone: str,
    reach: Reach,
    at: datetime,
) -> Parts:
    infusions = course.infusions_of_course(session, infusion.course_id, reach=reach)
    until = [one.id for one in infusions if one.number <= infusion.number]
    notes = [
        one
        for one in note.of_infusions(session, until, reach=reach)
        if edition is Edition.FULL or one.kind != NoteKind.INTEGRATION
    ]
    ids = [one.id for one in notes]
    return Parts(
        infusion,
        infusions,
        notes,
        {one.note_id: one for one in note.versions(session, ids)},
        note.cosignatures(session, ids),
        note.addenda(session, ids),
        recorded,
        ZoneInfo(zone),
        at,
    )


def _hidden(session: Session, parts: Parts, *, reach: Reach) -> list[Note]:
    """The notes of the course so far that stand outside of the reader's reach.

    A supervisor reads the notes of the people they supervise, and others may have written too.
    """
    if reach.span is not Span.SUPERVISED:
        return []
    known = {one.id for one in parts.notes}
    until = [one.id for one in parts.infusions if one.number <= parts.infusion.number]
    whole = replace(reach, span=Span.PRACTICE)
    return [one for one in note.of_infusions(session, until, reach=whole) if one.id not in known]


def _kinds(parts: Parts, hidden: Sequence[Note]) -> frozenset[NoteKind]:
    return frozenset(NoteKind(one.kind) for one in hidden if one.infusion_id == parts.infusion.id)


def _left_out(parts: Parts, hidden: Sequence[Note]) -> list[str]:
    """Why a document that leaves a note out is not the chart's."""
    here = _kinds(parts, hidden)
    reasons = [f"A {TITLES[kind].lower()} is left out." for kind in NoteKind if kind in here]
    if any(one.infusion_id != parts.infusion.id for one in hidden):
        reasons.append("Scores of earlier notes are left out.")
    if reasons:
        reasons.append("Whoever printed this does not read their author's notes.")
    return reasons


def _unsigned(parts: Parts, shown: Sequence[Note]) -> list[str]:
    """Why the document is a draft, in sentences; nothing when all that it shows is signed."""
    reasons = [
        f"The {TITLES[one.kind].lower()} is {STATE_WORDS[NoteState(one.state)]}."
        for one in shown
        if not is_final(NoteState(one.state))
    ]
    state = InfusionState(parts.infusion.state)
    has_rows = bool(parts.session.rows)
    signed = any(one.kind == NoteKind.DOSING and is_final(NoteState(one.state)) for one in shown)
    if has_rows and not signed and not any(one.kind == NoteKind.DOSING for one in shown):
        reasons.append("Dose, vitals and events are not signed for by a dosing-session note yet.")
    if state in {InfusionState.PLANNED, InfusionState.IN_PROGRESS}:
        reasons.append(f"The infusion is {INFUSION_WORDS[state]}.")
    return reasons


def _course(parts: Parts) -> CourseFacts:
    found, about = parts.infusion, parts.infusion.course
    protocol = protocol_of_course(about)
    when = found.started_at or found.planned_for
    options = {
        option.code: option.display
        for item in record_definition("course").walk()
        for option in item.options
    }
    induction = found.phase == Phase.INDUCTION
    return CourseFacts(
        on=when.astimezone(parts.zone).date(),
        infusion=found.number,
        infusions=protocol.induction_count if induction else None,
        phase=found.phase.capitalize(),
        route=ROUTES[Route(found.route)],
        indication=". ".join(
            one
            for one in (options.get(about.indication, about.indication), about.indication_detail)
            if one
        ),
        diagnosis=about.diagnosis_code or "",
        protocol=protocol.title,
        goals=about.goals or "",
        state=INFUSION_WORDS[InfusionState(found.state)].capitalize(),
    )


_COUNTED: tuple[type[Row], ...] = (Dose, Vitals, AdverseEvent, Arrival, SessionEvent, Discharge)
"""The order in which a digest counts them: what was kept before there were others stays kept."""


def _digest(parts: Parts, shown: Sequence[Note], practice: Practice, edition: Edition) -> str:
    """SHA-256 of what the document shows: the same content gives the same digest."""
    owner, found = parts.infusion.patient, parts.infusion
    content = {
        "practice": [practice.name, practice.letterhead, practice.zone, practice.paper_size],
        "edition": edition.value,
        "patient": [str(owner.id), owner.version],
        "course": [str(found.course.id), found.course.version],
        "infusion": [str(found.id), found.version],
        "notes": [
            [str(one.id), one.state, parts.versions[one.id].digest]
            for one in parts.notes
            if one.id in parts.versions
        ],
        "begun": [str(one.id) for one in shown if one.id not in parts.versions],
        "cosignatures": [str(one.id) for one in parts.cosignatures],
        "addenda": [one.digest for one in parts.addenda],
        "session": [str(one.id) for table in _COUNTED for one in parts.session.of(table)],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(b"kapnotes summary v1\x00" + text.encode()).hexdigest()
