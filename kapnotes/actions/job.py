"""Jobs: asking for a document, doing it, and taking up what a crash left behind.

A job is asked for in the same transaction as the signature that calls for it. Whoever claims it
makes the document; the document and the job's end are one transaction, so a job that is lost at
any moment is done again and leaves exactly one document.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.rules import check_role
from kapnotes.actions.work import Order, edition_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.document import KIND_WORDS, DocumentKind, JobCause, JobState
from kapnotes.clinic.refusals import OutOfReach, Refusal
from kapnotes.paper.summary import Edition
from kapnotes.records import job
from kapnotes.records.job import Job

MOST_OF_ONE = 10
"""How many documents may be in the making for one person."""
MOST = 100
"""And for everybody together."""
SILENT = timedelta(seconds=10)
"""A holder who was not heard of for so long is gone."""
PULSE_SECONDS = 2.0
"""How often a holder is heard of while it works."""
MOST_TRIES = 5
"""A job that was taken up so often and never ended is given up, in words."""


class QueueFull(Refusal):
    """Too many documents are in the making (429)."""

    code = "queue_full"
    sentence = "Many documents are being made at the moment. Please try again in a minute."


class YoursFull(QueueFull):
    """Too many documents are in the making for this person (429)."""

    sentence = (
        f"{MOST_OF_ONE} of your documents are being made already. Please wait until one is ready."
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a document is, for whoever waits for it."""

    id: UUID
    title: str
    state: JobState
    done: int
    total: int
    failure: str
    document_id: UUID | None
    asked_at: datetime
    patient_id: UUID

    @property
    def is_open(self) -> bool:
        """Whether it is still to come."""
        return self.state in {JobState.QUEUED, JobState.RUNNING}


def ask_within(
    deed: Deed,
    order: Order,
    *,
    patient_id: UUID,
    cause: JobCause = JobCause.SIGNED,
    by_id: UUID,
    at: datetime,
) -> UUID:
    """Ask for a document in the caller's transaction; one that is on its way is not asked twice."""
    session = deed.session
    found = job.open_for(
        session, order.kind.value, order.about_id, order.edition.value, order.choice_digest
    )
    if found is not None:
        return found.id
    made = Job(
        id=uuid4(),
        patient_id=patient_id,
        kind=order.kind.value,
        about_id=order.about_id,
        edition=order.edition.value,
        choice_digest=order.choice_digest,
        asked_by_id=by_id,
        asked_at=at,
        cause=cause.value,
        state=JobState.QUEUED.value,
        tries=0,
        claim=None,
        beat_at=None,
        done=0,
        total=0,
        failure="",
        document_id=None,
        ended_at=None,
        choice=[list(pair) for pair in order.choice] or None,
    )
    session.add(made)
    return made.id


@does(Did.DOCUMENT_ASKED)
def ask(
    deed: Deed, *, order: Order, patient_id: UUID, reach: Reach, by: Actor, at: datetime
) -> Standing:
    """Ask for a document that was found within reach. Raises QueueFull."""
    found = job.open_for(
        deed.session, order.kind.value, order.about_id, order.edition.value, order.choice_digest
    )
    if found is not None:
        deed.keep_silent()
        return standing(found)
    _check_room(deed, by)
    asked = ask_within(deed, order, patient_id=patient_id, cause=JobCause.ASKED, by_id=by.id, at=at)
    deed.session.flush()
    made = job.fetch(deed.session, asked, reach=reach)
    deed.on(made, kind=order.kind.value, edition=order.edition.value)
    return standing(made)


@does(Did.DOCUMENT_ASKED)
def again(deed: Deed, *, job_id: UUID, by: Actor, at: datetime) -> Standing:
    """Have a job that failed done once more, now in the name of whoever asks.

    One that did not fail stays as it is. Raises OutOfReach, NotAllowed or QueueFull.
    """
    check_role(by, Action.PRINT_SUMMARY)
    found = job.fetch(deed.session, job_id, reach=by.reach(at), lock=True)
    deed.on(found, kind=found.kind, edition=found.edition)
    if found.edition != edition_for(by).value:
        raise OutOfReach
    twin = job.open_for(
        deed.session, found.kind, found.about_id, found.edition, found.choice_digest
    )
    if found.state != JobState.FAILED or twin is not None:
        deed.keep_silent()
        return standing(twin or found)
    _check_room(deed, by)
    found.state = JobState.QUEUED.value
    found.asked_by_id, found.asked_at = by.id, at
    found.tries = found.done = found.total = 0
    found.failure, found.ended_at = "", None
    return standing(found)


def _check_room(deed: Deed, by: Actor) -> None:
    """Raise QueueFull while so many documents are in the making that one more has to wait."""
    in_all, by_person = job.waiting(deed.session)
    if in_all >= MOST:
        raise QueueFull
    if by_person.get(by.id, 0) >= MOST_OF_ONE:
        raise YoursFull


def standing(found: Job) -> Standing:
    """How far a job is."""
    return Standing(
        found.id,
        KIND_WORDS[DocumentKind(found.kind)],
        JobState(found.state),
        found.done,
        found.total,
        found.failure,
        found.document_id,
        found.asked_at,
        found.patient_id,
    )


def order_of(found: Job) -> Order:
    """What a job was asked for."""
    choice = tuple((name, words) for name, words in found.choice or ())
    return Order(DocumentKind(found.kind), found.about_id, Edition(found.edition), choice)


def look(*, job_id: UUID, by: Actor, at: datetime) -> Standing:
    """How far a job is, for whoever may see its patient; or OutOfReach.

    Asked every second by the page that waits, so it leaves no event: the asking did.
    """
    with db.current().reading() as session:
        return standing(job.fetch(session, job_id, reach=by.reach(at)))


def left_over(*, kinds: Collection[DocumentKind], at: datetime) -> Sequence[UUID]:
    """The jobs of these kinds that nobody does, oldest first: asked for, or lost by a holder."""
    with db.current().reading() as session:
        return job.left_over(session, [one.value for one in kinds], at=at, silent=SILENT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job was asked for, by whom, and how often it was taken up; for the worker."""

    order: Order
    by_id: UUID
    tries: int


def asked(job_id: UUID) -> Asked:
    """What a job was asked for; whoever does it then acts as the person who asked."""
    with db.current().reading() as session:
        found = session.get(Job, job_id)
        if found is None:
            raise OutOfReach
        return Asked(order_of(found), found.asked_by_id, found.tries)


@contextmanager
def held(job_id: UUID, token: UUID, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """Be heard of while the job is done, so that nobody takes it over."""
    ended = Event()

    def beat() -> None:
        while not ended.wait(PULSE_SECONDS):
            with suppress(Exception), db.current().writing() as session:
                job.pulse(session, job_id, token=token, at=clock())

    heart = Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()
