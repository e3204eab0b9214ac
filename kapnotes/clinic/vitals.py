"""Vital signs: which readings can be true, and which of them call for something to be done.

Blood pressure mmHg, heart and breathing per minute, SpO2 percent, sedation MOAA/S 5 (awake) to 0,
distress and nausea 0 to 10. Levels ask what was done; the software never decides treatment.
Sources: urgent above 180/110 twice five minutes apart, or above 200/120 once, or a heart rate
above 120 for five minutes (an academic esketamine clinic); above 140/90 before the dose weigh the
risk [B: esketamine label]; everything else [B]. All are settings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import pairwise
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.instant import instant
from kapnotes.clinic.refusals import Caution, Concern, Refusal


class ImpossibleVitals(Refusal):
    """A reading cannot be true."""

    code = "impossible_vitals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """One row of readings; None is "not taken", never zero."""

    observed_at: datetime
    systolic: int | None = None
    diastolic: int | None = None
    heart_rate: int | None = None
    spo2: int | None = None
    respiratory_rate: int | None = None
    sedation: int | None = None
    distress: int | None = None
    nausea: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """What a reading can be (else refused) and usually is (else a reason is asked for)."""

    least: int
    most: int
    usual_least: int
    usual_most: int
    title: str


SPANS: Mapping[str, Span] = MappingProxyType(
    {
        "systolic": Span(40, 300, 80, 220, "Systolic pressure"),
        "diastolic": Span(20, 200, 40, 130, "Diastolic pressure"),
        "heart_rate": Span(20, 250, 40, 150, "Heart rate"),
        "spo2": Span(40, 100, 85, 100, "SpO2"),
        "respiratory_rate": Span(2, 80, 8, 35, "Respiratory rate"),
        "sedation": Span(0, 5, 0, 5, "Sedation"),
        "distress": Span(0, 10, 0, 10, "Distress"),
        "nausea": Span(0, 10, 0, 10, "Nausea"),
    }
)


class Level(IntEnum):
    """How much a reading asks for; a higher one covers the lower."""

    OK = 0
    WARN = 1
    HOLD = 2
    URGENT = 3


@dataclass(frozen=True, slots=True)
class Pressure:
    """A pair of limits for blood pressure: either one alone is enough."""

    systolic: int
    diastolic: int

    def is_above(self, reading: Vitals) -> bool:
        """Say whether either reading is above its limit."""
        return _over(reading.systolic, self.systolic) or _over(reading.diastolic, self.diastolic)

    def is_reached(self, reading: Vitals) -> bool:
        """Say whether either reading is at its limit or above."""
        return Pressure(self.systolic - 1, self.diastolic - 1).is_above(reading)

    def __str__(self) -> str:
        return f"{self.systolic}/{self.diastolic}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsLimits:
    """When a reading warns, holds the dose, or is urgent. All are settings."""

    warn_above: Pressure = Pressure(140, 90)
    hold_at: Pressure = Pressure(160, 100)
    """At or above it the dose is held; counts only before the dose."""
    urgent_repeated_above: Pressure = Pressure(180, 110)
    urgent_above: Pressure = Pressure(200, 120)
    urgent_heart_rate_above: int = 120
    sustained_minutes: int = 5
    """How long a repeated pressure or a heart rate has to last to be urgent."""
    warn_heart_rate_below: int = 50
    warn_spo2_below: int = 95
    urgent_spo2_below: int = 92
    warn_respiratory_rate_below: int = 10
    urgent_respiratory_rate_below: int = 8
    urgent_sedation_at_most: int = 3
    """MOAA/S of moderate sedation or deeper."""

    def __post_init__(self) -> None:
        """Raise `BadInput` unless urgent lies at or beyond hold, and hold at or beyond warn.

        Errors are named as the entries of the form: `hold_at_systolic`, `warn_spo2_below`.
        """
        pressures = {
            f"{name}_{part}": getattr(getattr(self, name), part)
            for name in RISING
            for part in PRESSURE_BOUNDS
        }
        bounds = {name: PRESSURE_BOUNDS[name.rpartition("_")[2]] for name in pressures}
        figures = pressures | {name: getattr(self, name) for name in BOUNDS}
        refuse({**_unordered(self, pressures), **outside(figures, {**bounds, **BOUNDS})})


RISING = ("warn_above", "hold_at", "urgent_repeated_above", "urgent_above")
"""The limits of blood pressure, each at or above the one before it."""
PRESSURE_BOUNDS = MappingProxyType({"systolic": (60, 300), "diastolic": (30, 200)})
BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "urgent_heart_rate_above": (60, 250),
        "sustained_minutes": (1, 60),
        "warn_heart_rate_below": (20, 120),
        "warn_spo2_below": (40, 100),
        "urgent_spo2_below": (40, 100),
        "warn_respiratory_rate_below": (2, 40),
        "urgent_respiratory_rate_below": (2, 40),
        "urgent_sedation_at_most": (0, 4),  # 5 is awake
    }
)


def _unordered(limits: VitalsLimits, pressures: Mapping[str, int]) -> dict[str, str]:
    """Return a sentence for each limit that another one makes pointless, by its name."""
    errors = {}
    for lower, higher in pairwise(RISING):
        for part in PRESSURE_BOUNDS:
            least = pressures[f"{lower}_{part}"]
            if pressures[f"{higher}_{part}"] < least:
                errors[f"{higher}_{part}"] = f"This is below the {least} of the level before it."
    for name in RISING:
        if pressures[f"{name}_diastolic"] >= pressures[f"{name}_systolic"]:
            errors[f"{name}_diastolic"] = "This is not below the systolic pressure."
    for reading in ("spo2", "respiratory_rate"):
        warn = getattr(limits, f"warn_{reading}_below")
        if getattr(limits, f"urgent_{reading}_below") > warn:
            errors[f"urgent_{reading}_below"] = f"This is above the {warn} that warns."
    if limits.warn_heart_rate_below >= limits.urgent_heart_rate_above:
        errors["warn_heart_rate_below"] = "This is not below the rate that is urgent."
    return errors


DEFAULT_LIMITS = VitalsLimits()


@dataclass(frozen=True, slots=True)
class Alert:
    """Why a row has its level. `code` is stable, `about` the name of the reading."""

    level: Level
    code: str
    sentence: str
    about: str


def check_vitals(reading: Vitals, *, at: datetime) -> tuple[Concern, ...]:
    """Return all that is refused or unusual about a row, refusals first. `at` is now."""
    return (*_impossible(reading, at), *_unusual(reading))


def alerts(
    readings: Iterable[Vitals],
    *,
    dosed_at: datetime | None,
    limits: VitalsLimits = DEFAULT_LIMITS,
) -> tuple[tuple[Vitals, tuple[Alert, ...]], ...]:
    """Return each row, by time, with what it asks for; earlier rows count towards it.

    `dosed_at` is the start of the first dose, None before it: only until then is a dose held.
    """
    rows = sorted(readings, key=lambda reading: instant(reading.observed_at))
    lasting = timedelta(minutes=limits.sustained_minutes)
    pressure = _sustained(rows, _pressure_claim(limits), lasting)
    heart = _sustained(rows, _heart_claim(limits), lasting)
    return tuple(
        (
            row,
            (
                *_pressure(row, dosed_at, limits, is_sustained=row_pressure),
                *_heart(row, limits, is_sustained=row_heart),
                *_breathing(row, limits),
            ),
        )
        for row, row_pressure, row_heart in zip(rows, pressure, heart, strict=True)
    )


def level_of(
    reading: Vitals, *, dosed_at: datetime | None, limits: VitalsLimits = DEFAULT_LIMITS
) -> Level:
    """Return the level of one row taken by itself."""
    return level_over((reading,), dosed_at=dosed_at, limits=limits)


def level_over(
    readings: Iterable[Vitals],
    *,
    dosed_at: datetime | None,
    limits: VitalsLimits = DEFAULT_LIMITS,
) -> Level:
    """Return the highest level that any of the rows reached, `Level.OK` for none."""
    rows = alerts(readings, dosed_at=dosed_at, limits=limits)
    return max((alert.level for _, found in rows for alert in found), default=Level.OK)


def _over(value: int | None, limit: int) -> bool:
    return value is not None and value > limit


def _under(value: int | None, limit: int) -> bool:
    return value is not None and value < limit


def _impossible(reading: Vitals, at: datetime) -> Iterator[Refusal]:
    if reading.observed_at > at:
        yield ImpossibleVitals("The reading is in the future.", about="observed_at")
    taken = {name: getattr(reading, name) for name in SPANS}
    if all(value is None for value in taken.values()) and not reading.comment.strip():
        yield ImpossibleVitals("Enter at least one reading.")
    for name, span in SPANS.items():
        value = taken[name]
        if value is not None and not span.least <= value <= span.most:
            sentence = f"{span.title} lies between {span.least} and {span.most}."
            yield ImpossibleVitals(sentence, about=name)
    if (reading.systolic is None) != (reading.diastolic is None):
        name = "systolic" if reading.systolic is None else "diastolic"
        yield ImpossibleVitals("Enter both pressures, or neither.", about=name)
    elif (
        reading.systolic is not None
        and reading.diastolic is not None
        and reading.diastolic >= reading.systolic
    ):
        yield ImpossibleVitals("Diastolic is not below systolic.", about="diastolic")


def _unusual(reading: Vitals) -> Iterator[Caution]:
    for name, span in SPANS.items():
        value = getattr(reading, name)
        if value is None or not span.least <= value <= span.most:
            continue
        if not span.usual_least <= value <= span.usual_most:
            sentence = f"{span.title} of {value} is unusual. Is it right?"
            yield Caution("unusual_vitals", sentence, name)


def _pressure_claim(limits: VitalsLimits) -> Callable[[Vitals], bool | None]:
    def claim(reading: Vitals) -> bool | None:
        if reading.systolic is None and reading.diastolic is None:
            return None
        return limits.urgent_repeated_above.is_above(reading)

    return claim


def _heart_claim(limits: VitalsLimits) -> Callable[[Vitals], bool | None]:
    def claim(reading: Vitals) -> bool | None:
        if reading.heart_rate is None:
            return None
        return reading.heart_rate > limits.urgent_heart_rate_above

    return claim


def _sustained(
    rows: list[Vitals], claim: Callable[[Vitals], bool | None], lasting: timedelta
) -> list[bool]:
    """Say of each row whether the claim held up to it for at least so long.

    A row in which nothing was taken (None) neither breaks the run nor belongs to it.
    """
    found = []
    since: datetime | None = None
    for row in rows:
        holds = claim(row)
        if holds is False:
            since = None
        elif holds and since is None:
            since = instant(row.observed_at)
        long_enough = since is not None and instant(row.observed_at) - since >= lasting
        found.append(bool(holds) and long_enough)
    return found


def _pressure(
    row: Vitals, dosed_at: datetime | None, limits: VitalsLimits, *, is_sustained: bool
) -> Iterator[Alert]:
    """Yield the highest level that the blood pressure reaches."""
    is_before = dosed_at is None or instant(row.observed_at) <= instant(dosed_at)
    lasting = limits.sustained_minutes
    above = limits.urgent_repeated_above
    if limits.urgent_above.is_above(row):
        said = f"Blood pressure above {limits.urgent_above}."
        yield Alert(Level.URGENT, "pressure_very_high", said, "systolic")
    elif is_sustained:
        said = f"Blood pressure above {above} twice, {lasting} minutes or more apart."
        yield Alert(Level.URGENT, "pressure_high_twice", said, "systolic")
    elif is_before and limits.hold_at.is_reached(row):
        said = f"Blood pressure of {limits.hold_at} or above before the dose."
        yield Alert(Level.HOLD, "pressure_hold", said, "systolic")
    elif above.is_above(row):
        said = f"Blood pressure above {above}: measure again in {lasting} minutes."
        yield Alert(Level.WARN, "pressure_high_once", said, "systolic")
    elif limits.warn_above.is_above(row):
        said = f"Blood pressure above {limits.warn_above}."
        yield Alert(Level.WARN, "pressure_raised", said, "systolic")


def _heart(row: Vitals, limits: VitalsLimits, *, is_sustained: bool) -> Iterator[Alert]:
    above, lasting = limits.urgent_heart_rate_above, limits.sustained_minutes
    if is_sustained:
        said = f"Heart rate above {above} for {lasting} minutes or more."
        yield Alert(Level.URGENT, "heart_rate_high_lasting", said, "heart_rate")
    elif _over(row.heart_rate, above):
        said = f"Heart rate above {above}: measure again in {lasting} minutes."
        yield Alert(Level.WARN, "heart_rate_high", said, "heart_rate")
    elif _under(row.heart_rate, limits.warn_heart_rate_below):
        said = f"Heart rate below {limits.warn_heart_rate_below}."
        yield Alert(Level.WARN, "heart_rate_low", said, "heart_rate")


def _breathing(row: Vitals, limits: VitalsLimits) -> Iterator[Alert]:
    """Yield what oxygen, breathing and sedation ask for."""
    if _under(row.spo2, limits.urgent_spo2_below):
        said = f"SpO2 below {limits.urgent_spo2_below}."
        yield Alert(Level.URGENT, "spo2_low", said, "spo2")
    elif _under(row.spo2, limits.warn_spo2_below):
        said = f"SpO2 below {limits.warn_spo2_below}."
        yield Alert(Level.WARN, "spo2_lowered", said, "spo2")
    if _under(row.respiratory_rate, limits.urgent_respiratory_rate_below):
        said = f"Respiratory rate below {limits.urgent_respiratory_rate_below}."
        yield Alert(Level.URGENT, "breathing_slow", said, "respiratory_rate")
    elif _under(row.respiratory_rate, limits.warn_respiratory_rate_below):
        said = f"Respiratory rate below {limits.warn_respiratory_rate_below}."
        yield Alert(Level.WARN, "breathing_slowed", said, "respiratory_rate")
    if _under(row.sedation, limits.urgent_sedation_at_most + 1):
        said = f"Sedation of {limits.urgent_sedation_at_most} or deeper (MOAA/S)."
        yield Alert(Level.URGENT, "sedation_deep", said, "sedation")
