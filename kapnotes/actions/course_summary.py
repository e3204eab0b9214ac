"""The course summary: all infusions of a course on a few pages, from what is signed of it."""

from datetime import datetime
from functools import partial

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions.charted_course import course_bundle
from kapnotes.actions.course_reading import Desk, desk, read_course
from kapnotes.actions.work import Kept, Order, Section, Work
from kapnotes.clinic.document import DocumentKind
from kapnotes.db import Session
from kapnotes.paper.course_draw import TITLE, draw_course
from kapnotes.paper.course_gather import CourseGathered, gather_course, title_of
from kapnotes.paper.course_record import CourseRecord
from kapnotes.records import course
from kapnotes.records.practice import Practice


def course_work(
    session: Session,
    order: Order,
    *,
    practice: Practice,
    reach: Reach,
    by: Actor,
    at: datetime,
) -> Work:
    """The summary of one course as it is to be printed; or OutOfReach."""
    del by
    found = course.fetch(session, order.about_id, reach=reach)
    table = desk(session, practice, order.edition, reach=reach, at=at)
    gathered = gathered_course(read_course(session, found.patient, found, table), table)
    name = found.patient.name
    return Work(
        order=order,
        patient_id=found.patient_id,
        practice=practice.name,
        paper=gathered.paper,
        title=lambda: f"{TITLE}: {name}, {title_of(found.number)}",
        description=f"record {found.patient.record_number}",
        filename=f"course-summary-{found.number}",
        content_digest=gathered.content_digest,
        reasons=gathered.reasons,
        sections=(course_section(gathered),),
        attach=partial(course_bundle, gathered),
    )


def gathered_course(record: CourseRecord, table: Desk) -> CourseGathered:
    """A course that was read, by the rules of today, as its page on the screen."""
    return gather_course(
        record,
        practice=table.practice,
        head=table.head,
        paper=table.paper,
        choice=table.rules.at(table.at).outcome,
    )


def course_section(gathered: CourseGathered) -> Section:
    """One course as a section, printed once for every document that shows it."""
    found = gathered.record.course
    kept = Kept(DocumentKind.COURSE_SUMMARY.value, found.id, gathered.content_digest)
    return Section(
        title=title_of(found.number),
        draw=lambda _: draw_course(gathered.tell(), paper=gathered.paper),
        kept=None if gathered.reasons else kept,
    )
