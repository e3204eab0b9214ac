"""What a course plans to do: the built-in protocols.

Induction of six IV infusions over 2 to 3 weeks, then maintenance every 2 to 6 months.
Doses are mg per kg of body weight. Figures marked [B] are background: each is a setting.
"""

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from kapnotes.clinic.infusion import Phase, Route
from kapnotes.clinic.refusals import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What a course plans to do.

    `induction_count` is None where the practice counts no induction. `window_days` is the length
    of the induction, first and last day included. `starting_mg_per_kg` is the planned dose of
    the first infusions in turn; its last value goes on. `minutes` is the time of one infusion.
    """

    key: str
    title: str
    route: Route | None = None
    induction_count: int | None = None
    window_days: tuple[int, int] | None = None
    least_gap_days: int = 1
    starting_mg_per_kg: tuple[Decimal, ...] = ()
    minutes: int | None = None
    maintenance_months: tuple[int, int] | None = None


IV_INDUCTION_SIX = Protocol(
    key="iv_induction_six",
    title="Six IV infusions in 2 to 3 weeks, then maintenance",
    route=Route.IV,
    induction_count=6,
    window_days=(14, 21),
    starting_mg_per_kg=(Decimal("0.5"),),  # Rodriguez 2013: 0.5 mg/kg over 40 minutes
    minutes=40,
    maintenance_months=(2, 6),
)
IM_TWO_DOSE = Protocol(
    key="im_two_dose",
    title="Two IM doses, a week or more apart",
    route=Route.IM,
    induction_count=2,
    window_days=(8, 28),  # [B]
    least_gap_days=7,  # Beaglehole 2025: the effect was followed for 168 hours
    starting_mg_per_kg=(Decimal("0.5"), Decimal("1.0")),  # Beaglehole 2025
    maintenance_months=(2, 6),
)
SUBLINGUAL = Protocol(
    key="sublingual",
    title="Six sublingual sessions in 3 to 6 weeks, then maintenance",
    route=Route.SUBLINGUAL,
    induction_count=6,
    window_days=(21, 42),  # [B]
    maintenance_months=(2, 6),
)
OTHER = Protocol(key="other", title="Another protocol, planned one infusion at a time")

PROTOCOLS = MappingProxyType(
    {protocol.key: protocol for protocol in (IV_INDUCTION_SIX, IM_TWO_DOSE, SUBLINGUAL, OTHER)}
)


def protocol_of(key: str) -> Protocol:
    """Return the built-in protocol of that key, or raise `BadInput`."""
    if key not in PROTOCOLS:
        raise BadInput({"protocol": "Choose one of the protocols listed."})
    return PROTOCOLS[key]


def phase_of(number: int, protocol: Protocol) -> Phase:
    """Return the phase of the infusion that is the `number`th (from 1) to take place."""
    if protocol.induction_count is None or number <= protocol.induction_count:
        return Phase.INDUCTION
    return Phase.MAINTENANCE


def starting_dose(number: int, protocol: Protocol) -> Decimal | None:
    """Return the planned mg/kg of the `number`th infusion (from 1), None if none is set."""
    doses = protocol.starting_mg_per_kg
    return doses[min(number, len(doses)) - 1] if doses else None
