"""What an entry of the trail costs to write, and what it would cost without the search's indexes.

Both are measured at the end of the trail as it is, in one transaction that is taken back: an index
that is dropped in it is there again afterwards. The commit is not counted; it is the same for both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import UUID

import sqlalchemy as sa

from bench.figure import Figure
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, Entry, append
from kapnotes.records.patient import Patient
from kapnotes.records.person import Person

ENTRIES = 1_000
MANY = 500
EVENTS = (Did.PATIENT_VIEWED, Did.NOTE_VIEWED, Did.INFUSION_VIEWED, Did.TODAY_VIEWED)


class TakenBackError(Exception):
    """The transaction has served its purpose."""


def figures(database: str) -> Iterator[Figure]:
    """Measure both in the practice that is open."""
    with db.current().reading() as session:
        patients = session.execute(sa.select(Patient.id).limit(MANY)).scalars().all()
        people = session.execute(sa.select(Person.id).limit(MANY)).scalars().all()
    taken = _writing(patients, people, is_bare=False)
    bare = _writing(patients, people, is_bare=True)
    yield Figure(f"an entry written / without indexes: {database}", taken, floor=bare)


def _writing(patients: Sequence[UUID], people: Sequence[UUID], *, is_bare: bool) -> float:
    """The time of one entry in ms, of many people about many patients."""
    taken, now = 0.0, datetime.now(UTC)
    try:
        with db.current().writing() as session:
            if is_bare:
                for index in Entry.__table__.indexes:  # type: ignore[attr-defined] # a table has them
                    session.execute(sa.text(f"DROP INDEX {index.name}"))
            begun = perf_counter()
            for number in range(ENTRIES):
                deed = Deed(session)
                deed.patient_id = patients[number * 7 % len(patients)]
                by = replace(operator(), id=people[number % len(people)])
                at = now + timedelta(milliseconds=number)
                append(deed, EVENTS[number % len(EVENTS)], by=by, at=at)
            taken = perf_counter() - begun
            raise TakenBackError
    except TakenBackError:
        return 1000 * taken / ENTRIES
