"""Documents: handed out as the very same bytes, made where they are not made yet, or as a draft.

Whoever opens a document that nobody makes yet makes it here, when it is short; a long one is left
to the worker, and the page says how far it is. Nothing here needs the worker to be there: a job
that nobody took up within a few seconds is done in the request.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import job as jobs
from kapnotes.actions.attempt import Ready, Workshop, do, find
from kapnotes.actions.job import Standing
from kapnotes.actions.making import draft, make, newest_of
from kapnotes.actions.work import Order, edition_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.document import DocumentKind, JobState
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.paper.press import PrintFailed
from kapnotes.records import document
from kapnotes.records.document import Document

PATIENCE = 8.0
"""Seconds that a request waits for a document that somebody else is making."""
UNCLAIMED = 2.0
"""Seconds after which a request no longer counts on a worker."""
SHORT = 4
"""Sections to print up to which a request makes a document by itself."""
LOOK_EVERY = 0.1
TRY_EVERY = 1.0
"""Seconds between two tries to take up a job that was asked for and is not done."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A document's bytes and the name of its file; `id` is that of the kept document, or None."""

    content: bytes
    filename: str
    is_kept: bool
    id: UUID | None = None


def order_for(kind: DocumentKind, about_id: UUID, *, by: Actor) -> Order:
    """The order of this reader: in the edition that they may read."""
    return Order(kind, about_id, edition_for(by))


def hand_out(*, order: Order, shop: Workshop, by: Actor, at: datetime) -> Pdf | Standing:
    """The document for this reader, or how far it is.

    Raises OutOfReach, NotAllowed, QueueFull, PrintFailed or SealFailed.
    """
    ready = _at_hand(order=order, shop=shop, by=by, at=at)
    if isinstance(ready, Pdf):
        return ready
    work = ready.work
    asked = jobs.ask(order=order, patient_id=work.patient_id, reach=by.reach(at), by=by, at=at)
    if sum(1 for one in work.sections if one.kept is not None) <= SHORT:
        done = do(job_id=asked.id, ready=ready, shop=shop, by=by, at=at)
        if done is not None:
            return _handed(order=order, by=by, at=at)
    return _wait(asked.id, ready, order, shop=shop, by=by, at=at)


def _wait(
    job_id: UUID, ready: Ready, order: Order, *, shop: Workshop, by: Actor, at: datetime
) -> Pdf | Standing:
    """Wait a little for a job that somebody else has; do it here when nobody takes it."""
    begun = time.monotonic()
    tried = begun + UNCLAIMED - TRY_EVERY
    while True:
        now = jobs.look(job_id=job_id, by=by, at=at)
        if now.state is JobState.DONE:
            return _handed(order=order, by=by, at=at)
        if now.state is JobState.FAILED:
            raise PrintFailed(now.failure)
        passed = time.monotonic()
        if passed - tried >= TRY_EVERY:
            tried = passed
            do(job_id=job_id, ready=ready, shop=shop, by=by, at=at)
        elif passed - begun > PATIENCE:
            return now
        else:
            time.sleep(LOOK_EVERY)


def make_now(*, order: Order, shop: Workshop, by: Actor, at: datetime) -> Pdf:
    """The document at once and without a job, for the command line."""
    ready = _at_hand(order=order, shop=shop, by=by, at=at)
    if isinstance(ready, Pdf):
        return ready
    made = make(
        ready.work,
        before=ready.before,
        head=ready.head,
        printer=shop.printer,
        verify=shop.verify,
        by=by,
        at=at,
    )
    return _pdf(made)


def _at_hand(*, order: Order, shop: Workshop, by: Actor, at: datetime) -> Pdf | Ready:
    """The kept document, or a draft of what is not all signed; otherwise what is needed for it."""
    found = _look(order=order, by=by, at=at)
    if isinstance(found, Document):
        return _pdf(found)
    work = found.work
    if work.is_final:
        return found
    content = draft(work, head=found.head, printer=shop.printer, at=at, verify=shop.verify)
    _note_draft(order=order, patient_id=work.patient_id, by=by, at=at)
    return Pdf(content, f"{work.filename}-draft.pdf", is_kept=False)


@looks(Did.DOCUMENT_HANDED_OUT)
def _look(deed: Deed, *, order: Order, by: Actor, at: datetime) -> Document | Ready:
    """Gather; the event is kept here only when there is a kept document to hand out."""
    found = find(deed, order, by=by, at=at)
    if isinstance(found, Ready):
        deed.keep_silent()
    return found


@looks(Did.DOCUMENT_HANDED_OUT)
def _handed(deed: Deed, *, order: Order, by: Actor, at: datetime) -> Pdf:
    """The document that was just made, as it is kept."""
    found = newest_of(deed.session, order, reach=by.reach(at))
    if found is None:
        raise OutOfReach
    deed.on(found, kind=order.kind.value, edition=order.edition.value, number=found.number)
    return _pdf(found)


@looks(Did.DOCUMENT_HANDED_OUT)
def fetch(deed: Deed, *, document_id: UUID, by: Actor, at: datetime) -> Pdf:
    """A kept document, also one that was replaced since, as it was made."""
    check_role(by, Action.PRINT_SUMMARY)
    found = document.fetch(deed.session, document_id, reach=by.reach(at))
    if found.edition != edition_for(by).value:
        raise OutOfReach
    deed.on(found, kind=found.kind, edition=found.edition, number=found.number)
    return _pdf(found)


@looks(Did.DOCUMENT_PRINTED)
def _note_draft(deed: Deed, *, order: Order, patient_id: UUID, by: Actor, at: datetime) -> None:
    deed.patient_id, deed.object_kind, deed.object_id = patient_id, "document", order.about_id
    deed.details.update(kind=order.kind.value, edition=order.edition.value)


def _pdf(found: Document) -> Pdf:
    return Pdf(found.content, f"{found.number}.pdf", is_kept=True, id=found.id)
