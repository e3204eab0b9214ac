"""What a course plans to do: the protocols, each a set of figures that the practice may change.

Induction of six IV infusions over 2 to 3 weeks, then maintenance every 2 to 6 months; IM in two
doses. Doses are mg per kg of body weight. Figures marked [B] are background: each is a setting. A
course keeps the protocol that it began with, in its plain form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from kapnotes.clinic import plain
from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.infusion import Phase, Route
from kapnotes.clinic.plain import Plain
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.scale import MAIN, wrong_with
from kapnotes.clinic.timeliness import TimelinessRule

AT_HOME = "Sublingual doses at home are out of scope: each dose is given and watched in the clinic."

LONGEST_TITLE = 100
MOST_MG_PER_KG = Decimal(50)

BOUNDS = MappingProxyType(
    {
        "least_gap_days": (1, 90),
        "recent_days": (1, 365),
        "preparation_ahead_hours": (1, 720),
        "dosing_hours": (1, 720),
        "integration_hours": (1, 720),
        "cosignature_hours": (1, 2160),
        "review_within_days": (1, 90),
    }
)
IF_ANY = MappingProxyType(
    {
        "induction_count": (1, 24),
        "usual_gap_days": (1, 365),
        "minutes": (1, 600),
        "every_weeks": (1, 52),
        "review_after_infusions": (1, 50),
        "review_after_months": (1, 24),
        "consent_days": (1, 3650),
    }
)
"""The bounds of figures that may be left out."""
SPANS = MappingProxyType({"window_days": (1, 366), "maintenance_months": (1, 24)})
"""The bounds of both ends of a span, which may be left out as a whole."""
AFTER = MappingProxyType(
    {
        1: "measures_after_1h",
        2: "measures_after_2h",
        24: "measures_after_24h",
        168: "measures_after_168h",
    }
)
"""The entry that lists the measures of so many hours after the start of a dose."""
LISTS = ("measures_baseline", "measures_before", *AFTER.values(), "measures_every")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What a course plans to do. Whatever is None, or empty, is not planned or not asked for.

    `induction_count` is None where the practice counts no induction. `window_days` is the length
    of the induction, first and last day included. `starting_mg_per_kg` is the planned dose of
    the first infusions in turn; its last value goes on. `minutes` is the time of one infusion.
    Each list of measures holds keys of scales, or `MAIN`.
    """

    key: str
    title: str
    route: Route | None = None
    induction_count: int | None = None
    window_days: tuple[int, int] | None = None
    least_gap_days: int = 1
    usual_gap_days: int | None = None
    """From one infusion to the next; None spreads them evenly over the middle of the window."""
    starting_mg_per_kg: tuple[Decimal, ...] = ()
    minutes: int | None = None
    maintenance_months: tuple[int, int] | None = None
    review_after_infusions: int | None = None
    review_after_months: int | None = None
    review_within_days: int = 14  # [B]
    """A re-evaluation is called for after so many infusions or months, and due so much later."""
    measures_baseline: tuple[str, ...] = ()
    measures_before: tuple[str, ...] = ()
    measures_after_1h: tuple[str, ...] = ()
    measures_after_2h: tuple[str, ...] = ()
    measures_after_24h: tuple[str, ...] = ()
    measures_after_168h: tuple[str, ...] = ()
    measures_every: tuple[str, ...] = ()
    every_weeks: int | None = None
    recent_days: int = 30  # [B]
    """A baseline, and the question about misuse before maintenance, are at most so old."""
    preparation_ahead_hours: int = 72
    """Preparation, and measures before a dose, are called for so long before its time."""
    dosing_hours: int = 24
    integration_hours: int = 72
    cosignature_hours: int = 72  # [B]
    consent_days: int | None = 365  # [B]
    """A consent is good for so long; None sets it no end."""
    asks_misuse: bool = True

    def __post_init__(self) -> None:
        """Raise `BadInput` for figures that cannot be meant, or that contradict each other."""
        refuse(_out_of_bounds(self) or _contradictions(self))

    @property
    def timeliness(self) -> TimelinessRule:
        """The hours that the protocol gives its notes."""
        return TimelinessRule(
            preparation_ahead_hours=self.preparation_ahead_hours,
            dosing_hours=self.dosing_hours,
            integration_hours=self.integration_hours,
            cosignature_hours=self.cosignature_hours,
        )

    @property
    def measures_after(self) -> Mapping[int, tuple[str, ...]]:
        """The measures after a dose, by the hours since its start."""
        return MappingProxyType({hours: getattr(self, name) for hours, name in AFTER.items()})


