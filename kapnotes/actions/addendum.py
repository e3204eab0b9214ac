"""Adding to a signed note: the original stays in view, the addendum has its own signature."""

from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_add_addendum
from kapnotes.actions.after_signing import queue_summary
from kapnotes.actions.factor import Given
from kapnotes.actions.sign_in import check_password
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.note import Move, NoteState, check_move
from kapnotes.clinic.refusals import WrongPassword
from kapnotes.records import note
from kapnotes.records.content import addendum_digest
from kapnotes.records.note import Addendum, Note


def add(
    *,
    note_id: UUID,
    reason: str,
    text: str,
    password: Given,
    address: str,
    by: Actor,
    at: datetime,
) -> Note:
    """Add to a signed note: the original stays in view, the addendum has its own signature."""
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _add(note_id=note_id, reason=reason, text=text, is_right=is_right, by=by, at=at)


@does(Did.ADDENDUM_ADDED)
def _add(
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
    made = addendum_digest(
        found.id, number, adds_to=signed.digest, author=by.id, reason=reason, text=text
    )
    deed.session.add(
        Addendum(
            id=uuid4(),
            note_id=found.id,
            patient_id=found.patient_id,
            number=number,
            reason=reason,
            text=text,
            digest=made,
            signer_id=by.id,
            signer=by.signature,
            signer_role=by.role.key,
            signed_at=at,
        )
    )
    queue_summary(deed, found, by=by, at=at)
    deed.on(found, version=number, kind=found.kind, digest=made)
    return found
