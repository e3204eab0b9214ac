"""Seed a large practice: `python -m bench.seed FOLDER --patients 10000 --scores 300000`.

The demo practice is loaded first; beside its patients stand as many more, each with a therapist
who has 250 of them. One lead and one of medical stand on every care team; one supervisor answers
for ten therapists, and for a note in twenty that waits for a co-signature. The password of every
account is that of `bench.practice`.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from uuid import UUID

import sqlalchemy as sa

from bench.chain import Chain, open_chain
from bench.practice import PASSWORD, load_demo, opened
from bench.sample import samples
from bench.story import Clinician, Rows, Story
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import due, people, supervision
from kapnotes.actions.password import hashed
from kapnotes.clinic.note import NoteKind

CASELOAD = 250
BATCH = 100
DUE_EVERY = 50
SUPERVISED = 10
WAITS_EVERY = 20
LEAD = "lead@large.example"
MEMBER = "therapist-1@large.example"
MEDICAL = "medical@large.example"
SUPERVISOR = "supervisor@large.example"
ORDER = (
    "patient",
    "data_key",
    "care_team",
    "course",
    "infusion",
    "dose",
    "vitals",
    "note",
    "note_draft",
    "note_version",
    "measure",
)
"""Tables in the order in which their rows may be written."""


def seed(
    folder: Path, *, patients: int, notes: int, scores: int = 0, ledger: Chain | None = None
) -> None:
    """Fill an empty folder with a practice of that size.

    Its events go to the `ledger`, if one is given, and to the trail otherwise.
    """
    load_demo(folder)
    now = datetime.now(UTC)
    with opened(folder) as database, database.engine.connect() as connection:
        everywhere, team = _join(-(-patients // CASELOAD), now)
        choice, dice = samples(), random.Random(7)  # noqa: S311 - the same practice every time
        hurry(connection)
        writer = connection.execution_options(writes=True)
        for numbers in _batches(patients):
            with writer.begin():
                chain = ledger or open_chain(writer)
                rows: Rows = defaultdict(list)
                for number in numbers:
                    story = Story(number, team[number // CASELOAD], chain, choice, dice, rows)
                    story.tell(
                        notes=notes // patients + (number < notes % patients),
                        now=now,
                        is_due_today=number % DUE_EVERY == 0,
                        team=(story.by.id, *everywhere),
                        ratings=scores // patients + (number < scores % patients),
                    )
                _write(writer, rows, chain)
    catch_up(folder)


def catch_up(folder: Path) -> None:
    """Bring a practice to this version of the product, as a start of the server does."""
    with opened(folder):
        db.migrate()
        while due.work_out(by=operator(), at=datetime.now(UTC)):
            pass


def _join(count: int, at: datetime) -> tuple[list[UUID], list[Clinician]]:
    """Accounts: who stands on every care team, and the therapists."""
    add = partial(
        people.add, credentials="LMFT", password_hash=hashed(PASSWORD), by=operator(), at=at
    )
    lead = add(email=LEAD, name="Lead Therapist", role="therapist")
    medical = add(email=MEDICAL, name="Medical", role="medical")
    supervisor = add(email=SUPERVISOR, name="Supervisor", role="supervisor")
    names = [f"Therapist {one + 1}" for one in range(count)]
    emails = [f"therapist-{one + 1}@large.example" for one in range(count)]
    ids = [
        add(email=email, name=name, role="therapist")
        for email, name in zip(emails, names, strict=True)
    ]
    for one in ids[:SUPERVISED]:
        on, by = at.date(), operator()
        supervision.link(supervisor_id=supervisor, supervisee_id=one, starts_on=on, by=by, at=at)
        kinds = tuple(NoteKind)
        supervision.require(person_id=one, kinds=kinds, starts_on=on, by=by, at=at)
    team = [Clinician(one, f"{name}, LMFT") for one, name in zip(ids, names, strict=True)]
    return [lead, medical], team


def _batches(patients: int) -> Iterator[range]:
    for first in range(0, patients, BATCH):
        yield range(first, min(first + BATCH, patients))


def hurry(connection: sa.Connection) -> None:
    """Let the embedded database write without waiting for the disk; this connection alone."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        for pragma in ("synchronous = OFF", "cache_size = -500000"):
            driver.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr] # an open connection has one


def _write(connection: sa.Connection, rows: Rows, chain: Chain) -> None:
    tables = db.Base.metadata.tables
    for name in filter(rows.get, ORDER):
        connection.execute(tables[name].insert(), rows[name])
    newest = {one["patient_id"]: one["id"] for one in rows["note"]}
    waiting = set(list(newest.values())[::WAITS_EVERY])
    signed = [one["id"] for one in rows["note"] if one["id"] not in waiting]
    note = tables["note"]
    for state, ids in (("signed", signed), ("awaiting_cosignature", list(waiting))):
        for first in range(0, len(ids), 500):
            some = note.c.id.in_(ids[first : first + 500])
            connection.execute(note.update().where(some).values(state=state))
    chain.write(connection)


def main() -> None:
    """Read the command line and seed."""
    parser = argparse.ArgumentParser(prog="python -m bench.seed", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--notes", type=int, default=200_000)
    parser.add_argument("--scores", type=int, default=300_000)
    told = parser.parse_args()
    begun = perf_counter()
    told.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seed(told.folder, patients=told.patients, notes=told.notes, scores=told.scores)
    size = f"{told.patients} patients, {told.notes} notes, {told.scores} scores"
    print(f"{size}: {perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
