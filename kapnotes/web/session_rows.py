"""What a dosing-session note is signed with, all that its session recorded, ready for a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes.clinic import dose as doses
from kapnotes.clinic.infusion import Route
from kapnotes.paper import words
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.session_checks import arrival_check, discharge_check, option, schedule_said
from kapnotes.paper.session_events import dosed_at, event_rows, steps_of
from kapnotes.paper.summary import Check, EventRow
from kapnotes.records.session_record import SessionValues
from kapnotes.web.session_chart import signed_chart

Values = Mapping[str, Any]
Tiles = Sequence[tuple[str, str]]
BY_ROUTE = {
    "stopped_at": (Route.IV, Route.INTRANASAL),
    "rate_mg_per_h": (Route.IV,),
    "site": (Route.IV, Route.IM),
    "held_minutes": (Route.SUBLINGUAL,),
    "after_hold": (Route.SUBLINGUAL,),
    "sprays": (Route.INTRANASAL,),
}
"""What is told of a dose by some routes only, where it is blank too."""
OF_WASTE = frozenset({"wasted_by", "witnessed_by"})
"""What is told of a dose only if some was wasted."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A column of the vitals; `unit` stands behind each figure."""

    name: str
    label: str
    unit: str = ""
    is_figure: bool = True

    def said(self, row: Values) -> str:
        """The figure of a reading with its unit; blood pressure takes two."""
        value = row[self.name]
        if self.name == "systolic":
            low = row["diastolic"]
            if value is None and low is None:
                return ""
            value = f"{_or_dash(value)}/{_or_dash(low)}"
        return "" if value is None else f"{value}{self.unit}"


VITALS = (
    Taken("systolic", "Blood pressure", " mmHg"),
    Taken("heart_rate", "Heart rate", "/min"),
    Taken("spo2", "SpO\u2082", " %"),
    Taken("respiratory_rate", "Breaths", "/min"),
    Taken("sedation", "MOAA/S"),
    Taken("distress", "Distress", " of 10"),
    Taken("nausea", "Nausea", " of 10"),
    Taken("comment", "Comment", is_figure=False),
)


@dataclass(frozen=True, slots=True)
class DoseShown:
    """A dose: its figures, its steps, and what was written with it."""

    values: Values
    tiles: Tiles
    steps: Sequence[EventRow]


@dataclass(frozen=True, slots=True)
class SessionRows:
    """A session as its page shows it; `schedule` says how the vitals schedule was met."""

    arrival: Sequence[Check] = ()
    doses: Sequence[DoseShown] = ()
    vitals: Sequence[Values] = ()
    schedule: Sequence[str] = ()
    events: Sequence[EventRow] = ()
    adverse_events: Sequence[Values] = ()
    discharge: Sequence[Check] = ()
    chart: VitalsChart | None = None

    @property
    def vitals_taken(self) -> list[Taken]:
        """The columns in which any reading has something."""
        return [one for one in VITALS if any(one.said(row) for row in self.vitals)]

    def __bool__(self) -> bool:
        """Whether anything was recorded."""
        return bool(
            self.arrival
            or self.doses
            or self.vitals
            or self.events
            or self.adverse_events
            or self.discharge
        )


def shown(session: SessionValues, zone: str) -> SessionRows:
    """The rows as they were signed, or as they would be."""
    here = ZoneInfo(zone)
    given, vitals, events = (session.of(noun) for noun in ("dose", "vitals", "session_event"))
    zero = dosed_at(given)
    return SessionRows(
        [arrival_check(one, here) for one in session.of("arrival")],
        [
            DoseShown(dose, tuple(_tiles(dose, here)), steps)
            for dose, steps in zip(given, steps_of(given, events, here), strict=True)
        ],
        vitals,
        schedule_said(session.slots, here),
        event_rows(given, events, vitals, here),
        session.of("adverse_event"),
        [discharge_check(one, here, dosed_at=zero) for one in session.of("discharge")],
        signed_chart(session, here),
    )


def _or_dash(value: int | None) -> str:
    return "\u2013" if value is None else str(value)


def _tiles(dose: Values, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """The figures of a dose that belong to its route; those that are blank are said to be."""
    for name, label, value in _figures(dose, zone):
        is_asked = dose["route"] in BY_ROUTE.get(name, (dose["route"],))
        if name in OF_WASTE:
            is_asked = bool(dose["wasted_mg"])
        if value or is_asked:
            yield label, value


def _figures(dose: Values, zone: ZoneInfo) -> Iterator[tuple[str, str, str]]:
    held, stop, kg = dose["held_minutes"], dose["stopped_at"], dose["weight_kg"]
    mg = words.figure(dose["mg"], "mg")
    yield "mg", "To be given" if dose["is_running"] else "Given", mg
    per_kg = doses.mg_per_kg(dose["mg"], kg) if kg else None
    yield "mg_per_kg", "Per kg", words.figure(per_kg, "mg/kg")
    yield "planned_mg_per_kg", "Planned", words.figure(dose["planned_mg_per_kg"], "mg/kg")
    yield "stopped_at", "Until", words.clock(stop.astimezone(zone)) if stop else ""
    yield "rate_mg_per_h", "Rate", words.figure(dose["rate_mg_per_h"], "mg/h")
    yield "site", "Site", dose["site"] or ""
    yield "held_minutes", "Held", "" if held is None else f"{held}\N{NO-BREAK SPACE}min"
    yield "after_hold", "Then", option("dose", "after_hold", dose["after_hold"])
    yield "sprays", "Sprays", "" if dose["sprays"] is None else str(dose["sprays"])
    yield "weight_kg", "Weight", words.figure(kg, "kg")
    yield "weighed_on", "Weighed", words.day(dose["weighed_on"])
    yield "drug_form", "Form", option("dose", "drug_form", dose["drug_form"])
    yield "concentration", "Concentration", words.figure(dose["concentration_mg_per_ml"], "mg/ml")
    yield "lot", "Lot", dose["lot"] or ""
    yield "drawn_mg", "Drawn", words.figure(dose["drawn_mg"], "mg")
    yield "wasted_mg", "Wasted", words.figure(dose["wasted_mg"], "mg")
    yield "wasted_by", "Wasted by", dose["wasted_by"] or ""
    yield "witnessed_by", "Witnessed by", dose["witnessed_by"] or ""
