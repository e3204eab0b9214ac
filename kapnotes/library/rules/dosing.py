"""Rules for the dosing session note. What happened is never refused, only asked about."""

from collections.abc import Callable
from datetime import time

from kapnotes.clinic.discharge import DischargeFacts, criteria, missing
from kapnotes.forms import Answers, Caution, Rule
from kapnotes.library.rules.claims import (
    caution,
    code,
    codes,
    flag,
    is_before,
    is_blank,
    number,
    refusal,
    rows,
)


def _when_given(
    key: str, needs: tuple[str, ...], holds: Callable[[Answers], bool], sentence: str
) -> Rule:
    """Make a caution for a claim that matters only if a dose was given."""
    return caution(
        key,
        (*needs, "dose-given"),
        lambda answers: flag(answers, "dose-given") is True and holds(answers),
        sentence,
    )


def discharge_facts(answers: Answers) -> DischargeFacts:
    """Return what the note says about leaving, as the clinic's rules know it."""
    instructions = answers.get("instructions")
    told = codes(answers, "instructions")
    return DischargeFacts(
        vitals_near_baseline=flag(answers, "vitals-settled"),
        oriented=flag(answers, "oriented"),
        walking=flag(answers, "walking"),
        nausea_controlled=flag(answers, "nausea-controlled"),
        dissociation_settled=flag(answers, "dissociation-settled"),
        risk_rechecked=flag(answers, "risk-rechecked"),
        escort_present=flag(answers, "escort-present"),
        instructions_given=None if instructions is None else "written" in told,
        no_driving_told=None if instructions is None else "driving" in told,
        follow_up_booked=flag(answers, "follow-up-booked"),
        aldrete=number(answers, "aldrete"),
    )


def _criterion(name: str) -> Rule:
    """Make the rule for one criterion of discharge; it is asked of who left the house."""

    def check(answers: Answers) -> Caution | None:
        if code(answers, "left") not in {"home", "against-advice"}:
            return None
        found = (each for each in missing(discharge_facts(answers)) if each.about == name)
        unmet = next(found, None)
        return None if unmet is None else Caution(f"The patient left. {unmet.sentence}")

    return Rule(f"discharge-{name.replace('_', '-')}", ("left",), check)


def _grave_event_left_open(answers: Answers) -> bool:
    """Say whether a serious or severe event stands there, and nothing of who was told."""
    grave = any(
        row.get("adverse-serious") is True or code(row, "adverse-severity") == "severe"
        for row in rows(answers, "adverse")
    )
    return grave and is_blank(answers, "adverse-follow-up")


def _phases_out_of_order(answers: Answers) -> bool:
    given = [number(answers, name) for name in ("onset", "peak", "return")]
    minutes = [each for each in given if each is not None]
    return minutes != sorted(minutes)


def _left_before_start(answers: Answers) -> bool:
    start, left = answers["session-start"], answers["discharge-time"]
    return isinstance(start, time) and isinstance(left, time) and left < start


RULES: tuple[Rule, ...] = (
    _when_given(
        "dose-without-identity",
        ("identity-checked",),
        lambda answers: flag(answers, "identity-checked") is False,
        "A dose was given, and the identity was not checked.",
    ),
    _when_given(
        "dose-without-consent",
        ("consent-confirmed",),
        lambda answers: flag(answers, "consent-confirmed") is False,
        "A dose was given, and consent was not confirmed again today.",
    ),
    _when_given(
        "dose-without-time-out",
        ("time-out",),
        lambda answers: flag(answers, "time-out") is False,
        "A dose was given without a time-out.",
    ),
    _when_given(
        "dose-on-bad-baseline",
        ("baseline",),
        lambda answers: code(answers, "baseline") == "not-acceptable",
        "The vitals before the dose were not acceptable, and a dose was given.",
    ),
    _when_given(
        "dose-after-substances",
        ("substances",),
        lambda answers: flag(answers, "substances") is True,
        "There was alcohol or another substance in the last 24 hours, and a dose was given.",
    ),
    _when_given(
        "dose-without-escort",
        ("escort-confirmed",),
        lambda answers: flag(answers, "escort-confirmed") is False,
        "A dose was given, and no escort home was confirmed.",
    ),
    _when_given(
        "dose-without-medical",
        ("people",),
        lambda answers: "medical" not in codes(answers, "people"),
        "A dose was given, and no medical professional is among the people present.",
    ),
    _when_given(
        "dose-elsewhere",
        ("place",),
        lambda answers: code(answers, "place") in {"home", "video", "phone"},
        "A dose was given away from the clinic.",
    ),
    refusal(
        "weight-date",
        ("weight-date", "session-date"),
        lambda answers: is_before(answers, "session-date", "weight-date"),
        "The weight is dated after this session.",
    ),
    caution(
        "phases-order",
        ("peak",),
        _phases_out_of_order,
        "First effect, strongest effect and return are not in this order.",
    ),
    caution(
        "touch-not-agreed",
        ("touch-as-agreed",),
        lambda answers: flag(answers, "touch-as-agreed") is False,
        "Touch was given that was not agreed beforehand.",
    ),
    refusal(
        "grave-event",
        ("adverse",),
        _grave_event_left_open,
        "There was a serious or severe event: write who was told, and what follows.",
    ),
    *(_criterion(name) for name in criteria()),
    refusal(
        "discharge-time",
        ("discharge-time", "session-start"),
        _left_before_start,
        "The discharge is before the start of the session.",
    ),
)
