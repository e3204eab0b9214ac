"""A chart of sixty pages: after one new infusion, with nothing kept, and as it grows."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from tempfile import NamedTemporaryFile

from bench.clock import alternately, once
from bench.figure import Figure
from kapnotes.paper.binding import Binding, Bookmark
from kapnotes.paper.press import Printer

PAGES = 60
ROUNDS = 9
FEW, MANY = 10, 100
AGAIN_GOAL, WHOLE_GOAL, GROWTH_GOAL, MEMORY_GOAL = 2.0, 20.0, 1.2, 300.0
CONTENTS = """<html lang="en" data-sheet="sheet"><head><title>Chart</title></head>
<body class="a4" data-name="Name" data-who="born" data-what="Chart">
<h1>Chart</h1>{}</body></html>"""


def chart_figures(html: str, alone: Binding, printer: Printer) -> Iterator[Figure]:
    """Measure charts made of that summary, which differs in each part."""
    at = alone.at
    pages = printer.part(html, at=at).pages
    infusions = -(-PAGES // pages)
    kept = [printer.part(_page(html, one), at=at).content for one in range(MANY)]

    def summary() -> None:
        part = printer.part(html, at=at)
        printer.bind(replace(alone, parts=(part.content,)))

    def again() -> None:
        front = printer.part(_contents(infusions), at=at)
        new = printer.part(html, at=at)
        printer.bind(_bound(alone, [front.content, *kept[: infusions - 1], new.content]))

    def whole() -> None:
        parts = [printer.part(_page(html, one), at=at).content for one in range(infusions)]
        front = printer.part(_contents(infusions), at=at)
        printer.bind(_bound(alone, [front.content, *parts]))

    one, two = alternately(summary, again, rounds=ROUNDS, warm=2)
    said = f"{infusions * pages}-page chart"
    yield Figure(f"{said} after one infusion / one summary", two, floor=one, goal=AGAIN_GOAL)
    name = f"{said}, nothing kept / one summary"
    yield Figure(name, once(whole), floor=one, goal=WHOLE_GOAL)
    few, many = alternately(
        lambda: printer.bind(_bound(alone, kept[:FEW])),
        lambda: printer.bind(_bound(alone, kept)),
        rounds=ROUNDS,
        warm=1,
    )
    name = f"binding an infusion, of {MANY} / of {FEW}"
    yield Figure(name, many / MANY, floor=few / FEW, goal=GROWTH_GOAL)
    memory = _peak(html, alone, kept[:infusions])
    yield Figure(f"memory of the printer's child, {said}", memory, "MB", goal=MEMORY_GOAL)
    memory = _peak(html, alone, kept)
    yield Figure(f"memory of the printer's child, {MANY * pages} pages", memory, "MB")


def _page(html: str, number: int) -> str:
    """The same pages as those of another infusion."""
    return html.replace("</body>", f"<p>Infusion {number}</p></body>")


def _contents(infusions: int) -> str:
    """A first page with a link to each infusion."""
    lines = (f'<p><a href="#part-{one}">To {one}</a></p>' for one in range(1, infusions + 1))
    return CONTENTS.format("".join(lines))


def _bound(alone: Binding, parts: list[bytes]) -> Binding:
    marks = tuple(Bookmark(f"Infusion {place}", place) for place in range(len(parts)))
    return replace(alone, parts=tuple(parts), bookmarks=marks)


def _peak(html: str, alone: Binding, kept: list[bytes]) -> float:
    """The most memory that a printer's child takes for that summary and this chart, in MB."""
    with NamedTemporaryFile() as file:
        pickle.dump((html, _bound(alone, kept)), file)
        file.flush()
        words = [sys.executable, "-m", "bench.printer_memory", file.name]
        return float(subprocess.run(words, check=True, capture_output=True).stdout)  # noqa: S603 - a module of ours
