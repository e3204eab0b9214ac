"""Checking a document: is this file what the practice wrote, unchanged; and does it still stand.

Anyone may ask who holds the file or its number, and learns what stands on it: its kind, version
and day, and whether a newer version took its place. Nothing of a patient is ever said. The
strongest proof is that the file is, byte for byte, the one that the practice keeps; a good seal
on other bytes is told as a change.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Operator, Role
from kapnotes.actions import sealing
from kapnotes.actions.work import edition_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.document import KIND_WORDS, REPORT_WORDS, DocumentKind
from kapnotes.clinic.refusals import TooManyTries
from kapnotes.keys import SealBroken
from kapnotes.paper.checker import Checker
from kapnotes.paper.seal_check import Reading, State
from kapnotes.paper.summary import Edition
from kapnotes.records import document_proof, sitting
from kapnotes.records.document_proof import Proof
from kapnotes.records.sitting import SignInTry

_CHECKING = MachineReach("checking a document")
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{3,39}")
SAME = "This is, byte for byte, the file that the practice keeps."
NOT_SAME = "The practice's seal on it is whole, but it is not the file that the practice keeps."
NOT_KEPT = "The practice's seal on it is whole, but the practice keeps no such document."
DAMAGED = "The file that the practice keeps is itself damaged. Tell the practice."
FOREIGN = "The practice keeps no document of the number that it names."


@dataclass(frozen=True, slots=True)
class Known:
    """The document that a file or a number is about; `id` only for a reader who may open it."""

    number: str
    kind: str
    version: int
    made_at: datetime
    replaced_by: str
    id: UUID | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, in sentences; `known` is None where the practice keeps no such document."""

    state: State
    sentences: tuple[str, ...]
    known: Known | None

    @property
    def is_replaced(self) -> bool:
        """Whether it is what the practice wrote, but no longer what stands."""
        is_known = self.known is not None and self.known.replaced_by != ""
        return self.state is State.UNCHANGED and is_known

    @property
    def line(self) -> str:
        """All of it in one line, for the command line."""
        known = self.known
        if known is None:
            return " ".join(self.sentences)
        stands = f"replaced by {known.replaced_by}" if known.replaced_by else "the newest"
        about = f"{known.kind} {known.number}, version {known.version}, {stands}."
        return " ".join((about, *self.sentences))


def of_file(*, content: bytes, checker: Checker, address: str, by: Actor, at: datetime) -> Answer:
    """Whether a file is a document of this practice, unchanged.

    Raises TooManyTries, or CheckerBusy while another file is being read.
    """
    _check_tries(address, by, at)
    same = _same(content)
    found, state, sentences = (same, State.UNCHANGED, (SAME,)) if same else _read(content, checker)
    known = _keep_check(proof=found, asked="file", state=state, address=address, by=by, at=at)
    return Answer(state, sentences, known)


def of_number(*, number: str, address: str, by: Actor, at: datetime) -> Known | None:
    """What the practice says of the document of that number. Raises TooManyTries."""
    _check_tries(address, by, at)
    found = _numbered(number)
    return _keep_check(proof=found, asked="number", state=None, address=address, by=by, at=at)


def _same(content: bytes) -> Proof | None:
    """The document whose kept bytes are these very bytes; a digest that fits is not enough."""
    with db.current().reading() as session:
        digest = sha256(content).hexdigest()
        found = document_proof.by_file_digest(session, digest, reach=_CHECKING)
        if found is None:
            return None
        try:
            kept = document_proof.content(session, found, reach=_CHECKING)
        except SealBroken:
            return None
        return found if kept == content else None


def is_number(said: str) -> bool:
    """Whether this could be a document's number at all."""
    return _NUMBER.fullmatch(said) is not None


def _numbered(number: str) -> Proof | None:
    if not is_number(number):
        return None
    with db.current().reading() as session:
        return document_proof.by_number(session, number, reach=_CHECKING)


def _read(content: bytes, checker: Checker) -> tuple[Proof | None, State, tuple[str, ...]]:
    """A file that is not kept as it is: what its seal says, and whose it claims to be."""
    with db.current().reading() as session:
        certificates = sealing.certificates(session)
    reading = checker.check(content, certificates=certificates)
    found = _numbered(reading.number)
    if reading.state is State.UNCHANGED:
        if found is None:
            return None, State.UNKNOWN, (NOT_KEPT,)
        return found, State.CHANGED, (NOT_SAME,)
    if found is not None:
        return found, State.CHANGED, _compared(content, found, certificates, checker)
    if reading.is_sealed:
        return None, State.CHANGED, reading.sentences
    return None, State.UNKNOWN, _disowned(reading)


def _compared(
    content: bytes, found: Proof, certificates: tuple[bytes, ...], checker: Checker
) -> tuple[str, ...]:
    """What is wrong with a file that names itself as a document of ours, page by page."""
    try:
        with db.current().reading() as session:
            kept = document_proof.content(session, found, reach=_CHECKING)
    except SealBroken:
        return (DAMAGED,)
    return checker.check(content, certificates=certificates, kept=kept).sentences


def _disowned(reading: Reading) -> tuple[str, ...]:
    return (*reading.sentences, FOREIGN) if reading.number else reading.sentences


@does(Did.DOCUMENT_CHECKED)
def _keep_check(
    deed: Deed,
    *,
    proof: Proof | None,
    asked: str,
    state: State | None,
    address: str,
    by: Actor,
    at: datetime,
) -> Known | None:
    """Count the question, record it, and say what the asker may know of the document."""
    if by.role is not Operator:
        pair, alone = _digests(address, by)
        deed.session.add(SignInTry(account_hash=pair, address_hash=alone, at=at))
    deed.details["asked"] = asked
    if state is not None:
        deed.details["answer"] = state.value
    if proof is None:
        return None
    is_report = proof.kind == document_proof.REPORT
    deed.object_kind, deed.object_id = "audit_report" if is_report else "document", proof.id
    deed.patient_id = proof.patient_id
    deed.details["number"] = proof.number
    return Known(
        proof.number,
        REPORT_WORDS if is_report else KIND_WORDS[DocumentKind(proof.kind)],
        proof.revision,
        proof.made_at,
        proof.replaced_by,
        proof.id if _may_open(deed, proof, by, at) else None,
    )


def _may_open(deed: Deed, proof: Proof, by: Actor, at: datetime) -> bool:
    if not by.can(Action.PRINT_SUMMARY):
        return False
    edition = edition_for(by)
    is_theirs = edition is Edition.FULL or proof.edition == edition.value
    return is_theirs and document_proof.is_within(deed.session, proof.id, reach=by.reach(at))


def _digests(address: str, by: Actor) -> tuple[str, str]:
    """Under what the questions of somebody are counted: their account, or else their address."""
    ring = db.current().ring
    who = f"address {address}" if by.role is Role else f"account {by.id}"
    return ring.lookup_hash("checks documents"), ring.lookup_hash(f"checks documents {who}")


def _check_tries(address: str, by: Actor, at: datetime) -> None:
    if by.role is Operator:
        return
    settings = db.current().settings
    pair, alone = _digests(address, by)
    window = timedelta(minutes=settings.sign_in_window_minutes)
    known = {"account_hash": pair, "address_hash": alone}
    with db.current().reading() as session:
        _, asked = sitting.tries_since(session, **known, since=at - window, until=at + window)
    if asked >= settings.verify_tries:
        raise TooManyTries("Too many documents were checked from here. Please wait a little.")
