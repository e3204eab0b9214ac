"""`python -m bench [--large]`: measure, print the table, write `bench/results.json`.

The lists of due things are measured on both databases, or on the one that is named.
"""

import argparse
import os
from collections.abc import Iterator, Sequence

from bench import due, figure, machine, pages, paper, review, sessions, trail, verify
from bench import large as seeded_large
from bench.figure import Figure
from bench.practice import demo_practice
from bench.seeded import DATABASES, LARGE, MILLION, MODERATE

ALONE = ("due", "trail", "review", "verify")


def main() -> None:
    """Measure what was asked for; leaves with 0 also where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="also a seeded large practice")
    parser.add_argument("--database", choices=DATABASES, help="the lists on this one alone")
    parser.add_argument("--due", action="store_true", help="the lists of due things alone")
    parser.add_argument("--trail", action="store_true", help="the trail alone")
    parser.add_argument("--review", action="store_true", help="the review queue alone")
    parser.add_argument(
        "--verify", action="store_true", help="verifying the trail of a million alone"
    )
    told = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    print(figure.heading(), flush=True)
    found = []
    databases = (told.database,) if told.database else DATABASES
    alone = next((one for one in ALONE if getattr(told, one)), "")
    for one in _figures(databases, large=told.large, alone=alone):
        print(figure.line(one), flush=True)
        found.append(one)
    figure.write(found)


def _figures(databases: Sequence[str], *, large: bool, alone: str) -> Iterator[Figure]:
    if alone:
        for database in databases:
            if alone == "due":
                yield from due.figures(LARGE if large else MODERATE, database)
            elif alone == "trail":
                yield from trail.figures(MILLION if large else MODERATE, database)
            elif alone == "review":
                yield from review.figures(MILLION if large else MODERATE, database)
            else:
                yield from verify.figures(database)
        return
    with demo_practice() as folder:
        yield from pages.figures(folder)
        yield from paper.figures(folder)
        yield from machine.figures(folder)
        yield from sessions.figures(folder)
    if large:
        yield from seeded_large.figures(databases)
        for database in databases:
            yield from trail.figures(MILLION, database)
            yield from review.figures(MILLION, database)
            yield from verify.figures(database)
    else:
        for database in databases:
            yield from due.figures(MODERATE, database)
            yield from trail.figures(MODERATE, database)
            yield from review.figures(MODERATE, database)


if __name__ == "__main__":
    main()
