"""Each rule speaks in its case, and only there."""

from datetime import date, time
from decimal import Decimal

import pytest

from kapnotes.forms import Answers, Coded, FindingKind, Value, check_signing, read, to_raw
from kapnotes.library import NOTES, note_definition
from kapnotes.library.rules import RULES, note_rules
from tests.library.calm import CALM

CAUTION, REFUSAL = FindingKind.CAUTION, FindingKind.REFUSAL
EARLY, LATE = date(2026, 11, 20), date(2026, 11, 25)
UNWELL: Answers = {
    "risk-thoughts": True,
    "risk-method": True,
    "risk-intent": True,
    "risk-plan": True,
}


def findings(kind: str, change: dict[str, Value | None]) -> dict[str, FindingKind]:
    """Return what signing a calm note with some changes finds; None takes an answer away."""
    answers = {key: value for key, value in (CALM[kind] | change).items() if value is not None}
    found = check_signing(note_definition(kind), answers, {}, note_rules(kind))
    return {each.key: each.kind for each in found if each.kind is not FindingKind.MISSING}


def some(*codes: str) -> list[Coded | str]:
    return [Coded(code) for code in codes]


def level(code: str, **more: Value | None) -> dict[str, Value | None]:
    return {"risk-level": Coded(code), "safety-plan-state": Coded("made"), **more}


EVERY = [
    ("times", REFUSAL, {"session-end": time(8, 0), "discharge-time": None}),
    ("patient-absent", CAUTION, {"people": some("therapist", "medical")}),
    ("risk-below-triage", CAUTION, {"risk-wish": True, "risk-words": "Tired of it."}),
    ("moderate-risk-plan", CAUTION, level("moderate")),
    ("risk-to-others", CAUTION, {"risk-others": True, "risk-words": "At the neighbour."}),
    ("next-step-date", REFUSAL, {"next-step-on": EARLY}),
    ("scale-range", REFUSAL, {"scales": [{"scale": Coded("phq-9"), "score": Decimal(28)}]}),
    (
        "plan-not-needed",
        CAUTION,
        level("moderate", **{"safety-plan-state": Coded("not-needed"), "safety-plan": "Call."}),
    ),
]
PREPARATION = [
    ("go-without-consent", REFUSAL, {"consent-held": False}),
    ("go-without-capacity", CAUTION, {"consent-capacity": False}),
    ("go-without-form", CAUTION, {"consent-signed": False}),
    ("consent-points", CAUTION, {"consent-points": some("off-label", "driving")}),
    ("go-with-contraindication", CAUTION, {"contraindications": some("cystitis")}),
    ("go-with-interaction", CAUTION, {"interactions": some("maoi", "lamotrigine")}),
    ("go-with-pressure", CAUTION, {"systolic": 160}),
    ("go-with-pressure", CAUTION, {"diastolic": 100}),
    ("go-with-high-risk", CAUTION, level("high", **{"safety-plan": "Sister told at 10:00."})),
    ("go-without-escort", CAUTION, {"escort-name": None}),
    ("consent-date", REFUSAL, {"consent-date": LATE}),
    ("weight-date", REFUSAL, {"weight-date": LATE}),
]
DOSING = [
    ("dose-without-identity", CAUTION, {"identity-checked": False}),
    ("dose-without-consent", CAUTION, {"consent-confirmed": False}),
    ("dose-without-time-out", CAUTION, {"time-out": False}),
    ("dose-on-bad-baseline", CAUTION, {"baseline": Coded("not-acceptable")}),
    ("dose-after-substances", CAUTION, {"substances": True}),
    ("dose-without-escort", CAUTION, {"escort-confirmed": False}),
    ("dose-without-medical", CAUTION, {"people": some("patient", "therapist")}),
    ("dose-elsewhere", CAUTION, {"place": Coded("home")}),
    ("weight-date", REFUSAL, {"weight-date": LATE}),
    ("phases-order", CAUTION, {"peak": 60}),
    ("touch-not-agreed", CAUTION, {"touch-as-agreed": False}),
    (
        "grave-event",
        REFUSAL,
        {"adverse": [{"adverse-kind": Coded("laryngospasm"), "adverse-serious": True}]},
    ),
    ("discharge-vitals-near-baseline", CAUTION, {"vitals-settled": False}),
    ("discharge-oriented", CAUTION, {"oriented": False}),
    ("discharge-walking", CAUTION, {"walking": False}),
    ("discharge-nausea-controlled", CAUTION, {"nausea-controlled": False}),
    ("discharge-dissociation-settled", CAUTION, {"dissociation-settled": False}),
    ("discharge-risk-rechecked", CAUTION, {"risk-rechecked": False}),
    ("discharge-escort-present", CAUTION, {"escort-present": False}),
    ("discharge-instructions-given", CAUTION, {"instructions": some("driving")}),
    ("discharge-no-driving-told", CAUTION, {"instructions": some("written")}),
    ("discharge-aldrete", CAUTION, {"aldrete": 8}),
    ("discharge-aldrete", CAUTION, {"aldrete": None}),
    ("discharge-time", REFUSAL, {"discharge-time": time(8, 0)}),
]
INTEGRATION = [
    ("on-with-misuse", CAUTION, {"misuse-concern": Coded("high")}),
    ("misuse-unweighed", CAUTION, {"misuse-signs": some("craving")}),
    ("on-with-bladder", CAUTION, {"after-effects": some("bladder")}),
    ("on-with-elevated-mood", CAUTION, {"after-effects": some("elevated")}),
    ("on-though-worse", CAUTION, {"change": Coded("worse")}),
    ("on-with-high-risk", CAUTION, level("high", **{"safety-plan": "Sister told at 10:00."})),
    ("maintenance-interval", CAUTION, {"maintenance-interval": Decimal("1.5")}),
    ("maintenance-interval", CAUTION, {"maintenance-interval": Decimal("6.5")}),
    ("suds-peak", REFUSAL, {"erp": [{"suds-before": 80, "suds-peak": 70}]}),
    ("homework-due", REFUSAL, {"homework-set": [{"set-task": "x", "set-due": EARLY}]}),
    ("next-infusion-date", REFUSAL, {"next-infusion-on": EARLY}),
    ("pause-date", REFUSAL, {"next-infusion": Coded("pause"), "pause-until": EARLY}),
]
CASES = [
    *((kind, *case) for kind in NOTES for case in EVERY),
    *(("preparation", *case) for case in PREPARATION),
    *(("dosing", *case) for case in DOSING),
    *(("integration", *case) for case in INTEGRATION),
]


