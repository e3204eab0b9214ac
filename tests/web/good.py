"""One good form of each kind, as a browser posts it."""

from typing import Any

from tests.builders import PASSWORD

PATIENT = {
    "family_name": "Okafor",
    "given_name": "Ada-Lou",
    "birth_date": "1980-05-17",
    "record_number": "B-0",
    "pronouns": "she",
    "phone": "555 0199",
    "allergies": "Latex: rash",
}
COURSE = {
    "indication": "depression",
    "indication_detail": "Two trials failed",
    "protocol": "im_two_dose",
    "goals": "Sleep\nWork",
    "started_on": "2026-11-23",
}
CONSENT = {
    "signed_on": "2026-11-20",
    "held_by": "Thea, PhD",
    "form_version": "2026-03",
    "points": "off-label",
    "words": "Asked about driving",
}
MISUSE_EVENT = {"observed_at": "2026-11-22T16:00", "kind": "sooner", "words": "Before a journey"}
INFUSION = {"planned_for": "2026-11-25T10:00", "route": "iv", "phase": "induction"}
ARRIVAL = {
    "observed_at": "2026-11-23T07:45",
    "identity_checked": "true",
    "consent_confirmed": "true",
    "last_food_at": "2026-11-22T20:00",
    "last_drink_at": "2026-11-23T05:00",
    "fasting_kept": "true",
    "medicines_checked": "true",
    "escort_confirmed": "true",
    "weight_kg": "70",
    "weighed_on": "2026-11-23",
    "baseline": "acceptable",
    "baseline_by": "Mina",
    "time_out": "true",
}
DOSE = {
    "observed_at": "2026-11-23T08:00",
    "stopped_at": "2026-11-23T08:40",
    "route": "iv",
    "drug_form": "racemic",
    "concentration_mg_per_ml": "10",
    "lot": "L7",
    "weight_kg": "70",
    "weighed_on": "2026-11-23",
    "planned_mg_per_kg": "0.5",
    "mg": "35",
    "drawn_mg": "50",
    "wasted_mg": "15",
    "wasted_by": "Mina",
    "witnessed_by": "Thea",
}
VITALS = {
    "observed_at": "2026-11-23T08:10",
    "systolic": "124",
    "diastolic": "80",
    "heart_rate": "72",
    "spo2": "98",
    "comment": "Calm",
}
EVENT = {
    "observed_at": "2026-11-23T08:20",
    "kind": "nausea",
    "severity": "mild",
    "serious": "false",
    "action": "Ginger",
    "outcome": "resolved",
    "resolved_at": "2026-11-23T08:30",
    "words": "Brief",
}
PERSON = {"email": "new@test.example", "name": "New", "credentials": "MD", "role": "medical"}
MEASURE = {"_at": "2026-11-23T08:30", **{f"q{number}": "1" for number in range(1, 9)}, "q9": "0"}
OWN_SCALE: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "url": "urn:practice:sleep",
    "version": "1",
    "name": "SleepQuality",
    "title": "Sleep quality",
    "status": "active",
    "item": [
        {
            "linkId": "a1",
            "type": "integer",
            "text": "Hours slept",
            "required": True,
        }
    ],
}
ADDENDUM = {"reason": "Late result", "text": "ECG normal", "password": PASSWORD}
