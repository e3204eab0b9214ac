"""The dose that was given: its arithmetic and its limits.

Amounts are mg, weights kg, volumes mL, all exact decimals. Times are the practice's own, so that
their dates are its dates: all in its zone, or all without one.
Sources: mg and mg/kg, rate, start, stop, changes and lot as in the session records of IV
practices; 0.5 mg/kg over 40 minutes IV (Rodriguez 2013); 0.5 and 1.0 mg/kg IM (Beaglehole 2025).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import Caution, Concern, Refusal
from kapnotes.clinic.waste import check_waste, in_mg, plain

THOUSANDTH = Decimal("0.001")
ZERO = Decimal(0)


class DrugForm(StrEnum):
    """Which ketamine was given."""

    RACEMIC = "racemic"
    ESKETAMINE = "esketamine"


class ImpossibleDose(Refusal):
    """A figure or a time of the dose cannot be true."""

    code = "impossible_dose"


class DoseTooHigh(Refusal):
    """The dose is above what the practice allows for its route."""

    code = "dose_too_high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose as recorded; None is "not recorded", never zero.

    `observed_at` is the start, `stopped_at` the end, `changes` the changes of dose with reasons.
    """

    observed_at: datetime
    mg: Decimal
    stopped_at: datetime | None = None
    drug_form: DrugForm = DrugForm.RACEMIC
    concentration_mg_per_ml: Decimal | None = None
    lot: str = ""
    weight_kg: Decimal | None = None
    weighed_on: date | None = None
    planned_mg_per_kg: Decimal | None = None
    rate_mg_per_h: Decimal | None = None
    drawn_mg: Decimal | None = None
    wasted_mg: Decimal | None = None
    wasted_by: str = ""
    witnessed_by: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimits:
    """What a practice allows in one session by one route, over all its doses. All are settings.

    Above `caution_…` a written reason is asked for, above `refusal_…` the dose is refused.
    The mg limits are for fixed doses that do not go by weight.
    """

    caution_mg_per_kg: Decimal
    refusal_mg_per_kg: Decimal
    caution_mg: Decimal | None = None
    refusal_mg: Decimal | None = None
    weight_days: int = 30  # [B] an older weight asks for a reason
    plan_percent: int = 10  # [B] a dose further than this from its plan asks for a reason
    longest_hours: int = 6  # [B] from start to stop


# [B], all of it: a practice sets its own. Intranasal esketamine comes as 56 or 84 mg (REMS form).
DEFAULT_LIMITS: Mapping[Route, DoseLimits] = MappingProxyType(
    {
        Route.IV: DoseLimits(caution_mg_per_kg=Decimal("1.0"), refusal_mg_per_kg=Decimal("2.0")),
        Route.IM: DoseLimits(caution_mg_per_kg=Decimal("1.5"), refusal_mg_per_kg=Decimal("3.0")),
        Route.SUBLINGUAL: DoseLimits(
            caution_mg_per_kg=Decimal("4.0"), refusal_mg_per_kg=Decimal("8.0")
        ),
        Route.INTRANASAL: DoseLimits(
            caution_mg_per_kg=Decimal("2.0"),
            refusal_mg_per_kg=Decimal("4.0"),
            caution_mg=Decimal(84),
            refusal_mg=Decimal(168),
        ),
        Route.ORAL: DoseLimits(caution_mg_per_kg=Decimal("4.0"), refusal_mg_per_kg=Decimal("8.0")),
    }
)


def mg_per_kg(mg: Decimal, weight_kg: Decimal) -> Decimal:
    """Return mg per kg, to three places, half up. Raise `ImpossibleDose` for no weight.

    For showing: limits are compared by multiplication, which does not round.
    """
    _above_zero(weight_kg, "weight_kg")
    return (mg / weight_kg).quantize(THOUSANDTH, ROUND_HALF_UP)


def planned_mg(planned_mg_per_kg: Decimal, weight_kg: Decimal) -> Decimal:
    """Return the exact mg that a plan in mg/kg comes to."""
    return planned_mg_per_kg * weight_kg


def volume_ml(mg: Decimal, concentration_mg_per_ml: Decimal) -> Decimal:
    """Return mL to three places, half up. Raise `ImpossibleDose` for no concentration."""
    _above_zero(concentration_mg_per_ml, "concentration_mg_per_ml")
    return (mg / concentration_mg_per_ml).quantize(THOUSANDTH, ROUND_HALF_UP)


def cumulative(doses: Iterable[Dose]) -> Decimal:
    """Return the exact mg of all doses together."""
    return sum((dose.mg for dose in doses), ZERO)


