"""Proof that trail and record are whole: verifying them now, from the last time on, or resumed.

What a verification of the trail remembers is described in `audit.memory`; what each found is kept
as a row (`records.proof`), signed. One that is broken off goes on where it was within a day.
Nothing here says more than ids, versions, positions and words of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor, operator
from kapnotes.access.rules import check_role
from kapnotes.actions import note_walk, proof_run
from kapnotes.actions.note_walk import NoteFault, NoteWalk
from kapnotes.actions.proof_run import Found, RunKind, Subject
from kapnotes.audit import memory, proof, seal
from kapnotes.audit.events import Did
from kapnotes.audit.memory import Checkpoint, Memory
from kapnotes.audit.proof import Known
from kapnotes.audit.seal import Anchor
from kapnotes.audit.trail import head_of, record
from kapnotes.audit.walk import Verdict, Walk
from kapnotes.db import Session
from kapnotes.db.engine import is_file_whole
from kapnotes.records import proof as kept

STEPS = 10
"""After so many batches of entries a checkpoint is written."""
DAMAGED = "The database file is damaged: its pages are not as they were written."


@dataclass(frozen=True, slots=True)
class NotesVerdict:
    """What a verification of the signed record found; `fault` is the first bad thing."""

    signed: int
    documents: int
    position: int
    fault: NoteFault | None
    sentence: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.fault is None


def known_heads(
    session: Session, anchors: Mapping[str, bytes] | None = None, *, after: int = 0
) -> Known:
    """All that is known of how the trail was: the memory, the heads in the table, and anchors.

    `after` leaves out the heads up to that entry, which were compared before.
    """
    database = db.current()
    heads = tuple(
        Anchor(
            one.position,
            one.hash,
            one.signature,
            one.at.astimezone(UTC).isoformat(timespec="seconds"),
        )
        for one in kept.heads(session, after=after)
    )
    told = {name: seal.told(content) for name, content in (anchors or {}).items()}
    return Known(memory.remembered(database.settings.data, database.ring), heads, told)


def verify_trail(
    *,
    anchors: Mapping[str, bytes] | None = None,
    only_new: bool = False,
    anew: bool = False,
    by: Actor,
    at: datetime,
) -> Verdict:
    """Work the chain out again and compare it with every head that is known.

    The whole by default, going on where one was broken off unless `anew`; with `only_new` from the
    last head seen. `anchors` are the contents of anchor files by their names.
    """
    check_role(by, Action.SEE_PROOF)
    database = db.current()
    folder, ring = database.settings.data, database.ring
    with database.standing_still() as session:
        memories = memory.remembered(folder, ring)
        start = _start(session, memories, only_new=only_new, anew=anew, at=at)
        known = known_heads(session, anchors, after=start.position if only_new else 0)
        walk = proof.begin(known, ring, position=start.position, hash_=start.hash)
        if not only_new:
            _go_with_checkpoints(session, walk, start)
        else:
            proof.go(session, walk)
        verdict = proof.end(session, walk, known, ring)
        seen = proof.prints_of(session, walk, known.memory) if verdict.is_whole else None
    verdict = _of_the_file(verdict, only_new=only_new)
    memory.drop_checkpoint(folder, Subject.TRAIL)
    if verdict.is_whole and seen is not None:
        head = seal.sign_head(ring, verdict.entries, verdict.head, at=at)
        memory.remember(folder, head, after=seen[0], prints=seen[1])
    proof_run.keep(
        Found(
            Subject.TRAIL,
            RunKind.NEW if only_new else RunKind.WHOLE,
            walk.began,
            walk.position,
            walk.hash,
            is_whole=verdict.is_whole,
            first_bad="" if verdict.bad_position is None else f"entry {verdict.bad_position}",
            sentence=verdict.sentence,
        ),
        at=at,
    )
    if verdict.is_whole and start.position and not only_new:
        words = f"{verdict.sentence} The first {start.position} were verified before the break."
        return replace(verdict, sentence=words)
    return verdict


def _start(
    session: Session, kept_before: Memory, *, only_new: bool, anew: bool, at: datetime
) -> Checkpoint:
    """Where to begin: at the first entry, behind the last head seen, or where one broke off."""
    database = db.current()
    fresh = Checkpoint(Subject.TRAIL, at)
    anchor = kept_before.anchor
    if only_new and anchor is not None and kept_before.is_genuine:
        found: Checkpoint | None = Checkpoint(Subject.TRAIL, at, anchor.position, anchor.hash)
    elif only_new or anew:
        found = None
    else:
        found = memory.checkpoint_of(database.settings.data, database.ring, Subject.TRAIL, at=at)
    if found is None or (not only_new and found.position > head_of(session)[0]):
        return fresh
    return found


def _go_with_checkpoints(session: Session, walk: Walk, start: Checkpoint) -> None:
    """Walk the trail, and say now and then how far it is, in case that it is broken off."""
    database = db.current()
    steps = 0

    def step(here: Walk) -> None:
        nonlocal steps
        steps += 1
        if steps % STEPS == 0:
            far = replace(start, position=here.position, hash=here.hash)
            memory.save_checkpoint(database.settings.data, database.ring, far)

    proof.go(session, walk, on_step=step)


def _of_the_file(verdict: Verdict, *, only_new: bool) -> Verdict:
    """The verdict, with the embedded file's own integrity in it: each page, each index."""
    if only_new or not verdict.is_whole or is_file_whole(db.current().engine):
        return verdict
    return Verdict(verdict.entries, verdict.head, verdict.entries, DAMAGED)


