"""What verifications found, kept as signed rows: by whom they were asked for makes no difference.

Such a row leaves no event: a verification each hour would otherwise make the trail grow while
nobody does anything, and a head would be signed for nothing but the verification before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from kapnotes import db
from kapnotes.audit import seal
from kapnotes.audit.memory import is_signed, sign
from kapnotes.db import Session
from kapnotes.records import proof
from kapnotes.records.proof import ProofRun, SignedHead

SIGNED_AS = "proof run"
LOOK_BACK = 20
"""How many of the newest rows are looked at for one that is genuine."""


class Subject(StrEnum):
    """What is verified: the chain of the trail, or all that was signed."""

    TRAIL = "trail"
    NOTES = "notes"


class RunKind(StrEnum):
    """How: all of it at once, what is new, or one slice of a round through all of it."""

    WHOLE = "whole"
    NEW = "new"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Found:
    """What a verification found; see `records.proof.ProofRun`."""

    subject: Subject
    kind: RunKind
    from_position: int
    to_position: int
    to_hash: str
    counts: Mapping[str, int] = field(default_factory=dict)
    round_began_at: datetime | None = None
    is_whole: bool = True
    is_last: bool = True
    first_bad: str = ""
    sentence: str = ""


def keep(found: Found, *, at: datetime) -> None:
    """Keep what a verification found."""
    row = ProofRun(
        id=uuid4(),
        subject=found.subject.value,
        kind=found.kind.value,
        at=at,
        round_began_at=found.round_began_at or at,
        from_position=found.from_position,
        to_position=found.to_position,
        to_hash=found.to_hash,
        counts=dict(found.counts),
        is_whole=found.is_whole,
        is_last=found.is_last,
        first_bad=found.first_bad,
        sentence=found.sentence,
    )
    row.signature = sign(db.current().ring, SIGNED_AS, _plain(row))
    with db.current().writing() as session:
        session.add(row)


def _plain(row: ProofRun) -> dict[str, Any]:
    """A row as its signature is over it."""
    names = [one.key for one in ProofRun.__table__.columns if one.key != "signature"]
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        if isinstance(value, int | dict)
        else str(value)
        for name, value in values.items()
    }


def is_genuine(row: ProofRun) -> bool:
    """Whether the practice wrote this row as it is."""
    return is_signed(db.current().ring, SIGNED_AS, _plain(row), row.signature)


def _order(row: ProofRun) -> tuple[datetime, datetime, int]:
    """Which came later: slices of one hour have one time, and a round may end and begin in it."""
    return row.at, row.round_began_at, row.to_position


def newest(session: Session, subject: Subject, *kinds: RunKind) -> ProofRun | None:
    """The last genuine verification of one of these kinds."""
    rows = [
        row
        for kind in kinds
        for row in proof.newest_runs(session, subject.value, kind.value, most=LOOK_BACK)
    ]
    rows.sort(key=_order, reverse=True)
    return next((row for row in rows if is_genuine(row)), None)


def complete(session: Session, subject: Subject) -> ProofRun | None:
    """The last time that all of it had been worked out again and was whole."""
    rows = [
        *proof.complete_runs(session, subject.value, RunKind.WHOLE.value, most=LOOK_BACK),
        *proof.complete_runs(session, subject.value, RunKind.ROUND.value, most=LOOK_BACK),
    ]
    genuine = (row for row in rows if is_genuine(row))
    return max(genuine, key=lambda row: row.at, default=None)


def latest(session: Session, subject: Subject) -> list[ProofRun]:
    """The last results of each kind, genuine or not."""
    return [
        row
        for kind in RunKind
        for row in proof.newest_runs(session, subject.value, kind.value, most=2)
    ]


def last_whole(session: Session, subject: Subject) -> ProofRun | None:
    """The last verification up to the end of the trail that found nothing."""
    found = newest(session, subject, RunKind.WHOLE, RunKind.NEW)
    if found is not None and found.is_whole:
        return found
    rows = [
        row
        for kind in (RunKind.WHOLE, RunKind.NEW)
        for row in proof.newest_runs(session, subject.value, kind.value, most=LOOK_BACK)
        if row.is_whole and is_genuine(row)
    ]
    return max(rows, key=_order, default=None)


def keep_head(position: int, hash_: str, *, at: datetime) -> bool:
    """Keep the head of a trail that was found whole, signed; not while the trail stands still."""
    database = db.current()
    signed = seal.sign_head(database.ring, position, hash_, at=at)
    with database.writing() as session:
        last = proof.last_head(session)
        if position == 0 or (last is not None and last.position >= position):
            return False
        session.add(
            SignedHead(
                position=position,
                hash=hash_,
                at=datetime.fromisoformat(signed.at),
                signature=signed.signature,
            )
        )
    return True
