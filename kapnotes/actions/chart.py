"""The chart: everything of a patient that is signed, course by course, behind one front."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from zoneinfo import ZoneInfo

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions.charted_course import chart_bundle
from kapnotes.actions.course_reading import Desk, desk, gathered, is_to_show, read_course
from kapnotes.actions.course_summary import course_section, gathered_course
from kapnotes.actions.summary import infusion_section
from kapnotes.actions.work import Kept, Order, Section, Work
from kapnotes.clinic.document import DocumentKind
from kapnotes.db import Session
from kapnotes.paper.asked import marks
from kapnotes.paper.chart_draw import TITLE, draw_contents, draw_cover
from kapnotes.paper.chart_front import Chapter, ChartFront, front_of
from kapnotes.paper.course_gather import title_of
from kapnotes.paper.course_record import Around, CourseRecord, around
from kapnotes.paper.gather import digest_of
from kapnotes.paper.summary import PaperSize
from kapnotes.records import course, patient
from kapnotes.records.patient import Patient
from kapnotes.records.practice import Practice


def chart_work(
    session: Session,
    order: Order,
    *,
    practice: Practice,
    reach: Reach,
    by: Actor,
    at: datetime,
) -> Work:
    """The chart of one patient as it is to be printed; or OutOfReach."""
    del by
    owner = patient.fetch(session, order.about_id, reach=reach)
    table = desk(session, practice, order.edition, reach=reach, at=at)
    near = around(session, owner.id, reach=reach)
    chapters = [
        chapter(read_course(session, owner, found, table, near=near), table)
        for found in reversed(course.of_patient(session, owner.id, reach=reach))
    ]
    reasons = tuple(dict.fromkeys(why for one in chapters for why in one.course.reasons))
    digest = _digest(owner, chapters, near, table, reasons)
    front = cache(
        partial(
            front_of,
            owner,
            chapters,
            near,
            head=table.head,
            edition=order.edition,
            made_at=at.astimezone(ZoneInfo(practice.zone)),
            reasons=reasons,
        )
    )
    return Work(
        order=order,
        patient_id=owner.id,
        practice=practice.name,
        paper=table.paper,
        title=lambda: f"{TITLE}: {owner.name}",
        description=f"record {owner.record_number}",
        filename="chart",
        content_digest=digest,
        reasons=reasons,
        sections=(*_front(owner, front, digest, table.paper), *_sections(chapters)),
        attach=partial(chart_bundle, [one.course for one in chapters]),
    )


def chapter(record: CourseRecord, table: Desk) -> Chapter:
    """A course and its infusions; what is not all signed is outside."""
    found = [gathered(record, one, table) for one in record.infusions if is_to_show(one)]
    return Chapter(
        gathered_course(record, table),
        tuple(one for one in found if one.is_final),
        tuple(one for one in found if not one.is_final),
    )


def _front(
    owner: Patient, front: Callable[[], ChartFront], digest: str, paper: PaperSize
) -> list[Section]:
    """The cover, printed once for as long as nothing changes, and the contents."""
    kept = Kept(DocumentKind.CHART.value, owner.id, digest)
    return [
        Section(TITLE, lambda _: draw_cover(front(), paper=paper), kept),
        Section("Contents", lambda begins: draw_contents(front(), begins, paper=paper)),
    ]


def _sections(chapters: Sequence[Chapter]) -> Iterator[Section]:
    """Course by course: its own pages, then those of its infusions."""
    for one in chapters:
        name = title_of(one.record.course.number)
        yield course_section(one.course)
        for section in map(infusion_section, one.inside):
            yield replace(section, title=f"{name}, {section.title[0].lower()}{section.title[1:]}")


def _digest(
    owner: Patient,
    chapters: Sequence[Chapter],
    near: Around,
    table: Desk,
    reasons: Sequence[str],
) -> str:
    """SHA-256 of what the chart shows: the same content gives the same digest."""
    content: dict[str, object] = {
        "practice": [table.practice.name, table.practice.zone, table.head.digest],
        "edition": table.edition.value,
        "patient": [str(owner.id), owner.version],
        "courses": [one.course.content_digest for one in chapters],
        "inside": [found.content_digest for one in chapters for found in one.inside],
        "outside": [
            [str(found.infusion.id), *found.reasons] for one in chapters for found in one.outside
        ],
        "alerts": [[str(one.id), one.stands] for one in near.alerts],
        "consents": [[str(one.id), str(one.withdrawn_on or "")] for one in near.consents],
        "reasons": list(reasons),
    }
    if asked := marks(one for one in near.amendments if one.note_id is None):
        content["asked"] = asked
    return digest_of("chart", content)
