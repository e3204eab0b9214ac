"""Taking turns: whatever else the machine does meanwhile falls on every act alike."""

import gc
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter

Act = Callable[[], object]
WARM = 5


def _nothing() -> None:
    """What comes before a round where nothing does."""


def alternately(*acts: Act, rounds: int, warm: int = WARM, before: Act = _nothing) -> list[float]:
    """The median time of each act in ms; each is done once a round, in changing order.

    `before` is done before each round and takes no part in the times.
    """
    taken: list[list[float]] = [[] for _ in acts]
    for act in acts:
        for _ in range(warm):
            act()
    gc.collect()
    for turn in range(rounds):
        before()
        for place in range(len(acts)):
            number = (place + turn) % len(acts)
            taken[number].append(once(acts[number]))
    return [median(one) for one in taken]


def once(act: Act) -> float:
    """The time of one act in ms."""
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1000


def percentile_99(times: list[float]) -> float:
    """The time within which 99 of 100 were done."""
    return quantiles(times, n=100)[-1]
