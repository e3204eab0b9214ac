"""The vitals of a session as a drawing: where every stroke lies, worked out from plain values.

Blood pressure is drawn as anaesthetic records draw it, a bar between two chevrons, so that it
reads in black and white; heart rate is a line with diamonds, oxygen saturation one with squares.
The dose is a grey band, adverse events are lettered flags, other events small ticks at the foot.
`templates/charts/vitals.svg` puts the strokes on page and paper. The same values give the same
drawing, to the byte.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from kapnotes.clinic.instant import instant
from kapnotes.paper import marks as events_at
from kapnotes.paper.axis import LEFT, RIGHT, WIDTH, Axis, axis_of
from kapnotes.paper.drawing import (
    Band,
    Lane,
    Pin,
    Point,
    Rule,
    Spot,
    Stroke,
    VitalsChart,
    line,
    shapes,
)
from kapnotes.paper.marks import Mark
from kapnotes.paper.words import clock

TOP, BOTTOM, GAP = 30, 28, 16
PIN = 15
MOST_RULES = 6
_DOWN = "m-4.5 -5l4.5 5l4.5 -5"
_UP = "m-4.5 5l4.5 -5l4.5 5"
_DIAMOND = "m0 -3.6l3.6 3.6l-3.6 3.6l-3.6 -3.6z"
_SQUARE = "m-2.8 -2.8h5.6v5.6h-5.6z"


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of vitals; None is a value that was not taken."""

    at: datetime
    systolic: int | None = None
    diastolic: int | None = None
    heart_rate: int | None = None
    spo2: int | None = None

    @property
    def words(self) -> str:
        """The values as a sentence's worth of words, or nothing."""
        said = []
        if self.systolic is not None or self.diastolic is not None:
            said.append(f"{_said(self.systolic)}/{_said(self.diastolic)} mmHg")
        if self.heart_rate is not None:
            said.append(f"heart rate {self.heart_rate}")
        if self.spo2 is not None:
            said.append(f"SpO\u2082 {self.spo2} %")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Span:
    """A dose from start to stop; without a stop it is a moment."""

    start: datetime
    stop: datetime | None
    label: str


@dataclass(frozen=True, slots=True)
class Flag:
    """An adverse event, by the letter that its row in the table carries."""

    at: datetime
    letter: str
    label: str


def vitals_chart(
    readings: Sequence[Reading],
    *,
    doses: Sequence[Span] = (),
    events: Sequence[Flag] = (),
    marks: Sequence[Mark] = (),
) -> VitalsChart | None:
    """The drawing of a session, or None when fewer than two readings leave nothing to draw.

    `events` are the adverse ones, `marks` all others.
    """
    taken = sorted((one for one in readings if one.words), key=lambda one: instant(one.at))
    if len(taken) <= 1:
        return None
    marked = events_at.in_order(marks)
    axis = _axis(taken, doses, events, marked)
    lanes = list(_lanes(taken, axis))
    if marked:
        lanes.append(events_at.strip(marked, axis, lanes[-1].bottom + GAP / 2))
    return VitalsChart(
        width=WIDTH,
        height=int(lanes[-1].bottom) + BOTTOM,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=lanes[-1].bottom,
        title=f"Vital signs from {clock(taken[0].at)} to {clock(taken[-1].at)}",
        description=_description(taken, doses, events, marked),
        ticks=tuple(axis.ticks()),
        lanes=tuple(lanes),
        bands=tuple(
            Band(
                axis.x(one.start),
                round(axis.x(one.stop or one.start) - axis.x(one.start), 1),
                one.label,
            )
            for one in doses
        ),
        pins=tuple(_pins(events, axis)),
        spots=tuple(_spots(taken, axis, marked)),
        marks=tuple(events_at.minutes(marked, axis)),
    )


def _axis(
    readings: Sequence[Reading],
    doses: Sequence[Span],
    events: Sequence[Flag],
    marks: Sequence[Mark],
) -> Axis:
    """From the first thing that happened to the last, counted from the dose."""
    moments = [one.at for one in readings] + [one.at for one in events]
    moments += [one.at for one in marks]
    moments += [moment for one in doses for moment in (one.start, one.stop) if moment]
    return axis_of(moments, zero=min((one.start for one in doses), key=instant, default=None))


