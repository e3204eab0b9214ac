"""The review queue of a supervisor for whom thousands of notes wait, over HTTP, at any depth.

It is measured in the practice whose trail has a million entries. The goals are those of the trail:
no page takes 30 ms, and the deepest takes at most three times as long as the first.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from uuid import UUID

import sqlalchemy as sa

from bench import quiet, server
from bench.clock import alternately
from bench.figure import Figure
from bench.practice import opened
from bench.seed import SUPERVISOR
from bench.seeded import Seeded, Size, seeded
from bench.visitor import Visitor
from kapnotes.clinic.note import NoteState
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.person import Person, Supervision
from kapnotes.records.waiting_note import WaitingNote

GOAL = 30.0
DEEP = 3.0
ROUNDS = 30
MANY = 4000
"""Notes that wait, where there are so many."""
HOURS = timedelta(hours=72)
LONG = timedelta(days=1000)
FILTERS = {
    "everything": "/review",
    "late": "/review?age=late",
    "a week": "/review?age=week",
    "a kind": "/review?kind=dosing",
    "with findings": "/review?findings=some",
    "without findings": "/review?findings=none",
    "a risk": "/review?risk=yes",
    "returned": "/review?show=returned",
}
NEXT = re.compile(r'href="(/review\?[^"]*after=[^"]*)"')


def figures(size: Size, database: str) -> Iterator[Figure]:
    """Measure the queue, as it is asked for and to its end, in a practice of that size."""
    with seeded(size, database) as practice:
        quiet.settle(practice.folder)
        about = f"{fill(practice)} waiting, {database}"
        with server.product(practice.folder) as product:
            supervisor = Visitor(product.port).sign_in(SUPERVISOR)
            for name, path in FILTERS.items():
                far = last_page(supervisor, path)
                first, deep = alternately(
                    partial(supervisor.get, path), partial(supervisor.get, far), rounds=ROUNDS
                )
                yield Figure(f"queue, {name}: {about}", first, goal=GOAL)
                yield Figure(f"queue, {name}, last page: {about}", deep, goal=GOAL)
                yield Figure(f"queue, {name}, last / first", deep, floor=first, goal=DEEP)


def last_page(visitor: Visitor, path: str) -> str:
    """The address of the last page, found as a reader finds it: by turning pages."""
    while found := NEXT.search(visitor.get(path).decode()):
        path = unescape(found[1])
    return path


def fill(practice: Seeded) -> int:
    """Let notes of the people under supervision wait, `MANY` at most; how many there are.

    The links take over what was left waiting: what was seeded was signed before they began.
    """
    with opened(practice.folder) as database, database.engine.connect() as connection:
        writer = connection.execution_options(writes=True)
        with writer.begin():
            who = sa.select(Person.id).where(Person.email == SUPERVISOR)
            links = sa.update(Supervision).where(Supervision.supervisor_id.in_(who))
            writer.execute(links.values(covers_from=(datetime.now(UTC) - LONG).date()))
            theirs = sa.select(Supervision.supervisee_id).where(Supervision.supervisor_id.in_(who))
            there = sa.select(sa.func.count()).where(WaitingNote.author_id.in_(theirs))
            missing = MANY - writer.execute(there).scalar_one()
            if missing > 0:
                _let_wait(writer, theirs, missing)
        with connection.begin():
            found: int = connection.execute(there).scalar_one()
            return found


def _let_wait(writer: sa.Connection, authors: sa.Select[UUID], many: int) -> None:
    """Keep so many signed notes of these authors as notes that wait, the newest.

    They stay signed, as the database wants it: the queue is read from what is kept alone.
    """
    at = NoteVersion.signed_at
    query = (
        sa.select(
            *(NoteVersion.note_id, Infusion.course_id, Note.infusion_id, Note.patient_id),
            *(Note.author_id, Note.kind, NoteVersion.number, NoteVersion.digest, at),
        )
        .join(Note, Note.id == NoteVersion.note_id)
        .join(Infusion, Infusion.id == Note.infusion_id)
        .where(
            Note.author_id.in_(authors),
            Note.state == NoteState.SIGNED.value,
            NoteVersion.number == Note.signed_versions,
            Note.id.not_in(sa.select(WaitingNote.note_id)),
        )
        .order_by(at.desc(), Note.id)
        .limit(many)
    )
    rows = [
        {**row, "signed_on": row["signed_at"].date(), "due_at": row["signed_at"] + HOURS}
        for row in writer.execute(query).mappings()
    ]
    if rows:
        writer.execute(sa.insert(WaitingNote), rows)
