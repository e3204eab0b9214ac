"""A course, and a whole chart, as their bundles say them: what is signed, and no more."""

from collections.abc import Iterator, Sequence
from itertools import repeat

from kapnotes.actions.charted import (
    MEDICAL,
    alerts_of,
    consents_of,
    course_of,
    patient_of,
    practice_of,
)
from kapnotes.actions.charted_score import scores_of
from kapnotes.actions.charted_session import adverse_of, doses_of
from kapnotes.actions.summary import bundle
from kapnotes.actions.work import Stamp
from kapnotes.clinic.document import KIND_WORDS, DocumentKind
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.exchange import charted as exchange
from kapnotes.paper.about import course_facts
from kapnotes.paper.binding import Attachment
from kapnotes.paper.course_gather import CourseGathered
from kapnotes.paper.course_infusions import signed_session
from kapnotes.paper.course_record import CourseRecord
from kapnotes.paper.course_summary import CourseSummary
from kapnotes.paper.draw import heading
from kapnotes.paper.gather import parts_of
from kapnotes.paper.session_rows import adverse_row, dose_row
from kapnotes.paper.summary import Edition
from kapnotes.records.course import Infusion


def course_bundle(
    gathered: CourseGathered, stamp: Stamp, shares: tuple[str, ...]
) -> tuple[Attachment, ...]:
    """The data behind the pages of a course summary; it has no kept shares."""
    del shares
    record, told = gathered.record, gathered.tell()
    course = exchange_course(record)
    title = f"{KIND_WORDS[DocumentKind.COURSE_SUMMARY]}: {told.title}"
    return (
        bundle(
            exchange.Charted(
                kind=DocumentKind.COURSE_SUMMARY,
                number=stamp.number,
                title=title,
                made_at=told.made_at,
                practice=practice_of(told.letterhead),
                patient=patient_of(record.patient),
                courses=(course,) if course else (),
                infusions=tuple(_infusions(record, told)),
                replaces=stamp.replaces,
                edition=MEDICAL if told.edition is Edition.MEDICAL else "",
                is_final=not gathered.reasons,
            )
        ),
    )


def chart_bundle(
    courses: Sequence[CourseGathered], stamp: Stamp, shares: tuple[str, ...]
) -> tuple[Attachment, ...]:
    """The data behind the pages of a chart, of the shares that its infusions have.

    Nothing where there is no course yet.
    """
    if not courses:
        return ()
    first = courses[0].record
    told = courses[0].tell()
    found = (exchange_course(one.record) for one in courses)
    return (
        bundle(
            exchange.Charted(
                kind=DocumentKind.CHART,
                number=stamp.number,
                title=KIND_WORDS[DocumentKind.CHART],
                made_at=told.made_at,
                practice=practice_of(told.letterhead),
                patient=patient_of(first.patient),
                courses=tuple(one for one in found if one is not None),
                infusions=(),
                consents=consents_of(first.around.consents),
                alerts=alerts_of(first.around.alerts, zone=first.zone),
                replaces=stamp.replaces,
                edition=MEDICAL if first.edition is Edition.MEDICAL else "",
                is_final=not any(one.reasons for one in courses),
            ),
            shares,
        ),
    )


def exchange_course(record: CourseRecord) -> exchange.Course | None:
    """The course in the words of its page; None before anything of it is planned."""
    if not record.infusions:
        return None
    facts = course_facts(record.course, record.infusions[-1], record.zone)
    return course_of(record.course, facts, is_dated=True)


def _infusions(record: CourseRecord, told: CourseSummary) -> Iterator[exchange.Infusion]:
    """What the pages say of each infusion; the scores of the course stand with the last one."""
    shown = [one for one in record.infusions if one.state == InfusionState.COMPLETED]
    for one in shown:
        yield _infusion(record, one, told if one is shown[-1] else None)


def _infusion(record: CourseRecord, one: Infusion, told: CourseSummary | None) -> exchange.Infusion:
    parts, zone = parts_of(record, one), record.zone
    is_signed = signed_session(record, one) is not None
    doses = tuple(map(dose_row, parts.doses, repeat(zone)))
    adverse = tuple(adverse_row(row, zone) for row in parts.adverse)
    return exchange.Infusion(
        id=one.id,
        course_id=one.course_id,
        number=one.number,
        title=heading(course_facts(record.course, one, zone)),
        state=InfusionState(one.state),
        route=Route(one.route),
        planned_for=one.planned_for.astimezone(zone),
        started_at=one.started_at.astimezone(zone) if one.started_at else None,
        completed_at=one.completed_at.astimezone(zone) if one.completed_at else None,
        doses=doses_of(parts, doses) if is_signed else (),
        adverse=adverse_of(parts, adverse) if is_signed else (),
        scores=tuple(scores_of(told.scores.rows, one.id)) if told else (),
        is_whole=False,
    )
