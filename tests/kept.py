"""A kept document of the small practice in one call, without printing it."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.clinic.document import Channel, DocumentKind, JobState, document_number
from kapnotes.records import delivery
from kapnotes.records.delivery import Delivery
from kapnotes.records.disclosure import Disclosure
from kapnotes.records.document import Document
from kapnotes.records.job import Job
from tests.builders import AT, Small

CONTENT = b"%PDF-1.7 the very bytes of a kept document"


def keep(
    small: Small,
    *,
    kind: DocumentKind = DocumentKind.INFUSION_SUMMARY,
    about_id: UUID | None = None,
    edition: str = "full",
    revision: int = 1,
    replaces: str | None = None,
    content: bytes = CONTENT,
    patient_id: UUID | None = None,
) -> Document:
    """Keep a document about the infusion, or about another row, as if it had been made."""
    about = about_id or small.infusion_id
    made = Document(
        id=uuid4(),
        patient_id=patient_id or small.patient_id,
        kind=kind.value,
        about_id=about,
        edition=edition,
        choice_digest="",
        number=document_number(kind, about.hex, edition, revision),
        revision=revision,
        content_digest=sha256(content + str(revision).encode()).hexdigest(),
        file_digest=sha256(content).hexdigest(),
        size=len(content),
        pages=3,
        made_at=AT,
        made_by_id=small.therapist.id,
        replaces=replaces,
        content=content,
    )
    with db.current().writing() as session:
        session.add(made)
        session.flush()
        session.expunge(made)
    return made


def ask(
    small: Small,
    *,
    state: JobState = JobState.QUEUED,
    failure: str = "",
    edition: str = "full",
    kind: DocumentKind = DocumentKind.INFUSION_SUMMARY,
    about_id: UUID | None = None,
    steps: tuple[int, int] = (0, 0),
) -> UUID:
    """A job for a document about the infusion, in that state."""
    made = Job(
        id=uuid4(),
        patient_id=small.patient_id,
        kind=kind.value,
        about_id=about_id or small.infusion_id,
        edition=edition,
        choice_digest="",
        asked_by_id=small.therapist.id,
        cause="asked",
        asked_at=AT,
        state=state.value,
        tries=1,
        claim=None,
        beat_at=None,
        done=steps[0],
        total=steps[1],
        failure=failure,
        document_id=None,
        ended_at=AT if failure else None,
        choice=None,
    )
    with db.current().writing() as session:
        session.add(made)
    return made.id


def deliver(
    small: Small,
    found: Document,
    *,
    channel: Channel = Channel.CHART_FOLDER,
    state: str = delivery.FAILED,
    failure: str = "The chart folder is not there.",
    receipt: str = "",
) -> UUID:
    """A delivery of a document that the therapist handed out, in that state."""
    disclosed = Disclosure(
        id=uuid4(),
        patient_id=found.patient_id,
        document_id=found.id,
        what=found.kind,
        number=found.number,
        channel=channel.value,
        recipient="The town hospital",
        purpose="The chart that is kept elsewhere",
        at=AT,
        by_id=small.therapist.id,
    )
    made = Delivery(
        id=uuid4(),
        patient_id=found.patient_id,
        document_id=found.id,
        disclosure_id=disclosed.id,
        channel=channel.value,
        state=state,
        tries=1,
        next_try_at=AT + timedelta(minutes=10) if state == delivery.WAITING else None,
        sent_at=AT if state == delivery.SENT else None,
        receipt=receipt,
        failure=failure,
        asked_at=AT,
        asked_by_id=small.therapist.id,
    )
    with db.current().writing() as session:
        session.add(disclosed)
        session.flush()
        session.add(made)
    return made.id
