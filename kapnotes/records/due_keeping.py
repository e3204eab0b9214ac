"""Keeping what is due: whoever changes a fact has the course worked out before the commit.

The session itself sees to it: a change that it writes marks its course, and before the
transaction ends the rule is asked again and the rows that differ are written. No action calls
anything, so none can forget. By then the transaction holds the head of the trail, so that writers
come here one after another, and each sees what the one before it wrote. The notes that wait for a
co-signature are kept with it (`waiting_note`).

The rule changes with the product: rows are good for the rule that wrote them, named by `RULE`.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from kapnotes import clinic
from kapnotes.access.reach import MachineReach
from kapnotes.clinic.due_kept import BEGINNING, kept
from kapnotes.records import due_facts, waiting_note
from kapnotes.records.course import Course, Infusion
from kapnotes.records.kept_due import DueCourse, KeptDue, row_of
from kapnotes.records.measure import Measure
from kapnotes.records.note import Note
from kapnotes.records.session_row import Dose

BATCH = 100
"""Courses that are worked out at a time."""
FACTS = MappingProxyType(
    {
        Course: ("state", "indication", "protocol", "protocol_kept"),
        Infusion: ("number", "phase", "state", "planned_for", "started_at", "completed_at"),
        Dose: ("observed_at", "struck_at"),
        Note: ("kind", "state", "state_at"),
        Measure: ("key", "observed_at", "is_complete", "struck_at"),
    }
)
"""What of each table the rule is asked about."""
_OF = MappingProxyType(
    {
        Course: "id",
        Infusion: "course_id",
        Measure: "course_id",
        Dose: "infusion_id",
        Note: "infusion_id",
    }
)
"""Which course a row is about, or which infusion of one."""
_COURSES, _INFUSIONS = "courses to work out", "infusions of such courses"
_CHANGING = ("whose", "from_at", "due_at", "over_at")


def _rule() -> str:
    """A name for the rule as this version of the product has it: it follows from its text."""
    digest = sha256()
    facts = (Path(due_facts.__file__), Path(waiting_note.__file__))
    rooms = (Path(clinic.__file__).parent.glob("*.py"), facts)
    for path in sorted(path for room in rooms for path in room):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


RULE = _rule()


def mark(session: Session, ids: Iterable[UUID]) -> None:
    """Have these courses worked out before the transaction ends."""
    _mark_of(session, Course, ids)


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _: object) -> None:
    """Mark the courses of the facts that were written."""
    for row in (*session.new, *session.dirty, *session.deleted):
        names = FACTS.get(type(row))
        if names is not None and _is_changed(session, row, names):
            _mark_of(session, type(row), [getattr(row, _OF[type(row)])])


@event.listens_for(Session, "do_orm_execute")
def _collect_many(state: ORMExecuteState) -> None:
    """Mark the courses of the rows that one statement changes; rows are added one by one."""
    table: type[Any] = state.bind_mapper.class_ if state.bind_mapper else object
    if table not in FACTS or state.is_select:
        return
    if state.is_insert:
        raise TypeError(f"{table.__tablename__} rows are added to the session one by one")
    about = sa.select(getattr(table, _OF[table])).distinct()
    where = state.statement.whereclause  # type: ignore[attr-defined] # an update has one
    query = about if where is None else about.where(where)
    _mark_of(state.session, table, state.session.connection().execute(query).scalars())


def _mark_of(session: Session, table: type[Any], ids: Iterable[UUID | None]) -> None:
    known = {one for one in ids if one is not None}
    session.info.setdefault(_INFUSIONS if table in {Dose, Note} else _COURSES, set()).update(known)


def _is_changed(session: Session, row: object, names: Iterable[str]) -> bool:
    if row not in session.dirty:
        return True
    changed = sa.inspect(row).attrs
    return any(changed[name].history.has_changes() for name in names)


@event.listens_for(Session, "before_commit")
def _keep(session: Session) -> None:
    """Work out the courses that were marked."""
    session.flush()
    marked: set[UUID] = session.info.pop(_COURSES, set())
    infusions: set[UUID] = session.info.pop(_INFUSIONS, set())
    if infusions:
        query = sa.select(Infusion.course_id).where(Infusion.id.in_(infusions))
        marked |= set(session.connection().execute(query).scalars())
    for ids in _batches(sorted(marked)):
        _work_out(session, ids, session.info.get("at", BEGINNING))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _: object) -> None:
    """What was not written changes nothing."""
    session.info.pop(_COURSES, None)
    session.info.pop(_INFUSIONS, None)


def _work_out(session: Session, ids: Collection[UUID], at: datetime) -> None:
    """Ask the rule about those courses, and write what differs from what is kept."""
    connection = session.connection()
    reach = MachineReach("working out what is due")
    wanted: dict[UUID, dict[str, Any]] = {}
    for one in due_facts.of_courses(session, ids, reach=reach):
        for item in kept(one.facts, at):
            row = row_of(item, course_id=one.course_id, patient_id=one.patient_id)
            wanted[row["id"]] = row
    query = sa.select(*KeptDue.__table__.columns).where(KeptDue.course_id.in_(ids))
    there = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    if gone := there.keys() - wanted.keys():
        connection.execute(sa.delete(KeptDue).where(KeptDue.id.in_(gone)))
    if new := [row for key, row in wanted.items() if key not in there]:
        connection.execute(sa.insert(KeptDue), new)
    for key in wanted.keys() & there.keys():
        if changed := {n: wanted[key][n] for n in _CHANGING if wanted[key][n] != there[key][n]}:
            connection.execute(sa.update(KeptDue).where(KeptDue.id == key).values(**changed))
    waiting_note.keep(connection, ids)
    _note_rule(connection, ids)


def _note_rule(connection: sa.Connection, ids: Collection[UUID]) -> None:
    """Keep by which rule the courses were worked out."""
    query = sa.select(DueCourse.course_id, DueCourse.rule).where(DueCourse.course_id.in_(ids))
    rules = {row.course_id: row.rule for row in connection.execute(query)}
    if new := [{"course_id": one, "rule": RULE} for one in ids if one not in rules]:
        connection.execute(sa.insert(DueCourse), new)
    if old := [one for one, rule in rules.items() if rule != RULE]:
        connection.execute(
            sa.update(DueCourse).where(DueCourse.course_id.in_(old)).values(rule=RULE)
        )


def left_out(session: Session, *, reach: MachineReach) -> int:
    """How many courses of the practice were not worked out by the rule of today."""
    del reach
    every = sa.select(sa.func.count()).select_from(Course).scalar_subquery()
    done = sa.select(sa.func.count()).where(DueCourse.rule == RULE).scalar_subquery()
    found: int = session.connection().execute(sa.select(every - done)).scalar_one()
    return found


def to_work_out(session: Session, *, most: int, reach: MachineReach) -> list[UUID]:
    """Courses that were not worked out by the rule of today, so many at most."""
    del reach
    query = (
        sa.select(Course.id)
        .outerjoin(DueCourse, DueCourse.course_id == Course.id)
        .where(DueCourse.rule.is_distinct_from(RULE))
        .limit(most)
    )
    return list(session.connection().execute(query).scalars())


def _batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
