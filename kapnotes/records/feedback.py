"""What is said back to a therapist: which notes came back and why, how soon notes are signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import Move, NoteKind, NoteState
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes, TimelinessRule
from kapnotes.records.course import Course, Infusion
from kapnotes.records.kept_protocol import as_kept
from kapnotes.records.note import Note, NoteVersion, ReviewComment, reads
from kapnotes.records.patient import Patient
from kapnotes.records.period import holds
from kapnotes.records.person import Person, Supervision
from kapnotes.records.session_row import Dose


@dataclass(frozen=True, slots=True)
class FirstSignature:
    """A note by its first signature, with the infusion's times and the rule that it had."""

    note: NoteTimes
    infusion: InfusionTimes
    rule: TimelinessRule


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with which a note was sent back, and which note that was."""

    said: ReviewComment
    kind: NoteKind
    infusion: int
    patient: str
    definition_version: str


@dataclass(frozen=True, slots=True)
class Often:
    """How many notes of a kind came back with a word on that section; "" is the whole note."""

    kind: NoteKind
    section: str
    number: int


def supervised(session: Session, *, reach: Reach) -> list[Person]:
    """The people whom this person supervises that day themselves, by name; no deputy's."""
    mine = sa.select(Supervision.supervisee_id).where(
        Supervision.supervisor_id == reach.person_id, holds(Supervision, reach.on)
    )
    query = sa.select(Person).where(Person.id.in_(mine)).order_by(Person.name, Person.id)
    return list(session.execute(query).scalars())


def first_signatures(
    session: Session, author_id: UUID, *, since: datetime, reach: Reach
) -> list[FirstSignature]:
    """The author's notes that were signed first since then, by that time."""
    dosed_at = (
        sa.select(sa.func.min(Dose.observed_at))
        .where(Dose.infusion_id == Infusion.id, Dose.struck_at.is_(None))
        .scalar_subquery()
    )
    query = (
        sa.select(
            *(Note.kind, NoteVersion.signed_at, Infusion.state, Infusion.planned_for),
            *(Infusion.started_at, Infusion.completed_at, dosed_at.label("dosed_at")),
            *(Course.protocol, Course.protocol_kept),
        )
        .join(NoteVersion, sa.and_(NoteVersion.note_id == Note.id, NoteVersion.number == 1))
        .join(Infusion, Infusion.id == Note.infusion_id)
        .join(Course, Course.id == Infusion.course_id)
        .where(Note.author_id == author_id, NoteVersion.signed_at >= since, reads(reach))
        .order_by(NoteVersion.signed_at, Note.id)
    )
    return [_first(row) for row in session.connection().execute(query)]


def _first(row: Any) -> FirstSignature:
    """As the rule of what is due sees it: an infusion begins with its dose, once over its start."""
    state = InfusionState(row.state)
    begun = row.started_at if state is InfusionState.COMPLETED else None
    return FirstSignature(
        NoteTimes(kind=NoteKind(row.kind), state=NoteState.SIGNED, signed_at=row.signed_at),
        InfusionTimes(
            state=state,
            planned_for=row.planned_for,
            dosed_at=row.dosed_at or begun,
            completed_at=row.completed_at,
        ),
        as_kept(row.protocol_kept, row.protocol).timeliness,
    )


def comments(
    session: Session, author_id: UUID, *, since: datetime, reach: Reach, most: int
) -> list[Comment]:
    """With which comments the author's notes were sent back since then, the newest first."""
    names = (Patient.given_name, Patient.family_name)
    query = (
        sa.select(ReviewComment, Note.kind, Infusion.number, *names, NoteVersion.definition_version)
        .join(Note, Note.id == ReviewComment.note_id)
        .join(
            NoteVersion,
            sa.and_(NoteVersion.note_id == Note.id, NoteVersion.number == ReviewComment.number),
        )
        .join(Infusion, Infusion.id == Note.infusion_id)
        .join(Patient, Patient.id == Note.patient_id)
        .where(*_sent_back(author_id, since), reads(reach))
        .order_by(ReviewComment.at.desc(), ReviewComment.place)
        .limit(most)
    )
    return [
        Comment(row[0], NoteKind(row[1]), row[2], f"{row[3]} {row[4]}", row[5])
        for row in session.execute(query)
    ]


def often(session: Session, author_id: UUID, *, since: datetime, reach: Reach) -> list[Often]:
    """On which sections the author's notes came back since then, the most frequent first."""
    number = sa.func.count(ReviewComment.note_id.distinct())
    query = (
        sa.select(Note.kind, ReviewComment.section, number)
        .join(Note, Note.id == ReviewComment.note_id)
        .where(*_sent_back(author_id, since), reads(reach))
        .group_by(Note.kind, ReviewComment.section)
        .order_by(number.desc(), Note.kind, ReviewComment.section)
    )
    rows = session.connection().execute(query)
    return [Often(NoteKind(kind), section, count) for kind, section, count in rows]


def returned(session: Session, author_id: UUID, *, since: datetime, reach: Reach) -> int:
    """How many of the author's notes were sent back since then."""
    query = (
        sa.select(sa.func.count(ReviewComment.note_id.distinct()))
        .join(Note, Note.id == ReviewComment.note_id)
        .where(*_sent_back(author_id, since), reads(reach))
    )
    found: int = session.connection().execute(query).scalar_one()
    return found


def _sent_back(author_id: UUID, since: datetime) -> Sequence[sa.ColumnElement[bool]]:
    return (
        Note.author_id == author_id,
        ReviewComment.move == Move.SEND_BACK.value,
        ReviewComment.at >= since,
    )
