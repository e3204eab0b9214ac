"""`python -m bench [--large]`: measure, print the table, write `bench/results.json`."""

import argparse
import os
from collections.abc import Iterator

from bench import figure, machine, pages, paper, sessions
from bench.figure import Figure
from bench.practice import demo_practice


def main() -> None:
    """Measure what was asked for; leaves with 0 also where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="also a seeded large practice")
    told = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    print(figure.heading(), flush=True)
    found = []
    for one in _figures(large=told.large):
        print(figure.line(one), flush=True)
        found.append(one)
    figure.write(found)


def _figures(*, large: bool) -> Iterator[Figure]:
    with demo_practice() as folder:
        yield from pages.figures(folder)
        yield from paper.figures(folder)
        yield from machine.figures(folder)
        yield from sessions.figures(folder)
    if large:
        from bench import large as seeded  # noqa: PLC0415 - its seed takes minutes

        yield from seeded.figures()


if __name__ == "__main__":
    main()