def verify_notes(
    *, only_new: bool = False, anew: bool = False, by: Actor, at: datetime
) -> NotesVerdict:
    """Verify all that is signed, as a person asks for it: see `notes_again`."""
    verdict = notes_again(only_new=only_new, anew=anew, by=by, at=at)
    if verdict.is_whole:
        record(Did.NOTES_VERIFIED, by=by, at=at)
    return verdict


def notes_again(
    *, only_new: bool = False, anew: bool = False, by: Actor, at: datetime
) -> NotesVerdict:
    """Work out again all that was signed: the whole, or what was signed since the last time."""
    check_role(by, Action.SEE_PROOF)
    database = db.current()
    folder, ring = database.settings.data, database.ring
    reach = operator(database.settings.zone).reach(at)
    begun = None if only_new or anew else memory.checkpoint_of(folder, ring, Subject.NOTES, at=at)
    start = begun or Checkpoint(Subject.NOTES, at)
    with database.standing_still() as session:
        if only_new and (last := proof_run.last_whole(session, Subject.NOTES)) is not None:
            start = replace(start, position=last.to_position, counts=last.counts)
        walk = NoteWalk(reach, start.position, dict(start.counts))

        def step(here: NoteWalk) -> None:
            far = replace(start, position=here.position, counts=dict(here.counts))
            memory.save_checkpoint(folder, ring, far)

        note_walk.go(session, walk, on_step=None if only_new else step)
        note_walk.end(session, walk)
        head = head_of(session)
    if not only_new:
        memory.drop_checkpoint(folder, Subject.NOTES)
    verdict = told(walk, head[0])
    proof_run.keep(
        Found(
            Subject.NOTES,
            RunKind.NEW if only_new else RunKind.WHOLE,
            start.position,
            max(walk.position, head[0]) if verdict.is_whole else walk.position,
            head[1],
            counts=walk.counts,
            is_whole=verdict.is_whole,
            first_bad="" if walk.fault is None else walk.fault.what,
            sentence=verdict.sentence,
        ),
        at=at,
    )
    return verdict


def told(walk: NoteWalk, position: int) -> NotesVerdict:
    """What a walk along the signed record found."""
    documents = walk.counts.get("documents", 0)
    sentence = (
        walk.fault.sentence
        if walk.fault
        else f"The signed record is whole: {walk.counts.get('versions', 0)} signed versions, "
        f"{walk.counts.get('cosignatures', 0)} co-signatures, "
        f"{walk.counts.get('addenda', 0)} addenda, {documents} documents."
    )
    return NotesVerdict(walk.signed, documents, position, walk.fault, sentence)


def anchor(*, by: Actor, at: datetime) -> bytes:
    """The trail's head as it stands, signed, for keeping elsewhere: an anchor file."""
    check_role(by, Action.SEE_PROOF)
    database = db.current()
    record(Did.TRAIL_ANCHORED, by=by, at=at)
    with database.reading() as session:
        position, hash_ = head_of(session)
    return seal.testimony(database.ring, seal.sign_head(database.ring, position, hash_, at=at))
