"""Reviewing and signing a note: exactly the text that was shown, by its author."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from kapnotes import forms
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_sign_note
from kapnotes.actions import check, check_view
from kapnotes.actions.after_signing import after_signing, queue_summary
from kapnotes.actions.check_view import Shown
from kapnotes.actions.factor import Given
from kapnotes.actions.note import CARRIED
from kapnotes.actions.session_record import session_record
from kapnotes.actions.session_write import enter
from kapnotes.actions.sign_in import check_password
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.infusion import InfusionState
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
from kapnotes.records import cosignature, course, note
from kapnotes.records import draft as drafts
from kapnotes.records.content import canonical, digest
from kapnotes.records.cosignature import Reviewer
from kapnotes.records.course import Infusion
from kapnotes.records.journal import Act
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.session_record import SessionRecord

SESSION_DATE = "session-date"
"""Where every kind of note says on which day it was."""


class NotReady(Refusal):
    """Something is missing or refused, so that the note cannot be signed (422)."""

    code = "not_ready"
    sentence = "This note cannot be signed yet. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Review:
    """A note as it would be signed: its content, what stands against it, and its digest.

    `text` is the canonical content: with a dosing-session note it holds the session too. `waits`
    says whether it waits for a co-signature once it is signed, `reviewers` who would give it;
    nobody at all where somebody has to be linked with the author first. `checks` is what the
    documentation checks find; it stands against nothing.
    """

    note: Note
    definition: Definition
    answers: Answers
    carried: tuple[str, ...]
    findings: tuple[Finding, ...]
    text: str
    digest: str
    waits: bool
    reviewers: tuple[Reviewer, ...]
    checks: tuple[Shown, ...] = ()

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
    shown = _review(deed, found, by=by, at=at)
    return replace(shown, checks=check_view.of_note(deed.session, found, by=by, at=at))


def _review(deed: Deed, found: Note, *, by: Actor, at: datetime) -> Review:
    draft = drafts.newest(deed.session, found)
    if draft is None:
        raise OutOfReach
    definition = note_definition(found.kind, found.definition_version)
    reading = forms.read(definition, draft.raw)
    findings = forms.check_signing(
        definition, reading.answers, reading.errors, note_rules(found.kind)
    )
    session = SessionRecord()
    if found.kind == NoteKind.DOSING:
        reach = by.reach(at)
        infusion = course.fetch_infusion(deed.session, found.infusion_id, reach=reach)
        findings = (*findings, *_too_early(infusion))
        session = session_record(deed.session, infusion, reach=reach, at=at)
    carried = tuple(draft.raw.get(CARRIED, ()))
    text = canonical(found, definition, reading.answers, carried=carried, session=session)
    waits = _waits(deed, found, reading.answers, by=by, at=at)
    return Review(
        found,
        definition,
        reading.answers,
        carried,
        findings,
        text,
        digest(text),
        waits,
        _reviewers(deed, found, by=by, at=at) if waits else (),
    )


def _waits(deed: Deed, found: Note, answers: Answers, *, by: Actor, at: datetime) -> bool:
    """Whether the note waits for a co-signature once its author signs it.

    What was sent for co-signature once goes there again: a returned note always was.
    """
    on = by.reach(at).on
    held_on = answers.get(SESSION_DATE)
    days = {on, held_on if isinstance(held_on, date) else on}
    was_asked = found.state == NoteState.RETURNED
    return cosignature.is_needed(
        deed.session, found.author_id, found.kind, days=days, was_asked=was_asked
    )


def _reviewers(deed: Deed, found: Note, *, by: Actor, at: datetime) -> tuple[Reviewer, ...]:
    on = by.reach(at).on
    return cosignature.reviewers(deed.session, found.author_id, found.kind, signed_on=on, on=on)


def _too_early(infusion: Infusion) -> tuple[Finding, ...]:
    """A dosing-session note locks the session with it, so the session is over before."""
    if infusion.state in {InfusionState.COMPLETED, InfusionState.CANCELLED}:
        return ()
    sentence = (
        "Complete the infusion first: your signature locks its dose, vitals and events, and "
        "nothing could be recorded any more."
    )
    return (Finding(FindingKind.REFUSAL, "session-open", "", "", sentence),)


def sign(
    *,
    note_id: UUID,
    digest: str,
    password: Given,
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
    held = _hold_session(deed, found, by=by, at=at)
    reviewed = _review(deed, found, by=by, at=at)
    if reviewed.digest != shown:
        raise StaleDigest
    if not reviewed.can_sign:
        raise NotReady
    cautions = {
        one.key: {"sentence": one.sentence, "reason": _answered(one, reasons)}
        for one in reviewed.of_kind(FindingKind.CAUTION)
    }
    if held is not None:
        enter(deed, held, Act.MOVED, noun="signed", row_id=held.id, by=by, at=at)
        deed.session.flush()
    move = Move.SIGN_FOR_COSIGNATURE if reviewed.waits else Move.SIGN
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
    after_signing(deed, found, reviewed.answers, by=by, at=at)
    queue_summary(deed, found, by=by, at=at)
    check.keep(deed, found.infusion_id, at=at)
    deed.on(found, version=number, kind=found.kind, digest=reviewed.digest)
    return found


def _hold_session(deed: Deed, found: Note, *, by: Actor, at: datetime) -> Infusion | None:
    """Hold the infusion, as everyone does who records in it.

    What is signed with a dosing-session note can then not change before the note locks it, and
    whoever has the session open learns of the lock by its journal.
    """
    if found.kind != NoteKind.DOSING:
        return None
    return course.fetch_infusion(deed.session, found.infusion_id, reach=by.reach(at), lock=True)


def _answered(caution: Finding, reasons: Mapping[str, str]) -> str:
    sentence = "Please answer every caution with a reason."
    return check_reason(reasons.get(caution.key, ""), sentence)
