"""Signing a note, and what comes after: co-signing, sending back, withdrawing, addenda."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from kapnotes import forms
from kapnotes.access.actor import Actor
from kapnotes.access.roles import role_of
from kapnotes.access.rules import check_add_addendum, check_review_note, check_sign_note
from kapnotes.actions.note import CARRIED
from kapnotes.actions.sign_in import check_password
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.note import Move, NoteKind, NoteState, check_edit, check_move
from kapnotes.clinic.refusals import (
    OutOfReach,
    Refusal,
    StaleDigest,
    WrongPassword,
    check_reason,
)
from kapnotes.forms import Answers, Definition, Finding, FindingKind
from kapnotes.library import note_definition
from kapnotes.library.rules import note_rules
from kapnotes.records import note, person
from kapnotes.records import session as sessions
from kapnotes.records.content import canonical, digest
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion, ReviewComment
from kapnotes.records.session import AdverseEvent, Dose, Row, Vitals

LONGEST_REASON = 2000


class NotReady(Refusal):
    """Something is missing or refused, so that the note cannot be signed (422)."""

    code = "not_ready"
    sentence = "This note cannot be signed yet. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Review:
    """A note as it would be signed: its content, what stands against it, and its digest."""

    note: Note
    definition: Definition
    answers: Answers
    carried: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    text: str
    digest: str
    cosigner: str

    def of_kind(self, kind: FindingKind) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return tuple(one for one in self.findings if one.kind is kind)

    @property
    def can_sign(self) -> bool:
        """Whether nothing but cautions stands against signing."""
        return len(self.of_kind(FindingKind.CAUTION)) == len(self.findings)


@looks(Did.NOTE_REVIEWED)
def review(deed: Deed, *, note_id: UUID, by: Actor, at: datetime) -> Review:
    """Show the author what they would sign."""
    found = note.fetch(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_sign_note(by, found)
    check_edit(NoteState(found.state))
    return _review(deed, found, by=by, at=at)


def _review(deed: Deed, found: Note, *, by: Actor, at: datetime) -> Review:
    draft = note.newest_draft(deed.session, found)
    if draft is None:
        raise OutOfReach
    definition = note_definition(found.kind, found.definition_version)
    reading = forms.read(definition, draft.raw)
    findings = forms.check_signing(
        definition, reading.answers, reading.errors, note_rules(found.kind)
    )
    rows = _rows(deed, found, by=by, at=at)
    carried = tuple(draft.raw.get(CARRIED, ()))
    text = canonical(found, definition, reading.answers, carried=carried, rows=rows)
    link = person.cosigner_of(deed.session, found.author_id, on=by.reach(at).on)
    return Review(
        found,
        definition,
        reading.answers,
        carried,
        rows,
        findings,
        text,
        digest(text),
        link.supervisor.name if link else "",
    )


def _rows(deed: Deed, found: Note, *, by: Actor, at: datetime) -> tuple[Row, ...]:
    """The session's records that a dosing-session note is signed with."""
    if found.kind != NoteKind.DOSING:
        return ()
    reach = by.reach(at)
    return (
        *sessions.of_infusion(deed.session, Dose, found.infusion_id, reach=reach),
        *sessions.of_infusion(deed.session, Vitals, found.infusion_id, reach=reach),
        *sessions.of_infusion(deed.session, AdverseEvent, found.infusion_id, reach=reach),
    )


