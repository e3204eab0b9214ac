"""Reading a signed note as it stands: its content, its signatures, what was added, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_read_note, check_role
from kapnotes.actions import disclosure
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.document import Export
from kapnotes.clinic.refusals import WrongState
from kapnotes.exchange import note as exchange
from kapnotes.forms import Change, Tell
from kapnotes.library import note_definition
from kapnotes.records import draft as drafts
from kapnotes.records import note, process_note
from kapnotes.records.content import answers_of, carried_in
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
    """What the note's page shows; `versions` newest first, empty while nothing is signed."""

    note: Note
    title: str
    versions: Sequence[SignedVersion]
    draft_tells: tuple[Tell, ...]
    comments: Sequence[ReviewComment]
    addenda: Sequence[Addendum]
    has_process_note: bool

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
    return NoteView(
        found,
        definition.title,
        [
            _version(found, version, earlier, cosignatures)
            for version, earlier in zip(
                reversed(versions), [*reversed(versions), None][1:], strict=True
            )
        ],
        _draft_tells(deed, found, by) if found.state in {"draft", "returned"} else (),
        note.review_comments(deed.session, ids),
        note.addenda(deed.session, ids),
        process_note.exists(deed.session, found.id),
    )


def _version(
    found: Note,
    version: NoteVersion,
    earlier: NoteVersion | None,
    cosignatures: Sequence[Cosignature],
) -> SignedVersion:
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
