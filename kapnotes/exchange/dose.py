"""Doses given, with what was drawn and wasted: MedicationAdministration, and the weight."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID, uuid5

from kapnotes.clinic.dose import DrugForm
from kapnotes.clinic.infusion import Route
from kapnotes.exchange.charted import Infusion
from kapnotes.exchange.charted_session import Dose
from kapnotes.exchange.coding import (
    LOINC,
    RXNORM,
    SNOMED,
    Resource,
    by,
    concept,
    moment,
    period,
    quantity,
    reference,
    terminology,
)
from kapnotes.exchange.event import observed
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

TITLE = "Dose"
ADMINISTERED = Code(LOINC, "29549-3", "Medication administered Narrative")
BODY_WEIGHT = Code(LOINC, "29463-7", "Body weight")
KETAMINE = Code(RXNORM, "6130", "ketamine")
ESKETAMINE_SPRAY = Code(RXNORM, "2201623", "esketamine Nasal Spray")
"""Of esketamine only the spray has a code that was read in RxNorm; other forms go by their name."""
ROUTES = {
    Route.IV: Code(SNOMED, "47625008", "Intravenous route"),
    Route.IM: Code(SNOMED, "78421000", "Intramuscular route"),
    Route.SUBLINGUAL: Code(SNOMED, "37839007", "Sublingual route"),
    Route.INTRANASAL: Code(SNOMED, "46713006", "Nasal route"),
    Route.ORAL: Code(SNOMED, "26643006", "Oral route"),
}
ROUTE_WORDS = {
    Route.IV: "IV",
    Route.IM: "IM",
    Route.SUBLINGUAL: "sublingual",
    Route.INTRANASAL: "intranasal",
    Route.ORAL: "oral",
}
MEDICINE = "medicine"
"""The id of the medicine inside of its administration."""


def section(infusion: Infusion, *, patient_id: UUID) -> Section:
    """The doses of an infusion, each with the steps that it was given in."""
    owner = reference(patient_id)
    made = [each for dose in infusion.doses for each in _of(dose, infusion, owner)]
    words = [_sentence(dose) for dose in infusion.doses]
    if len(infusion.doses) > 1:
        total = sum((dose.mg for dose in infusion.doses), Decimal(0))
        words.append(f"Total given: {_figure(total)} mg")
    if made:
        return Section(title=TITLE, words=tuple(words), code=ADMINISTERED, resources=tuple(made))
    said = ("No dose is recorded.",) if infusion.is_whole else ()
    return Section(title=TITLE, words=said, code=ADMINISTERED, empty="unavailable")


def _of(dose: Dose, infusion: Infusion, owner: Resource) -> Iterator[Resource]:
    yield _administration(dose, infusion, owner)
    if dose.weight_kg is not None:
        yield _weight(dose, dose.weight_kg, owner)
    for step in dose.steps:
        yield {**observed(step, owner), "partOf": [reference(dose.id)]}


def _administration(dose: Dose, infusion: Infusion, owner: Resource) -> Resource:
    when = (
        {"effectivePeriod": period(dose.started_at, dose.stopped_at)}
        if dose.stopped_at or dose.is_running
        else {"effectiveDateTime": moment(dose.started_at)}
    )
    weight = [reference(_weight_id(dose))] if dose.weight_kg is not None else []
    return {
        "resourceType": "MedicationAdministration",
        "id": str(dose.id),
        "contained": [_medicine(dose)],
        "partOf": [reference(infusion.id)],
        "status": "in-progress" if dose.is_running else "completed",
        "medicationReference": {"reference": f"#{MEDICINE}", "display": dose.drug},
        "subject": owner,
        "context": reference(infusion.course_id),
        "supportingInformation": weight,
        **when,
        "performer": [{"actor": actor} for actor in by(dose.by)],
        "note": [{"text": words} for words in _notes(dose)],
        "dosage": {
            "text": _dosage(dose),
            "route": concept(ROUTES[dose.route], text=ROUTE_WORDS[dose.route]),
            "method": {"text": dose.how},
            "dose": quantity(dose.mg, "mg"),
            **_rate(dose),
        },
    }


def _rate(dose: Dose) -> Resource:
    if dose.rate_mg_per_h is None:
        return {}
    return {"rateQuantity": quantity(dose.rate_mg_per_h, "mg/h")}


def _medicine(dose: Dose) -> Resource:
    """The very medicine: its lot, and how strong it was."""
    code = {DrugForm.RACEMIC: (KETAMINE,), DrugForm.ESKETAMINE: ()}[dose.drug_form]
    if dose.drug_form is DrugForm.ESKETAMINE and dose.route is Route.INTRANASAL:
        code = (ESKETAMINE_SPRAY,)
    name = concept(*code, text=dose.drug)
    strength = dose.concentration_mg_per_ml
    return {
        "resourceType": "Medication",
        "id": MEDICINE,
        "code": name,
        "ingredient": [_ingredient(name, strength)] if strength is not None else [],
        "batch": {"lotNumber": dose.lot},
    }


def _ingredient(name: Resource, strength: Decimal) -> Resource:
    per_ml = {"numerator": quantity(strength, "mg"), "denominator": quantity(1, "ml", "mL")}
    return {"itemCodeableConcept": name, "strength": per_ml}


def _weight(dose: Dose, kilograms: Decimal, owner: Resource) -> Resource:
    day = dose.weighed_on.isoformat() if dose.weighed_on else moment(dose.started_at)
    vital = terminology("observation-category", "vital-signs", "Vital Signs")
    return {
        "resourceType": "Observation",
        "id": str(_weight_id(dose)),
        "status": "final",
        "category": [concept(vital)],
        "code": concept(BODY_WEIGHT, text="Weight"),
        "subject": owner,
        "effectiveDateTime": day,
        "valueQuantity": quantity(kilograms, "kg"),
    }


def _weight_id(dose: Dose) -> UUID:
    return uuid5(dose.id, "weight")


def _dosage(dose: Dose) -> str:
    """`35.75 mg (0.5 mg/kg, planned 0.5 mg/kg) IV`."""
    per_kg = [f"{_figure(dose.mg_per_kg)} mg/kg"] if dose.mg_per_kg is not None else []
    if dose.planned_mg_per_kg is not None:
        per_kg.append(f"planned {_figure(dose.planned_mg_per_kg)} mg/kg")
    said = f"{_figure(dose.mg)} mg" + (f" ({', '.join(per_kg)})" if per_kg else "")
    return f"{said} {ROUTE_WORDS[dose.route]}"


def _sentence(dose: Dose) -> str:
    """The dose in a line, with its times and its lot."""
    until = f" to {dose.stopped_at:%H:%M}" if dose.stopped_at else ""
    given = "to be given" if dose.is_running else "given"
    return (
        f"{dose.drug}, {_dosage(dose)}, {given} from {dose.started_at:%H:%M}{until}, "
        f"{f'lot {dose.lot}' if dose.lot else 'no lot'}"
    )


def _notes(dose: Dose) -> Iterator[str]:
    """What was drawn and wasted, what was changed, and why it stands."""
    drawn = [
        f"{words} {_figure(mass)} mg"
        for words, mass in (("drawn", dose.drawn_mg), ("wasted", dose.wasted_mg))
        if mass is not None
    ]
    people = [
        f"{words} {who}"
        for words, who in (("wasted by", dose.wasted_by), ("witness", dose.witnessed_by))
        if who
    ]
    if drawn or people:
        yield ", ".join((*drawn, *people))
    if dose.changes:
        yield f"Changes: {dose.changes}"
    if dose.why:
        yield f"Stands because: {dose.why}"


def _figure(value: Decimal) -> str:
    """A number without trailing zeros or exponent."""
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said
