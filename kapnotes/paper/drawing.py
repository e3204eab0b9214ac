"""The parts of a drawing: plain strokes and labels with their places, ready for a template.

Lengths are in the drawing's own units, rounded to a tenth; paths are SVG path data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the grid and its label."""

    at: float
    label: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One path; `kind` names its look: bar, line or shape."""

    kind: str
    d: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One measure with its own scale, from `top` to `bottom`."""

    name: str
    unit: str
    top: float
    bottom: float
    rules: tuple[Rule, ...]
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A dose on the drawing."""

    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A lettered flag on the drawing: the moment's `x`, and the `left` of its letter."""

    x: float
    left: float
    letter: str
    label: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A reading's place, and its values in words for whoever points at it or listens."""

    x: float
    left: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class VitalsChart:
    """Everything that `templates/charts/vitals.svg` draws; `marks` are minutes over the ticks."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: float
    title: str
    description: str
    ticks: tuple[Rule, ...]
    lanes: tuple[Lane, ...]
    bands: tuple[Band, ...]
    pins: tuple[Pin, ...]
    spots: tuple[Spot, ...]
    marks: tuple[Rule, ...] = ()


def line(points: Sequence[Point]) -> str:
    """A line through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""


def shapes(points: Sequence[Point], shape: str) -> str:
    """The same small closed or open shape (relative path data) at every point."""
    return "".join(f"M{x:.1f} {y:.1f}{shape}" for x, y in points)
