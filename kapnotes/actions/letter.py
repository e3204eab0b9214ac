"""A letter to a colleague: its words and chosen parts, shown, signed by its writer, and made.

The letter is a document like any other: its words travel in the order, and what it tells of the
record is gathered when it is made. Whoever signs signs what was shown: anything else is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.roles import role_of
from kapnotes.access.rules import check_role
from kapnotes.actions import job
from kapnotes.actions.chart import chapter
from kapnotes.actions.course_reading import Desk, desk, read_course
from kapnotes.actions.factor import Given
from kapnotes.actions.sign_in import check_password
from kapnotes.actions.work import Order, Section, Work, edition_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.letter import LetterPart
from kapnotes.clinic.refusals import OutOfReach, StaleDigest, WrongPassword
from kapnotes.db import Session
from kapnotes.paper.about import identity_of
from kapnotes.paper.chart_front import Chapter
from kapnotes.paper.course_record import Around, around
from kapnotes.paper.gather import digest_of
from kapnotes.paper.letter import TITLE, Letter, blocks_of, draw_letter
from kapnotes.paper.summary import SignatureWords
from kapnotes.records import course, patient
from kapnotes.records.patient import Patient
from kapnotes.records.practice import Practice, the_practice

UNSIGNED = "The letter is not signed yet."
MEANING = "I wrote this letter and sign it"
RECIPIENT, SALUTATION, WORDS, PART = "recipient", "salutation", "words", "part"
SIGNER, ROLE, SIGNED_AT, SIGNER_ID = "signer", "role", "signed_at", "signer_id"


@dataclass(frozen=True, slots=True)
class Written:
    """What its writer typed and chose; nothing is chosen until they do."""

    recipient: str
    salutation: str
    words: str
    parts: tuple[LetterPart, ...]

    @property
    def choice(self) -> tuple[tuple[str, str], ...]:
        """The same as an order carries it."""
        return (
            (RECIPIENT, self.recipient),
            (SALUTATION, self.salutation),
            (WORDS, self.words),
            *((PART, part.value) for part in self.parts),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter as it stands before it is signed: `digest` is of exactly that."""

    patient: Patient
    letter: Letter
    digest: str


def written(values: dict[str, object]) -> Written:
    """What was read from the form of a letter."""
    parts = values.get("parts")
    chosen = [LetterPart(str(one)) for one in parts] if isinstance(parts, list) else []
    recipient, salutation, words = (
        str(values[name] or "").strip() for name in (RECIPIENT, SALUTATION, WORDS)
    )
    return Written(
        recipient, salutation, words, tuple(part for part in LetterPart if part in chosen)
    )


def unsigned_order(patient_id: UUID, letter: Written, *, by: Actor) -> Order:
    """The order of a letter that nobody signed yet: it prints as a draft."""
    return Order(DocumentKind.LETTER, patient_id, edition_for(by), letter.choice)


@looks(Did.PATIENT_VIEWED)
def open_form(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> Patient:
    """The patient whom a letter is about."""
    check_role(by, Action.WRITE_LETTER)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at))
    deed.on(found)
    return found


@looks(Did.PATIENT_VIEWED)
def review(deed: Deed, *, patient_id: UUID, letter: Written, by: Actor, at: datetime) -> Shown:
    """The letter with what it tells of the record, for its writer to sign."""
    check_role(by, Action.WRITE_LETTER)
    shown = _shown(deed.session, unsigned_order(patient_id, letter, by=by), by=by, at=at)
    deed.on(shown.patient)
    return shown


def sign(
    *,
    patient_id: UUID,
    letter: Written,
    shown: str,
    password: Given,
    address: str,
    by: Actor,
    at: datetime,
) -> Order:
    """Sign the letter that was shown under this digest, and have it made; its order.

    The password is asked again. Raises StaleDigest when the record went on, or WrongPassword.
    """
    is_right = check_password(password=password, address=address, by=by, at=at)
    return _sign(patient_id=patient_id, letter=letter, shown=shown, is_right=is_right, by=by, at=at)


