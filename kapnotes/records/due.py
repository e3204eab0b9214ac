"""What the lists of due things are worked out from: few columns of many courses, in few queries.

Narrowed first: a course counts while an infusion of it lies within `BACK` before and `AHEAD`
after now, the one nearest to now first, and at most `MOST` courses. Both halves of that window are
read in the order of the index over an infusion's state and time, so that what is asked of the
database does not grow with the practice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteState
from kapnotes.records.care_team import reaches
from kapnotes.records.course import Course, Infusion
from kapnotes.records.measure import Measure
from kapnotes.records.note import Note, reads
from kapnotes.records.patient import Patient
from kapnotes.records.session_row import Discharge, Dose, Vitals

MOST = 150
"""Courses on one list. Who reaches more sees those whose infusions are nearest to now."""
NEAR = timedelta(days=30)
AHEAD = timedelta(days=30)
"""The longest time before an infusion that a protocol may call for something."""
BACK = timedelta(days=200)
"""Longer than the longest time between maintenance infusions that is built in, six months."""
OWING = timedelta(days=90)
"""For so long after an infusion its notes are on the lists; they are on its page for ever."""
RATED = timedelta(days=12)
"""Longer than a reading of 168 hours after a dose can be made up for."""
_ROWS = 4 * MOST
_LOCKED = (
    NoteState.SIGNED.value,
    NoteState.AWAITING_COSIGNATURE.value,
    NoteState.COSIGNED.value,
)


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with what a list says of its patient."""

    id: UUID
    patient_id: UUID
    number: int
    indication: str
    protocol: str
    protocol_kept: dict[str, Any] | None
    state: str
    given_name: str
    family_name: str
    record_number: str

    @property
    def name(self) -> str:
        """The patient's given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class InfusionRow:
    """An infusion by its times."""

    id: UUID
    course_id: UUID
    number: int
    phase: str
    route: str
    state: str
    planned_for: datetime
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note by its state; `signed_at` is its author's last signature."""

    id: UUID
    infusion_id: UUID
    kind: str
    state: str
    state_at: datetime
    author_id: UUID
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedLast:
    """When a note of a kind was last signed for an infusion of that phase in a course."""

    course_id: UUID
    kind: str
    phase: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenRow:
    """When a scale was filled in completely in a course."""

    course_id: UUID
    key: str
    at: datetime


def near(session: Session, at: datetime, *, reach: Reach) -> tuple[list[UUID], bool]:
    """The courses that count, nearest infusion first, and whether there are more. Two queries."""
    states = [one.value for one in InfusionState if one is not InfusionState.CANCELLED]
    soon = _courses(at - NEAR, at + AHEAD, states, at=at, reach=reach)
    past = _courses(at - BACK, at - NEAR, [InfusionState.COMPLETED.value], at=at, reach=reach)
    connection = session.connection()
    rows: list[list[Any]] = [list(connection.execute(query)) for query in (soon, past)]
    found = {
        course_id: None
        for part in (sorted(rows[0], key=lambda row: abs(row[1] - at)), rows[1])
        for course_id, _ in part
    }
    is_cut = any(len(part) == _ROWS for part in rows)
    return list(found)[:MOST], is_cut or len(found) > MOST


def _courses(
    since: datetime, until: datetime, states: Sequence[str], *, at: datetime, reach: Reach
) -> sa.Select[UUID, datetime]:
    """Courses of the infusions in that span, newest first. An ended course owes its notes only."""
    return (
        sa.select(Infusion.course_id, Infusion.planned_for)
        .join(Course, Course.id == Infusion.course_id)
        .where(
            Infusion.state.in_(states),
            Infusion.planned_for >= since,
            Infusion.planned_for < until,
            sa.or_(Course.state != CourseState.ENDED.value, Infusion.planned_for >= at - OWING),
            reaches(Infusion.patient_id, reach),
        )
        .order_by(Infusion.planned_for.desc())
        .limit(_ROWS)
    )


