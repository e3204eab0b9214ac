"""A scale over the course as a drawing: a line from baseline to today, each total written at it.

Doses are marked where they were given, between the totals that they lie between.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from kapnotes.paper.drawing import Rule, Stroke, line, shapes
from kapnotes.paper.words import day, figure

WIDTH, HEIGHT = 340, 132
LEFT, RIGHT, TOP, BOTTOM = 30, 14, 16, 24
MARGIN = 14
NARROWEST = 26.0
"""Two totals beside each other are legible from this distance on."""
_DISC = "m0 -3.4l3.4 3.4l-3.4 3.4l-3.4 -3.4z"


@dataclass(frozen=True, slots=True)
class Measured:
    """One total; `label` is short, for under the point (Base, 1, 2, ...).

    `at` is its time on the practice's wall, where hours matter.
    """

    label: str
    on: date
    total: Decimal
    at: datetime | None = None

    @property
    def days(self) -> float:
        """Where it stands on the axis of time, in days."""
        return _days(self.at or self.on)


@dataclass(frozen=True, slots=True)
class Dosed:
    """A dose to mark: the number of its infusion, and its time on the practice's wall."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DoseMark:
    """A dose on the drawing: where, and what stands over it."""

    x: float
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A total on the drawing: its place, its figure, its label below, its words in full."""

    x: float
    y: float
    figure: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class TrendChart:
    """Everything that `templates/charts/trend.svg` draws."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    title: str
    description: str
    rules: tuple[Rule, ...]
    mark: Rule | None
    strokes: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    doses: tuple[DoseMark, ...] = ()


def trend_chart(
    scale: str,
    points: Sequence[Measured],
    *,
    highest: Decimal,
    mark: Decimal | None = None,
    mark_label: str = "",
    doses: Sequence[Dosed] = (),
) -> TrendChart | None:
    """The drawing of a scale, in time's proportions, or None for fewer than two totals.

    `highest` is the most the scale can reach; `mark` a total worth a line of its own.
    """
    taken = sorted(points, key=lambda point: point.days)
    if len(taken) <= 1 or highest <= 0:
        return None
    axis = _Axis([point.days for point in taken], [_days(dose.at) for dose in doses])
    dots = tuple(_dots(taken, axis, highest))
    marks = tuple(_mark(dose, axis) for dose in doses)
    places = [(dot.x, dot.y) for dot in dots]
    first, last = taken[0], taken[-1]
    return TrendChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        title=f"{scale} from {day(first.on)} to {day(last.on)}",
        description="; ".join([dot.words for dot in dots] + [mark.words for mark in marks]) + ".",
        rules=tuple(Rule(_y(part, highest), figure(part)) for part in (Decimal(0), highest)),
        mark=Rule(_y(mark, highest), mark_label) if mark is not None else None,
        strokes=(Stroke("line", line(places)), Stroke("shape", shapes(places, _DISC))),
        dots=dots,
        doses=marks,
    )


def _y(total: Decimal, highest: Decimal) -> float:
    return round(HEIGHT - BOTTOM - float(total / highest) * (HEIGHT - BOTTOM - TOP), 1)


def _days(when: date | datetime) -> float:
    if not isinstance(when, datetime):
        return float(when.toordinal())
    since = datetime.combine(when.date(), time(), when.tzinfo)
    return when.toordinal() + (when - since).total_seconds() / 86400


class _Axis:
    """Time from left to right: in proportion, but totals never so near that labels overlap."""

    def __init__(self, points: Sequence[float], doses: Sequence[float]) -> None:
        self._points = points
        room = WIDTH - LEFT - RIGHT - 2 * MARGIN
        self.least = min(NARROWEST, room / len(points))
        self._free = room - self.least * (len(points) - 1)
        self._first = min((*points, *doses))
        self._span = max((*points, *doses)) - self._first or 1.0

    def place(self, index: float, days: float) -> float:
        """The place of the total of that index; of a dose between two, an index between theirs."""
        part = (days - self._first) / self._span
        return round(LEFT + MARGIN + self.least * index + self._free * part, 1)

    def between(self, days: float) -> float:
        """The place of something that is no total."""
        after = bisect_right(self._points, days)
        if after in {0, len(self._points)}:
            return self.place(max(after - 1, 0), days)
        before, until = self._points[after - 1], self._points[after]
        return self.place(after - 1 + (days - before) / (until - before), days)


def _dots(taken: Sequence[Measured], axis: _Axis, highest: Decimal) -> list[Dot]:
    """The points; where they crowd, the figures of some are left to the table beside them."""
    every = -(-NARROWEST // axis.least)
    last = len(taken) - 1
    return [
        Dot(
            x=axis.place(index, point.days),
            y=_y(point.total, highest),
            figure=figure(point.total) if said else "",
            label=point.label if said else "",
            words=f"{point.label}, {day(point.on)}: {figure(point.total)}",
        )
        for index, point in enumerate(taken)
        for said in [index == last or (index % every == 0 and last - index >= every)]
    ]


def _mark(dose: Dosed, axis: _Axis) -> DoseMark:
    words = f"Dose {dose.number}, {day(dose.at.date())}"
    return DoseMark(axis.between(_days(dose.at)), str(dose.number), words)
