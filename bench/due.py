"""The lists of what is due, over HTTP, in a large practice: Today, the list, one kind of it.

The goal is 150 ms for each. Who has all patients has the longest list that there can be.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from bench.clock import alternately
from bench.figure import Figure
from bench.visitor import Visitor

GOAL = 150.0
ROUNDS = 40
PLACES = (("Today", "/"), ("due", "/due"), ("due, scales alone", "/due?kind=measure"))


def figures(port: int, people: Mapping[str, str]) -> Iterator[Figure]:
    """Measure each list for each person: what they have by their e-mail address."""
    for who, email in people.items():
        visitor = Visitor(port).sign_in(email)
        for name, path in PLACES:
            [taken] = alternately(partial(visitor.get, path), rounds=ROUNDS)
            yield Figure(f"{name}, {who}", taken, goal=GOAL)
