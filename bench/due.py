"""The lists of what is due, over HTTP, in a seeded practice: Today, the list, parts of it.

The goal is 150 ms for each, whoever asks. Who has all patients has the longest lists there can be.
"""

from collections.abc import Iterator
from functools import partial

from bench import server
from bench.clock import alternately
from bench.figure import Figure
from bench.seed import LEAD, MEDICAL, MEMBER, SUPERVISOR
from bench.seeded import Size, seeded
from bench.visitor import Visitor

GOAL = 150.0
ROUNDS = 30
PEOPLE = {
    "caseload": (MEMBER, "/due?kind=measure"),
    "all patients": (LEAD, "/due?kind=measure"),
    "medical, all": (MEDICAL, "/due?kind=review"),
    "supervisor": (SUPERVISOR, "/due?kind=cosignature"),
}
"""Who asks, and for one kind of theirs."""
PLACES = (("Today", "/"), ("due", "/due"), ("overdue", "/due?part=overdue"))


def figures(size: Size, database: str) -> Iterator[Figure]:
    """Measure each list for each person, in a practice of that size on that database."""
    with seeded(size, database) as practice:
        about = f"{size.patients}, {database}"
        if practice.seconds is not None:
            yield Figure(f"seeding {about}", practice.seconds, "s")
        with server.product(practice.folder) as product:
            for who, (email, kind) in PEOPLE.items():
                visitor = Visitor(product.port).sign_in(email)
                for name, path in (*PLACES, ("one kind", kind)):
                    [taken] = alternately(partial(visitor.get, path), rounds=ROUNDS)
                    yield Figure(f"{name}, {who}: {about}", taken, goal=GOAL)
