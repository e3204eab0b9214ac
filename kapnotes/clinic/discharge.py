"""When a patient may go home after a dose, and what is still missing for it.

Sources: an Aldrete score above 8 or back at the level before sedation; oriented, walking, nausea
controlled; a responsible adult; written instructions; no driving for 24 hours or until the next
day; follow-up booked; risk asked again [B]. The software shows; a clinician decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import Caution

HIGHEST_ALDRETE = 10
LONGEST_MINUTES = 1440

# Intranasal as the REMS asks of esketamine; all others [B]. See `observation` for what they mean.
LEAST_MINUTES: Mapping[Route, int] = MappingProxyType(
    {Route.IV: 60, Route.IM: 90, Route.SUBLINGUAL: 90, Route.INTRANASAL: 120, Route.ORAL: 120}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeFacts:
    """What was found before leaving; None is "not recorded". Aldrete scores are 0 to 10."""

    vitals_near_baseline: bool | None = None
    oriented: bool | None = None
    walking: bool | None = None
    nausea_controlled: bool | None = None
    dissociation_settled: bool | None = None
    risk_rechecked: bool | None = None
    escort_present: bool | None = None
    instructions_given: bool | None = None
    no_driving_told: bool | None = None
    follow_up_booked: bool | None = None
    aldrete: int | None = None
    aldrete_before: int | None = None


def criteria() -> tuple[str, ...]:
    """Return the names that `DischargeRule.needed` may hold, in their order."""
    return tuple(fact.name for fact in fields(DischargeFacts) if fact.name != "aldrete_before")


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeRule:
    """What a practice asks for. `needed` are names of `criteria()`; all are settings.

    `least_minutes` is how long a patient is observed after a dose by each route.
    """

    least_aldrete: int = 9
    needed: frozenset[str] = frozenset(
        {
            "vitals_near_baseline",
            "oriented",
            "walking",
            "nausea_controlled",
            "dissociation_settled",
            "risk_rechecked",
            "escort_present",
            "instructions_given",
            "no_driving_told",
            "aldrete",
        }
    )
    least_minutes: Mapping[Route, int] = field(default_factory=lambda: LEAST_MINUTES, hash=False)

    def __post_init__(self) -> None:
        """Raise `BadInput` for a criterion that is not known, or figures that cannot be meant."""
        figures = {f"least_minutes_{route}": self.least_minutes.get(route) for route in Route}
        errors = outside(
            {"least_aldrete": self.least_aldrete, **figures},
            {"least_aldrete": (0, HIGHEST_ALDRETE)} | dict.fromkeys(figures, (0, LONGEST_MINUTES)),
        )
        if self.needed - frozenset(criteria()):
            errors["needed"] = "Choose from what is listed."
        refuse(errors)


DEFAULT_RULE = DischargeRule()

WORDS = MappingProxyType(
    {
        "vitals_near_baseline": "Vitals near baseline",
        "oriented": "Alert and oriented",
        "walking": "Walking steadily",
        "nausea_controlled": "Nausea controlled",
        "dissociation_settled": "Dissociation settled",
        "risk_rechecked": "Suicide risk asked again",
        "escort_present": "A responsible adult present",
        "instructions_given": "Written instructions given",
        "no_driving_told": "Told not to drive",
        "follow_up_booked": "Follow-up booked",
    }
)


def missing(facts: DischargeFacts, rule: DischargeRule = DEFAULT_RULE) -> tuple[Caution, ...]:
    """Return one caution for each criterion that is not met or not recorded, in their order.

    `code` is `discharge_unmet` or `discharge_unrecorded`, `about` the name of the criterion.
    """
    found = []
    for name, words in WORDS.items():
        met = getattr(facts, name)
        if name not in rule.needed or met:
            continue
        if met is None:
            found.append(Caution("discharge_unrecorded", f"{words}: not recorded.", name))
        else:
            found.append(Caution("discharge_unmet", f"{words}: not met.", name))
    return (*found, *_aldrete(facts, rule))


def _aldrete(facts: DischargeFacts, rule: DischargeRule) -> tuple[Caution, ...]:
    """Compare with the threshold, or with the level before sedation if that was lower."""
    if "aldrete" not in rule.needed:
        return ()
    if facts.aldrete is None:
        return (Caution("discharge_unrecorded", "Aldrete score: not recorded.", "aldrete"),)
    before = HIGHEST_ALDRETE if facts.aldrete_before is None else facts.aldrete_before
    least = min(rule.least_aldrete, before)
    if facts.aldrete >= least:
        return ()
    sentence = f"Aldrete score {facts.aldrete}: at least {least} is asked for."
    return (Caution("discharge_unmet", sentence, "aldrete"),)
