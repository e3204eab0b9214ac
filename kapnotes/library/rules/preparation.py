"""Rules for the preparation note: most ask whether "go ahead" fits what was found."""

from collections.abc import Callable
from types import MappingProxyType

from kapnotes.clinic.screening import WEIGHTY
from kapnotes.clinic.vitals import DEFAULT_LIMITS
from kapnotes.forms import Answers, Caution, Rule
from kapnotes.library.rules.claims import (
    caution,
    code,
    codes,
    flag,
    has_more_than_none,
    is_before,
    is_blank,
    number,
    refusal,
)

HOLD = DEFAULT_LIMITS.hold_at

CORE_POINTS = MappingProxyType(
    {
        "off-label": "off-label use",
        "altered-state": "the altered state",
        "may-stop": "the right to stop",
        "schedule-iii": "misuse and dependence",
        "driving": "driving",
    }
)
"""What no consent conversation leaves out."""


def _goes(answers: Answers) -> bool:
    return code(answers, "ready") == "go"


def _when_going(
    key: str, needs: tuple[str, ...], holds: Callable[[Answers], bool], sentence: str
) -> Rule:
    """Make a caution for a claim that matters only if the decision is to go ahead."""
    return caution(
        key, (*needs, "ready"), lambda answers: _goes(answers) and holds(answers), sentence
    )


def _weighty_medicines(answers: Answers) -> Caution | None:
    found = [words for key, words in WEIGHTY.items() if key in codes(answers, "interactions")]
    if not found or not _goes(answers):
        return None
    return Caution(f"The patient takes {_and(found)}, and the decision is to go ahead.")


def _points_left_out(answers: Answers) -> Caution | None:
    covered = codes(answers, "consent-points")
    left_out = [words for key, words in CORE_POINTS.items() if key not in covered]
    if not left_out or not _goes(answers):
        return None
    return Caution(f"Not ticked as covered in the consent conversation: {_and(left_out)}.")


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _pressure_is_high(answers: Answers) -> bool:
    systolic, diastolic = number(answers, "systolic"), number(answers, "diastolic")
    return (systolic or 0) >= HOLD.systolic or (diastolic or 0) >= HOLD.diastolic


RULES: tuple[Rule, ...] = (
    refusal(
        "go-without-consent",
        ("consent-held", "ready"),
        lambda answers: _goes(answers) and flag(answers, "consent-held") is False,
        "The consent conversation was not held, so the decision cannot be to go ahead.",
    ),
    _when_going(
        "go-without-capacity",
        ("consent-capacity",),
        lambda answers: flag(answers, "consent-capacity") is False,
        "The patient has no capacity to consent, and the decision is to go ahead.",
    ),
    _when_going(
        "go-without-form",
        ("consent-signed",),
        lambda answers: flag(answers, "consent-signed") is False,
        "The consent form is not signed, and the decision is to go ahead.",
    ),
    Rule("consent-points", ("consent-points", "ready"), _points_left_out),
    _when_going(
        "go-with-contraindication",
        ("contraindications",),
        lambda answers: has_more_than_none(answers, "contraindications"),
        "A contraindication is ticked, and the decision is to go ahead.",
    ),
    Rule("go-with-interaction", ("interactions", "ready"), _weighty_medicines),
    _when_going(
        "go-with-pressure",
        ("systolic",),
        _pressure_is_high,
        f"The blood pressure is at or above {HOLD} mmHg, and the decision is to go ahead.",
    ),
    _when_going(
        "go-with-high-risk",
        ("risk-level",),
        lambda answers: code(answers, "risk-level") == "high",
        "The risk is high, and the decision is to go ahead.",
    ),
    _when_going(
        "go-without-escort",
        (),
        lambda answers: is_blank(answers, "escort-name"),
        "No escort home is named, and the decision is to go ahead.",
    ),
    refusal(
        "consent-date",
        ("consent-date", "session-date"),
        lambda answers: is_before(answers, "session-date", "consent-date"),
        "The consent form is dated after this session.",
    ),
    refusal(
        "weight-date",
        ("weight-date", "session-date"),
        lambda answers: is_before(answers, "session-date", "weight-date"),
        "The weight is dated after this session.",
    ),
)
