"""Rules for the integration note: the next infusion, the therapy done, and its dates."""

from collections.abc import Callable
from decimal import Decimal

from kapnotes.clinic.erp import passes_peak
from kapnotes.clinic.protocol import IV_INDUCTION_SIX
from kapnotes.forms import Answers, Rule
from kapnotes.library.rules.claims import (
    caution,
    code,
    codes,
    has_more_than_none,
    is_before,
    number,
    refusal,
    rows,
)

GOES_ON = frozenset({"go-ahead", "change-dose", "maintenance"})
LEAST_MONTHS, MOST_MONTHS = IV_INDUCTION_SIX.maintenance_months or (2, 6)


def _when_going_on(
    key: str, needs: tuple[str, ...], holds: Callable[[Answers], bool], sentence: str
) -> Rule:
    """Make a caution for a claim that matters only if more doses are to follow."""
    return caution(
        key,
        (*needs, "next-infusion"),
        lambda answers: code(answers, "next-infusion") in GOES_ON and holds(answers),
        sentence,
    )


def _interval_is_unusual(answers: Answers) -> bool:
    months = answers["maintenance-interval"]
    return isinstance(months, Decimal) and not LEAST_MONTHS <= months <= MOST_MONTHS


def _peak_is_not_the_peak(answers: Answers) -> bool:
    return any(
        passes_peak(
            before=number(row, "suds-before"),
            peak=number(row, "suds-peak"),
            after=number(row, "suds-after"),
        )
        for row in rows(answers, "erp")
    )


def _is_due_before(answers: Answers) -> bool:
    session = answers["session-date"]
    return any(
        is_before({**row, "session-date": session}, "set-due", "session-date")
        for row in rows(answers, "homework-set")
    )


RULES: tuple[Rule, ...] = (
    _when_going_on(
        "on-with-misuse",
        ("misuse-concern",),
        lambda answers: code(answers, "misuse-concern") == "high",
        "The concern about misuse is high, and the decision is to go on.",
    ),
    caution(
        "misuse-unweighed",
        ("misuse-concern", "misuse-signs"),
        lambda answers: (
            has_more_than_none(answers, "misuse-signs")
            and code(answers, "misuse-concern") == "none"
        ),
        "Signs of misuse are ticked, and the concern about misuse is none.",
    ),
    _when_going_on(
        "on-with-bladder",
        ("after-effects",),
        lambda answers: "bladder" in codes(answers, "after-effects"),
        "There are bladder symptoms, and the decision is to go on.",
    ),
    _when_going_on(
        "on-with-elevated-mood",
        ("after-effects",),
        lambda answers: "elevated" in codes(answers, "after-effects"),
        "The mood is elevated or the need for sleep too low, and the decision is to go on.",
    ),
    _when_going_on(
        "on-though-worse",
        ("change",),
        lambda answers: code(answers, "change") in {"worse", "much-worse"},
        "The patient is worse than before the dose, and the decision is to go on.",
    ),
    _when_going_on(
        "on-with-high-risk",
        ("risk-level",),
        lambda answers: code(answers, "risk-level") == "high",
        "The risk is high, and the decision is to go on.",
    ),
    caution(
        "maintenance-interval",
        ("maintenance-interval",),
        _interval_is_unusual,
        f"Maintenance is usually every {LEAST_MONTHS} to {MOST_MONTHS} months.",
    ),
    refusal(
        "suds-peak",
        ("erp",),
        _peak_is_not_the_peak,
        "In an exposure the SUDS before or after is higher than its peak.",
    ),
    refusal(
        "homework-due",
        ("homework-set", "session-date"),
        _is_due_before,
        "A piece of homework is due before this session.",
    ),
    refusal(
        "next-infusion-date",
        ("next-infusion-on", "session-date"),
        lambda answers: is_before(answers, "next-infusion-on", "session-date"),
        "The next infusion is dated before this session.",
    ),
    refusal(
        "pause-date",
        ("pause-until", "session-date"),
        lambda answers: is_before(answers, "pause-until", "session-date"),
        "The end of the pause is dated before this session.",
    ),
)
