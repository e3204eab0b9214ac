"""Whether trail and record are whole, and since when that is known: for the page and for Today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import proof_run
from kapnotes.actions.proof_run import RunKind, Subject, is_genuine
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, head_of, looks
from kapnotes.db import Session
from kapnotes.records import proof
from kapnotes.records.proof import ProofRun

STALE = timedelta(hours=25)
LATEST = 8
"""How many of the last results are looked at for one that was not written here."""
FORGED = "A result of a verification that is kept here was not written by this practice."


@dataclass(frozen=True, slots=True)
class Standing:
    """How one subject stands. `fault` is what was found, "" for nothing; times None before any.

    `checked_at` is the last verification up to the end, `complete_at` the last that worked all of
    it out again, `percent` how far the round is that began at `round_began_at`.
    """

    subject: Subject
    fault: str
    found_at: datetime | None
    checked_at: datetime | None
    complete_at: datetime | None
    round_began_at: datetime | None
    percent: int
    counts: dict[str, int]

    @property
    def is_known(self) -> bool:
        """Whether anything was verified yet."""
        return self.checked_at is not None


@dataclass(frozen=True, slots=True)
class ProofView:
    """What the page shows: both subjects, the trail's length, and the last signed head."""

    standings: tuple[Standing, ...]
    entries: int
    head_position: int | None
    head_hash: str
    head_at: datetime | None
    days: int
    is_stale: bool
    """Whether a day has passed since the last verification: the worker does not run."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found anywhere."""
        return not any(one.fault for one in self.standings)

    @property
    def is_known(self) -> bool:
        """Whether both were verified at all."""
        return all(one.is_known for one in self.standings)


@looks(Did.PROOF_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> ProofView:
    """Whether trail and record are whole."""
    check_role(by, Action.SEE_PROOF)
    session = deed.session
    end = head_of(session)[0]
    head = proof.last_head(session)
    standings = tuple(_standing(session, subject, end) for subject in Subject)
    return ProofView(
        standings,
        end,
        head.position if head else None,
        head.hash if head else "",
        head.at if head else None,
        db.current().settings.proof_days,
        is_stale=any(one.checked_at and at - one.checked_at > STALE for one in standings),
    )


def trouble(*, by: Actor) -> str:
    """What is not whole, for those who answer for it: "" for nothing, and for everyone else."""
    if not by.can(Action.SEE_PROOF):
        return ""
    with db.current().reading() as session:
        is_quiet = proof.last_trouble(session) is None
        if is_quiet and all(map(is_genuine, proof.latest(session, most=LATEST))):
            return ""
        end = head_of(session)[0]
        found = (_standing(session, subject, end).fault for subject in Subject)
        return " ".join(one for one in found if one)


def _standing(session: Session, subject: Subject, end: int) -> Standing:
    """What the last verifications of each kind say; a whole one that came later overrules."""
    whole = proof_run.newest(session, subject, RunKind.WHOLE)
    new = proof_run.newest(session, subject, RunKind.NEW)
    turn = proof_run.newest(session, subject, RunKind.ROUND)
    complete = proof_run.complete(session, subject)
    bad = [one for one in (whole, new, turn) if one is not None and not one.is_whole]
    bad = [one for one in bad if not _is_overruled(one, complete)]
    first = min(bad, key=lambda one: one.at, default=None)
    forged = next((one for one in proof_run.latest(session, subject) if not is_genuine(one)), None)
    checked = [one for one in (whole, new) if one is not None and one.is_whole]
    last = max(checked, key=lambda one: one.at, default=None)
    return Standing(
        subject,
        first.sentence if first else FORGED if forged else "",
        first.at if first else forged.at if forged else None,
        last.at if last else None,
        complete.at if complete else None,
        turn.round_began_at if turn else None,
        _percent(turn, end),
        dict(last.counts) if last else {},
    )


def _is_overruled(bad: ProofRun, complete: ProofRun | None) -> bool:
    """Whether all was worked out again later, and found whole: what was broken was put back."""
    return complete is not None and complete.at > bad.at


def _percent(turn: ProofRun | None, end: int) -> int:
    if turn is None:
        return 0
    return 100 if turn.is_last and turn.is_whole else min(99, 100 * turn.to_position // max(1, end))