@does(Did.LETTER_SIGNED)
def _sign(
    deed: Deed,
    *,
    patient_id: UUID,
    letter: Written,
    shown: str,
    is_right: bool,
    by: Actor,
    at: datetime,
) -> Order:
    check_role(by, Action.WRITE_LETTER)
    order = unsigned_order(patient_id, letter, by=by)
    found = _shown(deed.session, order, by=by, at=at)
    deed.on(found.patient, parts=len(letter.parts))
    if not is_right:
        raise WrongPassword
    if found.digest != shown:
        raise StaleDigest
    signature = (
        (SIGNER, by.signature),
        (ROLE, by.role.key),
        (SIGNED_AT, at.isoformat()),
        (SIGNER_ID, str(by.id)),
    )
    signed = Order(order.kind, patient_id, order.edition, (*order.choice, *signature))
    job.ask_within(deed, signed, patient_id=patient_id, by_id=by.id, at=at)
    return signed


def letter_work(
    session: Session,
    order: Order,
    *,
    practice: Practice,
    reach: Reach,
    by: Actor,
    at: datetime,
) -> Work:
    """A letter as it is to be printed; or OutOfReach. It is a draft until it is signed."""
    del by
    read = _read(session, order, practice, reach=reach, at=at)
    owner = read.owner
    reasons = () if _signature(read) else (UNSIGNED,)
    told = cache(partial(_tell, read, reasons))
    return Work(
        order=order,
        patient_id=owner.id,
        practice=practice.name,
        paper=read.table.paper,
        title=lambda: f"{TITLE}: {owner.name}",
        description=f"record {owner.record_number}",
        filename="letter",
        content_digest=read.digest,
        reasons=reasons,
        sections=(Section(TITLE, lambda _: draw_letter(told(), paper=read.table.paper)),),
        attach=lambda *_: (),
    )


def _shown(session: Session, order: Order, *, by: Actor, at: datetime) -> Shown:
    practice = the_practice(session)
    if practice is None:
        raise OutOfReach
    read = _read(session, order, practice, reach=by.reach(at), at=at)
    return Shown(read.owner, _tell(read, (UNSIGNED,)), read.digest)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a letter is told from."""

    order: Order
    owner: Patient
    table: Desk
    near: Around
    chapters: Sequence[Chapter]

    @property
    def digest(self) -> str:
        """SHA-256 of what the letter says, with what it tells of the record."""
        practice, owner = self.table.practice, self.owner
        content = {
            "practice": [practice.name, practice.zone, self.table.head.digest],
            "edition": self.order.edition.value,
            "patient": [str(owner.id), owner.version],
            "choice": self.order.choice_digest,
            "courses": [one.course.content_digest for one in self.chapters],
            "inside": [each.content_digest for one in self.chapters for each in one.inside],
            "alerts": [[str(one.id), one.stands] for one in self.near.alerts],
        }
        return digest_of("letter", content)


def _read(
    session: Session, order: Order, practice: Practice, *, reach: Reach, at: datetime
) -> _Read:
    owner = patient.fetch(session, order.about_id, reach=reach)
    table = desk(session, practice, order.edition, reach=reach, at=at)
    near = around(session, owner.id, reach=reach)
    courses = reversed(course.of_patient(session, owner.id, reach=reach))
    chapters = [
        chapter(read_course(session, owner, one, table, near=near), table) for one in courses
    ]
    return _Read(order, owner, table, near, chapters)


def _tell(read: _Read, reasons: Sequence[str]) -> Letter:
    said, table = dict(read.order.choice), read.table
    identity = identity_of(read.owner)
    signature = _signature(read)
    today = table.at.astimezone(ZoneInfo(table.practice.zone)).date()
    parts = [LetterPart(value) for name, value in read.order.choice if name == PART]
    return Letter(
        letterhead=table.head,
        patient=identity,
        on=signature.at.date() if signature else today,
        recipient=said[RECIPIENT],
        salutation=said[SALUTATION],
        words=said[WORDS],
        blocks=tuple(blocks_of(parts, read.chapters, read.near, identity)),
        edition=read.order.edition,
        signature=signature,
        draft_reason=" ".join(reasons),
    )


def _signature(read: _Read) -> SignatureWords | None:
    said = dict(read.order.choice)
    if SIGNED_AT not in said:
        return None
    name, _, credentials = said[SIGNER].partition(", ")
    zone = ZoneInfo(read.table.practice.zone)
    at = datetime.fromisoformat(said[SIGNED_AT]).astimezone(zone)
    role = role_of(said[ROLE]).label.lower()
    return SignatureWords(name, credentials, role, MEANING, at, UUID(said[SIGNER_ID]))
