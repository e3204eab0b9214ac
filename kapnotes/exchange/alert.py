"""Alerts that stand on a patient, as flags."""

from uuid import UUID

from kapnotes.exchange.charted import Alert
from kapnotes.exchange.coding import OWN, Resource, concept, period, reference, terminology
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

TITLE = "Alerts"
ALERTS = f"{OWN}alert"
LEVELS = f"{OWN}alert-level"


def section(alerts: tuple[Alert, ...], *, patient_id: UUID) -> Section:
    """Every alert that the document shows, resolved ones too."""
    made = tuple(_flag(one, patient_id) for one in alerts)
    return Section(title=TITLE, words=tuple(map(_told, alerts)), resources=made)


def _flag(one: Alert, patient_id: UUID) -> Resource:
    return {
        "resourceType": "Flag",
        "id": str(one.id),
        "status": "inactive" if one.resolved_at else "active",
        "category": [
            concept(terminology("flag-category", "safety", "Safety"), Code(LEVELS, one.level))
        ],
        "code": concept(Code(ALERTS, one.code), text=one.sentence),
        "subject": reference(patient_id),
        "period": period(one.raised_at, one.resolved_at),
        "author": reference(one.raised_by.id, one.raised_by.words) if one.raised_by else None,
    }


def _told(one: Alert) -> str:
    if one.resolved_at is None:
        return one.sentence
    day = one.resolved_at.date().isoformat()
    return f"{one.sentence} Resolved on {day}: {one.resolved_reason}"
