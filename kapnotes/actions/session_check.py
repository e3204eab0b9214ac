"""What the clinic says to a dose, a reading or an adverse event before it is recorded."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from kapnotes.clinic import adverse_event as adverse_events
from kapnotes.clinic import dose as doses
from kapnotes.clinic import vitals as vital_signs
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import BadInput, Concern, Refusal
from kapnotes.records.course import Infusion
from kapnotes.records.session import (
    DOSE_FIELDS,
    VITALS_FIELDS,
    AdverseEvent,
    Dose,
    Row,
    Vitals,
    values_of,
)

Values = dict[str, Any]
EARLIEST = timedelta(days=7)
"""How long before its infusion something of its session can have been."""


def _check_day(values: Values, infusion: Infusion) -> Iterable[Concern]:
    """A year or a month that was half typed puts an entry long before the infusion."""
    begins = min(infusion.planned_for, infusion.started_at or infusion.planned_for)
    if values["observed_at"] < begins - EARLIEST:
        return (Refusal("This is long before the infusion. Check the date.", about="observed_at"),)
    return ()


def clinical_dose(values: Values) -> doses.Dose:
    """A dose as the clinic's rules see it."""
    known = {name: values[name] for name in DOSE_FIELDS if values.get(name) is not None}
    known["drug_form"] = doses.DrugForm(known["drug_form"])
    return doses.Dose(**known)


def _check_dose(
    values: Values, infusion: Infusion, others: Iterable[Dose], at: datetime
) -> Iterable[Concern]:
    limits = doses.DEFAULT_LIMITS[Route(infusion.route)]
    earlier = tuple(clinical_dose(values_of(other)) for other in others)
    concerns = doses.check_dose(clinical_dose(values), limits, at=at, earlier=earlier)
    if values.get("weight_kg") is None:
        return (
            Refusal("Enter the weight: a dose is kept with its mg/kg.", about="weight_kg"),
            *concerns,
        )
    return concerns


def clinical_vitals(values: Values) -> vital_signs.Vitals:
    """A reading as the clinic's rules see it."""
    return vital_signs.Vitals(
        **{name: values.get(name) for name in VITALS_FIELDS if name != "comment"}  # type: ignore[arg-type] # read by the record's definition
    )


def _check_vitals(
    values: Values, _infusion: Infusion, _others: Iterable[Vitals], at: datetime
) -> Iterable[Concern]:
    readings = [values.get(name) for name in VITALS_FIELDS if name != "observed_at"]
    if all(reading is None for reading in readings):
        raise BadInput({"systolic": "Enter at least one reading."})
    return vital_signs.check_vitals(clinical_vitals(values), at=at)


def _check_adverse_event(
    values: Values, _infusion: Infusion, _others: Iterable[AdverseEvent], at: datetime
) -> Iterable[Concern]:
    outcome = values.get("outcome")
    event = adverse_events.AdverseEvent(
        observed_at=values["observed_at"],
        kind=adverse_events.AdverseEventKind(values["kind"]),
        severity=adverse_events.Severity(values["severity"]),
        serious=values.get("serious"),
        action=values.get("action") or "",
        outcome=adverse_events.EventOutcome(outcome) if outcome else None,
        resolved_at=values.get("resolved_at"),
        words=values.get("words") or "",
    )
    return adverse_events.check_event(event, at=at)


_CHECKS: dict[str, Callable[..., Iterable[Concern]]] = {
    "dose": _check_dose,
    "vitals": _check_vitals,
    "adverse_event": _check_adverse_event,
}


def check(
    noun: str, values: Values, infusion: Infusion, others: Iterable[Row], *, at: datetime
) -> tuple[Concern, ...]:
    """What the clinic says to a row beside the `others` of its session. Raises BadInput."""
    concerns = _CHECKS[noun](values, infusion, others, at)
    return (*_check_day(values, infusion), *concerns)
