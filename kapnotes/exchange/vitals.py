"""Vital signs: each reading a panel of observations, coded in LOINC with units of UCUM.

Heart rate, saturation, respiratory rate and pressures as the vital signs of other systems have
them. Sedation is MOAA/S; distress and nausea are 0-10 as the practice asks them: no public code
was found for the three, so they have their words and a code of ours.
"""

from collections.abc import Iterator
from uuid import UUID, uuid5

from kapnotes.exchange.charted import Infusion
from kapnotes.exchange.charted_session import Reading
from kapnotes.exchange.coding import (
    LOINC,
    OWN,
    Resource,
    by,
    concept,
    moment,
    quantity,
    reference,
    terminology,
)
from kapnotes.exchange.observation import SURVEY
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

TITLE = "Vital signs"
VITAL_SIGNS = Code(LOINC, "8716-3", "Vital signs")
PANEL = Code(LOINC, "85353-1", "Vital signs panel")
PRESSURE = Code(LOINC, "85354-9", "Blood pressure panel")
SYSTOLIC = Code(LOINC, "8480-6", "Systolic blood pressure")
DIASTOLIC = Code(LOINC, "8462-4", "Diastolic blood pressure")
OXIMETRY = Code(LOINC, "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry")
SATURATION = Code(LOINC, "2708-6", "Oxygen saturation in Arterial blood")
READINGS = f"{OWN}vitals"
VITAL = terminology("observation-category", "vital-signs", "Vital Signs")

SINGLE: tuple[tuple[str, str, tuple[Code, ...], str, str], ...] = (
    ("heart_rate", "Heart rate", (Code(LOINC, "8867-4", "Heart rate"),), "/min", "/min"),
    ("spo2", "SpO\u2082", (SATURATION, OXIMETRY), "%", "%"),
    ("respiratory_rate", "Respiratory rate", (Code(LOINC, "9279-1", "Respiratory rate"),), "/min",
     "/min"),
    ("sedation", "Sedation (MOAA/S, 0 to 5)", (Code(READINGS, "sedation"),), "{score}", "{score}"),
    ("distress", "Distress (0 to 10)", (Code(READINGS, "distress"),), "{score}", "{score}"),
    ("nausea", "Nausea (0 to 10)", (Code(READINGS, "nausea"),), "{score}", "{score}"),
)  # fmt: skip
"""Each value but the pressures: its name, words, codes, unit for people and in UCUM."""
ASKED = frozenset({"sedation", "distress", "nausea"})
"""What is rated, not measured."""


def panel_id(reading_id: UUID) -> UUID:
    """The id of a reading as a whole: that of its row."""
    return reading_id


def section(infusion: Infusion, *, patient_id: UUID) -> Section:
    """Every reading of an infusion, and in words how the schedule was met."""
    owner = reference(patient_id)
    made = tuple(each for one in infusion.readings for each in _panel(one, owner))
    if made:
        words = (*infusion.schedule, f"Readings: {len(infusion.readings)}")
        return Section(title=TITLE, words=words, code=VITAL_SIGNS, resources=made)
    said = ("No vital signs are recorded.",) if infusion.is_whole else ()
    return Section(title=TITLE, words=said, code=VITAL_SIGNS, empty="unavailable")


def _panel(one: Reading, owner: Resource) -> Iterator[Resource]:
    """The reading as a whole, then each of its values."""
    values = list(_values(one, owner))
    panel = _observation(one, owner, "", (PANEL,), "Vital signs")
    yield {
        **panel,
        "hasMember": [reference(each["id"]) for each in values],
        "note": [{"text": one.comment}],
    }
    yield from values


def _values(one: Reading, owner: Resource) -> Iterator[Resource]:
    if one.systolic is not None or one.diastolic is not None:
        parts = ((SYSTOLIC, one.systolic), (DIASTOLIC, one.diastolic))
        yield {
            **_observation(one, owner, "pressure", (PRESSURE,), "Blood pressure"),
            "component": [_pressure(code, value) for code, value in parts],
        }
    for name, words, codes, unit, ucum in SINGLE:
        value: int | None = getattr(one, name)
        if value is not None:
            made = _observation(one, owner, name, codes, words)
            yield {**made, "valueQuantity": quantity(value, unit, ucum)}


def _pressure(code: Code, value: int | None) -> Resource:
    """One of the two pressures; a missing one is said to be so, as the page does."""
    if value is None:
        missing = terminology("data-absent-reason", "unknown", "Unknown")
        return {"code": concept(code), "dataAbsentReason": concept(missing)}
    return {"code": concept(code), "valueQuantity": quantity(value, "mmHg", "mm[Hg]")}


def _observation(
    one: Reading, owner: Resource, name: str, codes: tuple[Code, ...], words: str
) -> Resource:
    return {
        "resourceType": "Observation",
        "id": str(uuid5(one.id, name) if name else panel_id(one.id)),
        "status": "final",
        "category": [concept(SURVEY if name in ASKED else VITAL)],
        "code": concept(*codes, text=words),
        "subject": owner,
        "effectiveDateTime": moment(one.at),
        "issued": moment(one.recorded_at),
        "performer": by(one.by),
    }
