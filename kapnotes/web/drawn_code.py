"""A QR code as plain strokes for a page: one path of runs, no picture from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""Light modules around the code, as scanners want them."""


@dataclass(frozen=True, slots=True)
class DrawnCode:
    """A QR code: its size in modules, the light border included, and its path."""

    size: int
    path: str


def drawn_code(text: str) -> DrawnCode:
    """The QR code of a text."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    return DrawnCode(len(rows) + 2 * QUIET, "".join(_runs(rows)))


def _runs(rows: list[list[int]]) -> Iterator[str]:
    """A rectangle for each run of dark modules."""
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z"
            x += length
