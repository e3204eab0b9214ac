"""What is known of courses, as the rule of what is due asks for it: a fixed number of queries.

The question about misuse is asked by every integration note. The course as a whole is looked at
with the preparation of a maintenance infusion [B]: that note's signature is when it was reviewed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import MachineReach
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.due import DueFacts, InfusionFacts
from kapnotes.clinic.due_measure import MeasureTaken
from kapnotes.clinic.infusion import InfusionState, Phase
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes
from kapnotes.records.course import Course, Infusion
from kapnotes.records.kept_protocol import as_kept
from kapnotes.records.measure import Measure
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.practice import Practice
from kapnotes.records.session_row import Dose

T = TypeVar("T")
SIGNED = tuple(
    state.value for state in (NoteState.SIGNED, NoteState.AWAITING_COSIGNATURE, NoteState.COSIGNED)
)


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course, whose it is, and what is known of it; vitals are left out."""

    course_id: UUID
    patient_id: UUID
    facts: DueFacts


def of_courses(
    session: Session, ids: Collection[UUID], *, reach: MachineReach
) -> list[CourseFacts]:
    """The facts of those courses, in six queries and one for the practice's zone."""
    del reach
    zone = _rows(session, sa.select(Practice.zone))
    infusions = _grouped(_infusions(session, ids))
    doses = {row.infusion_id: row.at for row in _first_doses(session, ids)}
    notes = _grouped(_notes(session, ids))
    taken = _grouped(_taken(session, ids))
    found = []
    for course in _courses(session, ids):
        listed = infusions.get(course.id, ())
        signed = [(one, note) for one in listed for note in notes.get(one.id, ())]
        facts = DueFacts(
            protocol=as_kept(course.protocol_kept, course.protocol),
            indication=course.indication,
            infusions=tuple(_infusion(one, doses, notes.get(one.id, ())) for one in listed),
            measures=tuple(
                MeasureTaken(scale=one.key, at=one.observed_at) for one in taken.get(course.id, ())
            ),
            misuse_asked_at=tuple(
                note.signed_at for _, note in signed if note.kind == NoteKind.INTEGRATION
            ),
            reviewed_at=tuple(
                note.signed_at
                for one, note in signed
                if note.kind == NoteKind.PREPARATION and one.phase == Phase.MAINTENANCE
            ),
            state=CourseState(course.state),
            zone=zone[0].zone if zone else "UTC",
        )
        found.append(CourseFacts(course.id, course.patient_id, facts))
    return found


def _infusion(one: Any, doses: Mapping[UUID, datetime], notes: Iterable[Any]) -> InfusionFacts:
    """An infusion began with its first dose; without one, when its session was started, once over.

    A session that runs without a dose has not begun, and one that was called off never did.
    """
    begun = one.started_at if one.state == InfusionState.COMPLETED else None
    return InfusionFacts(
        key=str(one.id),
        number=one.number,
        phase=Phase(one.phase),
        times=InfusionTimes(
            state=InfusionState(one.state),
            planned_for=one.planned_for,
            dosed_at=doses.get(one.id, begun),
            completed_at=one.completed_at,
        ),
        notes=tuple(
            NoteTimes(
                kind=NoteKind(note.kind),
                state=NoteState(note.state),
                signed_at=note.signed_at,
                resigned_at=note.resigned_at,
                cosigned_at=note.state_at if note.state == NoteState.COSIGNED else None,
                key=str(note.id),
            )
            for note in notes
        ),
    )


def _courses(session: Session, ids: Collection[UUID]) -> list[Any]:
    columns = (Course.id, Course.patient_id, Course.indication, Course.protocol)
    query = sa.select(*columns, Course.protocol_kept, Course.state).where(Course.id.in_(ids))
    return _rows(session, query)


def _infusions(session: Session, ids: Collection[UUID]) -> list[Any]:
    columns = (Infusion.course_id.label("of"), Infusion.id, Infusion.number, Infusion.phase)
    times = (Infusion.state, Infusion.planned_for, Infusion.started_at, Infusion.completed_at)
    query = sa.select(*columns, *times).where(Infusion.course_id.in_(ids))
    return _rows(session, query.order_by(Infusion.number))


def _first_doses(session: Session, ids: Collection[UUID]) -> list[Any]:
    query = (
        sa.select(Dose.infusion_id, sa.func.min(Dose.observed_at).label("at"))
        .join(Infusion, Infusion.id == Dose.infusion_id)
        .where(Infusion.course_id.in_(ids), Dose.struck_at.is_(None))
        .group_by(Dose.infusion_id)
    )
    return _rows(session, query)


def _notes(session: Session, ids: Collection[UUID]) -> list[Any]:
    """The notes that their author has signed, and that did not come back.

    With the first signature and the newest: a note that was revised is as early as it was.
    """
    columns = (Note.infusion_id.label("of"), Note.id, Note.kind, Note.state, Note.state_at)
    signed_at = sa.func.min(NoteVersion.signed_at).label("signed_at")
    resigned_at = sa.func.max(NoteVersion.signed_at).label("resigned_at")
    query = (
        sa.select(*columns, signed_at, resigned_at)
        .join(NoteVersion, NoteVersion.note_id == Note.id)
        .join(Infusion, Infusion.id == Note.infusion_id)
        .where(Infusion.course_id.in_(ids), Note.state.in_(SIGNED))
        .group_by(Note.id)
        .order_by(Note.begun_at, Note.id)
    )
    return _rows(session, query)


def _taken(session: Session, ids: Collection[UUID]) -> list[Any]:
    query = sa.select(Measure.course_id.label("of"), Measure.key, Measure.observed_at).where(
        Measure.course_id.in_(ids), Measure.is_complete.is_(True), Measure.struck_at.is_(None)
    )
    return _rows(session, query)


def _rows(session: Session, query: sa.Executable) -> list[Any]:
    return list(session.connection().execute(query))


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.of, []).append(row)
    return found
