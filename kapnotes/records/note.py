"""Notes: the note itself, and the queries for it and for what `note_history` keeps of it."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import (
    Mapped,
    Session,
    column_property,
    joinedload,
    mapped_column,
    relationship,
    undefer,
)

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import within
from kapnotes.records.course import Infusion
from kapnotes.records.note_history import Addendum, Cosignature, NoteVersion, ReviewComment
from kapnotes.records.patient import Patient
from kapnotes.records.person import Person, supervisees
from kapnotes.records.reader import OPEN, Who, reader, who_reads

__all__ = ["Addendum", "Cosignature", "Note", "NoteVersion", "ReviewComment"]


class Note(db.Base):
    """A note of an infusion: its kind, its author, where it stands, and when its author signed.

    `signed_at` is the newest signature. Whether the note came in time is asked of the first, which
    is read where it is asked for.
    """

    __tablename__ = "note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    infusion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("infusion.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    definition_version: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(30))
    begun_at: Mapped[datetime]
    state_at: Mapped[datetime]
    signed_versions: Mapped[int]
    signed_at: Mapped[datetime | None] = column_property(
        sa.select(sa.func.max(NoteVersion.signed_at))
        .where(NoteVersion.note_id == id)  # noqa: A003 - the column above
        .scalar_subquery()
    )
    first_signed_at: Mapped[datetime | None] = column_property(
        sa.select(sa.func.min(NoteVersion.signed_at))
        .where(NoteVersion.note_id == id)  # noqa: A003 - the column above
        .scalar_subquery(),
        deferred=True,
        raiseload=True,
    )

    author: Mapped[Person] = relationship(lazy="raise")
    infusion: Mapped[Infusion] = relationship(lazy="raise")
    patient: Mapped[Patient] = relationship(lazy="raise")

    __table_args__ = (
        sa.Index("ix_note_patient_id", "patient_id", "kind", "state_at"),
        sa.Index("ix_note_author_id", "author_id", "state", "state_at"),
    )


A = TypeVar("A", NoteVersion, Cosignature, ReviewComment, Addendum)


def in_span(span: Span, who: Who = OPEN) -> sa.ColumnElement[bool]:
    """The notes within a span: a supervisor's are those of the people supervised."""
    reached = within(Note.patient_id, span, who)
    if span is Span.SUPERVISED:
        return sa.and_(reached, Note.author_id.in_(supervisees(who)))
    return reached


def reads(reach: Reach) -> sa.ColumnElement[bool]:
    """The notes within the reader's reach."""
    return in_span(reach.span, who_reads(reach))


def fetch(session: Session, note_id: UUID, *, reach: Reach, lock: bool = False) -> Note:
    """The note with its author, infusion, course and patient, or OutOfReach."""
    query = (
        sa.select(Note)
        .options(
            joinedload(Note.author, innerjoin=True),
            joinedload(Note.patient, innerjoin=True),
            joinedload(Note.infusion, innerjoin=True).joinedload(Infusion.course, innerjoin=True),
        )
        .where(Note.id == note_id, reads(reach))
    )
    if lock:
        query = query.with_for_update(of=Note)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


@cache
def _lock(span: Span) -> sa.Select[Note]:
    return (
        sa.select(Note)
        .where(Note.id == sa.bindparam("note_id"), in_span(span))
        .with_for_update(of=Note)
    )


def lock(session: Session, note_id: UUID, *, reach: Reach) -> Note:
    """The note alone, held until the transaction ends, or OutOfReach."""
    known = {"note_id": note_id, **reader(reach)}
    found = session.execute(_lock(reach.span), known).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


@cache
def _of_infusions(span: Span) -> sa.Select[Note]:
    return (
        sa.select(Note)
        .options(joinedload(Note.author, innerjoin=True), undefer(Note.first_signed_at))
        .where(
            Note.infusion_id.in_(sa.bindparam("ids", expanding=True)),
            Note.state != "discarded",
            in_span(span),
        )
        .order_by(Note.begun_at, Note.id)
    )


def of_infusions(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[Note]:
    """The notes of several infusions, discarded ones left out; one query for any number."""
    if not ids:
        return []
    known = {"ids": list(ids), **reader(reach)}
    return list(session.execute(_of_infusions(reach.span), known).scalars())


def of_patient(session: Session, patient_id: UUID, *, reach: Reach, most: int = 30) -> list[Note]:
    """The newest notes of a patient with author and infusion."""
    query = (
        sa.select(Note)
        .options(joinedload(Note.author, innerjoin=True), joinedload(Note.infusion, innerjoin=True))
        .where(Note.patient_id == patient_id, Note.state != "discarded", reads(reach))
        .order_by(Note.begun_at.desc(), Note.id)
        .limit(most)
    )
    return list(session.execute(query).scalars())


def named(session: Session, ids: Collection[UUID], *, reach: Reach) -> dict[UUID, tuple[str, UUID]]:
    """The kind and the infusion of notes within reach, by id; one query for any number."""
    if not ids:
        return {}
    query = sa.select(Note.id, Note.kind, Note.infusion_id).where(Note.id.in_(ids), reads(reach))
    return {row.id: (row.kind, row.infusion_id) for row in session.execute(query)}


_DOSING_STATES = sa.select(Note.state).where(
    Note.infusion_id == sa.bindparam("infusion_id"), Note.kind == "dosing"
)


def dosing_states(session: Session, infusion_id: UUID) -> list[str]:
    """The states of an infusion's dosing notes: they lock dose, vitals and events."""
    known = {"infusion_id": infusion_id}
    return list(session.connection().execute(_DOSING_STATES, known).scalars())


def in_state(
    session: Session,
    states: Collection[str],
    *,
    reach: Reach,
    author_id: UUID | None = None,
    most: int = 200,
) -> list[Note]:
    """Notes in those states, oldest first, with author, patient and infusion; so many at most.

    With `author_id` only those that this person wrote.
    """
    query = (
        sa.select(Note)
        .options(
            joinedload(Note.author, innerjoin=True),
            joinedload(Note.patient, innerjoin=True),
            joinedload(Note.infusion, innerjoin=True),
        )
        .where(Note.state.in_(states), reads(reach))
        .order_by(Note.state_at, Note.id)
        .limit(most)
    )
    if author_id is not None:
        query = query.where(Note.author_id == author_id)
    return list(session.execute(query).scalars())


def versions(session: Session, ids: Collection[UUID]) -> list[NoteVersion]:
    """The signed versions of notes already fetched within reach, by number."""
    return _added(session, NoteVersion, ids)


def cosignatures(session: Session, ids: Collection[UUID]) -> list[Cosignature]:
    """The co-signatures of notes already fetched within reach."""
    return _added(session, Cosignature, ids)


def review_comments(session: Session, ids: Collection[UUID]) -> list[ReviewComment]:
    """What was said in review of notes already fetched within reach, in the order it was said."""
    found = _added(session, ReviewComment, ids)
    return sorted(found, key=lambda one: (one.at, one.place))


def addenda(session: Session, ids: Collection[UUID]) -> list[Addendum]:
    """The addenda of notes already fetched within reach, by number."""
    return _added(session, Addendum, ids)


def _added(session: Session, table: type[A], ids: Collection[UUID]) -> list[A]:
    if not ids:
        return []
    query = _of_notes(table)
    return list(session.execute(query, {"ids": list(ids)}).scalars())


@cache
def _of_notes(table: type[A]) -> sa.Select[A]:
    ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
    return sa.select(table).where(table.note_id.in_(ids)).order_by(table.number)
