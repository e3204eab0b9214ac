"""The trail of a million entries, over HTTP: any page, any search, at any depth, for two readers.

The goals: no page takes 30 ms, and the deepest takes at most three times as long as the first.
What an entry costs to write is told beside, and what it costs without the indexes of the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import sqlalchemy as sa

from bench import server
from bench.clock import alternately
from bench.figure import Figure
from bench.practice import opened
from bench.seed import SUPERVISOR
from bench.seeded import MILLION, Seeded, seeded
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.audit.trail import Entry
from kapnotes.records.person import Person
from kapnotes.records.unusual import UnusualMark

GOAL = 30.0
DEEP = 3.0
ROUNDS = 30
ADMINISTRATOR = "administrator@demo.example"
FEW = "supervisor@demo.example"
"""A supervisor with few patients in the large practice."""
READERS = (("administrator", ADMINISTRATOR), ("supervisor", SUPERVISOR), ("of few patients", FEW))


@dataclass(frozen=True, slots=True)
class Depth:
    """A search as an address, and the entries at which its deeper pages begin."""

    name: str
    asked: dict[str, str]


def figures(database: str) -> Iterator[Figure]:
    """Measure every search for every reader on that database."""
    with seeded(MILLION, database) as practice:
        if practice.seconds is not None:
            yield Figure(f"seeding a million events, {database}", practice.seconds, "s")
        searches, deep = _searches(practice)
        with server.product(practice.folder) as product:
            for who, email in READERS:
                visitor = Visitor(product.port).sign_in(email)
                yield from _of_reader(visitor, who, searches, deep, database)


def _of_reader(
    visitor: Visitor, who: str, searches: list[Depth], deep: int, database: str
) -> Iterator[Figure]:
    for one in searches:
        first = _address(one.asked)
        far = _address({**one.asked, "before": str(deep)})
        taken, deeper = alternately(
            partial(visitor.get, first), partial(visitor.get, far), rounds=ROUNDS
        )
        about = f"trail, {one.name}, {who}: {database}"
        yield Figure(about, taken, goal=GOAL)
        yield Figure(f"{about}, deep / first", deeper, floor=taken, goal=DEEP)


def _address(asked: dict[str, str]) -> str:
    return f"/audit?{urlencode(asked)}" if asked else "/audit"


def _searches(practice: Seeded) -> tuple[list[Depth], int]:
    """What is looked for, the rare beside the common, and an entry long ago."""
    with opened(practice.folder), db.current().writing() as session:
        therapist = "therapist-30@large.example"
        person = session.execute(sa.select(Person.id).where(Person.email == therapist)).scalar_one()
        last = session.execute(sa.select(sa.func.max(Entry.position))).scalar_one()
        session.execute(sa.update(UnusualMark).values(position=last))  # the worker rests
    today = datetime.now(UTC).date()
    days = {"from": str(today - timedelta(days=500)), "to": str(today - timedelta(days=470))}
    return [
        Depth("everything", {}),
        Depth("a person", {"person": str(person)}),
        Depth("a kind of act", {"category": "look"}),
        Depth("an action", {"event": "note.viewed"}),
        Depth("a rare action", {"event": "practice.created"}),
        Depth("refused", {"outcome": "refused"}),
        Depth("done", {"outcome": "done"}),
        Depth("a month", days),
        Depth("a person, refused, a month", {"person": str(person), "outcome": "refused", **days}),
        Depth("what a person never did", {"person": str(person), "event": "people.viewed"}),
        Depth("an action never done", {"event": "sign_in.failed", "outcome": "done"}),
    ], last // 20
