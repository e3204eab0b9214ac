"""The events of a session at the foot of its drawing: a small tick for each, and its minute.

Forty taps are forty ticks; a minute is written where there is room for it, and the words stand
with the reading that is nearest and in the table behind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kapnotes.clinic.instant import instant
from kapnotes.paper.axis import Axis
from kapnotes.paper.drawing import Lane, Rule, Stroke
from kapnotes.paper.words import clock

STRIP = 20
TICK = 7
ROOM = 16
"""What the minute of a tick needs beside the next one, in the drawing's units."""
MOST_SAID = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was seen, said or done in a session, in a few words."""

    at: datetime
    words: str


def in_order(marks: Sequence[Mark]) -> list[Mark]:
    """The marks by time."""
    return sorted(marks, key=lambda one: instant(one.at))


def strip(marks: Sequence[Mark], axis: Axis, top: float) -> Lane:
    """The lane of the ticks, which stand on its foot."""
    bottom = top + STRIP
    ticks = "".join(f"M{axis.x(one.at):.1f} {bottom:.1f}v-{TICK}" for one in marks)
    return Lane("Events", "", top, bottom, (), (Stroke("bar", ticks),))


def minutes(marks: Sequence[Mark], axis: Axis) -> Iterator[Rule]:
    """The minutes over the ticks; one that would touch the one before it is left out."""
    free = float("-inf")
    for one in marks:
        x = axis.x(one.at)
        if x >= free:
            yield Rule(x, axis.minute(one.at))
            free = x + ROOM


def near(marks: Sequence[Mark], axis: Axis, left: float, right: float) -> str:
    """What happened in a column of the drawing, for the line that says its reading."""
    there = [one for one in marks if left <= axis.x(one.at) < right]
    said = [f"{one.words} (minute {axis.minute(one.at)})" for one in there[:MOST_SAID]]
    if len(there) > MOST_SAID:
        said.append(f"and {len(there) - MOST_SAID} more")
    return ", ".join(said)


def description(marks: Sequence[Mark]) -> list[str]:
    """What somebody who does not see the drawing must know of its marks."""
    if len(marks) > MOST_SAID:
        first, last = clock(marks[0].at), clock(marks[-1].at)
        return [f"{len(marks)} events are marked from {first} to {last}; the table lists them."]
    return [f"{one.words} at {clock(one.at)}." for one in marks]
