"""One attempt at a job: claimed, made, and ended with its document or in words.

Whoever makes a document, a request or the worker, comes here. The notes are never touched by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor, operator
from kapnotes.access.rules import check_role
from kapnotes.actions import job as jobs
from kapnotes.actions.making import Predecessor, make, newest_of
from kapnotes.actions.work import Order, Work
from kapnotes.actions.works import work_of
from kapnotes.audit.events import Did
from kapnotes.audit.seal import Anchor, signed_head
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import OutOfReach, Refusal, Stale
from kapnotes.paper.press import Printer, PrintFailed
from kapnotes.paper.seal import SealFailed
from kapnotes.records import document, job
from kapnotes.records.document import Document
from kapnotes.records.job import Job
from kapnotes.records.practice import the_practice

BROKEN = "Something went wrong while it was made. Nothing that was written is lost."
CHANGED = "The record changed while it was made. Please ask for it again."
NOBODY = "The account of whoever asked for it is closed. Please ask for it again."


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a document is made with: the printer, the address to check it at, and a clock."""

    printer: Printer
    verify: str
    clock: Callable[[], datetime]


def workshop_of(printer: Printer) -> Workshop:
    """What documents are made with in this process."""
    verify = f"{db.current().settings.base_url}/verify"
    return Workshop(printer, verify, lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Ready:
    """What is needed to make a document: what it shows, what came before it, the trail's head."""

    work: Work
    before: Predecessor
    head: Anchor


def _look_silently(*, order: Order, by: Actor, at: datetime) -> Document | Ready:
    """Gather for a job: what it leaves is the event of the kept document."""
    with db.current().reading() as session:
        return find(Deed(session), order, by=by, at=at)


def find(deed: Deed, order: Order, *, by: Actor, at: datetime) -> Document | Ready:
    """The kept document, or what is needed to make it; the deed says which. Or OutOfReach."""
    check_role(by, Action.PRINT_SUMMARY)
    session, reach = deed.session, by.reach(at)
    practice = the_practice(session)
    if practice is None:
        raise OutOfReach
    work = work_of(session, order, practice=practice, reach=reach, by=by, at=at)
    newest = newest_of(session, order, reach=reach)
    deed.patient_id = work.patient_id
    deed.object_kind = "document"
    deed.details.update(kind=order.kind.value, edition=order.edition.value)
    if newest is not None and work.is_final and newest.content_digest == work.content_digest:
        deed.on(newest, kind=order.kind.value, edition=order.edition.value, number=newest.number)
        return newest
    last = document.last_revision(session, order.kind.value, order.about_id, order.edition.value)
    before = Predecessor(last, newest.number if newest is not None else "")
    return Ready(work, before, signed_head(session, db.current().ring))


def do(
    *, job_id: UUID, ready: Ready | None = None, shop: Workshop, by: Actor, at: datetime
) -> UUID | None:
    """Claim a job and make its document; None when somebody else has it.

    What cannot be made ends the job in words, raised to whoever waits. Any other trouble leaves it
    as it is: once its holder has been silent for a while it is taken up again, so often and no
    more.
    """
    token = uuid4()
    if not _claim(job_id, token, shop):
        return None

    def on_step(done: int, total: int) -> None:
        with db.current().writing() as session:
            job.beat(session, job_id, token=token, done=done, total=total, at=shop.clock())

    asked = jobs.asked(job_id)
    try:
        if asked.tries > jobs.MOST_TRIES:
            raise PrintFailed(BROKEN)
        with jobs.held(job_id, token, clock=shop.clock):
            found = ready or _look_silently(order=asked.order, by=by, at=at)
            if isinstance(found, Document) or not found.work.is_final:
                return _over(job_id, token, found, by=by, at=at)
            made = make(
                found.work,
                before=found.before,
                head=found.head,
                printer=shop.printer,
                verify=shop.verify,
                token=(job_id, token),
                on_step=on_step,
                by=by,
                at=at,
            )
    except Stale:
        return _over(job_id, token, _look_silently(order=asked.order, by=by, at=at), by=by, at=at)
    except (PrintFailed, SealFailed, Refusal) as error:
        sentence = error.sentence if isinstance(error, Refusal) else str(error)
        fail(job_id=job_id, token=token, sentence=sentence, by=by, at=shop.clock())
        raise
    return made.id


def _claim(job_id: UUID, token: UUID, shop: Workshop) -> bool:
    """Take the job. Who holds it is no part of the record, so it leaves no event."""
    now = shop.clock()
    with db.current().writing() as session:
        return job.claim(session, job_id, token=token, at=now, silent=jobs.SILENT)


def _over(
    job_id: UUID, token: UUID, found: Document | Ready, *, by: Actor, at: datetime
) -> UUID | None:
    """A job with nothing to make: its document is there, or its content changed meanwhile."""
    if isinstance(found, Ready):
        reasons = found.work.reasons or (CHANGED,)
        sentence = " ".join(reasons)
        fail(job_id=job_id, token=token, sentence=sentence, by=by, at=at)
        return None
    with db.current().writing() as session:
        job.end(session, job_id, token=token, document_id=found.id, at=at)
    return found.id


@does(Did.DOCUMENT_FAILED)
def fail(deed: Deed, *, job_id: UUID, token: UUID, sentence: str, by: Actor, at: datetime) -> None:
    """End a job without a document; the sentence is shown to whoever waits for it."""
    found = deed.session.get(Job, job_id)
    if found is None or not job.end(
        deed.session, job_id, token=token, failure=sentence or BROKEN, at=at
    ):
        deed.keep_silent()
        return
    deed.on(found, kind=found.kind, edition=found.edition)


def give_up(*, job_id: UUID, sentence: str, shop: Workshop, at: datetime) -> None:
    """End a job that nobody can do, in words."""
    token = uuid4()
    if _claim(job_id, token, shop):
        by = operator(db.current().settings.zone)
        fail(job_id=job_id, token=token, sentence=sentence, by=by, at=at)
