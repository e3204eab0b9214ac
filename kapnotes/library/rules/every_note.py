"""Rules for the head and the tail that all three notes have: times, and risk."""

from datetime import time

from kapnotes.clinic.risk import ORDER, RiskLevel, ScreenerAnswers, has_risen, triage
from kapnotes.forms import Answers, Caution, Rule
from kapnotes.library.rules.claims import (
    caution,
    code,
    codes,
    flag,
    is_before,
    is_blank,
    refusal,
)

SCREENER = ("risk-wish", "risk-thoughts", "risk-behaviour")


def screener(answers: Answers) -> ScreenerAnswers:
    """Return the suicide triage of a note as the clinic's rules know it."""
    return ScreenerAnswers(
        q1=flag(answers, "risk-wish"),
        q2=flag(answers, "risk-thoughts"),
        q3=flag(answers, "risk-method"),
        q4=flag(answers, "risk-intent"),
        q5=flag(answers, "risk-plan"),
        q6=flag(answers, "risk-behaviour"),
        q6_recent=flag(answers, "risk-behaviour-recent"),
    )


def risk_level(answers: Answers) -> RiskLevel | None:
    """Return the level that the author chose, None for a blank."""
    chosen = code(answers, "risk-level")
    return RiskLevel(chosen) if chosen in ORDER else None


def _level_below_triage(answers: Answers) -> Caution | None:
    reached, chosen = triage(screener(answers)).level, risk_level(answers)
    if chosen is None or reached is None or not has_risen(chosen, reached):
        return None
    words = "no risk" if chosen is RiskLevel.NONE else f"{chosen} risk"
    return Caution(f"The answers come to {reached} risk, and you chose {words}.")


def _ends_before_start(answers: Answers) -> bool:
    start, end = answers["session-start"], answers["session-end"]
    return isinstance(start, time) and isinstance(end, time) and end < start


def _has_no_plan(answers: Answers, level: str) -> bool:
    return code(answers, "risk-level") == level and is_blank(answers, "safety-plan")


RULES: tuple[Rule, ...] = (
    refusal(
        "times",
        ("session-end", "session-start"),
        _ends_before_start,
        "The session ends before it starts.",
    ),
    caution(
        "patient-absent",
        ("people",),
        lambda answers: "patient" not in codes(answers, "people"),
        "The patient is not among the people present.",
    ),
    Rule("risk-below-triage", ("risk-level", *SCREENER), _level_below_triage),
    refusal(
        "high-risk-plan",
        ("risk-level",),
        lambda answers: _has_no_plan(answers, "high"),
        "The risk is high: write the safety plan, and what was agreed.",
    ),
    caution(
        "moderate-risk-plan",
        ("risk-level",),
        lambda answers: _has_no_plan(answers, "moderate"),
        "The risk is moderate, and the safety plan says nothing.",
    ),
    caution(
        "plan-not-needed",
        ("safety-plan-state", "risk-level"),
        lambda answers: (
            code(answers, "risk-level") in {"moderate", "high"}
            and code(answers, "safety-plan-state") == "not-needed"
        ),
        "The risk is moderate or high, and the safety plan is marked as not needed.",
    ),
    caution(
        "risk-to-others",
        ("risk-level", "risk-others"),
        lambda answers: (
            flag(answers, "risk-others") is True and code(answers, "risk-level") == "none"
        ),
        "There are thoughts of harming others, and you chose no risk.",
    ),
    refusal(
        "next-step-date",
        ("next-step-on", "session-date"),
        lambda answers: is_before(answers, "next-step-on", "session-date"),
        "The next step is dated before the session.",
    ),
)