def protocol_of(key: str) -> Protocol:
    """Return the built-in protocol of that key, or raise `BadInput`."""
    if key not in PROTOCOLS:
        raise BadInput({"protocol": "Choose one of the protocols listed."})
    return PROTOCOLS[key]


def plain_of(protocol: Protocol) -> Plain:
    """Return a protocol as its course keeps it, its key included."""
    return plain.to_plain(protocol)


def protocol_from(kept: Mapping[str, object]) -> Protocol:
    """Return the protocol that a course keeps, or raise `BadInput`."""
    key = kept.get("key")
    default = protocol_of(key if isinstance(key, str) else "")
    entries = {name: value for name, value in kept.items() if name != "key"}
    return plain.from_plain(Protocol, entries, default, key=default.key)


def phase_of(number: int, protocol: Protocol) -> Phase:
    """Return the phase of the infusion that is the `number`th (from 1) to take place."""
    if protocol.induction_count is None or number <= protocol.induction_count:
        return Phase.INDUCTION
    return Phase.MAINTENANCE


def starting_dose(number: int, protocol: Protocol) -> Decimal | None:
    """Return the planned mg/kg of the `number`th infusion (from 1), None if none is set."""
    doses = protocol.starting_mg_per_kg
    return doses[min(number, len(doses)) - 1] if doses else None


def _out_of_bounds(protocol: Protocol) -> dict[str, str]:
    figures = {name: getattr(protocol, name) for name in (*BOUNDS, *IF_ANY)}
    bounds = dict(BOUNDS)
    bounds |= {name: span for name, span in IF_ANY.items() if figures[name] is not None}
    for name, span in SPANS.items():
        ends = zip(("least", "most"), getattr(protocol, name) or (), strict=False)
        figures |= {f"{name}_{end}": figure for end, figure in ends}
        if getattr(protocol, name) is not None:
            bounds |= dict.fromkeys((f"{name}_least", f"{name}_most"), span)
    errors = outside(figures, bounds)
    if not 0 < len(protocol.title) <= LONGEST_TITLE:
        errors["title"] = f"Write a title of at most {LONGEST_TITLE} characters."
    doses = protocol.starting_mg_per_kg
    if (
        not all(0 < dose <= MOST_MG_PER_KG for dose in doses)
        or len(doses) > IF_ANY["induction_count"][1]
    ):
        errors["starting_mg_per_kg"] = f"Doses lie above 0 and up to {MOST_MG_PER_KG} mg/kg."
    return errors | {
        name: words for name in LISTS if (words := wrong_with(getattr(protocol, name)))
    }


def _contradictions(protocol: Protocol) -> dict[str, str]:
    """Return what cannot be kept together, each figure by itself being within its bounds."""
    errors = {}
    for name in SPANS:
        least, most = getattr(protocol, name) or (0, 0)
        if least > most:
            errors[f"{name}_most"] = "This is less than the least."
    if protocol.window_days is not None:
        gap = max(protocol.least_gap_days, protocol.usual_gap_days or 0)
        days = ((protocol.induction_count or 0) - 1) * gap + 1
        if protocol.induction_count is None:
            errors["induction_count"] = "A length of the induction needs its number of infusions."
        elif days > protocol.window_days[1]:
            errors.setdefault(
                "window_days_most",
                f"{protocol.induction_count} infusions, {gap} days apart, take {days} days.",
            )
    if (protocol.usual_gap_days or protocol.least_gap_days) < protocol.least_gap_days:
        errors["usual_gap_days"] = "This is less than the least."
    if protocol.measures_every and protocol.every_weeks is None:
        errors["every_weeks"] = "Enter after how many weeks these measures come again."
    return errors