def courses(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[CourseRow]:
    """The courses with their patients."""
    columns = (
        *(Course.id, Course.patient_id, Course.number, Course.indication, Course.protocol),
        *(Course.protocol_kept, Course.state),
        *(Patient.given_name, Patient.family_name, Patient.record_number),
    )
    query = (
        sa.select(*columns)
        .join(Patient, Patient.id == Course.patient_id)
        .where(Course.id.in_(ids), reaches(Course.patient_id, reach))
    )
    return [CourseRow(*row) for row in session.connection().execute(query)]


def infusions(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[InfusionRow]:
    """Every infusion of those courses, by number."""
    query = (
        sa.select(
            *(Infusion.id, Infusion.course_id, Infusion.number, Infusion.phase, Infusion.route),
            *(Infusion.state, Infusion.planned_for, Infusion.started_at, Infusion.completed_at),
        )
        .where(Infusion.course_id.in_(ids), reaches(Infusion.patient_id, reach))
        .order_by(Infusion.course_id, Infusion.number)
    )
    return [InfusionRow(*row) for row in session.connection().execute(query)]


def first_doses(session: Session, ids: Collection[UUID], *, reach: Reach) -> dict[UUID, datetime]:
    """When the first dose of each infusion of those courses began."""
    query = (
        sa.select(Dose.infusion_id, sa.func.min(Dose.observed_at))
        .join(Infusion, Infusion.id == Dose.infusion_id)
        .where(
            Infusion.course_id.in_(ids), Dose.struck_at.is_(None), reaches(Dose.patient_id, reach)
        )
        .group_by(Dose.infusion_id)
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def notes(
    session: Session, ids: Collection[UUID], *, since: datetime, reach: Reach
) -> list[NoteRow]:
    """The notes of those courses' infusions planned since then, discarded ones left out."""
    query = (
        sa.select(
            *(Note.id, Note.infusion_id, Note.kind, Note.state, Note.state_at, Note.author_id),
            Note.signed_at,
        )
        .join(Infusion, Infusion.id == Note.infusion_id)
        .where(
            Infusion.course_id.in_(ids),
            Infusion.planned_for >= since,
            Note.state != NoteState.DISCARDED.value,
            reads(reach),
        )
        .order_by(Note.begun_at, Note.id)
    )
    return [NoteRow(*row) for row in session.connection().execute(query)]


def signed_last(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[SignedLast]:
    """When each kind of note was last signed in those courses, by the phase of the infusion."""
    query = (
        sa.select(Infusion.course_id, Note.kind, Infusion.phase, sa.func.max(Note.state_at))
        .join(Note, Note.infusion_id == Infusion.id)
        .where(Infusion.course_id.in_(ids), Note.state.in_(_LOCKED), reads(reach))
        .group_by(Infusion.course_id, Note.kind, Infusion.phase)
    )
    return [SignedLast(*row) for row in session.connection().execute(query)]


def taken(session: Session, ids: Collection[UUID], at: datetime, *, reach: Reach) -> list[TakenRow]:
    """The complete measures of the last `RATED`, and the last of each scale before. Two queries.

    Nothing that is still open can depend on any other.
    """
    counts = (
        Measure.course_id.in_(ids),
        Measure.is_complete.is_(True),
        Measure.struck_at.is_(None),
        reaches(Measure.patient_id, reach),
    )
    lately = sa.select(Measure.course_id, Measure.key, Measure.observed_at).where(
        *counts, Measure.observed_at >= at - RATED
    )
    last = (
        sa.select(Measure.course_id, Measure.key, sa.func.max(Measure.observed_at))
        .where(*counts)
        .group_by(Measure.course_id, Measure.key)
    )
    connection = session.connection()
    rows: set[Any] = {tuple(row) for query in (lately, last) for row in connection.execute(query)}
    return [TakenRow(*row) for row in rows]


def readings(
    session: Session, ids: Collection[UUID], *, reach: Reach
) -> dict[UUID, list[datetime]]:
    """When vitals were read in those infusions."""
    query = sa.select(Vitals.infusion_id, Vitals.observed_at).where(
        Vitals.infusion_id.in_(ids), Vitals.struck_at.is_(None), reaches(Vitals.patient_id, reach)
    )
    found: dict[UUID, list[datetime]] = {}
    for infusion_id, observed_at in session.connection().execute(query):
        found.setdefault(infusion_id, []).append(observed_at)
    return found


def left(session: Session, ids: Collection[UUID], *, reach: Reach) -> dict[UUID, datetime]:
    """When the patients of those infusions left."""
    query = sa.select(Discharge.infusion_id, Discharge.left_at).where(
        Discharge.infusion_id.in_(ids),
        Discharge.struck_at.is_(None),
        Discharge.left_at.is_not(None),
        reaches(Discharge.patient_id, reach),
    )
    rows = session.connection().execute(query)
    return {infusion_id: at for infusion_id, at in rows if at is not None}
