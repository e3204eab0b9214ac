"""What comes after an author signed: co-signing, sending back, and withdrawing."""

from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_review_note, check_sign_note
from kapnotes.actions.after_signing import queue_summary
from kapnotes.actions.sign_in import check_password
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.note import Move, NoteState, check_move
from kapnotes.clinic.refusals import OutOfReach, StaleDigest, WrongPassword, check_reason
from kapnotes.records import note
from kapnotes.records.note import Cosignature, Note, NoteVersion, ReviewComment


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
    queue_summary(deed, found, by=by, at=at)
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
            comment=comment,
        )
    )
    found.state, found.state_at = state.value, at
    deed.on(found, version=version.number, kind=found.kind)