def sign(
    *,
    note_id: UUID,
    digest: str,
    password: str,
    address: str,
    reasons: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> Note:
    """Sign the note that was reviewed under this digest; the password is asked again.

    Raises StaleDigest when it is not the text shown, NotReady, WrongPassword, or ReasonNeeded
    for a caution that is not answered.
    """
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _sign(note_id=note_id, shown=digest, is_right=is_right, reasons=reasons, by=by, at=at)


@does(Did.NOTE_SIGNED)
def _sign(
    deed: Deed,
    *,
    note_id: UUID,
    shown: str,
    is_right: bool,
    reasons: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> Note:
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_sign_note(by, found)
    check_edit(NoteState(found.state))
    if not is_right:
        raise WrongPassword
    reviewed = _review(deed, found, by=by, at=at)
    if reviewed.digest != shown:
        raise StaleDigest
    if not reviewed.can_sign:
        raise NotReady
    cautions = {
        one.key: {"sentence": one.sentence, "reason": _answered(one, reasons)}
        for one in reviewed.of_kind(FindingKind.CAUTION)
    }
    move = Move.SIGN_FOR_COSIGNATURE if reviewed.cosigner else Move.SIGN
    state = check_move(NoteState(found.state), move)
    number = found.signed_versions + 1
    version = NoteVersion(
        id=uuid4(),
        note_id=found.id,
        patient_id=found.patient_id,
        number=number,
        definition_version=found.definition_version,
        content=reviewed.text,
        digest=reviewed.digest,
        cautions=cautions or None,
        signer_id=by.id,
        signer=by.signature,
        signer_role=by.role.key,
        signed_at=at,
    )
    deed.session.add(version)
    found.state, found.state_at, found.signed_versions = state.value, at, number
    deed.on(found, version=number, kind=found.kind, digest=reviewed.digest)
    return found


def _answered(caution: Finding, reasons: Mapping[str, str]) -> str:
    sentence = "Please answer every caution with a reason."
    return check_reason(reasons.get(caution.key, ""), sentence)[:LONGEST_REASON]


def cosign(
    *, note_id: UUID, digest: str, password: str, address: str, by: Actor, at: datetime
) -> Note:
    """Sign beside the author, over the same digest."""
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _cosign(note_id=note_id, shown=digest, is_right=is_right, by=by, at=at)


@does(Did.NOTE_COSIGNED)
def _cosign(
    deed: Deed, *, note_id: UUID, shown: str, is_right: bool, by: Actor, at: datetime
) -> Note:
    found, version = _under_review(deed, note_id, by=by, at=at)
    state = check_move(NoteState(found.state), Move.COSIGN)
    if not is_right:
        raise WrongPassword
    if version.digest != shown:
        raise StaleDigest
    deed.session.add(
        Cosignature(
            id=uuid4(),
            note_id=found.id,
            patient_id=found.patient_id,
            number=version.number,
            digest=version.digest,
            signer_id=by.id,
            signer=by.signature,
            signer_role=by.role.key,
            signed_at=at,
        )
    )
    found.state, found.state_at = state.value, at
    deed.on(found, version=version.number, kind=found.kind, digest=version.digest)
    return found


@does(Did.NOTE_SENT_BACK)
def send_back(deed: Deed, *, note_id: UUID, comment: str, by: Actor, at: datetime) -> Note:
    """Send a signed note back to its author with a comment; the signed version is kept."""
    found, version = _under_review(deed, note_id, by=by, at=at)
    written = check_reason(comment, "Please write what the author should look at.")
    _go_back(deed, found, version, Move.SEND_BACK, written, by=by, at=at)
    return found


@does(Did.NOTE_WITHDRAWN)
def withdraw(deed: Deed, *, note_id: UUID, reason: str, by: Actor, at: datetime) -> Note:
    """Take one's own note back while it waits for its co-signature, with a reason."""
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_sign_note(by, found)
    check_move(NoteState(found.state), Move.WITHDRAW)
    written = check_reason(reason, "Please write why you take it back.")
    version = note.versions(deed.session, [found.id])[-1]
    _go_back(deed, found, version, Move.WITHDRAW, written, by=by, at=at)
    return found


def _under_review(
    deed: Deed, note_id: UUID, *, by: Actor, at: datetime
) -> tuple[Note, NoteVersion]:
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_review_note(by, found)
    versions = note.versions(deed.session, [found.id])
    if not versions:
        raise OutOfReach
    return found, versions[-1]


def _go_back(
    deed: Deed,
    found: Note,
    version: NoteVersion,
    move: Move,
    comment: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    state = check_move(NoteState(found.state), move)
    deed.session.add(
        ReviewComment(
            id=uuid4(),
            note_id=found.id,
            patient_id=found.patient_id,
            number=version.number,
            move=move.value,
            by_id=by.id,
            by=by.signature,
            at=at,
            comment=comment[:20_000],
        )
    )
    found.state, found.state_at = state.value, at
    deed.on(found, version=version.number, kind=found.kind)


def add_addendum(
    *,
    note_id: UUID,
    reason: str,
    text: str,
    password: str,
    address: str,
    by: Actor,
    at: datetime,
) -> Note:
    """Add to a signed note: the original stays in view, the addendum has its own signature."""
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _add_addendum(note_id=note_id, reason=reason, text=text, is_right=is_right, by=by, at=at)


@does(Did.ADDENDUM_ADDED)
def _add_addendum(
    deed: Deed, *, note_id: UUID, reason: str, text: str, is_right: bool, by: Actor, at: datetime
) -> Note:
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_add_addendum(by, found)
    check_move(NoteState(found.state), Move.ADD_ADDENDUM)
    if not is_right:
        raise WrongPassword
    number = len(note.addenda(deed.session, [found.id])) + 1
    signed = note.versions(deed.session, [found.id])[-1]
    content = {
        "note": str(found.id),
        "number": number,
        "adds_to": signed.digest,
        "author": str(by.id),
        "reason": reason,
        "text": text,
    }
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    deed.session.add(
        Addendum(
            id=uuid4(),
            note_id=found.id,
            patient_id=found.patient_id,
            number=number,
            reason=reason,
            text=text,
            digest=sha256(b"kapnotes addendum v1\x00" + plain.encode()).hexdigest(),
            signer_id=by.id,
            signer=by.signature,
            signer_role=by.role.key,
            signed_at=at,
        )
    )
    deed.on(found, version=number, kind=found.kind)
    return found


def role_words(key: str) -> str:
    """A role's stored word as people read it."""
    return role_of(key).label
