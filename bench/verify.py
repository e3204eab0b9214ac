"""Verifying a trail of a million entries, beside bare hashing while the same rows are read.

The floor fetches the same columns with the same cursor and makes one SHA-256 for each row, over as
many bytes as its canonical JSON has; it makes no JSON and compares nothing.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from time import perf_counter

from bench.figure import Figure
from bench.practice import opened
from bench.seeded import MILLION, seeded
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import proof as verifying
from kapnotes.audit import memory, proof, seal
from kapnotes.audit.canonical import START
from kapnotes.audit.chain import batches
from kapnotes.audit.walk import Verdict

ROUNDS = 3
GOAL = 2.0
SAMPLE = 2_000


def figures(database: str) -> Iterator[Figure]:
    """Measure the walk beside its floor, then the commands as a whole."""
    with seeded(MILLION, database) as practice, opened(practice.folder):
        sample = b"x" * _length()
        taken = [(_hashing(sample), _walking()) for _ in range(ROUNDS)]
        floor, walk = (min(one) for one in zip(*taken, strict=True))
        about = f"verifying {MILLION.events} entries"
        yield Figure(f"{about}, {database}", walk, "s", floor, GOAL)
        yield from _commands(about, database)


def _length() -> int:
    """How many bytes the canonical JSON of an entry has, on average."""
    with db.current().reading() as session:
        plain = [seal.plain(one) for one in islice(seal.entries(session), SAMPLE)]
    for one in plain:
        del one["hash"]
    texts = [json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in plain]
    return sum(len(text.encode()) for text in texts) // len(texts)


def _hashing(sample: bytes) -> float:
    begun = perf_counter()
    with db.current().standing_still() as session:
        for entries in batches(session):
            for _ in entries:
                sha256(sample).hexdigest()
    return perf_counter() - begun


def _walking() -> float:
    """The walk with all that is known: kept heads, and the prints of every entry."""
    database = db.current()
    begun = perf_counter()
    with database.standing_still() as session:
        known = verifying.known_heads(session)
        walk = proof.begin(known, database.ring, hash_=START)
        proof.go(session, walk)
        verdict = proof.end(session, walk, known, database.ring)
    _check(verdict)
    return perf_counter() - begun


def _check(verdict: Verdict) -> None:
    if not verdict.is_whole:
        raise RuntimeError(verdict.sentence)


def _commands(about: str, database: str) -> Iterator[Figure]:
    by, at = operator(), datetime.now(UTC)
    memory.drop_checkpoint(db.current().settings.data, "trail")
    begun = perf_counter()
    _check(verifying.verify_trail(anew=True, by=by, at=at))
    yield Figure(f"{about}, with the file's own check, {database}", perf_counter() - begun, "s")
    begun = perf_counter()
    _check(verifying.verify_trail(only_new=True, by=by, at=at))
    yield Figure(f"verifying what is new, {database}", 1000 * (perf_counter() - begun))