@pytest.mark.parametrize("kind", NOTES)
def test_a_calm_note_is_signed_without_a_word(kind: str) -> None:
    assert check_signing(note_definition(kind), CALM[kind], {}, note_rules(kind)) == ()


@pytest.mark.parametrize("kind", NOTES)
def test_a_calm_note_is_one_that_can_be_typed(kind: str) -> None:
    definition = note_definition(kind)
    reading = read(definition, to_raw(definition, CALM[kind]))
    assert (reading.answers, reading.errors) == (CALM[kind], {})


@pytest.mark.parametrize(("kind", "key", "expected", "change"), CASES)
def test_a_rule_speaks_in_its_case_and_alone(
    kind: str, key: str, expected: FindingKind, change: dict[str, Value | None]
) -> None:
    assert findings(kind, change) == {key: expected}


@pytest.mark.parametrize("kind", NOTES)
def test_a_high_risk_cannot_be_signed_without_a_plan(kind: str) -> None:
    assert findings(kind, level("high", **UNWELL))["high-risk-plan"] is REFUSAL
    assert "high-risk-plan" not in findings(kind, level("high", **{"safety-plan": "Call."}))


@pytest.mark.parametrize("kind", NOTES)
def test_every_rule_has_a_case(kind: str) -> None:
    shown = {case[1] for case in CASES if case[0] == kind} | {"high-risk-plan"}
    unneeded = {"discharge-follow-up-booked"}  # no default of the clinic asks for it
    assert {rule.key for rule in RULES[kind]} - unneeded == shown


@pytest.mark.parametrize("kind", NOTES)
def test_rules_need_items_that_are_there(kind: str) -> None:
    asked = {item.link_id for item in note_definition(kind).leaves}
    for rule in note_rules(kind):
        assert set(rule.needs) <= asked, rule.key


@pytest.mark.parametrize("kind", NOTES)
def test_rule_keys_are_unique(kind: str) -> None:
    keys = [rule.key for rule in note_rules(kind)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("ready", ["wait", "not-suitable"])
def test_waiting_asks_for_its_reason_and_for_nothing_else(ready: str) -> None:
    change: dict[str, Value | None] = {
        "ready": Coded(ready),
        "consent-held": False,
        "contraindications": some("pregnancy"),
        "interactions": some("maoi"),
        "systolic": 190,
    }
    assert findings("preparation", change) == {}
    answers = {**CALM["preparation"], "ready": Coded(ready)}
    found = check_signing(note_definition("preparation"), answers, {}, ())
    assert [each.name for each in found] == ["ready-reason"]


def test_a_session_without_a_dose_asks_nothing_about_it() -> None:
    change: dict[str, Value | None] = {
        "dose-given": False,
        "identity-checked": False,
        "baseline": Coded("not-acceptable"),
        "left": None,
    }
    assert findings("dosing", change) == {}


def test_a_patient_taken_to_hospital_need_not_be_fit_for_home() -> None:
    change: dict[str, Value | None] = {"left": Coded("hospital"), "oriented": False, "aldrete": 5}
    assert findings("dosing", change) == {}


def test_pausing_needs_no_excuse() -> None:
    change: dict[str, Value | None] = {
        "next-infusion": Coded("pause"),
        "misuse-concern": Coded("high"),
        "change": Coded("much-worse"),
    }
    assert findings("integration", change) == {}
