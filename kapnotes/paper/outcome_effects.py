"""What each dose did, as a table: where it began, the points after it, what was carried over."""

from dataclasses import dataclass
from datetime import datetime

from kapnotes.clinic.dose_effect import DoseEffect
from kapnotes.clinic.measure_reading import TIME_POINTS, Reading
from kapnotes.paper import words
from kapnotes.records.scale_standing import Scale

POINTS = tuple(f"{one.label} after" for one in TIME_POINTS)
"""The heads of the columns of its points."""
CARRIED = {
    True: "Begins from what earlier doses left",
    False: "Nothing left of earlier doses",
    None: "",
}


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One dose: the total before it and at each point; blank where nothing complete was rated."""

    number: int
    at: datetime
    before: str
    totals: tuple[str, ...]
    carried: str


def effects_of(scale: Scale) -> tuple[EffectLine, ...]:
    """A line for each dose; none for a scale that was never rated after one."""
    found = scale.effects
    if not any(reading for one in found for _, reading in one.points):
        return ()
    return tuple(map(_line, found))


def _line(one: DoseEffect) -> EffectLine:
    return EffectLine(
        one.number,
        one.at,
        _total(one.before),
        tuple(_total(reading) for _, reading in one.points),
        CARRIED[one.is_carried_over],
    )


def _total(reading: Reading | None) -> str:
    return words.figure(reading.total) if reading and reading.total is not None else ""
