"""A walk along all that was signed, in the order of its events: whether it is still the same.

The trail says what was signed; `audit verify` says whether the trail is whole. So each signed thing
has its event, and each such event its signed thing, and a walk can begin behind any entry.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from kapnotes.access.reach import MachineReach, Reach
from kapnotes.actions import note_check
from kapnotes.clinic.note import NoteKind
from kapnotes.db import Session
from kapnotes.records import note, note_proof
from kapnotes.records import session as sessions
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion, ReviewComment
from kapnotes.records.note_proof import ABOUT_NOTES, ADDED, COSIGNED, KEPT, SIGNED, Told
from kapnotes.records.session_row import TABLES, Row

MACHINE = MachineReach("working out again what was signed")
KINDS = ("versions", "cosignatures", "addenda")
_KIND = {SIGNED: "versions", COSIGNED: "cosignatures", ADDED: "addenda", KEPT: "documents"}
T = TypeVar("T", NoteVersion, Cosignature, Addendum, ReviewComment)


@dataclass(frozen=True, slots=True)
class NoteFault:
    """The first thing that is not as it was signed: which, and what is wrong with it."""

    what: str
    words: str

    @property
    def sentence(self) -> str:
        """For whoever verifies: ids, versions and words of ours."""
        return f"The signed record is not whole: {self.what}: {self.words}."


@dataclass(slots=True)
class NoteWalk:
    """How far a walk came, what it counted, and the first fault that it found.

    `reach` sees the whole practice: the rows of a session are asked for with it.
    """

    reach: Reach
    position: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    fault: NoteFault | None = None

    @property
    def signed(self) -> int:
        """How many signed things were worked out again."""
        return sum(self.counts.get(kind, 0) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Batch:
    """All that the events of a batch are about."""

    notes: Mapping[UUID, Note]
    versions: Mapping[UUID, list[NoteVersion]]
    cosignatures: Mapping[UUID, list[Cosignature]]
    addenda: Mapping[UUID, list[Addendum]]
    comments: Mapping[UUID, list[ReviewComment]]
    rows: Mapping[UUID, list[Row]]


def go(
    session: Session,
    walk: NoteWalk,
    *,
    to: int | None = None,
    on_step: Callable[[NoteWalk], None] | None = None,
) -> None:
    """Go along what was signed, to its end or to an entry, until something is wrong."""
    for told in note_proof.events(session, after=walk.position, to=to, reach=MACHINE):
        batch = _gather(session, [one for one in told if one.event in ABOUT_NOTES], walk.reach)
        for one in told:
            walk.fault = fault_of(session, one, batch)
            if walk.fault is not None:
                return
            if kind := _KIND.get(one.event):
                walk.counts[kind] = walk.counts.get(kind, 0) + 1
            walk.position = one.position
        session.expunge_all()
        if on_step is not None:
            on_step(walk)


def end(session: Session, walk: NoteWalk) -> None:
    """At the end of the trail: whether anything is there that no event stands for."""
    if walk.fault is not None:
        return
    totals = note_proof.totals(session, reach=MACHINE)
    for kind in KINDS:
        if totals[kind] == walk.counts.get(kind, 0):
            continue
        found = note_proof.untold(session, kind, reach=MACHINE)
        words = f"of its {kind}, one was never signed" if found else f"its {kind} were signed twice"
        what = (
            _name(*found) if found else f"{walk.counts.get(kind, 0)} events, {totals[kind]} {kind}"
        )
        walk.fault = NoteFault(what, words)
        return
    document_id = note_proof.untold_document(session, reach=MACHINE)
    if document_id is not None:
        walk.fault = NoteFault(f"document {document_id}", "it was never kept by anybody")


def _gather(session: Session, told: Iterable[Told], reach: Reach) -> Batch:
    """Read what these events are about; so many queries for any number."""
    events: dict[str, set[UUID]] = defaultdict(set)
    for one in told:
        if one.object_id is not None:
            events[one.event].add(one.object_id)
    ids = set().union(*events.values()) if events else set()
    notes = note_proof.notes(session, ids, reach=MACHINE)
    signed = [notes[one] for one in events[SIGNED] if one in notes]
    infusions = {one.infusion_id for one in signed if one.kind == NoteKind.DOSING}
    rows: dict[UUID, list[Row]] = defaultdict(list)
    for table in TABLES.values():
        for row in sessions.of_infusions(session, table, infusions, reach=reach):
            rows[row.infusion_id].append(row)
    reviewed = set().union(*(events[event] for event in note_proof.REVIEWED))
    return Batch(
        notes,
        _by_note(note.versions(session, ids)),
        _by_note(note.cosignatures(session, events[COSIGNED])),
        _by_note(note.addenda(session, events[ADDED])),
        _by_note(note.review_comments(session, reviewed)),
        rows,
    )


def _by_note(rows: Iterable[T]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for row in rows:
        found[row.note_id].append(row)
    return found


def fault_of(session: Session, told: Told, batch: Batch) -> NoteFault | None:
    """What is wrong with the thing that this event tells of; None for nothing."""
    about, number = told.object_id, told.number
    if about is None:
        return NoteFault(f"entry {told.position} of the trail", "it names nothing that was signed")
    if told.event == KEPT:
        kept = note_proof.document(session, about, reach=MACHINE)
        words = note_check.document_fault(kept)
        if kept is not None:
            session.expunge(kept)
        return NoteFault(f"document {about}", words) if words else None
    found = batch.notes.get(about)
    versions = batch.versions.get(about, [])
    version = next((one for one in versions if one.number == number), None)
    if told.event == SIGNED:
        rows = batch.rows.get(found.infusion_id, []) if found else []
        words = note_check.version_fault(told, found, version, rows)
    elif told.event == COSIGNED:
        given = batch.cosignatures.get(about, [])
        cosigned = next((one for one in given if one.number == number), None)
        words = note_check.cosignature_fault(told, found, cosigned, version)
    elif told.event == ADDED:
        added = next((one for one in batch.addenda.get(about, []) if one.number == number), None)
        words = note_check.addendum_fault(told, found, added, versions)
    else:
        words = note_check.comments_fault(batch.comments.get(about, []))
    return NoteFault(_name(about, number or 0), words) if words else None


def _name(note_id: UUID, number: int) -> str:
    """A note as the verification names it."""
    return f"note {note_id}, version {number}"
