"""What the patient's page shows of courses, of scales in signed notes, and of kept summaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from kapnotes.actions.course import facts
from kapnotes.actions.course_plan import plan_of
from kapnotes.actions.patient import MOST_SIGNED, PatientView
from kapnotes.clinic.course import Step, strip
from kapnotes.clinic.course_state import CourseState, may_plan
from kapnotes.clinic.protocol import Protocol
from kapnotes.library import note_definition
from kapnotes.paper import said
from kapnotes.paper.note_scores import scores
from kapnotes.paper.score import ScorePoint, ScoreRow, ScoreTrend
from kapnotes.paper.trend import Measured, TrendChart, trend_chart
from kapnotes.records.content import answers_of
from kapnotes.records.course import Course, Infusion
from kapnotes.records.document import Document
from kapnotes.records.signed_note import SignedNote

SCALES, DAY = "scales", "session-date"
MOST_DRAWN = 14
"""How many totals of a scale stand beside each other without touching; the table has them all."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale: where it stands, its drawing if it was asked more than once, every total."""

    row: ScoreRow
    chart: TrendChart | None
    points: Sequence[ScorePoint] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The summary that stands of an infusion."""

    document: Document
    infusion: Infusion


@dataclass(frozen=True, slots=True)
class CourseStrip:
    """How far a course is: its steps, and the days that are proposed for the open ones."""

    course: Course
    protocol: Protocol
    steps: Sequence[Step]
    proposed: Mapping[int, date]


def strip_of(view: PatientView, course: Course, zone: str, today: date) -> CourseStrip:
    """A course's strip; nothing is proposed while nothing may be planned."""
    about = facts(course, [one for one in view.infusions if one.course_id == course.id], zone)
    proposed = {}
    if may_plan(CourseState(course.state)):
        infusions = plan_of(about, view.days, today, asked=view.asked.get(course.id)).infusions
        proposed = {one.number: one.on for one in infusions}
    return CourseStrip(course, about.protocol, strip(about, today), proposed)


def scales_of(view: PatientView, zone: str) -> list[Scale]:
    """Each scale of the signed notes that this person reads, in the order of its first total."""
    signed = sorted((_said(one, zone) for one in view.signed), key=lambda one: one.on)
    rows, trends = scores(signed)
    found = {one.scale: one for one in trends}
    return [
        Scale(row, _chart(found[row.scale]), found[row.scale].points)
        if row.scale in found
        else Scale(row, None)
        for row in rows
    ]


def newest_only(view: PatientView) -> int:
    """How many notes the scales are read from where there may be older ones, else 0."""
    return MOST_SIGNED if len(view.signed) == MOST_SIGNED else 0


def kept_of(view: PatientView) -> list[Kept]:
    """The newest summary of each infusion, newest first; what it replaced is at the infusion."""
    infusions = {one.id: one for one in view.infusions}
    newest: dict[str, Kept] = {}
    for one in view.documents:
        newest.setdefault(str(one.about_id), Kept(one, infusions[one.about_id]))
    return list(newest.values())


def _said(one: SignedNote, zone: str) -> said.Signed:
    answers = answers_of(one.kind, one.version, only=(SCALES, DAY))
    day = answers.get(DAY)
    on = day if isinstance(day, date) else one.version.signed_at.astimezone(ZoneInfo(zone)).date()
    definition = note_definition(one.kind, one.version.definition_version)
    return said.Signed(one.infusion, one.kind, on, definition, answers, ())


def _chart(trend: ScoreTrend) -> TrendChart | None:
    """The first total and the newest: an old course does not crowd out the one that runs."""
    points = trend.points
    if len(points) > MOST_DRAWN:
        points = (points[0], *points[1 - MOST_DRAWN :])
    drawn = [Measured(one.label, one.on, one.total) for one in points]
    return trend_chart(trend.scale, drawn, highest=trend.highest)
