"""Amendments that a patient asks for: writing one down, and what is read of them.

The author of the note decides; for the record as a whole, or where the author's account is closed,
anyone on the care team who decides on amendments. How one is answered stands in `amendment_answer`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import (
    check_read_note,
    check_role,
    may_decide_amendment,
    may_read_note,
)
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import amendment as clinic
from kapnotes.clinic.amendment import AmendmentMove, AmendmentState, Owner
from kapnotes.clinic.note import NoteState
from kapnotes.clinic.refusals import BadInput, OutOfReach, check_reason
from kapnotes.db import Session
from kapnotes.records import amendment, note, patient
from kapnotes.records.amendment import Amendment, AmendmentStep
from kapnotes.records.note import Addendum, Note
from kapnotes.records.patient import Patient

SOON = timedelta(days=7)
"""How long before its last day a request stands on a supervisor's page too."""


@dataclass(frozen=True, slots=True)
class Told:
    """A request with its steps; of a note that the reader does not read, only that there is one.

    `moves` are those that are this reader's today.
    """

    row: Amendment
    steps: Sequence[AmendmentStep]
    is_read: bool
    moves: tuple[AmendmentMove, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the patient waits for an answer."""
        return AmendmentState(self.row.state) in clinic.OPEN


@dataclass(frozen=True, slots=True)
class AmendmentsView:
    """The page of a patient's requests; `notes` are those that one can be about."""

    patient: Patient
    told: Sequence[Told]
    notes: Sequence[Note]
    today: date


@dataclass(frozen=True, slots=True)
class OneView:
    """One request, and the addenda that its answer can point to."""

    told: Told
    addenda: Sequence[Addendum]
    today: date


@looks(Did.AMENDMENTS_VIEWED)
def look(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> AmendmentsView:
    """What the patient asked for, in the order in which it came."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    notes = note.of_patient(deed.session, found.id, reach=reach, most=amendment.MOST)
    return AmendmentsView(
        found,
        of_patient(deed.session, found.id, by=by, at=at),
        [one for one in notes if one.signed_versions and may_read_note(by, one)],
        reach.on,
    )


def of_patient(session: Session, patient_id: UUID, *, by: Actor, at: datetime) -> list[Told]:
    """The requests of a patient as this reader sees them."""
    rows = amendment.of_patient(session, patient_id, reach=by.reach(at))
    return _told(session, rows, by=by, at=at)


def of_note(session: Session, about: Note, *, by: Actor, at: datetime) -> list[Told]:
    """The requests about a note that was fetched within reach and is read."""
    rows = [
        one
        for one in amendment.of_patient(session, about.patient_id, reach=by.reach(at))
        if one.note_id == about.id
    ]
    return _told(session, rows, by=by, at=at)


def waiting(session: Session, *, by: Actor, at: datetime) -> list[Amendment]:
    """The open requests that wait for this person, those due first first.

    Who decides has all of theirs; who only writes them down has those that are nearly due.
    """
    reach = by.reach(at)
    if by.can(Action.DECIDE_AMENDMENT):
        rows = amendment.waiting(session, until=date.max, reach=reach)
        return [one for one in rows if decides(one, by=by)]
    if by.can(Action.RECORD_AMENDMENT):
        return list(amendment.waiting(session, until=reach.on + SOON, reach=reach))
    return []


def _told(session: Session, rows: Sequence[Amendment], *, by: Actor, at: datetime) -> list[Told]:
    steps: dict[UUID, list[AmendmentStep]] = {}
    for one in amendment.steps(session, [row.id for row in rows]):
        steps.setdefault(one.amendment_id, []).append(one)
    return [_as_told(row, steps, by=by, at=at) for row in rows]


def _as_told(
    row: Amendment, steps: Mapping[UUID, Sequence[AmendmentStep]], *, by: Actor, at: datetime
) -> Told:
    is_read = row.note is None or may_read_note(by, row.note)
    if not is_read:
        return Told(row, (), is_read=False)
    moves = () if by.in_emergency(row.patient_id, at) else _moves(row, by=by)
    return Told(row, steps.get(row.id, ()), is_read=True, moves=moves)


def _moves(row: Amendment, *, by: Actor) -> tuple[AmendmentMove, ...]:
    state = AmendmentState(row.state)
    return tuple(
        move
        for move in AmendmentMove
        if clinic.may_amend(state, move)
        and (
            decides(row, by=by)
            if clinic.owner_of(state, move) is Owner.DECIDER
            else by.can(Action.RECORD_AMENDMENT)
        )
    )


def decides(row: Amendment, *, by: Actor) -> bool:
    """Whether this person decides on the request."""
    is_read = row.note is None or may_read_note(by, row.note)
    return is_read and may_decide_amendment(by, authored(row))


def authored(row: Amendment) -> Note | None:
    """The note whose author decides; None where anyone may, as the author's account is closed."""
    return row.note if row.note is not None and row.note.author.is_active else None


@looks(Did.AMENDMENTS_VIEWED)
def open_one(
    deed: Deed, *, patient_id: UUID, amendment_id: UUID, by: Actor, at: datetime
) -> OneView:
    """One request, to answer it."""
    found = fetch(deed, patient_id, amendment_id, by=by, at=at)
    [told] = _told(deed.session, [found], by=by, at=at)
    return OneView(told, added_since(deed.session, found), by.reach(at).on)


@looks(Did.AMENDMENTS_VIEWED)
def for_addendum(
    deed: Deed, *, note_id: UUID, amendment_id: UUID, by: Actor, at: datetime
) -> tuple[UUID, dict[str, str]]:
    """Whose request about that note it is, and what an addendum that answers it begins with."""
    found = amendment.fetch(deed.session, amendment_id, reach=by.reach(at))
    if found.note_id != note_id:
        raise OutOfReach
    fetch(deed, found.patient_id, found.id, by=by, at=at)
    when = f"{found.received_on.day} {found.received_on:%b %Y}"
    return found.patient_id, {
        "reason": f"The patient asked on {when} that this note be amended.",
        "text": f"The patient asks: {found.words}\n\n",
    }


def added_since(session: Session, found: Amendment) -> list[Addendum]:
    """The addenda that were signed after the request was written down."""
    if found.note_id is None:
        return []
    added = note.addenda(session, [found.note_id])
    return [one for one in added if one.signed_at >= found.recorded_at]


def fetch(
    deed: Deed,
    patient_id: UUID,
    amendment_id: UUID,
    *,
    lock: bool = False,
    by: Actor,
    at: datetime,
) -> Amendment:
    """The request within reach, of that patient, about nothing that the reader does not read."""
    check_role(by, Action.SEE_PATIENT)
    found = amendment.fetch(deed.session, amendment_id, reach=by.reach(at), lock=lock)
    if found.patient_id != patient_id:
        raise OutOfReach
    deed.on(found)
    if found.note is not None:
        check_read_note(by, found.note)
    return found


@does(Did.AMENDMENT_RECORDED)
def record(
    deed: Deed,
    *,
    patient_id: UUID,
    note_id: UUID | None,
    words: str,
    received_on: date,
    channel: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Write down what the patient asks for, about a signed note or the record as a whole."""
    check_role(by, Action.RECORD_AMENDMENT)
    owner = patient.fetch(deed.session, patient_id, reach=by.reach(at))
    deed.on(owner)
    clinic.check_received(received_on, by.reach(at).on)
    if channel not in clinic.CHANNELS:
        raise BadInput({"channel": "Choose how it came."})
    about = _signed_note(deed.session, note_id, owner.id, by=by, at=at) if note_id else None
    made = Amendment(
        id=uuid4(),
        patient_id=owner.id,
        note_id=about.id if about else None,
        received_on=received_on,
        channel=channel,
        words=check_reason(words, "Please write what the patient asks for."),
        due_on=clinic.due_on(received_on),
        state=AmendmentState.RECEIVED.value,
        state_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        recorded_by=by.signature,
    )
    deed.session.add(made)
    deed.on(made, about="note" if about else "record")
    return made.id


def _signed_note(
    session: Session, note_id: UUID, patient_id: UUID, *, by: Actor, at: datetime
) -> Note:
    found = note.fetch(session, note_id, reach=by.reach(at))
    if found.patient_id != patient_id:
        raise OutOfReach
    check_read_note(by, found)
    if not found.signed_versions or found.state == NoteState.DISCARDED:
        raise BadInput({"note": "Choose a note that is signed, or the record as a whole."})
    return found
