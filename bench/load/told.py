"""What a run showed: how long each act took, with and without printing, and whether it holds."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

SAVE, PDF, KEPT = "save", "summary as PDF", "kept"
SAVE_95, SAVE_99 = 200.0, 500.0
"""How long a save may take, in ms."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A request: when it ended (seconds), how long it took (ms), and what went wrong."""

    at: float
    name: str
    milliseconds: float
    wrong: str

    @property
    def began(self) -> float:
        """When it was sent, in seconds."""
        return self.at - self.milliseconds / 1000


@dataclass(frozen=True, slots=True)
class Run:
    """The requests of one run, those of its first seconds left out: everybody arrives then."""

    database: str
    seconds: float
    requests: Sequence[Timed]
    faults: Sequence[str] = field(default_factory=tuple)
    """What was found afterwards: a text that was lost, a trail that is not whole, an error."""

    def names(self) -> list[str]:
        """The acts, the most frequent first."""
        found = {one.name for one in self.requests}
        return sorted(found, key=lambda name: -len(self.times(name)))

    def times(self, name: str) -> list[float]:
        """How long each took, in ms, sorted."""
        return sorted(one.milliseconds for one in self.requests if one.name == name)

    @property
    def errors(self) -> list[Timed]:
        """What was not answered as it should be."""
        return [one for one in self.requests if one.wrong]

    def saves(self, *, while_printing: bool) -> list[float]:
        """How long saves took that met a document being made, or that met none; sorted."""
        printing = [one for one in self.requests if one.name == PDF]
        return sorted(
            one.milliseconds
            for one in self.requests
            if one.name == SAVE
            and while_printing
            == any(one.began < other.at and other.began < one.at for other in printing)
        )

    @property
    def holds(self) -> bool:
        """Whether nothing failed or was lost, and saving was fast while PDFs were made and not."""
        groups = (
            self.times(SAVE),
            self.saves(while_printing=True),
            self.saves(while_printing=False),
        )
        is_whole = not self.errors and not self.faults and bool(self.times(PDF))
        return is_whole and all(map(_is_fast, groups))


def _is_fast(times: Sequence[float]) -> bool:
    return part(times, 95) < SAVE_95 and part(times, 99) < SAVE_99


def part(times: Sequence[float], hundredths: int) -> float:
    """The time within which so many of a hundred were done; the times are sorted."""
    if not times:
        return 0.0
    return times[max(0, ceil(len(times) * hundredths / 100) - 1)]


def read(path: Path, *, warm_seconds: float) -> list[Timed]:
    """The requests that locust wrote down, without those of the first seconds."""
    rows = [one for one in _rows(path) if one.wrong != KEPT]
    begun = min((one.began for one in rows), default=0.0)
    return [one for one in rows if one.began - begun >= warm_seconds]


def kept(path: Path) -> dict[str, int]:
    """The version of each draft that was reported saved last, by its address."""
    return {one.name: int(one.milliseconds) for one in _rows(path) if one.wrong == KEPT}


def _rows(path: Path) -> list[Timed]:
    return [Timed(*json.loads(line)) for line in path.read_text().splitlines()]


def table(run: Run) -> list[str]:
    """The run as lines of Markdown."""
    verdict = "holds" if run.holds else "does NOT hold"
    counts = f"{len(run.requests)} requests, {len(run.errors)} errors"
    lines = [
        f"**{run.database}**, {run.seconds / 60:.1f} min, {counts}: {verdict}",
        "",
        "| act | times | median | p95 | p99 | longest |",
        "|---|---|---|---|---|---|",
    ]
    groups = [(name, run.times(name)) for name in run.names()]
    for words, is_so in (("save, while a PDF is made", True), ("save, while none is", False)):
        groups.append((words, run.saves(while_printing=is_so)))
    for name, times in groups:
        cells = " | ".join(f"{one:.0f} ms" for one in (*_parts(times), max(times, default=0.0)))
        lines.append(f"| {name} | {len(times)} | {cells} |")
    wrong = defaultdict[str, int](int)
    for one in run.errors:
        wrong[f"{one.name}: {one.wrong}"] += 1
    lines += ["", *(f"- {count} times {words}" for words, count in wrong.items())]
    lines += [f"- {fault}" for fault in run.faults]
    return lines


def _parts(times: Sequence[float]) -> tuple[float, float, float]:
    return part(times, 50), part(times, 95), part(times, 99)
