"""What is checked before the dose, and what of it is still missing.

Sources: identity and consent verified, fasting, medicines of the day, weight, baseline vitals
within an accepted range (session records of IV practices); the time-out before the dose and the
rule of an acceptable baseline [B]; food 4 hours and drink 2 hours before it (one practice; others
have 3 to 4 hours and 1 hour). All are settings. The software shows; a clinician decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.instant import instant
from kapnotes.clinic.refusals import Caution, Concern, Refusal

BOUNDS = MappingProxyType({"food_hours": (0, 24), "drink_hours": (0, 24), "weight_days": (0, 365)})
EARLIEST_ZONE = timedelta(hours=14)
"""Where a day begins first, it begins so long before it does in UTC."""


class Baseline(StrEnum):
    """How somebody judged the vitals before the dose."""

    ACCEPTABLE = "acceptable"
    NOT_ACCEPTABLE = "not_acceptable"


class ImpossibleArrival(Refusal):
    """A time or a figure of the arrival check cannot be true."""

    code = "impossible_arrival"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalFacts:
    """What was found on arrival; None and blank are "not recorded". Weights are kg."""

    observed_at: datetime
    identity_checked: bool | None = None
    consent_confirmed: bool | None = None
    last_food_at: datetime | None = None
    last_drink_at: datetime | None = None
    fasting_kept: bool | None = None
    medicines_checked: bool | None = None
    medicines: str = ""
    escort_confirmed: bool | None = None
    escort_name: str = ""
    weight_kg: Decimal | None = None
    weighed_on: date | None = None
    baseline: Baseline | None = None
    baseline_by: str = ""
    baseline_words: str = ""
    time_out: bool | None = None
    time_out_people: str = ""
    words: str = ""


WORDS = MappingProxyType(
    {
        "identity_checked": "Identity checked",
        "consent_confirmed": "Consent confirmed again today",
        "fasting_kept": "Fasting kept",
        "medicines_checked": "Medicines of today gone through",
        "escort_confirmed": "Escort home confirmed",
        "weight_kg": "Weight",
        "baseline": "Vitals before the dose acceptable",
        "time_out": "Time-out done",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRule:
    """What a practice asks for before a dose. `needed` are names of `criteria()`."""

    needed: frozenset[str] = frozenset(WORDS)
    food_hours: int = 4
    drink_hours: int = 2
    weight_days: int = 30  # [B] an older weight asks for a reason

    def __post_init__(self) -> None:
        """Raise `BadInput` for a criterion that is not known, or figures that cannot be meant."""
        errors = outside({name: getattr(self, name) for name in BOUNDS}, BOUNDS)
        if self.needed - frozenset(WORDS):
            errors["needed"] = "Choose from what is listed."
        refuse(errors)


DEFAULT_RULE = ArrivalRule()


def criteria() -> tuple[str, ...]:
    """Return the names that `ArrivalRule.needed` may hold, in their order."""
    return tuple(WORDS)


def missing(
    facts: ArrivalFacts | None, rule: ArrivalRule = DEFAULT_RULE, *, at: datetime
) -> tuple[Caution, ...]:
    """Return one caution for each needed check that is not met or not recorded, in their order.

    `at` is the start of the dose, or now before it, in the practice's zone. `code` is
    `arrival_unmet` or `arrival_unrecorded`, `about` the name of the entry. No arrival check at all
    is one caution, `arrival_missing`, unless the practice asks for nothing.
    """
    if facts is None:
        sentence = "There is no arrival check."
        return (Caution("arrival_missing", sentence),) if rule.needed else ()
    return tuple(
        caution
        for name in WORDS
        if name in rule.needed
        for caution in _criterion(name, facts, rule, at)
    )


def check_arrival(facts: ArrivalFacts, *, at: datetime) -> tuple[Concern, ...]:
    """Return what cannot be true of an arrival check. `at` is now.

    What is missing is not refused: the check is filled in step by step.
    """
    return tuple(_impossible(facts, instant(at)))


def _impossible(facts: ArrivalFacts, at: datetime) -> Iterator[Refusal]:
    times = {
        "observed_at": facts.observed_at,
        "last_food_at": facts.last_food_at,
        "last_drink_at": facts.last_drink_at,
    }
    for name, moment in times.items():
        if moment is not None and instant(moment) > at:
            yield ImpossibleArrival("This time is in the future.", about=name)
    weight = facts.weight_kg
    if weight is not None and (not weight.is_finite() or weight <= 0):
        yield ImpossibleArrival("Enter a number above zero.", about="weight_kg")
    if facts.weighed_on is not None and facts.weighed_on > (at + EARLIEST_ZONE).date():
        yield ImpossibleArrival("The weight is dated in the future.", about="weighed_on")


def _criterion(
    name: str, facts: ArrivalFacts, rule: ArrivalRule, at: datetime
) -> Iterator[Caution]:
    match name:
        case "fasting_kept":
            yield from _fasting(facts, rule, at)
        case "weight_kg":
            yield from _weight(facts, rule, at)
        case "baseline":
            yield from _baseline(facts)
        case _:
            yield from _claim(name, getattr(facts, name))


def _claim(name: str, is_met: bool | None) -> Iterator[Caution]:  # noqa: FBT001 - the claim itself
    if is_met is None:
        yield Caution("arrival_unrecorded", f"{WORDS[name]}: not recorded.", name)
    elif not is_met:
        yield Caution("arrival_unmet", f"{WORDS[name]}: no.", name)


def _fasting(facts: ArrivalFacts, rule: ArrivalRule, at: datetime) -> Iterator[Caution]:
    """Compare the times with the rule; they say more than a yes or no, and stand in for it."""
    meals = (
        ("last_food_at", "food", facts.last_food_at, rule.food_hours),
        ("last_drink_at", "drink", facts.last_drink_at, rule.drink_hours),
    )
    broken = [
        Caution(
            "arrival_unmet",
            f"{_span(taken_at, at)} since the last {what}; {hours} h are asked for.",
            name,
        )
        for name, what, taken_at, hours in meals
        if taken_at is not None and instant(at) - instant(taken_at) < timedelta(hours=hours)
    ]
    if broken:
        yield from broken
    elif facts.fasting_kept is not None or not all(taken_at for _, _, taken_at, _ in meals):
        yield from _claim("fasting_kept", facts.fasting_kept)


def _span(since: datetime, until: datetime) -> str:
    minutes = max(int((instant(until) - instant(since)).total_seconds()) // 60, 0)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _weight(facts: ArrivalFacts, rule: ArrivalRule, at: datetime) -> Iterator[Caution]:
    if facts.weight_kg is None:
        yield Caution("arrival_unrecorded", "Weight: not recorded.", "weight_kg")
    elif facts.weighed_on is None:
        yield Caution("arrival_unrecorded", "The weight has no date.", "weighed_on")
    elif (days := (at.date() - facts.weighed_on).days) > rule.weight_days:
        yield Caution("arrival_unmet", f"The weight is {days} days old.", "weighed_on")


def _baseline(facts: ArrivalFacts) -> Iterator[Caution]:
    if facts.baseline == Baseline.NOT_ACCEPTABLE:
        sentence = "The vitals before the dose were judged not acceptable."
        yield Caution("arrival_unmet", sentence, "baseline")
    elif facts.baseline is None:
        sentence = "Vitals before the dose: not recorded whether they are acceptable."
        yield Caution("arrival_unrecorded", sentence, "baseline")
    elif not facts.baseline_by.strip():
        sentence = "Vitals before the dose: not recorded who judged them."
        yield Caution("arrival_unrecorded", sentence, "baseline_by")