def _lanes(readings: Sequence[Reading], axis: Axis) -> Iterator[Lane]:
    """A lane for each measure that was taken, one under the other."""
    top = float(TOP)
    for name, unit, height, (low, high, step), draw in _MEASURES:
        values = [value for one in readings for value in _of(one, name)]
        if values:
            scale = _Scale(top, top + height, *_range(values, low, high, step))
            yield Lane(
                name,
                unit,
                top,
                top + height,
                tuple(scale.rules()),
                tuple(stroke for stroke in draw(readings, axis, scale) if stroke.d),
            )
            top += height + GAP


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values of a lane, the highest at its top."""

    top: float
    bottom: float
    low: int
    high: int
    step: int

    def y(self, value: float) -> float:
        return round(
            self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top), 1
        )

    def rules(self) -> Iterator[Rule]:
        for value in range(self.low, self.high + 1, self.step):
            yield Rule(self.y(value), str(value))


def _range(values: Sequence[int], low: int, high: int, step: int) -> tuple[int, int, int]:
    """The usual range, widened by whole steps to what was measured; wider steps where it is."""
    low = min(low, min(values) // step * step)
    high = max(high, -(-max(values) // step) * step)
    while (high - low) / step > MOST_RULES:
        step *= 2
    return low, high + (low - high) % step, step


def _pressure(readings: Sequence[Reading], axis: Axis, scale: _Scale) -> Iterator[Stroke]:
    upper = [(axis.x(one.at), scale.y(one.systolic)) for one in readings if one.systolic]
    lower = [(axis.x(one.at), scale.y(one.diastolic)) for one in readings if one.diastolic]
    bars = [
        line(((axis.x(one.at), scale.y(one.systolic)), (axis.x(one.at), scale.y(one.diastolic))))
        for one in readings
        if one.systolic and one.diastolic
    ]
    yield Stroke("bar", "".join(bars))
    yield Stroke("line", shapes(upper, _DOWN) + shapes(lower, _UP))


def _rate(readings: Sequence[Reading], axis: Axis, scale: _Scale) -> Iterator[Stroke]:
    yield from _curve(
        [(axis.x(one.at), scale.y(one.heart_rate)) for one in readings if one.heart_rate], _DIAMOND
    )


def _oxygen(readings: Sequence[Reading], axis: Axis, scale: _Scale) -> Iterator[Stroke]:
    yield from _curve(
        [(axis.x(one.at), scale.y(one.spo2)) for one in readings if one.spo2], _SQUARE
    )


def _curve(points: Sequence[Point], shape: str) -> Iterator[Stroke]:
    yield Stroke("line", line(points))
    yield Stroke("shape", shapes(points, shape))


_Draw = Callable[[Sequence[Reading], Axis, _Scale], Iterator[Stroke]]
_MEASURES: tuple[tuple[str, str, int, tuple[int, int, int], _Draw], ...] = (
    ("Blood pressure", "mmHg", 96, (60, 160, 20), _pressure),
    ("Heart rate", "/min", 54, (50, 110, 20), _rate),
    ("SpO\u2082", "%", 40, (90, 100, 5), _oxygen),
)


def _of(reading: Reading, name: str) -> list[int]:
    """The values of one reading that belong in that lane."""
    found = {
        "Blood pressure": (reading.systolic, reading.diastolic),
        "Heart rate": (reading.heart_rate,),
    }.get(name, (reading.spo2,))
    return [value for value in found if value is not None]


def _pins(events: Sequence[Flag], axis: Axis) -> Iterator[Pin]:
    """The flags, moved aside where two would cover each other, but never off the drawing."""
    free = 0.0
    for one in sorted(events, key=lambda one: instant(one.at)):
        x = axis.x(one.at)
        free = min(max(x, free), WIDTH - RIGHT - PIN)
        yield Pin(x, round(free, 1), one.letter, one.label)
        free += PIN


def _spots(readings: Sequence[Reading], axis: Axis, marks: Sequence[Mark]) -> Iterator[Spot]:
    """For each reading a column that reaches half way to its neighbours, with what is marked."""
    places = [axis.x(one.at) for one in readings]
    edges = [float(LEFT), *((a + b) / 2 for a, b in pairwise(places)), float(WIDTH - RIGHT)]
    for one, x, (left, right) in zip(readings, places, pairwise(edges), strict=True):
        words = f"{clock(one.at)}, minute {axis.minute(one.at)}: {one.words}"
        if said := events_at.near(marks, axis, left, right):
            words += f". Around it: {said}"
        yield Spot(x, round(left, 1), round(right - left, 1), words)


def _description(
    readings: Sequence[Reading],
    doses: Sequence[Span],
    events: Sequence[Flag],
    marks: Sequence[Mark],
) -> str:
    """What somebody who does not see the drawing must know of it; the table says the rest."""
    said = [f"First {readings[0].words}.", f"Last {readings[-1].words}."]
    if tops := [one for one in readings if one.systolic]:
        top = max(tops, key=lambda one: one.systolic or 0)
        pressure = f"{_said(top.systolic)}/{_said(top.diastolic)}"
        said.append(f"Highest blood pressure {pressure} mmHg at {clock(top.at)}.")
    if lows := [one for one in readings if one.spo2]:
        low = min(lows, key=lambda one: one.spo2 or 0)
        said.append(f"Lowest SpO\u2082 {low.spo2} % at {clock(low.at)}.")
    for dose in doses:
        until = f" to {clock(dose.stop)}" if dose.stop else ""
        said.append(f"Dose {dose.label} from {clock(dose.start)}{until}.")
    said += [f"Event {one.letter}, {one.label}, at {clock(one.at)}." for one in events]
    said += events_at.description(marks)
    return " ".join(said)


def _said(value: int | None) -> str:
    return "?" if value is None else str(value)
