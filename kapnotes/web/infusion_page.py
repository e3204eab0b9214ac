"""What the infusion's page shows of its session: figures, levels and the chart, worked out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from kapnotes.actions.infusion import InfusionView
from kapnotes.actions.session import clinical_vitals
from kapnotes.clinic import dose as doses
from kapnotes.clinic import vitals as vital_signs
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.records.session import Vitals, values_of


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The session's figures: total mg, mg/kg, each reading with what it asks for, the chart."""

    total_mg: Decimal | None
    mg_per_kg: Decimal | None
    per_dose: Sequence[Decimal]
    alerts: Sequence[tuple[Vitals, tuple[vital_signs.Alert, ...]]]
    chart: VitalsChart | None


def page_of(view: InfusionView, zone: str) -> SessionPage:
    """Work the session's figures out."""
    total = sum((one.mg for one in view.doses), Decimal(0)) if view.doses else None
    return SessionPage(
        total,
        doses.mg_per_kg(total, view.doses[0].weight_kg) if total is not None else None,
        [doses.mg_per_kg(one.mg, one.weight_kg) for one in view.doses],
        _alerts(view),
        _chart(view, ZoneInfo(zone)),
    )


def _alerts(view: InfusionView) -> list[tuple[Vitals, tuple[vital_signs.Alert, ...]]]:
    dosed_at = min((one.observed_at for one in view.doses), default=None)
    readings = [clinical_vitals(values_of(one)) for one in view.vitals]
    found = vital_signs.alerts(readings, dosed_at=dosed_at)
    return [(row, alerts) for row, (_, alerts) in zip(view.vitals, found, strict=True)]


def _chart(view: InfusionView, zone: ZoneInfo) -> VitalsChart | None:
    kinds = {
        one.code: one.display for one in record_definition("adverse_event").item("kind").options
    }
    return vitals_chart(
        [
            Reading(
                one.observed_at.astimezone(zone),
                one.systolic,
                one.diastolic,
                one.heart_rate,
                one.spo2,
            )
            for one in view.vitals
        ],
        doses=[
            Span(
                one.observed_at.astimezone(zone),
                one.stopped_at.astimezone(zone) if one.stopped_at else None,
                words.figure(one.mg, "mg"),
            )
            for one in view.doses
        ],
        events=[
            Flag(
                one.observed_at.astimezone(zone),
                chr(ord("A") + place % 26),
                kinds.get(one.kind, one.kind),
            )
            for place, one in enumerate(view.adverse_events)
        ],
    )
