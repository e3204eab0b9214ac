"""What the session recorded, as the rows of its tables on paper."""

from zoneinfo import ZoneInfo

from kapnotes.clinic import dose as dose_rules
from kapnotes.clinic.infusion import Route
from kapnotes.library import record_definition
from kapnotes.paper.parts import ROUTES
from kapnotes.paper.summary import AdverseRow, DoseRow, VitalsRow
from kapnotes.records.session import AdverseEvent, Dose, Vitals


def option(noun: str, link_id: str, code: str) -> str:
    """The label of a stored code in a record; an unknown one as it is."""
    item = record_definition(noun).item(link_id)
    return next((one.display for one in item.options if one.code == code), code)


def dose_row(one: Dose, zone: ZoneInfo) -> DoseRow:
    """A dose with its mg/kg worked out."""
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
        is_serious=bool(one.serious),
        action=one.action or "",
        outcome=option("adverse_event", "outcome", one.outcome) if one.outcome else "",
        resolved_at=one.resolved_at.astimezone(zone) if one.resolved_at else None,
        words=one.words or "",
    )
