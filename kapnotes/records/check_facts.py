"""What is known of infusions and their chains, as the documentation checks ask for it.

A fixed number of queries for any number of infusions, whoever asks: what belongs to an infusion
that was fetched within reach is asked by that infusion. Process notes are no part of a chain, and
no query here names their table.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, undefer

from kapnotes.access.reach import MachineReach
from kapnotes.clinic.due import InfusionFacts, due
from kapnotes.clinic.due_item import DueItem, DueKind
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import EDITABLE, NoteState
from kapnotes.records import due_facts
from kapnotes.records.consent import Consent
from kapnotes.records.course import Infusion
from kapnotes.records.draft import NoteDraft
from kapnotes.records.due_facts import CourseFacts
from kapnotes.records.measure import Measure
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.session_row import TABLES, Row
from kapnotes.records.signed_note import SIGNED
from kapnotes.records.task import Task

NEWEST = 20
"""So many of an author's notes before are looked at for text that stands in them again."""
COSIGNED_WITHIN = timedelta(days=30)
"""A note that was co-signed later than this after its signature is not found among them."""
SCREENER = "c-ssrs"
DOSE_REQUEST = "dose_request"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NoteRows:
    """A note, the version that was signed last, its first signature, and the draft in hand."""

    note: Note
    version: NoteVersion | None
    first_signed_at: datetime | None
    draft: NoteDraft | None

    @property
    def infusion_id(self) -> UUID:
        """Whose chain it belongs to."""
        return self.note.infusion_id


@dataclass(frozen=True, slots=True)
class ChainRows:
    """All rows of one chain. `facts` are the infusion's among those of its course."""

    infusion: Infusion
    number: int
    facts: InfusionFacts
    course: CourseFacts
    notes: Sequence[NoteRows]
    rows: Sequence[Row]
    consents: Sequence[Consent]
    screened: Sequence[Measure]
    requests: Sequence[Task]
    measures: Sequence[DueItem]


def of_infusions(
    session: Session, ids: Collection[UUID], *, at: datetime, reach: MachineReach
) -> list[ChainRows]:
    """The chains of those infusions, in 18 queries."""
    infusions = _infusions(session, ids)
    patients = {one.patient_id for one in infusions}
    courses = {
        one.course_id: one
        for one in due_facts.of_courses(session, {one.course_id for one in infusions}, reach=reach)
    }
    notes = _by(_notes(session, ids), "infusion_id")
    rows = _by(
        (row for table in TABLES.values() for row in _rows(session, table, ids)), "infusion_id"
    )
    consents = _by(_consents(session, patients), "patient_id")
    screened = _by(_screened(session, courses), "course_id")
    requests = _by(_requests(session, patients), "patient_id")
    items = {key: due(one.facts, at) for key, one in courses.items()}
    found = []
    for infusion in infusions:
        course = courses[infusion.course_id]
        facts = next(one for one in course.facts.infusions if one.key == str(infusion.id))
        found.append(
            ChainRows(
                infusion,
                _number(facts, course.facts.infusions),
                facts,
                course,
                notes.get(infusion.id, ()),
                rows.get(infusion.id, ()),
                consents.get(infusion.patient_id, ()),
                _own(infusion, course, screened.get(infusion.course_id, ())),
                requests.get(infusion.patient_id, ()),
                _measures(facts, course, items[infusion.course_id]),
            )
        )
    return found


def earlier(
    session: Session, about: Mapping[UUID, tuple[UUID, datetime]], *, reach: MachineReach
) -> dict[UUID, list[NoteVersion]]:
    """For each note the newest signed texts of its author before it, of whichever patient.

    `about` says of each note its author, and until when: before that moment they were signed.
    """
    del reach
    if not about:
        return {}
    arms = [
        sa.select(
            sa.select(sa.literal(note_id, sa.Uuid()).label("about"), Note.id, Note.signed_versions)
            .where(
                Note.author_id == author_id,
                Note.state.in_(SIGNED),
                Note.state_at < until + COSIGNED_WITHIN,
                Note.id != note_id,
            )
            .order_by(Note.state_at.desc(), Note.id)
            .limit(NEWEST * 2)
            .subquery()
        )
        for note_id, (author_id, until) in about.items()
    ]
    near = sa.union_all(*arms).subquery()
    is_newest = sa.and_(
        NoteVersion.note_id == near.c.id, NoteVersion.number == near.c.signed_versions
    )
    query = (
        sa.select(near.c.about, NoteVersion)
        .join(NoteVersion, is_newest)
        .order_by(NoteVersion.signed_at.desc(), NoteVersion.id)
    )
    found: dict[UUID, list[NoteVersion]] = {}
    for note_id, version in session.execute(query):
        listed = found.setdefault(note_id, [])
        if version.signed_at < about[note_id][1] and len(listed) < NEWEST:
            listed.append(version)
    return found


