"""A scale over the course as a drawing: a line from baseline to today, each total written at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kapnotes.paper.drawing import Rule, Stroke, line, shapes
from kapnotes.paper.words import day, figure

WIDTH, HEIGHT = 340, 132
LEFT, RIGHT, TOP, BOTTOM = 30, 14, 16, 24
MARGIN = 14
_DISC = "m0 -3.4l3.4 3.4l-3.4 3.4l-3.4 -3.4z"


@dataclass(frozen=True, slots=True)
class Measured:
    """One total; `label` is short, for under the point (Base, 1, 2, ...)."""

    label: str
    on: date
    total: Decimal


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


def trend_chart(
    scale: str,
    points: Sequence[Measured],
    *,
    highest: Decimal,
    mark: Decimal | None = None,
    mark_label: str = "",
) -> TrendChart | None:
    """The drawing of a scale, in time's proportions, or None for fewer than two totals.

    `highest` is the most the scale can reach; `mark` a total worth a line of its own.
    """
    taken = sorted(points, key=lambda point: point.on)
    if len(taken) <= 1 or highest <= 0:
        return None
    dots = tuple(_dots(taken, highest))
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
        description="; ".join(dot.words for dot in dots) + ".",
        rules=tuple(Rule(_y(part, highest), figure(part)) for part in (Decimal(0), highest)),
        mark=Rule(_y(mark, highest), mark_label) if mark is not None else None,
        strokes=(Stroke("line", line(places)), Stroke("shape", shapes(places, _DISC))),
        dots=dots,
    )


def _y(total: Decimal, highest: Decimal) -> float:
    return round(HEIGHT - BOTTOM - float(total / highest) * (HEIGHT - BOTTOM - TOP), 1)


def _dots(taken: Sequence[Measured], highest: Decimal) -> list[Dot]:
    """The points, as far apart as their days, but never so near that labels overlap."""
    room = WIDTH - LEFT - RIGHT - 2 * MARGIN
    days = [(point.on - taken[0].on).days for point in taken]
    least = min(26.0, room / len(taken))
    free = room - least * (len(taken) - 1)
    span = max(days[-1], 1)
    return [
        Dot(
            x=round(LEFT + MARGIN + least * place + free * days[place] / span, 1),
            y=_y(point.total, highest),
            figure=figure(point.total),
            label=point.label,
            words=f"{point.label}, {day(point.on)}: {figure(point.total)}",
        )
        for place, point in enumerate(taken)
    ]
