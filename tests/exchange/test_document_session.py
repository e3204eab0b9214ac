"""What a session recorded, in the bundle: exact, coded where codes are known, nothing made up."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kapnotes import forms
from kapnotes.clinic.dose import DrugForm
from kapnotes.clinic.infusion import Route
from kapnotes.exchange.coding import LOINC, RXNORM, SNOMED
from kapnotes.exchange.document import document_bundle
from tests.exchange.r4b import coded, problems, resources
from tests.exchange.sample import (
    DOSE,
    INFUSION,
    READINGS,
    key,
    with_infusion,
)


def observations(bundle: dict[str, Any], code: str) -> list[dict[str, Any]]:
    found = resources(bundle, "Observation")
    return [one for one in found if code in coded(one["code"], LOINC)]


def test_a_dose_is_exact_and_coded(bundle: dict[str, Any]) -> None:
    [given_] = resources(bundle, "MedicationAdministration")
    [medicine] = given_["contained"]
    assert coded(medicine["code"], RXNORM) == ["6130"]
    assert medicine["batch"]["lotNumber"] == "K7731-B"
    dosage = given_["dosage"]
    assert (str(dosage["dose"]["value"]), dosage["dose"]["code"]) == ("31.0", "mg")
    assert (str(dosage["rateQuantity"]["value"]), dosage["rateQuantity"]["code"]) == (
        "46.5",
        "mg/h",
    )
    assert coded(dosage["route"], SNOMED) == ["47625008"]
    assert dosage["text"] == "31 mg (0.5 mg/kg, planned 0.5 mg/kg) IV"
    assert given_["note"][0]["text"] == (
        "drawn 50 mg, wasted 19 mg, wasted by S. Abebe, RN, witness Dr T. Vogel"
    )
    [weight] = observations(bundle, "29463-7")
    assert (weight["valueQuantity"]["code"], weight["effectiveDateTime"]) == ("kg", "2026-11-23")


@pytest.mark.parametrize("route", Route)
@pytest.mark.parametrize("form", DrugForm)
def test_every_route_is_coded_and_no_drug_gets_the_code_of_another(
    route: Route, form: DrugForm
) -> None:
    dose = replace(DOSE, route=route, drug_form=form, drug=form.value)
    made = json.loads(document_bundle(with_infusion(doses=(dose,))))
    [given_] = resources(made, "MedicationAdministration")
    assert coded(given_["dosage"]["route"], SNOMED)
    codes = given_["contained"][0]["code"].get("coding", [])
    is_spray = form is DrugForm.ESKETAMINE and route is Route.INTRANASAL
    expected = {"6130"} if form is DrugForm.RACEMIC else {"2201623"} if is_spray else set()
    assert {code["code"] for code in codes} == expected


def test_a_running_dose_is_not_a_given_one() -> None:
    made = json.loads(document_bundle(with_infusion(doses=(replace(DOSE, is_running=True),))))
    assert resources(made, "MedicationAdministration")[0]["status"] == "in-progress"


def test_vital_signs_are_coded_with_units(bundle: dict[str, Any]) -> None:
    for code, unit in (("8867-4", "/min"), ("59408-5", "%"), ("9279-1", "/min")):
        found = observations(bundle, code)
        assert [one["valueQuantity"]["code"] for one in found] == [unit] * len(READINGS)
    pressures = observations(bundle, "85354-9")
    top, low = pressures[0]["component"]
    assert (coded(top["code"], LOINC), coded(low["code"], LOINC)) == (["8480-6"], ["8462-4"])
    assert (top["valueQuantity"]["value"], low["valueQuantity"]["value"]) == (122, 78)
    assert top["valueQuantity"]["code"] == "mm[Hg]"


def test_a_pressure_that_was_not_taken_is_said_to_be_missing(bundle: dict[str, Any]) -> None:
    top, low = observations(bundle, "85354-9")[1]["component"]
    assert top["valueQuantity"]["value"] == 148
    assert "valueQuantity" not in low
    assert low["dataAbsentReason"]


def test_a_reading_holds_its_values_and_its_comment(bundle: dict[str, Any]) -> None:
    panels = observations(bundle, "85353-1")
    assert [len(one["hasMember"]) for one in panels] == [7] * len(READINGS)
    assert panels[0]["note"] == [{"text": "Baseline"}]


def test_steps_belong_to_their_dose_and_answers_to_their_reading(bundle: dict[str, Any]) -> None:
    found = {one["code"]["text"]: one for one in resources(bundle, "Observation")}
    assert found["Infusion paused"]["partOf"] == [{"reference": f"urn:uuid:{DOSE.id}"}]
    assert found["What was done"]["derivedFrom"] == [{"reference": f"urn:uuid:{READINGS[1].id}"}]
    assert "partOf" not in found["Tears"]


def test_adverse_events_say_what_was_done_and_whether_they_were_serious(
    bundle: dict[str, Any],
) -> None:
    nausea, other = resources(bundle, "AdverseEvent")
    assert coded(nausea["event"], SNOMED) == ["422587007"]
    assert nausea["seriousness"]["coding"][0]["code"] == "non-serious"
    assert "What was done: Paused, head raised" in json.dumps(nausea["extension"])
    assert "seriousness" not in other
    assert other["outcome"] == {"text": "Referred"}


def test_scores_say_their_change_and_are_derived_from_notes_that_are_here(
    bundle: dict[str, Any],
) -> None:
    before, now = [
        one for one in observations(bundle, "44261-6") if len(one["effectiveDateTime"]) == 10
    ]
    assert "derivedFrom" not in before
    assert now["derivedFrom"] == [{"reference": f"urn:uuid:{key('preparation')}"}]
    assert now["note"] == [{"text": "-7 since baseline (16): No response"}]


def test_a_scale_with_an_answer_missing_has_no_total() -> None:
    blank = replace(INFUSION.scores[0], total=None)
    made = forms.read_json(document_bundle(with_infusion(scores=(blank,))))
    assert problems(made) == []
    [one] = [each for each in resources(made, "Observation") if each["id"] == str(blank.id)]
    assert "valueQuantity" not in one
    assert one["dataAbsentReason"]["text"] == "incomplete"


def test_what_stood_at_an_infusion_is_in_its_section_and_once_in_the_bundle(
    bundle: dict[str, Any],
) -> None:
    assert len(resources(bundle, "Flag")) == 1
    assert len(resources(bundle, "Consent")) == 2
    said = json.dumps(resources(bundle, "Composition")[0]["section"][-1])
    assert "Medicine: Lamotrigine." in said
    assert "Not covered by the consent: Fasting." in said