def check_dose(
    dose: Dose, limits: DoseLimits, *, at: datetime, earlier: Iterable[Dose] = ()
) -> tuple[Concern, ...]:
    """Return all that is refused or unusual about a dose, refusals first.

    `at` is now; `earlier` are the other doses of the same session, which count with it towards
    the limits. Figures that cannot be true are returned alone: nothing follows from them.
    """
    impossible = tuple(_impossible(dose))
    if impossible:
        return impossible
    concerns = (
        *_times(dose, limits, at),
        *_amount(dose, limits, cumulative(earlier) + dose.mg),
        *_plan(dose, limits),
        *_weight(dose, limits),
        *check_waste(
            dose.drawn_mg,
            dose.mg,
            dose.wasted_mg,
            wasted_by=dose.wasted_by,
            witnessed_by=dose.witnessed_by,
        ),
    )
    return tuple(sorted(concerns, key=lambda concern: isinstance(concern, Caution)))


def _above_zero(value: Decimal, about: str) -> None:
    if not value.is_finite() or value <= 0:
        raise ImpossibleDose("Enter a number above zero.", about=about)


def _impossible(dose: Dose) -> Iterator[Refusal]:
    """Yield the figures that are no numbers, or on the wrong side of zero."""
    above_zero = {
        "mg": dose.mg,
        "weight_kg": dose.weight_kg,
        "concentration_mg_per_ml": dose.concentration_mg_per_ml,
        "planned_mg_per_kg": dose.planned_mg_per_kg,
        "rate_mg_per_h": dose.rate_mg_per_h,
        "drawn_mg": dose.drawn_mg,
    }
    for name, value in above_zero.items():
        if value is not None and (not value.is_finite() or value <= 0):
            yield ImpossibleDose("Enter a number above zero.", about=name)
    wasted = dose.wasted_mg
    if wasted is not None and (not wasted.is_finite() or wasted < 0):
        yield ImpossibleDose("Enter zero or a number above it.", about="wasted_mg")


def _times(dose: Dose, limits: DoseLimits, at: datetime) -> Iterator[Concern]:
    if dose.observed_at > at:
        yield ImpossibleDose("The start is in the future.", about="observed_at")
    if dose.stopped_at is None:
        return
    if dose.stopped_at > at:
        yield ImpossibleDose("The stop is in the future.", about="stopped_at")
    if dose.stopped_at < dose.observed_at:
        yield ImpossibleDose("The stop is before the start.", about="stopped_at")
    elif dose.stopped_at - dose.observed_at > timedelta(hours=limits.longest_hours):
        sentence = f"The dose runs for more than {limits.longest_hours} hours."
        yield Caution("long_dose", sentence, "stopped_at")


def _amount(dose: Dose, limits: DoseLimits, total: Decimal) -> Iterator[Concern]:
    """Compare all mg of the session with the limits by weight, and with those of fixed doses."""
    both = total > dose.mg
    said = f"{in_mg(total)} in this session" if both else in_mg(total)
    if limits.refusal_mg is not None and total > limits.refusal_mg:
        sentence = f"{said} is above this practice's limit of {in_mg(limits.refusal_mg)}."
        yield DoseTooHigh(sentence, about="mg")
    elif limits.caution_mg is not None and total > limits.caution_mg:
        sentence = f"{said} is more than the usual {in_mg(limits.caution_mg)}."
        yield Caution("high_dose", sentence, "mg")
    if dose.weight_kg is None:
        if limits.caution_mg is None:
            sentence = "There is no weight, so the dose cannot be checked against mg/kg."
            yield Caution("no_weight", sentence, "weight_kg")
        return
    said = f"{said}, {plain(mg_per_kg(total, dose.weight_kg))} mg/kg,"
    if total > limits.refusal_mg_per_kg * dose.weight_kg:
        limit = plain(limits.refusal_mg_per_kg)
        yield DoseTooHigh(f"{said} is above this practice's limit of {limit} mg/kg.", about="mg")
    elif total > limits.caution_mg_per_kg * dose.weight_kg:
        usual = plain(limits.caution_mg_per_kg)
        yield Caution("high_dose", f"{said} is more than the usual {usual} mg/kg.", "mg")


def _plan(dose: Dose, limits: DoseLimits) -> Iterator[Concern]:
    """Ask for a reason where the dose is not the planned one and `changes` does not say why."""
    if dose.planned_mg_per_kg is None or dose.weight_kg is None or dose.changes.strip():
        return
    plan = planned_mg(dose.planned_mg_per_kg, dose.weight_kg)
    if abs(dose.mg - plan) * 100 > plan * limits.plan_percent:
        sentence = f"{in_mg(dose.mg)} was given; the plan comes to {in_mg(plan)}."
        yield Caution("unlike_plan", sentence, "changes")


def _weight(dose: Dose, limits: DoseLimits) -> Iterator[Concern]:
    if dose.weight_kg is None:
        return
    if dose.weighed_on is None:
        yield Caution("undated_weight", "The weight has no date.", "weighed_on")
        return
    days = (dose.observed_at.date() - dose.weighed_on).days
    if days < 0:
        yield ImpossibleDose("The weight is dated after the dose.", about="weighed_on")
    elif days > limits.weight_days:
        yield Caution("old_weight", f"The weight is {days} days old.", "weighed_on")
