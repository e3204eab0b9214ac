"""How much a practice allows in one session, by route: above one amount it asks, above it refuses.

Amounts are mg and mg per kg of body weight, exact decimals.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import Caution, Concern, Refusal
from kapnotes.clinic.waste import in_mg, plain

BOUNDS = MappingProxyType(
    {"weight_days": (0, 365), "plan_percent": (0, 100), "longest_hours": (1, 24)}
)
MOST_MG_PER_KG = Decimal(50)
MOST_MG = Decimal(5000)
PLACES = 3
THOUSANDTH = Decimal("0.001")


class DoseTooHigh(Refusal):
    """The dose is above what the practice allows for its route."""

    code = "dose_too_high"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimits:
    """What a practice allows in one session by one route, over all its doses. All are settings.

    Above `caution_…` a written reason is asked for, above `refusal_…` the dose is refused.
    The mg limits hold whatever the weight; None is no such limit.
    """

    caution_mg_per_kg: Decimal
    refusal_mg_per_kg: Decimal
    caution_mg: Decimal | None = None
    refusal_mg: Decimal | None = None
    weight_days: int = 30  # [B] an older weight asks for a reason
    plan_percent: int = 10  # [B] a dose further than this from its plan asks for a reason
    longest_hours: int = 6  # [B] from start to stop

    def __post_init__(self) -> None:
        """Raise `BadInput` for limits that cannot be meant: asking comes before refusing."""
        errors = outside({name: getattr(self, name) for name in BOUNDS}, BOUNDS)
        for unit, most in (("mg_per_kg", MOST_MG_PER_KG), ("mg", MOST_MG)):
            pair = {name: getattr(self, name) for name in (f"caution_{unit}", f"refusal_{unit}")}
            wrong = {name for name, amount in pair.items() if not _is_meant(amount, most)}
            sentence = f"Enter an amount above zero, at most {most}, with up to {PLACES} decimals."
            errors |= dict.fromkeys(wrong, sentence)
            caution, refusal = pair.values()
            if not wrong and caution is not None and refusal is not None and caution >= refusal:
                errors[f"refusal_{unit}"] = f"This has to be above the {caution:f} that asks first."
        refuse(errors)


def _is_meant(amount: Decimal | None, most: Decimal) -> bool:
    if amount is None:
        return True
    if not amount.is_finite() or not 0 < amount <= most:
        return False
    return amount == round(amount, PLACES)


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


def check_amount(
    mg: Decimal,
    weight_kg: Decimal | None,
    limits: DoseLimits,
    *,
    by_route: Decimal,
    in_all: Decimal,
) -> Iterator[Concern]:
    """Compare the mg of a session with the limits by weight, and with those of fixed doses.

    Both sums hold the dose of `mg` that is checked. What is refused goes `by_route`, for routes
    do not add up milligram by milligram; what is asked about goes by the sum of all.
    """
    if limits.refusal_mg is not None and by_route > limits.refusal_mg:
        sentence = f"{_said(mg, by_route)} is above {_limit(in_mg(limits.refusal_mg))}"
        yield DoseTooHigh(sentence, about="mg")
    elif limits.caution_mg is not None and in_all > limits.caution_mg:
        usual = in_mg(limits.caution_mg)
        yield Caution("high_dose", f"{_said(mg, in_all)} is more than the usual {usual}.", "mg")
    if weight_kg is None:
        if limits.caution_mg is None:
            sentence = "There is no weight, so the dose cannot be checked against mg/kg."
            yield Caution("no_weight", sentence, "weight_kg")
        return
    if by_route > limits.refusal_mg_per_kg * weight_kg:
        said = f"{_said(mg, by_route)}, {plain(per_kg(by_route, weight_kg))} mg/kg,"
        limit = _limit(f"{plain(limits.refusal_mg_per_kg)} mg/kg")
        yield DoseTooHigh(f"{said} is above {limit}", about="mg")
    elif in_all > limits.caution_mg_per_kg * weight_kg:
        said = f"{_said(mg, in_all)}, {plain(per_kg(in_all, weight_kg))} mg/kg,"
        usual = plain(limits.caution_mg_per_kg)
        yield Caution("high_dose", f"{said} is more than the usual {usual} mg/kg.", "mg")


def per_kg(mg: Decimal, weight_kg: Decimal) -> Decimal:
    """Return mg per kg to three places, half up, for a weight above zero."""
    return (mg / weight_kg).quantize(THOUSANDTH, ROUND_HALF_UP)


def _said(mg: Decimal, total: Decimal) -> str:
    return f"{in_mg(total)} in this session" if total > mg else in_mg(total)


def _limit(amount: str) -> str:
    return f"this practice's limit of {amount}."
