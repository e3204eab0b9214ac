"""Verifying by the worker: what is new each hour, and the whole in slices over some days.

Each hour the trail is verified from the last head seen on; a head of a trail that was found whole
is signed and kept. The rest of the hour's work is a slice of a round through all of it, as large as
the days of the setting ask for: a machine that was off catches up.
"""

from datetime import datetime, timedelta
from math import ceil

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import note_walk, proof, proof_run
from kapnotes.actions.note_walk import NoteWalk
from kapnotes.actions.proof_run import Found, RunKind, Subject
from kapnotes.audit import proof as trail_proof
from kapnotes.audit.canonical import START
from kapnotes.audit.trail import head_of
from kapnotes.db import Session
from kapnotes.records.proof import ProofRun

EVERY = timedelta(hours=1)
SLICE = 50_000
"""Entries of the trail in one slice at most, so that a worker never does one thing for minutes."""
LEAST = 2_000
"""Entries in one slice at least: the round of a small practice is done at once, and each day."""
ROUND_EVERY = timedelta(days=1)
HASTE = 0.8
"""A round aims at this share of its days: a night without power does not make it late."""


def is_due(at: datetime) -> bool:
    """Whether the last verification of what is new is an hour ago."""
    with db.current().reading() as session:
        last = proof_run.newest(session, Subject.TRAIL, RunKind.NEW)
    return last is None or not timedelta() <= at - last.at < EVERY


def hourly(*, at: datetime) -> bool:
    """Verify what is new, sign the head, and go on with both rounds; whether all was whole."""
    by = operator(db.current().settings.zone)
    verdict = proof.verify_trail(only_new=True, by=by, at=at)
    if verdict.is_whole:
        proof_run.keep_head(verdict.entries, verdict.head, at=at)
    notes = proof.notes_again(only_new=True, by=by, at=at)
    rounds = [_round(subject, at=at) for subject in Subject]
    return verdict.is_whole and notes.is_whole and all(rounds)


def _round(subject: Subject, *, at: datetime) -> bool:
    """Go on with a round until it is as far as its days ask for; whether all was whole."""
    while (found := slice_of(subject, at=at)) is not None:
        if not found.is_whole:
            return False
    return True


def slice_of(subject: Subject, *, at: datetime) -> Found | None:
    """Work the next slice of a round out again; None while the round is far enough."""
    with db.current().standing_still() as session:
        last = proof_run.newest(session, subject, RunKind.ROUND)
        if last is not None and _rests(last, at):
            return None
        found = _slice(session, subject, _begin(last, at), at=at)
    if found is not None:
        proof_run.keep(found, at=at)
    return found


def _rests(last: ProofRun, at: datetime) -> bool:
    """Whether a round is over and the next not due yet."""
    is_over = last.is_last and last.is_whole
    return is_over and timedelta() <= at - last.round_began_at < ROUND_EVERY


def _begin(last: ProofRun | None, at: datetime) -> ProofRun:
    """Where the next slice begins: behind the last one, or anew after the end or after trouble."""
    if last is not None and last.is_whole and not last.is_last:
        return last
    return ProofRun(round_began_at=at, to_position=0, to_hash=START, counts={})


def _slice(session: Session, subject: Subject, start: ProofRun, *, at: datetime) -> Found | None:
    end = head_of(session)[0]
    days = timedelta(days=db.current().settings.proof_days) * HASTE
    share = min(1.0, (at - start.round_began_at + EVERY) / days)
    aim = ceil(end * share)
    if aim <= start.to_position and share < 1.0:
        return None
    to = min(max(aim, start.to_position + LEAST), start.to_position + SLICE)
    is_last = to >= end
    return (_of_trail if subject is Subject.TRAIL else _of_notes)(
        session, start, None if is_last else to, at=at
    )


def _of_trail(session: Session, start: ProofRun, to: int | None, *, at: datetime) -> Found:
    """A slice of the trail, compared with the heads and prints in it."""
    del at
    ring = db.current().ring
    known = proof.known_heads(session, after=start.to_position)
    walk = trail_proof.begin(known, ring, position=start.to_position, hash_=start.to_hash)
    trail_proof.go(session, walk, to=to)
    verdict = trail_proof.end(session, walk, known, ring) if to is None else walk.verdict()
    return Found(
        Subject.TRAIL,
        RunKind.ROUND,
        walk.began,
        walk.position,
        walk.hash,
        round_began_at=start.round_began_at,
        is_whole=verdict.is_whole,
        is_last=to is None,
        first_bad="" if verdict.bad_position is None else f"entry {verdict.bad_position}",
        sentence=verdict.sentence,
    )


def _of_notes(session: Session, start: ProofRun, to: int | None, *, at: datetime) -> Found:
    """A slice of what was signed, in the order of the trail."""
    reach = operator(db.current().settings.zone).reach(at)
    walk = NoteWalk(reach, start.to_position, dict(start.counts))
    note_walk.go(session, walk, to=to)
    position, hash_ = head_of(session) if to is None else (to, START)
    if to is None:
        note_walk.end(session, walk)
    verdict = proof.told(walk, position)
    return Found(
        Subject.NOTES,
        RunKind.ROUND,
        start.to_position,
        position if verdict.is_whole else walk.position,
        hash_,
        counts=walk.counts,
        round_began_at=start.round_began_at,
        is_whole=verdict.is_whole,
        is_last=to is None,
        first_bad="" if walk.fault is None else walk.fault.what,
        sentence=verdict.sentence,
    )
