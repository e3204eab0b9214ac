"""What comes after an author signed: co-signing alone or together, sending back, withdrawing.

Questions to the author stand in `review_question`; they are asked from here too.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_sign_note
from kapnotes.actions import check, under_review
from kapnotes.actions.after_signing import queue_summary
from kapnotes.actions.factor import Given
from kapnotes.actions.review_question import answer, ask
from kapnotes.actions.sign_in import check_password
from kapnotes.actions.under_review import Held, SectionComment
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, append, does
from kapnotes.clinic.cosignature import Capacity
from kapnotes.clinic.note import Move, NoteKind, NoteState, check_move
from kapnotes.clinic.refusals import OutOfReach, StaleDigest, WrongPassword
from kapnotes.clinic.review_queue import Waiting, check_number, check_together, found_in
from kapnotes.records import note, note_seen, person
from kapnotes.records.note import Cosignature, Note

__all__ = ["SectionComment", "answer", "ask", "cosign", "cosign_together", "send_back", "withdraw"]

_STANDS_IN = MachineReach("whom a deputy stands in for")


def cosign(
    *, note_id: UUID, digest: str, password: Given, address: str, by: Actor, at: datetime
) -> Note:
    """Sign beside the author, over the same digest.

    Raises `OutOfReach`, `NotAssigned`, `WrongState`, `WrongPassword` or `StaleDigest`.
    """
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _cosign(note_id=note_id, shown=digest, is_right=is_right, by=by, at=at)


@does(Did.NOTE_COSIGNED)
def _cosign(
    deed: Deed, *, note_id: UUID, shown: str, is_right: bool, by: Actor, at: datetime
) -> Note:
    held = under_review.hold(deed, note_id, Move.COSIGN, by=by, at=at)
    if not is_right:
        raise WrongPassword
    if held.version.digest != shown:
        raise StaleDigest
    _sign_beside(deed, held, by=by, at=at)
    return held.note


def cosign_together(
    *,
    notes: Sequence[tuple[UUID, str]],
    password: Given,
    address: str,
    by: Actor,
    at: datetime,
) -> list[Note]:
    """Co-sign several notes, each named with its digest: all of them or none, one event for each.

    Raises `NotTogether` unless each was opened as it is now signed and nothing was found in it.
    """
    check_number(len(notes))
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _cosign_together(notes=notes, is_right=is_right, by=by, at=at)


@does(Did.NOTE_COSIGNED)
def _cosign_together(
    deed: Deed, *, notes: Sequence[tuple[UUID, str]], is_right: bool, by: Actor, at: datetime
) -> list[Note]:
    shown = dict(sorted(notes))
    batch = [under_review.hold(deed, one, Move.COSIGN, by=by, at=at) for one in shown]
    if not is_right:
        raise WrongPassword
    if any(shown[held.note.id] != held.version.digest for held in batch):
        raise StaleDigest
    check_together(_waiting(deed, batch, by=by, at=at))
    for held in batch[:-1]:
        own = Deed(deed.session)
        _sign_beside(own, held, by=by, at=at)
        append(own, Did.NOTE_COSIGNED, by=by, at=at)
    _sign_beside(deed, batch[-1], by=by, at=at)
    return [held.note for held in batch]


def _waiting(deed: Deed, batch: Sequence[Held], *, by: Actor, at: datetime) -> list[Waiting]:
    """The notes as the queue's rule sees them; how long they wait decides nothing here.

    What the checks find is asked anew, not taken from what was kept for the lists.
    """
    ids = [held.note.id for held in batch]
    opened = note_seen.digests(deed.session, ids, person_id=by.id)
    chains = check.seen(deed.session, {held.note.infusion_id for held in batch}, by=by, at=at)
    return [
        Waiting(
            key=str(held.note.id),
            kind=NoteKind(held.note.kind),
            author=str(held.note.author_id),
            patient=str(held.note.patient_id),
            signed_at=held.version.signed_at,
            hours=0,
            digest=held.version.digest,
            opened=opened.get(held.note.id, ""),
            findings=found_in(
                chains[held.note.infusion_id][1],
                key=str(held.note.id),
                kind=NoteKind(held.note.kind),
            ),
        )
        for held in batch
    ]


def _sign_beside(deed: Deed, held: Held, *, by: Actor, at: datetime) -> None:
    found, version = held.note, held.version
    state = check_move(NoteState(found.state), Move.COSIGN)
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
            deputy_for=_deputy_for(deed, held),
            signed_at=at,
        )
    )
    found.state, found.state_at = state.value, at
    queue_summary(deed, found, by=by, at=at)
    check.keep(deed, found.infusion_id, at=at)
    about = {"kind": found.kind, "digest": version.digest, **held.details()}
    deed.on(found, version=version.number, **about)


def _deputy_for(deed: Deed, held: Held) -> str:
    """Whom a deputy stands in for, as under a signature; "" for a supervisor."""
    if held.acting.capacity is not Capacity.DEPUTY:
        return ""
    absent = person.by_id(deed.session, UUID(held.acting.supervisor), reach=_STANDS_IN)
    if absent is None:
        raise OutOfReach
    return f"{absent.name}, {absent.credentials}" if absent.credentials else absent.name


@does(Did.NOTE_SENT_BACK)
def send_back(
    deed: Deed,
    *,
    note_id: UUID,
    digest: str,
    comments: Sequence[SectionComment],
    by: Actor,
    at: datetime,
) -> Note:
    """Send a signed note back to its author with comments; the signed version is kept.

    Each comment is on a section, on a question, or on the whole; blank ones are none.
    """
    held = under_review.hold(deed, note_id, Move.SEND_BACK, by=by, at=at)
    if held.version.digest != digest:
        raise StaleDigest
    written = under_review.checked(held.version, held.note.kind, comments)
    _go_back(deed, held.note, Move.SEND_BACK, written, by=by, at=at)
    sections = len({one.section for one in written})
    deed.on(
        held.note,
        version=held.version.number,
        comments=len(written),
        sections=sections,
        **held.details(),
    )
    return held.note


@does(Did.NOTE_WITHDRAWN)
def withdraw(deed: Deed, *, note_id: UUID, reason: str, by: Actor, at: datetime) -> Note:
    """Take one's own note back while it waits for its co-signature, with a reason."""
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_sign_note(by, found)
    check_move(NoteState(found.state), Move.WITHDRAW)
    written = under_review.whole(reason, "Please write why you take it back.")
    _go_back(deed, found, Move.WITHDRAW, written, by=by, at=at)
    return found


def _go_back(
    deed: Deed,
    found: Note,
    move: Move,
    comments: Sequence[SectionComment],
    *,
    by: Actor,
    at: datetime,
) -> None:
    state = check_move(NoteState(found.state), move)
    version = under_review.newest(deed, found)
    under_review.say(deed, version, move, comments, by=by, at=at)
    found.state, found.state_at = state.value, at
    check.keep(deed, found.infusion_id, at=at)
    deed.on(found, version=version.number, kind=found.kind)
