"""What the session of an infusion was, small enough to stand beside the note under review."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes.clinic import dose as doses
from kapnotes.clinic.infusion import Route
from kapnotes.paper import words
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.parts import ROUTES
from kapnotes.paper.session_checks import discharge_check, option
from kapnotes.paper.session_events import dosed_at
from kapnotes.paper.summary import Check
from kapnotes.records.session_record import SessionValues
from kapnotes.web.session_chart import signed_chart

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AdverseEventShown:
    """An adverse event: when, what and how grave, and what was done about it."""

    at: datetime
    what: str
    severity: str
    words: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Dose, vitals, adverse events and discharge; `readings` sums the vitals up."""

    doses: Sequence[str] = ()
    waste: Sequence[str] = ()
    readings: Sequence[tuple[str, str]] = ()
    chart: VitalsChart | None = None
    adverse_events: Sequence[AdverseEventShown] = ()
    discharge: Check | None = None

    def __bool__(self) -> bool:
        """Whether anything was recorded."""
        return bool(self.doses or self.chart or self.adverse_events or self.discharge)


def facts_of(session: SessionValues, zone: str) -> Facts:
    """The facts of a session, in the practice's zone."""
    here = ZoneInfo(zone)
    given, vitals = session.of("dose"), session.of("vitals")
    left = [discharge_check(one, here, dosed_at=dosed_at(given)) for one in session.of("discharge")]
    return Facts(
        [_dose(one, here) for one in given],
        [said for one in given if (said := _waste(one))],
        list(_readings(vitals)),
        signed_chart(session, here),
        [_adverse(one) for one in session.of("adverse_event")],
        left[-1] if left else None,
    )


def _dose(one: Values, zone: ZoneInfo) -> str:
    """A dose on one line: 35.75 mg, 0.5 mg/kg, IV, 08:00 to 08:40."""
    per_kg = doses.mg_per_kg(one["mg"], one["weight_kg"]) if one["weight_kg"] else None
    begin, end = one["observed_at"], one["stopped_at"]
    time = words.clock(begin.astimezone(zone))
    if end:
        time += f" to {words.clock(end.astimezone(zone))}"
    route = ROUTES[Route(one["route"])] if one["route"] else ""
    said = (words.figure(one["mg"], "mg"), words.figure(per_kg, "mg/kg"), route, time)
    return ", ".join(part for part in said if part)


def _waste(one: Values) -> str:
    """What was drawn and wasted, and who saw it; "" where nothing of it is recorded."""
    if one["drawn_mg"] is None and one["wasted_mg"] is None:
        return ""
    drawn, wasted = (words.figure(one[name], "mg") for name in ("drawn_mg", "wasted_mg"))
    said = f"Drawn {drawn or 'not recorded'}, wasted {wasted or 'nothing recorded'}"
    if one["wasted_mg"]:
        seen = one["witnessed_by"] or "nobody recorded"
        said += f" by {one['wasted_by'] or 'nobody recorded'}, seen by {seen}"
    return f"{said}."


def _readings(vitals: Sequence[Values]) -> Iterator[tuple[str, str]]:
    """The first, the highest and the last pressure; the lowest saturation."""
    pressures = [one for one in vitals if one["systolic"] is not None]
    if pressures:
        first, last = pressures[0], pressures[-1]
        highest = max(pressures, key=lambda one: one["systolic"])
        said = _pressure(first)
        if len(pressures) > 1:
            said = f"first {said}, highest {_pressure(highest)}, last {_pressure(last)}"
        yield "Blood pressure", f"{said}\N{NO-BREAK SPACE}mmHg"
    if lows := [one["spo2"] for one in vitals if one["spo2"] is not None]:
        yield "Lowest SpO\u2082", f"{min(lows)}\N{NO-BREAK SPACE}%"


def _pressure(one: Values) -> str:
    low = one["diastolic"]
    dash = "\N{EN DASH}"
    return f"{one['systolic']}/{dash if low is None else low}"


def _adverse(one: Values) -> AdverseEventShown:
    outcome = option("adverse_event", "outcome", one["outcome"])
    done = "; ".join(part for part in (one["action"], outcome) if part)
    return AdverseEventShown(
        one["observed_at"],
        option("adverse_event", "kind", one["kind"]),
        option("adverse_event", "severity", one["severity"]),
        done,
        one["resolved_at"] is None and one["outcome"] != "resolved",
    )
