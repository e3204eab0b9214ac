"""The review queue: what waits for one supervisor, page by page in the order of the clinic's rule.

`clinic.review_queue.in_order` says the order: late notes first, the latest at the head, then the
oldest. Here the database gives the same from its indexes, so that a page costs as much at the end
of thousands as at the beginning. A note stands here if this person may act on it that day.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach
from kapnotes.clinic.note import Move
from kapnotes.db.column import Moment
from kapnotes.records.absence import Absence
from kapnotes.records.care_team import is_reached, reaches
from kapnotes.records.course import Infusion
from kapnotes.records.kept_due import NEVER
from kapnotes.records.note import ReviewComment
from kapnotes.records.patient import Patient
from kapnotes.records.period import holds
from kapnotes.records.person import Person, Supervision
from kapnotes.records.queued_finding import has_findings, has_risk
from kapnotes.records.queued_note import SPANS, Age, Asked, Findings, Place, Queued, Share
from kapnotes.records.waiting_note import WaitingNote

AUTHOR = WaitingNote.__table__.c.author_id


class Queue:
    """The queue of one reader on one day; each question is one query."""

    def __init__(self, session: Session, *, reach: Reach) -> None:
        self.session, self.reach = session, reach
        self._answered = answered_for(session, reach=reach)

    def page(
        self, asked: Asked, *, most: int, after: Place | None = None, back: bool = False
    ) -> list[Queued]:
        """So many notes after a place, in order; with `back` those before it, the nearest first."""
        parts = [
            self._part(asked, is_late=is_late, most=most, after=after, back=back)
            for is_late in (True, False)
        ]
        near = sa.union_all(*(sa.select(part) for part in parts)).subquery("near")
        order = (near.c.is_later, near.c.at, near.c.note_id)
        query: sa.Select[Any] = (
            sa.select(
                *(getattr(WaitingNote, name) for name in _SHOWN),
                *(Patient.given_name, Patient.family_name, Patient.record_number),
                Person.name,
                Infusion.number,
            )
            .select_from(near)
            .join(WaitingNote, WaitingNote.note_id == near.c.note_id)
            .join(Patient, Patient.id == WaitingNote.patient_id)
            .join(Person, Person.id == WaitingNote.author_id)
            .join(Infusion, Infusion.id == WaitingNote.infusion_id)
            .order_by(*(one.desc() if back else one for one in order))
            .limit(most)
        )
        return [Queued(*row) for row in self.session.connection().execute(query)]

    def _part(
        self, asked: Asked, *, is_late: bool, most: int, after: Place | None, back: bool
    ) -> sa.Subquery:
        """The first of one of the queue's two parts, by the index of its time.

        The embedded database would go by the author, and sort all that waits: `coalesce` is no
        column of an index.
        """
        time = WaitingNote.due_at if is_late else WaitingNote.signed_at
        query = (
            sa.select(
                sa.literal(int(not is_late)).label("is_later"),
                time.label("at"),
                WaitingNote.note_id.label("note_id"),
            )
            .where(
                *self._wanted(asked, author=sa.func.coalesce(WaitingNote.author_id, sa.null())),
                reaches(WaitingNote.patient_id, self.reach),
                WaitingNote.due_at < asked.at
                if is_late
                else sa.func.coalesce(WaitingNote.due_at, NEVER) >= asked.at,
            )
            .limit(most)
        )
        if after is not None and after.is_late == is_late:
            here = sa.tuple_(sa.literal(after.at, Moment()), sa.literal(after.note_id, sa.Uuid()))
            row = sa.tuple_(time, WaitingNote.note_id)
            query = query.where(row < here if back else row > here)
        elif after is not None and after.is_late == back:
            query = query.where(sa.false())
        order = (time, WaitingNote.note_id)
        return query.order_by(*(one.desc() if back else one for one in order)).subquery()

    def count(self, asked: Asked) -> int:
        """How many notes there are of what is asked for."""
        query = sa.select(sa.func.count()).select_from(WaitingNote).where(*self._all(asked))
        found: int = self.session.connection().execute(query).scalar_one()
        return found

    def shares(self, at: datetime) -> list[Share]:
        """The whole queue counted by author and kind, by name."""
        is_late = WaitingNote.due_at < at
        number = sa.func.count().label("waiting")
        query = (
            sa.select(
                WaitingNote.author_id,
                WaitingNote.kind,
                number,
                sa.func.count().filter(is_late).label("late"),
            )
            .where(*self._all(Asked(at=at)))
            .group_by(WaitingNote.author_id, WaitingNote.kind)
            .subquery()
        )
        named = (
            sa.select(query.c.author_id, Person.name, query.c.kind, query.c.waiting, query.c.late)
            .join(Person, Person.id == query.c.author_id)
            .order_by(Person.name, query.c.author_id, query.c.kind)
        )
        return [Share(*row) for row in self.session.connection().execute(named)]

    def find(self, note_id: UUID) -> WaitingNote | None:
        """The note of that id, if it waits for this person."""
        query = sa.select(WaitingNote).where(
            WaitingNote.note_id == note_id,
            *self._mine(),
            reaches(WaitingNote.patient_id, self.reach),
        )
        return self.session.execute(query).scalar_one_or_none()

    def of(self, note_ids: Iterable[UUID]) -> list[WaitingNote]:
        """Those of these notes that wait for this person."""
        query = sa.select(WaitingNote).where(
            WaitingNote.note_id.in_(list(note_ids)),
            *self._mine(),
            reaches(WaitingNote.patient_id, self.reach),
        )
        return list(self.session.execute(query).scalars())

    def said_last(self, note_ids: Sequence[UUID]) -> dict[UUID, tuple[Move, int]]:
        """What was done last in the review of these notes, and of which version it was said."""
        if not note_ids:
            return {}
        query = (
            sa.select(ReviewComment.note_id, ReviewComment.move, ReviewComment.number)
            .where(ReviewComment.note_id.in_(note_ids))
            .order_by(ReviewComment.at, ReviewComment.place)
        )
        rows = self.session.connection().execute(query)
        return {row.note_id: (Move(row.move), row.number) for row in rows}

    def _all(self, asked: Asked) -> list[sa.ColumnElement[bool]]:
        """What is asked for, for a count: reach is asked from the reader's side."""
        return [*self._wanted(asked), is_reached(WaitingNote.patient_id, self.reach)]

    def _wanted(
        self, asked: Asked, author: sa.ColumnElement[Any] = AUTHOR
    ) -> list[sa.ColumnElement[bool]]:
        wanted = self._mine(author)
        if asked.author_id is not None:
            wanted.append(author == asked.author_id)
        if asked.kind is not None:
            wanted.append(WaitingNote.kind == asked.kind.value)
        if asked.has_risk:
            wanted.append(has_risk())
        if asked.findings is not None:
            found = has_findings()
            wanted.append(found if asked.findings is Findings.SOME else ~found)
        if asked.age is Age.LATE:
            wanted.append(WaitingNote.due_at < asked.at)
        elif asked.age is not None:
            wanted.append(WaitingNote.signed_at <= asked.at - SPANS[asked.age])
        return wanted

    def _mine(self, author: sa.ColumnElement[Any] = AUTHOR) -> list[sa.ColumnElement[bool]]:
        """The notes on which this person may act that day."""
        by_day: dict[date, list[UUID]] = {}
        for author_id, first in self._answered.items():
            by_day.setdefault(first, []).append(author_id)
        return [
            sa.or_(
                sa.false(),
                *(
                    sa.and_(author.in_(ids), WaitingNote.signed_on >= first)
                    for first, ids in by_day.items()
                ),
            )
        ]


_SHOWN = (
    "note_id",
    "patient_id",
    "infusion_id",
    "author_id",
    "kind",
    "number",
    "digest",
    "signed_at",
    "due_at",
)


def answered_for(session: Session, *, reach: Reach) -> dict[UUID, date]:
    """For whose notes this person answers on that day, and from which day of signing on.

    As `clinic.cosignature.acting_on` says it: links that hold, their own or those of a supervisor
    who is away; nobody answers for themself.
    """
    away = sa.select(Absence.supervisor_id).where(
        Absence.deputy_id == reach.person_id, holds(Absence, reach.on)
    )
    query = sa.select(
        Supervision.supervisee_id, Supervision.starts_on, Supervision.covers_from
    ).where(
        sa.or_(Supervision.supervisor_id == reach.person_id, Supervision.supervisor_id.in_(away)),
        Supervision.supervisee_id != reach.person_id,
        holds(Supervision, reach.on),
    )
    found: dict[UUID, date] = {}
    for row in session.connection().execute(query):
        first = min(row.starts_on, row.covers_from or row.starts_on)
        found[row.supervisee_id] = min(first, found.get(row.supervisee_id, first))
    return found
