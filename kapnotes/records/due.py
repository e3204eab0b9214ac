"""The lists of what is due: pages in the order of time, counts, and the notes that belong to them.

All of it is asked of what is kept (`kept_due`), so that a list costs as much in a practice of ten
thousand patients as in one of ten. Nothing is left out: what does not fit a page is on the next.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.clinic.due_item import DueItem, DueKind, Standing, Whose
from kapnotes.clinic.note import NoteState
from kapnotes.db.column import Moment
from kapnotes.records.care_team import is_reached, reaches
from kapnotes.records.course import Course, Infusion
from kapnotes.records.kept_due import NEVER, KeptDue, known
from kapnotes.records.note import Note, reads
from kapnotes.records.patient import Patient

SHOWN = (Standing.OVERDUE, Standing.DUE, Standing.LATER)
"""What a list shows, in its order."""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with what a list says of its patient."""

    id: UUID
    patient_id: UUID
    number: int
    given_name: str
    family_name: str
    record_number: str

    @property
    def name(self) -> str:
        """The patient's given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class InfusionRow:
    """An infusion as a list names it."""

    id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note by its state."""

    id: UUID
    infusion_id: UUID
    kind: str
    state: str
    author_id: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """A kept thing with its course and infusion; the item does not say yet how it stands."""

    id: UUID
    item: DueItem
    course: CourseRow
    infusion: InfusionRow | None


@dataclass(frozen=True, slots=True)
class After:
    """Where a page begins: after the thing of that time and id."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: whose things, as they stand at that time, of some kinds or of all."""

    whose: Whose
    at: datetime
    kinds: Collection[DueKind] = ()


_KEPT = tuple(KeptDue.__table__.columns)
_COURSE = (Course.id.label("of"), Course.patient_id.label("owner"), Course.number.label("turn"))
_PATIENT = (Patient.given_name, Patient.family_name, Patient.record_number)


def page(
    session: Session,
    asked: Asked,
    standing: Standing,
    *,
    reach: Reach,
    most: int,
    after: After | None = None,
) -> list[Found]:
    """Things that stand so, by the time when they are due, or from which if they are of later."""
    time = KeptDue.from_at if standing is Standing.LATER else KeptDue.due_at
    query = (
        sa.select(*_KEPT, *_COURSE, *_PATIENT, Infusion.number)
        .join(Course, Course.id == KeptDue.course_id)
        .join(Patient, Patient.id == KeptDue.patient_id)
        .outerjoin(Infusion, Infusion.id == KeptDue.infusion_id)
        .where(*_asked(asked, reach), _stands(standing, asked.at))
        .order_by(time, KeptDue.id)
        .limit(most)
    )
    if after is not None:
        here = sa.tuple_(sa.literal(after.at, Moment()), sa.literal(after.id, sa.Uuid()))
        query = query.where(sa.tuple_(time, KeptDue.id) > here)
    return [_found(row) for row in session.connection().execute(query)]


def counts(session: Session, asked: Asked, *, reach: Reach) -> dict[tuple[DueKind, Standing], int]:
    """How many things of each kind stand how."""
    numbers = (sa.func.count().filter(_stands(one, asked.at)) for one in SHOWN)
    query = (
        sa.select(KeptDue.kind, *numbers)
        .where(*_asked(asked, reach, is_reached), KeptDue.over_at > asked.at)
        .group_by(KeptDue.kind)
    )
    return {
        (DueKind(row[0]), standing): number
        for row in session.connection().execute(query)
        for standing, number in zip(SHOWN, row[1:], strict=True)
        if number
    }


def of_infusions(
    session: Session, asked: Asked, ids: Collection[UUID], *, reach: Reach
) -> list[DueItem]:
    """What those infusions are due at any time, by its time; the items do not say how it stands."""
    query = sa.select(*_KEPT).where(*_asked(asked, reach), KeptDue.infusion_id.in_(ids))
    rows = sorted(session.connection().execute(query), key=lambda row: (row.due_at, row.id))
    return [_item(row, None) for row in rows]


def notes(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[NoteRow]:
    """The notes of those infusions, discarded ones left out."""
    query = (
        sa.select(Note.id, Note.infusion_id, Note.kind, Note.state, Note.author_id)
        .where(Note.infusion_id.in_(ids), Note.state != NoteState.DISCARDED.value, reads(reach))
        .order_by(Note.begun_at, Note.id)
    )
    return [NoteRow(*row) for row in session.connection().execute(query)]


def _asked(
    asked: Asked, reach: Reach, within: Callable[..., sa.ColumnElement[bool]] = reaches
) -> list[sa.ColumnElement[bool]]:
    """What is asked for, within reach; a co-signature is within it if its note is."""
    wanted = [KeptDue.whose == asked.whose.value]
    if asked.kinds:
        wanted.append(KeptDue.kind.in_([one.value for one in asked.kinds]))
    if asked.whose is Whose.SUPERVISOR:
        theirs = sa.select(Note.id).where(Note.id == KeptDue.note_id, reads(reach))
        return [*wanted, theirs.exists()]
    return [*wanted, within(KeptDue.patient_id, reach)]


def _stands(standing: Standing, at: datetime) -> sa.ColumnElement[bool]:
    """The things that stand so at that time, as `clinic.due_item.Times` says it."""
    if standing is Standing.LATER:
        return KeptDue.from_at > at
    is_late = KeptDue.due_at < at if standing is Standing.OVERDUE else KeptDue.due_at >= at
    # the embedded database would go by `from_at`, and sort, where `due_at` is in order already
    is_called_for = sa.func.coalesce(KeptDue.from_at, NEVER) <= at
    return sa.and_(is_late, is_called_for, KeptDue.over_at > at)


def _found(row: Any) -> Found:
    *about, number = row[len(_KEPT) :]
    return Found(
        id=row.id,
        item=_item(row, number),
        course=CourseRow(*about),
        infusion=None if row.infusion_id is None else InfusionRow(row.infusion_id, number),
    )


def _item(row: Any, number: int | None) -> DueItem:
    return DueItem(
        kind=DueKind(row.kind),
        standing=Standing.LATER,
        about=row.about,
        occasion=row.occasion,
        infusion=str(row.infusion_id or ""),
        number=number,
        note=str(row.note_id or ""),
        from_at=known(row.from_at),
        due_at=known(row.due_at),
        over_at=known(row.over_at),
    )
