"""What a practice can say of a document to whoever holds it: plain values, nothing of the patient.

A document of a patient, or the report of an audit, which is of no one patient.

A look-up by number or by digest needs no reach, since it tells only what stands on the paper; the
patient's id is for the trail, and whether a reader may open the document is asked with a reach.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kapnotes.access.reach import MachineReach, Reach
from kapnotes.records.audit_report import AuditReport
from kapnotes.records.care_team import reaches
from kapnotes.records.document import Document


@dataclass(frozen=True, slots=True)
class Proof:
    """A kept document as far as its number tells; `replaced_by` is "" while it is the newest.

    `patient_id` is None for a report, whose `kind` is then `REPORT`.
    """

    id: UUID
    patient_id: UUID | None
    kind: str
    edition: str
    number: str
    revision: int
    made_at: datetime
    content_digest: str
    file_digest: str
    replaced_by: str


REPORT = "audit_report"
_NEWER = aliased(Document)
_PROOF = sa.select(
    Document.id,
    Document.patient_id,
    Document.kind,
    Document.edition,
    Document.number,
    Document.revision,
    Document.made_at,
    Document.content_digest,
    Document.file_digest,
    sa.func.coalesce(
        sa.select(_NEWER.number)
        .where(
            _NEWER.kind == Document.kind,
            _NEWER.about_id == Document.about_id,
            _NEWER.edition == Document.edition,
            _NEWER.choice_digest == Document.choice_digest,
            _NEWER.revision > Document.revision,
        )
        .order_by(_NEWER.revision.desc())
        .limit(1)
        .correlate(Document)
        .scalar_subquery(),
        "",
    ),
)


_LATER = aliased(AuditReport)
_REPORT = sa.select(
    AuditReport.id,
    sa.literal(None),
    sa.literal(REPORT),
    AuditReport.edition,
    AuditReport.number,
    AuditReport.revision,
    AuditReport.made_at,
    AuditReport.content_digest,
    AuditReport.file_digest,
    sa.func.coalesce(
        sa.select(_LATER.number)
        .where(
            _LATER.audit_id == AuditReport.audit_id,
            _LATER.edition == AuditReport.edition,
            _LATER.revision > AuditReport.revision,
        )
        .order_by(_LATER.revision.desc())
        .limit(1)
        .correlate(AuditReport)
        .scalar_subquery(),
        "",
    ),
)


def by_number(session: Session, number: str, *, reach: MachineReach) -> Proof | None:
    """The document of that number."""
    del reach
    row = session.execute(_PROOF.where(Document.number == number)).one_or_none()
    if row is None:
        row = session.execute(_REPORT.where(AuditReport.number == number)).one_or_none()
    return Proof(*row) if row else None


def by_file_digest(session: Session, digest: str, *, reach: MachineReach) -> Proof | None:
    """The document whose bytes have that SHA-256 (hex)."""
    del reach
    row = session.execute(_PROOF.where(Document.file_digest == digest)).first()
    if row is None:
        row = session.execute(_REPORT.where(AuditReport.file_digest == digest)).first()
    return Proof(*row) if row else None


def content(session: Session, proof: Proof, *, reach: MachineReach) -> bytes:
    """The bytes as they are kept, to compare a file with; they never leave with an answer."""
    del reach
    if proof.kind == REPORT:
        return session.get_one(AuditReport, proof.id).content
    return session.get_one(Document, proof.id).content


def is_within(session: Session, document_id: UUID, *, reach: Reach) -> bool:
    """Whether a reader reaches the document's patient."""
    query = sa.select(Document.id).where(
        Document.id == document_id, reaches(Document.patient_id, reach)
    )
    return session.execute(query).first() is not None
