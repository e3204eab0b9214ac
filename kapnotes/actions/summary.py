"""The infusion summary: the product's main document, gathered from one infusion's chain."""

from datetime import datetime
from functools import partial
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions.charted import charted_summary, share_of
from kapnotes.actions.course_reading import desk, read_course
from kapnotes.actions.course_reading import gathered as gathered_of
from kapnotes.actions.work import Kept, Order, Section, Stamp, Work
from kapnotes.clinic.document import DocumentKind
from kapnotes.db import Session
from kapnotes.exchange.charted import Charted
from kapnotes.exchange.document import document_bundle
from kapnotes.paper.binding import Attachment
from kapnotes.paper.draw import TITLE, draw, heading
from kapnotes.paper.gather import Gathered
from kapnotes.paper.summary import Edition
from kapnotes.records import course
from kapnotes.records.practice import Practice

FHIR = "application/fhir+json"


def infusion_summary(
    session: Session,
    infusion_id: UUID,
    *,
    practice: Practice,
    edition: Edition,
    reach: Reach,
    at: datetime,
) -> Gathered:
    """What an infusion's summary is made of, all that its session recorded; or OutOfReach."""
    infusion = course.fetch_infusion(session, infusion_id, reach=reach)
    table = desk(session, practice, edition, reach=reach, at=at)
    record = read_course(session, infusion.patient, infusion.course, table, only=[infusion.id])
    return gathered_of(record, infusion, table)


def infusion_work(
    session: Session,
    order: Order,
    *,
    practice: Practice,
    reach: Reach,
    by: Actor,
    at: datetime,
) -> Work:
    """The summary of one infusion as it is to be printed; or OutOfReach."""
    del by
    gathered = infusion_summary(
        session, order.about_id, practice=practice, edition=order.edition, reach=reach, at=at
    )
    infusion = gathered.infusion
    return Work(
        order=order,
        patient_id=infusion.patient_id,
        practice=practice.name,
        paper=gathered.paper,
        title=partial(_title, gathered),
        description=f"record {infusion.patient.record_number}",
        filename=f"infusion-summary-{infusion.number}",
        content_digest=gathered.content_digest,
        reasons=gathered.reasons,
        sections=(infusion_section(gathered),),
        attach=partial(_attached, gathered),
    )


def infusion_section(gathered: Gathered) -> Section:
    """One infusion as a section, printed once for every document that shows it."""
    infusion = gathered.infusion
    kept = Kept(DocumentKind.INFUSION_SUMMARY.value, infusion.id, gathered.content_digest)
    return Section(
        title=f"Infusion {infusion.number}",
        draw=lambda _: _page(gathered),
        kept=None if gathered.reasons else kept,
        data=lambda: share_of(gathered, gathered.summary),
    )


def _page(gathered: Gathered) -> str:
    return draw(gathered.summary, paper=gathered.paper)


def bundle(charted: Charted, shares: tuple[str, ...] | None = None) -> Attachment:
    """What the pages show, as data, for the chart's own system; `shares` are of its infusions."""
    words = "What the pages show, as a FHIR R4B document"
    return Attachment(
        "record.fhir.json", FHIR, document_bundle(charted, shares=shares).encode(), words
    )


def _attached(gathered: Gathered, stamp: Stamp, shares: tuple[str, ...]) -> tuple[Attachment, ...]:
    charted = charted_summary(
        gathered,
        gathered.summary,
        owner=gathered.infusion.patient,
        number=stamp.number,
        replaces=stamp.replaces,
    )
    return (bundle(charted, shares),)


def _title(gathered: Gathered) -> str:
    told = gathered.summary
    return f"{TITLE}: {told.patient.name}, {heading(told.course)}"
