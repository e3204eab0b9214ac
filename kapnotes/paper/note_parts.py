"""The notes of a summary: their chart content, signatures and addenda; a missing one is said."""

from collections.abc import Collection, Sequence

from kapnotes import forms
from kapnotes.access.roles import role_of
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import STATE_WORDS, NoteKind, NoteState
from kapnotes.clinic.timeliness import DueState, InfusionTimes, NoteTimes, owed
from kapnotes.forms import Tell
from kapnotes.library import note_definition
from kapnotes.paper import words
from kapnotes.paper.parts import TITLES, Parts
from kapnotes.paper.summary import AddendumWords, Edition, NotePart, SignatureWords
from kapnotes.records.content import answers_of, carried_in
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion

WROTE = "I wrote this note and sign it"
REVIEWED = "I reviewed this note and co-sign it"
ADDED = "I wrote this addendum and sign it"
LEFT_OUT = "Left out: its author's notes are not read by whoever printed this."
NOT_MEDICAL = "Not part of the medical edition."


def note_parts(
    parts: Parts, shown: Sequence[Note], edition: Edition, hidden: Collection[NoteKind] = ()
) -> tuple[NotePart, ...]:
    """The notes in the order of their kinds, each that is missing or `hidden` in its place."""
    found = []
    for kind in NoteKind:
        title = TITLES[kind]
        if kind is NoteKind.INTEGRATION and edition is Edition.MEDICAL:
            found.append(NotePart(kind, title, missing=NOT_MEDICAL))
            continue
        notes = [one for one in shown if one.kind == kind]
        if not notes:
            words = LEFT_OUT if kind in hidden else _missing(parts, kind)
            found.append(NotePart(kind, title, missing=words))
        for place, one in enumerate(notes, 1):
            named = f"{title} ({place} of {len(notes)})" if len(notes) > 1 else title
            found.append(_note_part(parts, one, named))
    return tuple(found)


def _missing(parts: Parts, kind: NoteKind) -> str:
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


def _note_part(parts: Parts, one: Note, title: str) -> NotePart:
    state = STATE_WORDS[NoteState(one.state)].capitalize()
    version = parts.versions.get(one.id)
    if version is None or one.state == NoteState.RETURNED:
        missing = f"Begun by {one.author.name}, not signed yet."
        return NotePart(one.kind, title, state, missing=missing, note_id=one.id)
    definition = note_definition(one.kind, version.definition_version)
    tells: tuple[Tell, ...] = forms.tell(
        definition, answers_of(one.kind, version), carried=carried_in(version)
    )
    signatures = [_signature(version, WROTE, parts)]
    signatures += [
        _signature(mark, REVIEWED, parts)
        for mark in parts.cosignatures
        if mark.note_id == one.id and mark.number == version.number
    ]
    addenda = tuple(
        AddendumWords(
            added.text,
            added.reason,
            _signature(added, ADDED, parts),
            added.id,
        )
        for added in parts.addenda
        if added.note_id == one.id
    )
    return NotePart(
        one.kind,
        title,
        state,
        tells,
        tuple(signatures),
        addenda,
        note_id=one.id,
        amendments=tuple(parts.asked.get(one.id, ())),
    )


def _signature(
    signed: NoteVersion | Cosignature | Addendum, meaning: str, parts: Parts
) -> SignatureWords:
    name, _, credentials = signed.signer.partition(", ")
    role = role_of(signed.signer_role).label.lower()
    at = signed.signed_at.astimezone(parts.zone)
    return SignatureWords(name, credentials, role, meaning, at, signed.signer_id)
