"""What stands at the front of a chart: who, how it is going, what to know, what is inside.

It is as of the day of its making; the pages behind it are as their infusions were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kapnotes.clinic.consent import POINTS, expires_on
from kapnotes.clinic.course_state import STATE_WORDS, CourseState
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.screening import LEVELS, AlertLevel
from kapnotes.paper import words
from kapnotes.paper.about import course_facts, identity_of, indication_of
from kapnotes.paper.asked import asked_of
from kapnotes.paper.asked_lines import AmendmentWords
from kapnotes.paper.course_gather import CourseGathered, title_of
from kapnotes.paper.course_record import Around, CourseRecord
from kapnotes.paper.course_summary import Cells, CourseGlance
from kapnotes.paper.draw import heading
from kapnotes.paper.gather import Gathered
from kapnotes.paper.standing import alert_lines, consent_at
from kapnotes.paper.standing_lines import AlertLine
from kapnotes.paper.summary import Edition, Letterhead, Line, PatientIdentity
from kapnotes.records.alert import PatientAlert
from kapnotes.records.consent import Consent, clinical
from kapnotes.records.content import answers_of
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.note import NoteVersion
from kapnotes.records.patient import Patient

FRONT = 2
"""A chart begins with two sections: its cover and its contents."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: what it is called, and which section of the chart it opens."""

    title: str
    section: int
    is_course: bool = False


@dataclass(frozen=True, slots=True)
class ChartFront:
    """The front matter; `left_out` says what is not inside, and why."""

    letterhead: Letterhead
    patient: PatientIdentity
    made_at: datetime
    glance: CourseGlance
    glance_of: str
    standing: tuple[AlertLine, ...]
    resolved: tuple[AlertLine, ...]
    consents: tuple[Cells, ...]
    medicines: tuple[Line, ...]
    courses: tuple[Cells, ...]
    entries: tuple[Entry, ...]
    left_out: tuple[str, ...]
    draft_reason: str
    edition: Edition
    asked: tuple[AmendmentWords, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """One course of a chart with its infusions: those that are inside, and those that are not."""

    course: CourseGathered
    inside: tuple[Gathered, ...]
    outside: tuple[Gathered, ...]

    @property
    def record(self) -> CourseRecord:
        """What was read of the course."""
        return self.course.record


def front_of(
    owner: Patient,
    chapters: Sequence[Chapter],
    near: Around,
    *,
    head: Letterhead,
    edition: Edition,
    made_at: datetime,
    reasons: Sequence[str],
) -> ChartFront:
    """The front matter of a chart; `made_at` is on the practice's wall."""
    newest = chapters[-1].course.tell() if chapters else None
    days = protocol_of_course(chapters[-1].record.course).consent_days if chapters else None
    return ChartFront(
        letterhead=head,
        patient=identity_of(owner),
        made_at=made_at,
        glance=newest.glance if newest else CourseGlance(),
        glance_of=newest.title if newest else "",
        standing=alert_lines(_gravest(near.alerts, stands=True), made_at.tzinfo),
        resolved=_resolved(near.alerts, made_at),
        consents=tuple(_consents(near.consents, days, made_at)),
        medicines=tuple(medicines(chapters)),
        courses=tuple(_course(one) for one in chapters),
        entries=tuple(_entries(chapters)),
        left_out=tuple(_left_out(chapters)),
        draft_reason=" ".join(reasons),
        edition=edition,
        asked=asked_of(near.amendments, near.steps, made_at.tzinfo or UTC).get(None, ()),
    )


def _entries(chapters: Sequence[Chapter]) -> Iterator[Entry]:
    """The contents: each course and its infusions, in the order of the chart's sections."""
    section = FRONT
    for one in chapters:
        found = one.record.course
        yield Entry(f"{title_of(found.number)}: {_indication(one)}", section, is_course=True)
        section += 1
        for gathered in one.inside:
            facts = course_facts(found, gathered.infusion, one.record.zone)
            yield Entry(heading(facts), section)
            section += 1


def _indication(one: Chapter) -> str:
    return indication_of(one.record.course).partition(".")[0]


def _gravest(rows: Sequence[PatientAlert], *, stands: bool) -> list[PatientAlert]:
    found = [one for one in rows if one.stands is stands]
    return sorted(found, key=lambda one: (LEVELS.index(AlertLevel(one.level)), one.raised_at))


def _resolved(rows: Sequence[PatientAlert], made_at: datetime) -> tuple[AlertLine, ...]:
    """The alerts that stand no more, each with when and why."""
    found = _gravest(rows, stands=False)
    return tuple(
        replace(
            line,
            is_grave=False,
            resolved=f"resolved {_day(one.resolved_at, made_at)}: {one.resolved_reason or ''}",
        )
        for one, line in zip(found, alert_lines(found, made_at.tzinfo), strict=True)
    )


def _day(at: datetime | None, made_at: datetime) -> str:
    return words.day(at.astimezone(made_at.tzinfo).date()) if at else ""


def _consents(
    rows: Sequence[Consent], valid_days: int | None, made_at: datetime
) -> Iterator[Cells]:
    """Every consent, the newest first, and how it stands."""
    standing = consent_at(rows, on=made_at.date())
    for one in reversed(rows):
        covered = "; ".join(said for key, said in POINTS.items() if key in one.points)
        state = "earlier"
        if one.withdrawn_on:
            state = f"withdrawn {words.day(one.withdrawn_on)}"
        elif one is standing:
            until = expires_on(clinical(one), valid_days)
            state = f"in force, good until {words.day(until)}" if until else "in force"
        yield (words.day(one.signed_on), one.form_version, one.held_by, covered, state)


def medicines(chapters: Sequence[Chapter]) -> Iterator[Line]:
    """What the newest final preparation note says of medicines."""
    found = [version for one in chapters for version in _prepared(one.record)]
    if not found:
        yield Line("Medicines", "No preparation note is signed yet.", is_blank=True)
        return
    version = max(found, key=lambda one: one.signed_at)
    said = answers_of(NoteKind.PREPARATION.value, version, only=("medicines",)).get("medicines")
    when = words.day(version.signed_at.date())
    text = said.strip() if isinstance(said, str) else ""
    yield Line("Medicines", text or "not recorded", is_blank=not text)
    yield Line("As of", f"the preparation note of {when}")


def _prepared(record: CourseRecord) -> Iterator[NoteVersion]:
    for one in record.infusions:
        version = record.signed(one.id, NoteKind.PREPARATION)
        if version is not None:
            yield version


def _course(one: Chapter) -> Cells:
    found, record = one.record.course, one.record
    done = sum(each.state == InfusionState.COMPLETED for each in record.infusions)
    return (
        str(found.number),
        _indication(one),
        STATE_WORDS[CourseState(found.state)],
        words.day(found.started_on),
        str(done),
        one.course.tell().glance.response,
    )


def _left_out(chapters: Sequence[Chapter]) -> Iterator[str]:
    """Each infusion that took place and is not inside, with the reason."""
    for one in chapters:
        here = title_of(one.record.course.number)
        for gathered in one.outside:
            facts = course_facts(one.record.course, gathered.infusion, one.record.zone)
            yield f"{here}, {heading(facts)}: {' '.join(gathered.reasons)}"