def _number(facts: InfusionFacts, among: Iterable[InfusionFacts]) -> int:
    """Its place among the infusions of the course that stand, the first being 1."""
    return 1 + sum(
        one.number < facts.number and one.times.state is not InfusionState.CANCELLED
        for one in among
    )


def _measures(facts: InfusionFacts, course: CourseFacts, items: Iterable[DueItem]) -> list[DueItem]:
    """The measures due for an infusion; what comes again and again goes with the last dose."""
    dosed = [one for one in course.facts.infusions if one.times.dosed_at is not None]
    last = max(dosed, key=lambda one: one.number, default=None)
    own = {facts.key, ""} if last is not None and last.key == facts.key else {facts.key}
    return [one for one in items if one.kind is DueKind.MEASURE and one.infusion in own]


def _own(infusion: Infusion, course: CourseFacts, screened: Iterable[Measure]) -> list[Measure]:
    """The screenings of an infusion; one that names none is of the last that began before it."""
    begun = sorted(
        (one.times.dosed_at or one.times.planned_for, one.key)
        for one in course.facts.infusions
        if one.times.state is not InfusionState.CANCELLED
    )

    def whose(one: Measure) -> str:
        if one.infusion_id is not None:
            return str(one.infusion_id)
        before = [key for begun_at, key in begun if begun_at <= one.observed_at]
        return before[-1] if before else next((key for _, key in begun), "")

    return [one for one in screened if whose(one) == str(infusion.id)]


def _infusions(session: Session, ids: Collection[UUID]) -> list[Infusion]:
    query = (
        sa.select(Infusion)
        .options(joinedload(Infusion.course, innerjoin=True))
        .where(Infusion.id.in_(ids))
        .order_by(Infusion.planned_for, Infusion.id)
    )
    return list(session.execute(query).scalars())


def _notes(session: Session, ids: Collection[UUID]) -> list[NoteRows]:
    """The notes that stand, by their begin, in two queries."""
    newest = aliased(NoteVersion, name="newest")
    query = (
        sa.select(Note, newest)
        .options(undefer(Note.first_signed_at))
        .outerjoin(
            newest, sa.and_(newest.note_id == Note.id, newest.number == Note.signed_versions)
        )
        .where(Note.infusion_id.in_(ids), Note.state != NoteState.DISCARDED.value)
        .order_by(Note.begun_at, Note.id)
    )
    found = list(session.execute(query))
    drafts = _drafts(session, [note.id for note, _ in found if note.state in EDITABLE])
    return [
        NoteRows(note, version, note.first_signed_at, drafts.get(note.id))
        for note, version in found
    ]


def _drafts(session: Session, ids: Collection[UUID]) -> dict[UUID, NoteDraft]:
    newest = (
        sa.select(sa.func.max(NoteDraft.version).label("version"), NoteDraft.note_id)
        .where(NoteDraft.note_id.in_(ids), NoteDraft.is_aside.is_(False))
        .group_by(NoteDraft.note_id)
        .subquery()
    )
    is_newest = sa.and_(
        NoteDraft.note_id == newest.c.note_id, NoteDraft.version == newest.c.version
    )
    query = sa.select(NoteDraft).join(newest, is_newest)
    return {one.note_id: one for one in session.execute(query).scalars()}


def _rows(session: Session, table: type[Any], ids: Collection[UUID]) -> list[Any]:
    query = (
        sa.select(table)
        .where(table.infusion_id.in_(ids), table.struck_at.is_(None))
        .order_by(table.observed_at, table.recorded_at, table.id)
    )
    return list(session.execute(query).scalars())


def _consents(session: Session, patients: Collection[UUID]) -> list[Consent]:
    query = sa.select(Consent).where(Consent.patient_id.in_(patients))
    return list(session.execute(query.order_by(Consent.signed_on, Consent.id)).scalars())


def _screened(session: Session, courses: Collection[UUID]) -> list[Measure]:
    """Looks at risk outside of the notes, complete or not."""
    query = sa.select(Measure).where(
        Measure.course_id.in_(courses), Measure.key == SCREENER, Measure.struck_at.is_(None)
    )
    return list(session.execute(query.order_by(Measure.observed_at, Measure.id)).scalars())


def _requests(session: Session, patients: Collection[UUID]) -> list[Task]:
    """Requests for another dose that somebody answered, the newest first."""
    query = sa.select(Task).where(
        Task.patient_id.in_(patients), Task.kind == DOSE_REQUEST, Task.answered_at.is_not(None)
    )
    return list(session.execute(query.order_by(Task.answered_at.desc(), Task.id)).scalars())


def _by(rows: Iterable[T], name: str) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
