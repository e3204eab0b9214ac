"""The dose that was given: its arithmetic and its limits.

Amounts are mg, weights kg, volumes mL, all exact decimals. Times are the practice's own, so that
their dates are its dates: all in its zone, or all without one.
Sources: mg and mg/kg, rate, start, stop, changes and lot as in the session records of IV
practices; 0.5 mg/kg over 40 minutes IV (Rodriguez 2013); 0.5 and 1.0 mg/kg IM (Beaglehole 2025);
hold and spit times of a sublingual dose (a practice's protocol); how many minutes or sprays there
can be [B].
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.dose_limits import (
    DEFAULT_LIMITS,
    DoseLimits,
    DoseTooHigh,
    check_amount,
    per_kg,
)
from kapnotes.clinic.infusion import ROUTE_WORDS, Route
from kapnotes.clinic.instant import instant
from kapnotes.clinic.refusals import Caution, Concern, Refusal
from kapnotes.clinic.waste import check_waste, in_mg

__all__ = [
    "DEFAULT_LIMITS",
    "AfterHold",
    "Dose",
    "DoseIncomplete",
    "DoseLimits",
    "DoseTooHigh",
    "DrugForm",
    "ImpossibleDose",
    "check_dose",
    "cumulative",
    "mg_per_kg",
    "planned_mg",
    "volume_ml",
]

THOUSANDTH = Decimal("0.001")
ZERO = Decimal(0)
MOST_HELD_MINUTES = 60
MOST_SPRAYS = 60


class DrugForm(StrEnum):
    """Which ketamine was given."""

    RACEMIC = "racemic"
    ESKETAMINE = "esketamine"


class AfterHold(StrEnum):
    """What became of a sublingual dose when the time of holding it was over."""

    SWALLOWED = "swallowed"
    SPAT_OUT = "spat_out"


class ImpossibleDose(Refusal):
    """A figure or a time of the dose cannot be true."""

    code = "impossible_dose"


class DoseIncomplete(Refusal):
    """The dose says too little to be followed."""

    code = "dose_incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose as recorded; None is "not recorded", never zero.

    `observed_at` is the start, `stopped_at` the end, `changes` the changes of dose with reasons.
    `route` None is the route that the infusion is planned by. While `is_running`, `mg` is what is
    to be given. `site` is where it went in: a line, an injection, a nostril.
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
    route: Route | None = None
    site: str = ""
    held_minutes: int | None = None
    after_hold: AfterHold | None = None
    sprays: int | None = None
    is_running: bool = False


ONLY_BY: Mapping[str, Route] = MappingProxyType(
    {
        "held_minutes": Route.SUBLINGUAL,
        "after_hold": Route.SUBLINGUAL,
        "sprays": Route.INTRANASAL,
    }
)
"""The entries that one route alone has."""


def mg_per_kg(mg: Decimal, weight_kg: Decimal) -> Decimal:
    """Return mg per kg, to three places, half up. Raise `ImpossibleDose` for no weight.

    For showing: limits are compared by multiplication, which does not round.
    """
    _above_zero(weight_kg, "weight_kg")
    return per_kg(mg, weight_kg)


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
    dose: Dose,
    limits: DoseLimits,
    *,
    at: datetime,
    earlier: Iterable[Dose] = (),
    planned_route: Route | None = None,
) -> tuple[Concern, ...]:
    """Return all that is refused or unusual about a dose, refusals first.

    `at` is now; `limits` are those of the dose's own route; `earlier` are the other doses of the
    same session, which count with it. Figures that cannot be true are returned alone: nothing
    follows from them. A running dose is not yet asked what became of all that was drawn.
    """
    route = dose.route or planned_route
    impossible = (*_impossible(dose), *_by_route(dose, route))
    if impossible:
        return impossible
    others = tuple(earlier)
    alike = tuple(other for other in others if (other.route or planned_route) == route)
    concerns = (
        *_times(dose, limits, at),
        *check_amount(
            dose.mg,
            dose.weight_kg,
            limits,
            by_route=cumulative(alike) + dose.mg,
            in_all=cumulative(others) + dose.mg,
        ),
        *_route(route, planned_route),
        *_plan(dose, limits),
        *_weight(dose, limits),
        *(() if dose.is_running else _waste(dose)),
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
    if dose.held_minutes is not None and not 0 <= dose.held_minutes <= MOST_HELD_MINUTES:
        sentence = f"Enter 0 to {MOST_HELD_MINUTES} minutes."
        yield ImpossibleDose(sentence, about="held_minutes")
    if dose.sprays is not None and not 1 <= dose.sprays <= MOST_SPRAYS:
        yield ImpossibleDose(f"Enter 1 to {MOST_SPRAYS} sprays.", about="sprays")


def _by_route(dose: Dose, route: Route | None) -> Iterator[Refusal]:
    """Yield what another route than this has, and what a running infusion cannot be."""
    for name, only in ONLY_BY.items():
        if getattr(dose, name) is not None and route not in {None, only}:
            yield ImpossibleDose(f"Only {_an(only)} dose has this.", about=name)
    if not dose.is_running:
        return
    if route not in {None, Route.IV}:
        yield ImpossibleDose("Only an intravenous dose can be running.", about="route")
    if dose.rate_mg_per_h is None:
        sentence = "Enter the rate: how much is in so far is worked out from it."
        yield DoseIncomplete(sentence, about="rate_mg_per_h")
    if dose.stopped_at is not None:
        yield ImpossibleDose("A dose that is still running has no end.", about="stopped_at")


def _route(route: Route | None, planned: Route | None) -> Iterator[Caution]:
    if route is not None and planned is not None and route != planned:
        sentence = f"This is {_an(route)} dose; the infusion is planned as {ROUTE_WORDS[planned]}."
        yield Caution("other_route", sentence, "route")


def _an(route: Route) -> str:
    words = ROUTE_WORDS[route]
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _times(dose: Dose, limits: DoseLimits, at: datetime) -> Iterator[Concern]:
    start, now = instant(dose.observed_at), instant(at)
    stop = None if dose.stopped_at is None else instant(dose.stopped_at)
    if start > now:
        yield ImpossibleDose("The start is in the future.", about="observed_at")
    if stop is not None and stop > now:
        yield ImpossibleDose("The stop is in the future.", about="stopped_at")
    if stop is not None and stop < start:
        yield ImpossibleDose("The stop is before the start.", about="stopped_at")
    if stop is None and not dose.is_running:
        return
    if (stop or now) - start > timedelta(hours=limits.longest_hours):
        sentence = f"The dose runs for more than {limits.longest_hours} hours."
        yield Caution("long_dose", sentence, "observed_at" if dose.is_running else "stopped_at")


def _plan(dose: Dose, limits: DoseLimits) -> Iterator[Concern]:
    """Ask for a reason where the dose is not the planned one and `changes` does not say why."""
    if dose.planned_mg_per_kg is None or dose.weight_kg is None or dose.changes.strip():
        return
    plan = planned_mg(dose.planned_mg_per_kg, dose.weight_kg)
    if abs(dose.mg - plan) * 100 > plan * limits.plan_percent:
        is_given = "is to be given" if dose.is_running else "was given"
        sentence = f"{in_mg(dose.mg)} {is_given}; the plan comes to {in_mg(plan)}."
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


def _waste(dose: Dose) -> tuple[Refusal, ...]:
    return check_waste(
        dose.drawn_mg,
        dose.mg,
        dose.wasted_mg,
        wasted_by=dose.wasted_by,
        witnessed_by=dose.witnessed_by,
    )
