"""The trail of a large practice, over HTTP: any page, any search, at any depth, for three readers.

The goals: no page takes 30 ms, and the deepest takes at most three times as long as the first.
What an entry costs to write is told beside, and what it costs without the indexes of the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import sqlalchemy as sa

from bench import quiet, server, written
from bench.clock import alternately
from bench.figure import Figure
from bench.practice import opened
from bench.seed import SUPERVISOR
from bench.seeded import Seeded, Size, seeded
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.records.person import Person

GOAL = 30.0
DEEP = 3.0
ROUNDS = 30
ADMINISTRATOR = "administrator@demo.example"
FEW = "supervisor@demo.example"
"""A supervisor with few patients in the large practice."""
READERS = (("administrator", ADMINISTRATOR), ("supervisor", SUPERVISOR), ("of few patients", FEW))
_LAST = (
    sa.select(Person.id)
    .where(Person.email.like("therapist-%@large.example"))
    .order_by(sa.func.length(Person.email).desc(), Person.email.desc())
    .limit(1)
)
"""The last therapist: in a large practice out of everyone's supervision."""


@dataclass(frozen=True, slots=True)
class Depth:
    """A search as an address, and the entries at which its deeper pages begin."""

    name: str
    asked: dict[str, str]


def figures(size: Size, database: str) -> Iterator[Figure]:
    """Measure every search for every reader in a practice of that size on that database."""
    with seeded(size, database) as practice:
        if practice.seconds is not None:
            yield Figure(
                f"seeding {size.events or 'its own'} events, {database}", practice.seconds, "s"
            )
        searches, deep = _searches(practice)
        with opened(practice.folder):
            yield from written.figures(database)
        with server.product(practice.folder) as product:
            for who, email in READERS:
                visitor = Visitor(product.port).sign_in(email)
                yield from _of_reader(visitor, who, searches, deep, database)


def _of_reader(
    visitor: Visitor, who: str, searches: list[Depth], deep: int, database: str
) -> Iterator[Figure]:
    """Each search at its first page and deep down; the worst of them last."""
    worst = worst_ratio = 0.0
    for one in searches:
        first = _address(one.asked)
        far = _address({**one.asked, "before": str(deep)})
        taken, deeper = alternately(
            partial(visitor.get, first), partial(visitor.get, far), rounds=ROUNDS
        )
        about = f"trail, {one.name}, {who}: {database}"
        yield Figure(about, taken, goal=GOAL)
        yield Figure(f"{about}, deep / first", deeper, floor=taken, goal=DEEP)
        worst, worst_ratio = max(worst, taken, deeper), max(worst_ratio, deeper / taken)
    yield Figure(f"trail, the worst page, {who}: {database}", worst, goal=GOAL)
    yield Figure(f"trail, the worst depth, {who}: {database}", worst_ratio, "x", goal=DEEP)


def _address(asked: dict[str, str]) -> str:
    return f"/audit?{urlencode(asked)}" if asked else "/audit"


def _searches(practice: Seeded) -> tuple[list[Depth], int]:
    """What is looked for, the rare beside the common, and an entry long ago."""
    last = quiet.settle(practice.folder)
    with opened(practice.folder), db.current().reading() as session:
        person = session.execute(_LAST).scalar_one()
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
