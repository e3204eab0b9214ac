"""From the record to the plain values of an infusion summary, within the reader's reach."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.access.reach import Reach
from kapnotes.access.roles import role_of
from kapnotes.clinic import dose as dose_rules
from kapnotes.clinic.infusion import STATE_WORDS as INFUSION_WORDS
from kapnotes.clinic.infusion import InfusionState, Phase, Route
from kapnotes.clinic.note import STATE_WORDS, NoteKind, NoteState, is_final
from kapnotes.clinic.protocol import protocol_of
from kapnotes.clinic.timeliness import DueState, InfusionTimes, NoteTimes, owed
from kapnotes.db import Session
from kapnotes.forms import Tell
from kapnotes.library import note_definition, record_definition
from kapnotes.paper import said, words
from kapnotes.paper.summary import (
    AddendumWords,
    AdverseRow,
    CourseFacts,
    DoseRow,
    Edition,
    Glance,
    InfusionSummary,
    Letterhead,
    NotePart,
    PatientIdentity,
    Proof,
    SignatureWords,
    VitalsRow,
)
from kapnotes.records import course, note
from kapnotes.records import session as sessions
from kapnotes.records.content import answers_of, carried_in
from kapnotes.records.course import Infusion
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion
from kapnotes.records.practice import Practice
from kapnotes.records.session import AdverseEvent, Dose, Vitals

ROUTES = {
    Route.IV: "IV",
    Route.IM: "IM",
    Route.SUBLINGUAL: "Sublingual",
    Route.INTRANASAL: "Intranasal",
    Route.ORAL: "Oral",
}
TITLES = {
    "preparation": "Preparation note",
    "dosing": "Dosing-session note",
    "integration": "Integration note",
}
WROTE = "I wrote this note and sign it"
REVIEWED = "I reviewed this note and co-sign it"
ADDED = "I wrote this addendum and sign it"


@dataclass(frozen=True, slots=True)
class Gathered:
    """A summary without its proof, the digest of what it shows, and whether all is signed."""

    summary: InfusionSummary
    content_digest: str
    is_final: bool
    infusion: Infusion


@dataclass(frozen=True, slots=True)
class _Parts:
    """Everything that one infusion's summary is made of."""

    infusion: Infusion
    infusions: Sequence[Infusion]
    notes: Sequence[Note]
    versions: dict[UUID, NoteVersion]
    cosignatures: Sequence[Cosignature]
    addenda: Sequence[Addendum]
    doses: Sequence[Dose]
    vitals: Sequence[Vitals]
    adverse: Sequence[AdverseEvent]
    zone: ZoneInfo
    at: datetime


def infusion_summary(
    session: Session,
    infusion_id: UUID,
    *,
    practice: Practice,
    edition: Edition,
    reach: Reach,
    at: datetime,
) -> Gathered:
    """Gather one infusion; raises OutOfReach. The medical edition holds no integration note."""
    parts = _parts(session, infusion_id, edition=edition, zone=practice.zone, reach=reach, at=at)
    infusion = parts.infusion
    shown = [one for one in parts.notes if one.infusion_id == infusion.id]
    reasons = _unsigned(parts, shown)
    scores, trends = said.scores(_signed(parts))
    owner = infusion.patient
    lines = tuple(line for line in practice.letterhead.splitlines() if line.strip())
    summary = InfusionSummary(
        letterhead=Letterhead(practice.name, lines),
        patient=PatientIdentity(
            owner.name,
            owner.birth_date,
            owner.record_number,
            owner.pronouns or "",
            owner.allergies or "",
        ),
        course=_course(parts),
        made_at=at.astimezone(parts.zone),
        proof=Proof("", "", ""),
        glance=_glance(parts),
        doses=tuple(_dose(one, parts.zone) for one in parts.doses),
        vitals=tuple(_vitals(one, parts.zone) for one in parts.vitals),
        adverse=tuple(_adverse(one, parts.zone) for one in parts.adverse),
        notes=_note_parts(parts, shown, edition),
        scores=scores,
        trends=trends,
        draft=bool(reasons),
        draft_reason=" ".join(reasons),
        edition=edition,
    )
    return Gathered(summary, _digest(parts, shown, practice, edition), not reasons, infusion)


def _parts(
    session: Session, infusion_id: UUID, *, edition: Edition, zone: str, reach: Reach, at: datetime
) -> _Parts:
    infusion = course.fetch_infusion(session, infusion_id, reach=reach)
    infusions = course.infusions_of_course(session, infusion.course_id, reach=reach)
    until = [one.id for one in infusions if one.number <= infusion.number]
    notes = [
        one
        for one in note.of_infusions(session, until, reach=reach)
        if edition is Edition.FULL or one.kind != NoteKind.INTEGRATION
    ]
    ids = [one.id for one in notes]
    return _Parts(
        infusion,
        infusions,
        notes,
        {one.note_id: one for one in note.versions(session, ids)},
        note.cosignatures(session, ids),
        note.addenda(session, ids),
        sessions.of_infusion(session, Dose, infusion_id, reach=reach),
        sessions.of_infusion(session, Vitals, infusion_id, reach=reach),
        sessions.of_infusion(session, AdverseEvent, infusion_id, reach=reach),
        ZoneInfo(zone),
        at,
    )


