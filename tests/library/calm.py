"""One calm note of each kind: everything is as it should be, and no rule has a word to say."""

from datetime import date, time
from decimal import Decimal

from kapnotes.forms import Answers, Coded

NONE = [Coded("none")]
DAY = date(2026, 11, 23)

_HEAD_AND_TAIL: Answers = {
    "session-date": DAY,
    "session-start": time(9, 0),
    "session-end": time(12, 0),
    "place": Coded("clinic"),
    "people": [Coded("patient"), Coded("therapist"), Coded("medical")],
    "modality": Coded("individual"),
    "risk-wish": False,
    "risk-thoughts": False,
    "risk-behaviour": False,
    "risk-others": False,
    "risk-level": Coded("none"),
    "protective-factors": [Coded("support")],
    "safety-plan-state": Coded("not-needed"),
    "assessment": "Better by the scales, and at work again.",
    "plan": "Go on as agreed.",
    "next-step": "Integration",
    "next-step-on": date(2026, 11, 26),
}

PREPARATION: Answers = {
    **_HEAD_AND_TAIL,
    "indication": Coded("ocd"),
    "focus-words": "Washing for four hours a day.",
    "severity": Coded("severe"),
    "scales": [{"scale": Coded("y-bocs"), "score": Decimal(31)}],
    "goals": "Leave the house within half an hour.",
    "mental-status": [Coded("as-expected")],
    "ketamine-before": False,
    "contraindications": list(NONE),
    "medicines": "Sertraline 200 mg.",
    "interactions": list(NONE),
    "allergies": "None known.",
    "misuse-history": list(NONE),
    "weight-kg": Decimal("71.5"),
    "weight-date": DAY,
    "systolic": 124,
    "diastolic": 78,
    "consent-held": True,
    "consent-points": [
        Coded("off-label"),
        Coded("altered-state"),
        Coded("may-stop"),
        Coded("schedule-iii"),
        Coded("driving"),
    ],
    "consent-capacity": True,
    "consent-signed": True,
    "consent-version": "2026-03",
    "consent-date": DAY,
    "intention": "To let the thought stand.",
    "touch": Coded("none"),
    "education": [Coded("effects")],
    "escort-name": "Ruth",
    "ready": Coded("go"),
}

DOSING: Answers = {
    **_HEAD_AND_TAIL,
    "identity-checked": True,
    "consent-confirmed": True,
    "arrival-state": "Rested, a little nervous.",
    "substances": False,
    "escort-confirmed": True,
    "weight-date": DAY,
    "baseline": Coded("acceptable"),
    "baseline-by": "Dr. Lind",
    "dose-given": True,
    "time-out": True,
    "onset": 6,
    "peak": 25,
    "return": 55,
    "depth": Coded("moderate"),
    "phases": "Inward after six minutes, back after an hour.",
    "themes": "Water; being held.",
    "support-kinds": [Coded("presence")],
    "touch-given": True,
    "touch-given-words": "Hand on the shoulder for a minute, at the patient's wish.",
    "touch-as-agreed": True,
    "difficult": False,
    "adverse-seen": True,
    "adverse": [
        {
            "adverse-kind": Coded("nausea"),
            "adverse-severity": Coded("mild"),
            "adverse-serious": False,
            "adverse-action": "Ondansetron 4 mg.",
            "adverse-outcome": Coded("resolved"),
        }
    ],
    "vitals-settled": True,
    "oriented": True,
    "dissociation-settled": True,
    "walking": True,
    "nausea-controlled": True,
    "aldrete": 10,
    "risk-rechecked": True,
    "left": Coded("home"),
    "escort-present": True,
    "escort-name": "Ruth",
    "instructions": [Coded("written"), Coded("driving")],
    "discharge-time": time(11, 30),
    "discharged-by": "Dr. Lind",
    "immediate-integration": "Named what to take home.",
}

INTEGRATION: Answers = {
    **_HEAD_AND_TAIL,
    "days-since-dose": 3,
    "state-words": "Quieter.",
    "mental-status": [Coded("as-expected")],
    "change": Coded("better"),
    "change-words": "Two hours less washing.",
    "after-effects": list(NONE),
    "sleep": Coded("good"),
    "medicines-changed": False,
    "misuse-signs": list(NONE),
    "misuse-concern": Coded("none"),
    "themes": "Water; being held.",
    "goal-links": "The door is easier.",
    "therapy-done": [Coded("erp")],
    "erp": [
        {
            "erp-step": "Door handle",
            "erp-exposure": "Held it for ten minutes",
            "suds-before": 40,
            "suds-peak": 75,
            "suds-after": 30,
            "erp-minutes": 10,
        }
    ],
    "therapy-response": "Stayed with it.",
    "homework-set": [{"set-task": "Door handle daily", "set-due": date(2026, 11, 30)}],
    "next-infusion": Coded("maintenance"),
    "next-infusion-reason": "Response holds.",
    "next-infusion-on": date(2027, 2, 1),
    "maintenance-interval": Decimal(3),
}

CALM = {"preparation": PREPARATION, "dosing": DOSING, "integration": INTEGRATION}
