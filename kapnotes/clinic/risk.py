"""How urgent the answers to the C-SSRS screener are.

Low: question 1 or 2. Moderate: question 3, or question 6 in the lifetime only. High: question 4,
question 5, or question 6 in the past three months (published triage guides of the screener).
A blank is never a "no". The software sorts; a clinician judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class RiskLevel(StrEnum):
    """How urgent it is, from the answers alone."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


ORDER = tuple(RiskLevel)

SENTENCES = MappingProxyType(
    {
        RiskLevel.NONE: "Nothing reported in the screener.",
        RiskLevel.LOW: "Low risk by the screener: consider a referral and review the safety plan.",
        RiskLevel.MODERATE: "Moderate risk by the screener: assess now and renew the safety plan.",
        RiskLevel.HIGH: "High risk by the screener: do not leave the patient alone; act now.",
    }
)
UNKNOWN = "The screener is not complete, so there is no level."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenerAnswers:
    """Yes, no or blank for each question; `q6_recent` is question 6 in the past three months."""

    q1: bool | None = None
    q2: bool | None = None
    q3: bool | None = None
    q4: bool | None = None
    q5: bool | None = None
    q6: bool | None = None
    q6_recent: bool | None = None


@dataclass(frozen=True, slots=True)
class Triage:
    """The level that the answers reach, None if nothing is known; and the questions still blank.

    While questions are blank the level is a lower bound, and the sentence says so.
    """

    level: RiskLevel | None
    missing: tuple[str, ...]
    sentence: str


def screener_of(values: Mapping[str, int | Decimal | None]) -> ScreenerAnswers:
    """Return the answers to the screener's questions, yes being 1 and no 0; a blank stays one.

    Its questions are `q1` to `q6` and `q6-recent`.
    """
    named = {fact.name: values.get(fact.name.replace("_", "-")) for fact in fields(ScreenerAnswers)}
    return ScreenerAnswers(
        **{name: bool(value) for name, value in named.items() if value is not None}
    )


def triage(answers: ScreenerAnswers) -> Triage:
    """Sort the answers. Questions 3 to 5 are asked after a yes to question 2."""
    level, blank = _reached(answers), _missing(answers)
    if level is RiskLevel.HIGH or not blank:
        return Triage(level, blank, SENTENCES[level])
    if level is RiskLevel.NONE:
        return Triage(None, blank, UNKNOWN)
    return Triage(level, blank, f"At least: {SENTENCES[level]} The screener is not complete.")


def has_risen(before: RiskLevel | None, now: RiskLevel | None) -> bool:
    """Say whether the level is higher than before; without one of them nothing is said to rise."""
    if before is None or now is None:
        return False
    return ORDER.index(now) > ORDER.index(before)


def _reached(answers: ScreenerAnswers) -> RiskLevel:
    if answers.q4 or answers.q5 or answers.q6_recent:
        return RiskLevel.HIGH
    if answers.q3 or answers.q6:
        return RiskLevel.MODERATE
    return RiskLevel.LOW if answers.q1 or answers.q2 else RiskLevel.NONE


def _missing(answers: ScreenerAnswers) -> tuple[str, ...]:
    asked = ["q1", "q2"]
    if answers.q2:
        asked += ["q3", "q4", "q5"]
    asked.append("q6")
    if answers.q6:
        asked.append("q6_recent")
    return tuple(name for name in asked if getattr(answers, name) is None)