IV_INDUCTION_SIX = Protocol(
    key="iv_induction_six",
    title="Six IV infusions in 2 to 3 weeks, then maintenance",
    route=Route.IV,
    induction_count=6,
    window_days=(14, 21),
    starting_mg_per_kg=(Decimal("0.5"),),  # Rodriguez 2013: 0.5 mg/kg over 40 minutes
    minutes=40,
    maintenance_months=(2, 6),
    review_after_infusions=6,  # [B]
    review_after_months=6,  # [B]
    measures_baseline=(MAIN, "phq-9", "gad-7", "who-5", "c-ssrs", "audit-c"),  # [B]
    measures_before=(MAIN, "c-ssrs"),  # [B]
    measures_after_24h=("meq-30", "ebi"),  # about a day after (EBI)
    measures_after_168h=(MAIN,),  # Rodriguez 2013: response is judged at one week
    measures_every=(MAIN, "phq-9"),  # [B]
    every_weeks=4,  # [B]
)
IM_TWO_DOSE = Protocol(
    key="im_two_dose",
    title="Two IM doses, a week or more apart",
    route=Route.IM,
    induction_count=2,
    window_days=(8, 28),  # [B]
    least_gap_days=7,  # Beaglehole 2025: the effect was followed for 168 hours
    usual_gap_days=7,
    starting_mg_per_kg=(Decimal("0.5"), Decimal("1.0")),  # Beaglehole 2025
    maintenance_months=(2, 6),
    review_after_infusions=2,  # [B]
    review_after_months=6,  # [B]
    measures_baseline=(MAIN, "phq-9", "gad-7", "who-5", "c-ssrs", "audit-c"),  # [B]
    measures_before=(MAIN, "c-ssrs"),  # [B]
    measures_after_1h=(MAIN, "cadss-6"),  # Beaglehole 2025: largest at 1 to 2 hours; CADSS
    measures_after_2h=(MAIN,),
    measures_after_24h=(MAIN, "meq-30", "ebi"),
    measures_after_168h=(MAIN,),
    measures_every=(MAIN, "phq-9"),  # [B]
    every_weeks=4,  # [B]
)
SUBLINGUAL = Protocol(
    key="sublingual",
    title="Six sublingual sessions in the clinic in 3 to 6 weeks, then maintenance",
    route=Route.SUBLINGUAL,
    induction_count=6,
    window_days=(21, 42),  # [B]
    usual_gap_days=7,  # [B]
    maintenance_months=(2, 6),
    review_after_infusions=6,  # [B]
    review_after_months=6,  # [B]
    measures_baseline=(MAIN, "phq-9", "gad-7", "who-5", "c-ssrs", "audit-c"),  # [B]
    measures_before=(MAIN, "c-ssrs"),  # [B]
    measures_after_24h=("meq-30", "ebi"),
    measures_every=(MAIN, "phq-9"),  # [B]
    every_weeks=4,  # [B]
)
OTHER = Protocol(
    key="other",
    title="Another protocol, planned one infusion at a time",
    measures_baseline=(MAIN, "c-ssrs", "audit-c"),  # [B]
    measures_before=(MAIN, "c-ssrs"),  # [B]
)

PROTOCOLS = MappingProxyType(
    {protocol.key: protocol for protocol in (IV_INDUCTION_SIX, IM_TWO_DOSE, SUBLINGUAL, OTHER)}
)