def _unsigned(parts: _Parts, shown: Sequence[Note]) -> list[str]:
    """Why the document is a draft, in sentences; nothing when all that it shows is signed."""
    reasons = [
        f"The {TITLES[one.kind].lower()} is {STATE_WORDS[NoteState(one.state)]}."
        for one in shown
        if not is_final(NoteState(one.state))
    ]
    state = InfusionState(parts.infusion.state)
    has_rows = bool(parts.doses or parts.vitals or parts.adverse)
    signed = any(one.kind == NoteKind.DOSING and is_final(NoteState(one.state)) for one in shown)
    if has_rows and not signed and not any(one.kind == NoteKind.DOSING for one in shown):
        reasons.append("Dose, vitals and events are not signed for by a dosing-session note yet.")
    if state in {InfusionState.PLANNED, InfusionState.IN_PROGRESS}:
        reasons.append(f"The infusion is {INFUSION_WORDS[state]}.")
    return reasons


def _signed(parts: _Parts) -> list[said.Signed]:
    """The signed notes of the course so far, in order of infusion and kind."""
    numbers = {one.id: one for one in parts.infusions}
    kinds = list(NoteKind)
    found = []
    for one in parts.notes:
        version = parts.versions.get(one.id)
        if version is None or not is_final(NoteState(one.state)):
            continue
        definition = note_definition(one.kind, version.definition_version)
        answers = answers_of(one.kind, version)
        day = answers.get("session-date")
        on = day if isinstance(day, type(parts.at.date())) else version.signed_at.date()
        tells = forms.tell(definition, answers)
        number = numbers[one.infusion_id].number
        found.append(said.Signed(number, one.kind, on, definition, answers, tells))
    return sorted(found, key=lambda one: (one.infusion, kinds.index(NoteKind(one.kind)), one.on))


def _course(parts: _Parts) -> CourseFacts:
    found, about = parts.infusion, parts.infusion.course
    protocol = protocol_of(about.protocol)
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


def _glance(parts: _Parts) -> Glance:
    signed = [one for one in _signed(parts) if one.infusion == parts.infusion.number]
    return Glance(
        dose=_dose_sentence(parts),
        reaction=_reaction_sentence(parts),
        risk=said.last_told(signed, "risk-level"),
        plan=said.last_told(signed, "next-infusion", "next-step"),
    )


def _dose_sentence(parts: _Parts) -> str:
    if not parts.doses:
        return ""
    total = sum((one.mg for one in parts.doses), Decimal(0))
    first = parts.doses[0]
    per_kg = dose_rules.mg_per_kg(total, first.weight_kg)
    sentence = f"{words.figure(total, 'mg')} ({words.figure(per_kg, 'mg/kg')}) "
    sentence += ROUTES[Route(first.route)]
    last = max((one.stopped_at for one in parts.doses if one.stopped_at), default=None)
    if last is not None:
        minutes = round((last - first.observed_at).total_seconds() / 60)
        sentence += f" over {minutes} min"
    return sentence + "."


def _reaction_sentence(parts: _Parts) -> str:
    found = []
    pressures = [one for one in parts.vitals if one.systolic is not None]
    if pressures:
        top = max(pressures, key=lambda one: one.systolic or 0)
        found.append(f"Highest blood pressure {top.systolic}/{top.diastolic or '?'} mmHg.")
    if parts.adverse:
        events = "; ".join(
            f"{_option('adverse_event', 'kind', one.kind).lower()}, {one.severity}"
            for one in parts.adverse
        )
        found.append(f"Adverse events: {events}.")
    elif parts.doses:
        found.append("No adverse event recorded.")
    return " ".join(found)


def _option(noun: str, link_id: str, code: str) -> str:
    item = record_definition(noun).item(link_id)
    return next((one.display for one in item.options if one.code == code), code)


