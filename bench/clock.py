"""Taking turns: whatever else the machine does meanwhile falls on every act alike."""

import gc
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter

Act = Callable[[], object]
WARM = 5


def alternately(*acts: Act, rounds: int, warm: int = WARM) -> list[float]:
    """The median time of each act in ms; each is done once a round, in changing order."""
    taken: list[list[float]] = [[] for _ in acts]
    for act in acts:
        for _ in range(warm):
            act()
    gc.collect()
    for turn in range(rounds):
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
