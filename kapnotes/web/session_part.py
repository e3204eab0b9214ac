"""The session's part of an infusion's page: its figures, its chart, what was struck out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.actions import entry
from kapnotes.actions.infusion_view import InfusionView, Recorded
from kapnotes.actions.session_check import clinical_vitals
from kapnotes.clinic import dose as doses
from kapnotes.clinic import vitals as vital_signs
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.drawing import VitalsChart
from kapnotes.records.session_row import Row, Vitals, values_of
from kapnotes.web.session_chart import session_chart


@dataclass(frozen=True, slots=True)
class Struck:
    """A row of the history: what it said, line by line, and by whom, when and why it went."""

    verb: str
    by: str
    at: datetime
    why: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The session's figures: total mg, mg/kg, each reading with what it asks for, the chart.

    `struck` holds what was struck out or corrected, by the noun of its record.
    """

    total_mg: Decimal | None
    mg_per_kg: Decimal | None
    per_dose: Sequence[Decimal]
    alerts: Sequence[tuple[Vitals, tuple[vital_signs.Alert, ...]]]
    chart: VitalsChart | None
    struck: Mapping[str, Sequence[Struck]]


def page_of(view: InfusionView, zone: str) -> SessionPage:
    """Work the session's figures out."""
    recorded = view.recorded
    total = sum((one.mg for one in recorded.doses), Decimal(0)) if recorded.doses else None
    return SessionPage(
        total,
        doses.mg_per_kg(total, recorded.doses[0].weight_kg) if total is not None else None,
        [doses.mg_per_kg(one.mg, one.weight_kg) for one in recorded.doses],
        _alerts(recorded, view.levels),
        session_chart(
            recorded.vitals,
            recorded.doses,
            recorded.adverse_events,
            ZoneInfo(zone),
            events=recorded.events,
            taps=view.taps,
        ),
        _struck(recorded, zone),
    )


def _alerts(
    recorded: Recorded, levels: vital_signs.VitalsLimits
) -> list[tuple[Vitals, tuple[vital_signs.Alert, ...]]]:
    dosed_at = min((one.observed_at for one in recorded.doses), default=None)
    readings = [clinical_vitals(values_of(one)) for one in recorded.vitals]
    found = vital_signs.alerts(readings, dosed_at=dosed_at, limits=levels)
    return [(row, alerts) for row, (_, alerts) in zip(recorded.vitals, found, strict=True)]


def _struck(recorded: Recorded, zone: str) -> dict[str, list[Struck]]:
    found: dict[str, list[Struck]] = {"dose": [], "vitals": [], "adverse_event": []}
    for one in recorded.struck:
        row = one.row
        if row.struck_at is not None:
            verb = "Corrected" if one.is_corrected else "Struck out"
            lines = _lines(row, zone)
            shown = Struck(verb, one.by, row.struck_at, row.struck_reason or "", lines)
            found[row.__tablename__].append(shown)
    return found


def _lines(row: Row, zone: str) -> list[tuple[str, str]]:
    """What a row said, as its form asks it; blanks left out."""
    noun = row.__tablename__
    answers = entry.answers_of(noun, values_of(row), zone=zone)
    tells = forms.tell(record_definition(noun), answers)
    lines = [(one.label, one.value or ", ".join(one.values)) for one in tells]
    if row.caution_reason:
        lines.append(("Stood because", row.caution_reason))
    return [*lines, ("Recorded by", f"{row.recorded_by.name}, {_moment(row.recorded_at, zone)}")]


def _moment(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{words.day(here)}, {words.clock(here)}"