def _dose(one: Dose, zone: ZoneInfo) -> DoseRow:
    return DoseRow(
        started_at=one.observed_at.astimezone(zone),
        drug=_option("dose", "drug_form", one.drug_form),
        route=ROUTES[Route(one.route)],
        mg=one.mg,
        stopped_at=one.stopped_at.astimezone(zone) if one.stopped_at else None,
        mg_per_kg=dose_rules.mg_per_kg(one.mg, one.weight_kg),
        planned_mg_per_kg=one.planned_mg_per_kg,
        rate_mg_per_h=one.rate_mg_per_h,
        concentration_mg_per_ml=one.concentration_mg_per_ml,
        lot=one.lot or "",
        weight_kg=one.weight_kg,
        weighed_on=one.weighed_on,
        drawn_mg=one.drawn_mg,
        wasted_mg=one.wasted_mg,
        wasted_by=one.wasted_by or "",
        witnessed_by=one.witnessed_by or "",
        changes=one.changes or "",
        given_by=one.recorded_by.name,
    )


def _vitals(one: Vitals, zone: ZoneInfo) -> VitalsRow:
    return VitalsRow(
        one.observed_at.astimezone(zone),
        one.systolic,
        one.diastolic,
        one.heart_rate,
        one.spo2,
        one.respiratory_rate,
        one.sedation,
        one.distress,
        one.nausea,
        one.comment or "",
        one.recorded_by.name,
    )


def _adverse(one: AdverseEvent, zone: ZoneInfo) -> AdverseRow:
    return AdverseRow(
        observed_at=one.observed_at.astimezone(zone),
        kind=_option("adverse_event", "kind", one.kind),
        severity=one.severity,
        is_serious=bool(one.serious),
        action=one.action or "",
        outcome=_option("adverse_event", "outcome", one.outcome) if one.outcome else "",
        resolved_at=one.resolved_at.astimezone(zone) if one.resolved_at else None,
        words=one.words or "",
    )


def _note_parts(parts: _Parts, shown: Sequence[Note], edition: Edition) -> tuple[NotePart, ...]:
    found = []
    for kind in NoteKind:
        title = TITLES[kind]
        if kind is NoteKind.INTEGRATION and edition is Edition.MEDICAL:
            found.append(NotePart(kind, title, missing="Not part of the medical edition."))
            continue
        notes = [one for one in shown if one.kind == kind]
        if not notes:
            found.append(NotePart(kind, title, missing=_missing(parts, kind)))
        for place, one in enumerate(notes, 1):
            named = f"{title} ({place} of {len(notes)})" if len(notes) > 1 else title
            found.append(_note_part(parts, one, named))
    return tuple(found)


def _missing(parts: _Parts, kind: NoteKind) -> str:
    found = parts.infusion
    dues = owed(
        InfusionTimes(
            state=InfusionState(found.state),
            planned_for=found.planned_for,
            dosed_at=found.started_at,
            completed_at=found.completed_at,
        ),
        [
            NoteTimes(kind=NoteKind(one.kind), state=NoteState(one.state))
            for one in parts.notes
            if one.infusion_id == found.id
        ],
        parts.at,
    )
    due = next((one for one in dues if one.kind is kind), None)
    if due is None or due.due_at is None:
        return "Not written."
    when = words.moment(due.due_at.astimezone(parts.zone))
    if due.state is DueState.OVERDUE:
        return f"Not written; it was due {when}."
    return f"Not yet written; due {when}."


def _note_part(parts: _Parts, one: Note, title: str) -> NotePart:
    state = STATE_WORDS[NoteState(one.state)].capitalize()
    version = parts.versions.get(one.id)
    if version is None or one.state == NoteState.RETURNED:
        missing = f"Begun by {one.author.name}, not signed yet."
        return NotePart(one.kind, title, state, missing=missing)
    definition = note_definition(one.kind, version.definition_version)
    tells: tuple[Tell, ...] = forms.tell(
        definition, answers_of(one.kind, version), carried=carried_in(version)
    )
    signatures = [_signature(version.signer, version.signer_role, WROTE, version.signed_at, parts)]
    signatures += [
        _signature(mark.signer, mark.signer_role, REVIEWED, mark.signed_at, parts)
        for mark in parts.cosignatures
        if mark.note_id == one.id and mark.number == version.number
    ]
    addenda = tuple(
        AddendumWords(
            added.text,
            added.reason,
            _signature(added.signer, added.signer_role, ADDED, added.signed_at, parts),
        )
        for added in parts.addenda
        if added.note_id == one.id
    )
    return NotePart(one.kind, title, state, tells, tuple(signatures), addenda)


def _signature(signer: str, role: str, meaning: str, at: datetime, parts: _Parts) -> SignatureWords:
    name, _, credentials = signer.partition(", ")
    return SignatureWords(
        name, credentials, role_of(role).label.lower(), meaning, at.astimezone(parts.zone)
    )


def _digest(parts: _Parts, shown: Sequence[Note], practice: Practice, edition: Edition) -> str:
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
        "session": [
            str(one.id) for rows in (parts.doses, parts.vitals, parts.adverse) for one in rows
        ],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(b"kapnotes summary v1\x00" + text.encode()).hexdigest()
