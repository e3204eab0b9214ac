"""What the session recorded, as the rows of its tables on paper."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes.clinic import dose as dose_rules
from kapnotes.clinic.infusion import Route
from kapnotes.paper.parts import ROUTES
from kapnotes.paper.session_checks import option
from kapnotes.paper.summary import AdverseRow, DoseRow, EventRow, VitalsRow
from kapnotes.records.session_row import AdverseEvent, Dose, Vitals, values_of


def by_route(dose: Mapping[str, Any]) -> str:
    """What belongs to the route of a dose, in words: its site, hold or sprays; or nothing."""
    return ", ".join(one for one in _by_route(dose) if one)


def _by_route(dose: Mapping[str, Any]) -> Iterator[str]:
    yield dose["site"] or ""
    held, then = dose["held_minutes"], option("dose", "after_hold", dose["after_hold"]).lower()
    if held is not None:
        yield f"held {held} min{f', then {then}' if then else ''}"
    else:
        yield then
    if dose["sprays"] is not None:
        yield f"{dose['sprays']} {'spray' if dose['sprays'] == 1 else 'sprays'}"


def dose_row(one: Dose, zone: ZoneInfo, steps: tuple[EventRow, ...] = ()) -> DoseRow:
    """A dose with its mg/kg worked out, and the steps of its infusion."""
    return DoseRow(
        started_at=one.observed_at.astimezone(zone),
        drug=option("dose", "drug_form", one.drug_form),
        route=ROUTES[Route(one.route)],
        mg=one.mg,
        stopped_at=one.stopped_at.astimezone(zone) if one.stopped_at else None,
        mg_per_kg=dose_rules.mg_per_kg(one.mg, one.weight_kg),
        planned_mg_per_kg=one.planned_mg_per_kg,
        rate_mg_per_h=one.rate_mg_per_h,
        concentration_mg_per_ml=one.concentration_mg_per_ml,
        lot=one.lot or "",
        weight_kg=one.weight_kg,
        weighed_on=one.weighed_on,
        drawn_mg=one.drawn_mg,
        wasted_mg=one.wasted_mg,
        wasted_by=one.wasted_by or "",
        witnessed_by=one.witnessed_by or "",
        changes=one.changes or "",
        given_by=one.recorded_by.name,
        how=by_route(values_of(one)),
        is_running=one.is_running,
        why=one.caution_reason or "",
        steps=steps,
    )


def vitals_row(one: Vitals, zone: ZoneInfo) -> VitalsRow:
    """A reading."""
    return VitalsRow(
        one.observed_at.astimezone(zone),
        one.systolic,
        one.diastolic,
        one.heart_rate,
        one.spo2,
        one.respiratory_rate,
        one.sedation,
        one.distress,
        one.nausea,
        one.comment or "",
        one.recorded_by.name,
    )


def adverse_row(one: AdverseEvent, zone: ZoneInfo) -> AdverseRow:
    """An adverse event, in words."""
    return AdverseRow(
        observed_at=one.observed_at.astimezone(zone),
        kind=option("adverse_event", "kind", one.kind),
        severity=one.severity,
        is_serious=one.serious,
        action=one.action or "",
        outcome=option("adverse_event", "outcome", one.outcome) if one.outcome else "",
        resolved_at=one.resolved_at.astimezone(zone) if one.resolved_at else None,
        words=one.words or "",
    )
