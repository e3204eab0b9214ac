"""Reading a signed note as it stands: its content, its signatures, what was added, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_read_note, check_role
from kapnotes.actions import amendment, disclosure
from kapnotes.actions.amendment import Told
from kapnotes.actions.returned import Returned, returned_with
from kapnotes.actions.review_question import open_question
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.document import Export
from kapnotes.clinic.note import NoteState
from kapnotes.clinic.refusals import WrongState
from kapnotes.exchange import note as exchange
from kapnotes.forms import Change, Definition, Tell
from kapnotes.library import note_definition
from kapnotes.records import cosignature, note, process_note
from kapnotes.records import draft as drafts
from kapnotes.records.content import answers_of, carried_in
from kapnotes.records.cosignature import Reviewer
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion, ReviewComment
from kapnotes.records.session_record import SessionValues
from kapnotes.records.signed_session import session_of


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """One signed version as it is read."""

    number: int
    tells: tuple[Tell, ...]
    session: SessionValues
    version: NoteVersion
    cosignatures: Sequence[Cosignature]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class NoteView:
    """What the note's page shows; `versions` newest first, empty while nothing is signed.

    While it waits `reviewers` are those who may decide today, and `decides` says whether the reader
    is one of them; `question` is what the author was asked and has not answered.
    """

    note: Note
    title: str
    definition: Definition
    versions: Sequence[SignedVersion]
    draft_tells: tuple[Tell, ...]
    comments: Sequence[ReviewComment]
    addenda: Sequence[Addendum]
    has_process_note: bool
    reviewers: Sequence[Reviewer] = ()
    decides: bool = False
    question: ReviewComment | None = None
    amendments: Sequence[Told] = ()

    @property
    def returned(self) -> Returned | None:
        """What it came back with, while it is back with its author."""
        return returned_with(self.note, self.comments)

    @property
    def newest(self) -> SignedVersion | None:
        """The version that stands."""
        return self.versions[0] if self.versions else None


@looks(Did.NOTE_VIEWED)
def look(deed: Deed, *, note_id: UUID, by: Actor, at: datetime) -> NoteView:
    """The note: its author sees the draft too, everyone else only what is signed."""
    found = note.fetch(deed.session, note_id, reach=by.reach(at))
    deed.on(found, version=found.signed_versions, kind=found.kind)
    check_read_note(by, found)
    ids = [found.id]
    versions = note.versions(deed.session, ids)
    cosignatures = note.cosignatures(deed.session, ids)
    definition = note_definition(found.kind, found.definition_version)
    comments = note.review_comments(deed.session, ids)
    reviewers, decides = _who_decides(deed, found, versions, by=by, at=at)
    return NoteView(
        found,
        definition.title,
        definition,
        [
            signed_version(found, version, earlier, cosignatures)
            for version, earlier in zip(
                reversed(versions), [*reversed(versions), None][1:], strict=True
            )
        ],
        _draft_tells(deed, found, by) if found.state in {"draft", "returned"} else (),
        comments,
        note.addenda(deed.session, ids),
        process_note.exists(deed.session, found.id),
        reviewers,
        decides,
        open_question(comments) if found.state == NoteState.AWAITING_COSIGNATURE else None,
        amendment.of_note(deed.session, found, by=by, at=at),
    )


def _who_decides(
    deed: Deed, found: Note, versions: Sequence[NoteVersion], *, by: Actor, at: datetime
) -> tuple[Sequence[Reviewer], bool]:
    """Who may decide on a note that waits, and whether the reader may; nobody on any other."""
    if found.state != NoteState.AWAITING_COSIGNATURE or not versions:
        return (), False
    reviewers = cosignature.reviewers(
        deed.session,
        found.author_id,
        found.kind,
        signed_on=cosignature.waiting(found, versions[-1].signed_at, by.zone).signed_on,
        on=by.reach(at).on,
    )
    return reviewers, any(one.person_id == by.id for one in reviewers)


def signed_version(
    found: Note,
    version: NoteVersion,
    earlier: NoteVersion | None,
    cosignatures: Sequence[Cosignature],
) -> SignedVersion:
    """One signed version of a note that was fetched within reach, beside the one before it."""
    definition = note_definition(found.kind, version.definition_version)
    answers = answers_of(found.kind, version)
    same = earlier is not None and earlier.definition_version == version.definition_version
    return SignedVersion(
        version.number,
        forms.tell(definition, answers, carried=carried_in(version)),
        session_of(version.content),
        version,
        [one for one in cosignatures if one.number == version.number],
        forms.difference(definition, answers_of(found.kind, earlier), answers)
        if earlier is not None and same
        else (),
    )


def _draft_tells(deed: Deed, found: Note, by: Actor) -> tuple[Tell, ...]:
    if found.author_id != by.id:
        return ()
    draft = drafts.newest(deed.session, found)
    if draft is None:
        return ()
    definition = note_definition(found.kind, found.definition_version)
    return forms.tell(definition, forms.read(definition, draft.raw).answers)


@does(Did.NOTE_EXPORTED)
def export(deed: Deed, *, note_id: UUID, by: Actor, at: datetime) -> dict[str, object]:
    """The signed note as an HL7 FHIR R4B QuestionnaireResponse."""
    check_role(by, Action.EXPORT_NOTE)
    found = note.fetch(deed.session, note_id, reach=by.reach(at))
    deed.on(found, version=found.signed_versions, kind=found.kind)
    check_read_note(by, found)
    versions = note.versions(deed.session, [found.id])
    if not versions:
        raise WrongState("This note is not signed, so there is nothing to hand out.")
    newest = versions[-1]
    what = Export.NOTE_ANSWERS
    disclosure.export(deed.session, patient_id=found.patient_id, what=what, by=by, at=at)
    return exchange.questionnaire_response(
        note_definition(found.kind, newest.definition_version),
        answers_of(found.kind, newest),
        note_id=str(found.id),
        patient_id=str(found.patient_id),
        author=newest.signer,
        signed_at=newest.signed_at,
        is_amended=bool(note.addenda(deed.session, [found.id])) or newest.number > 1,
    )
