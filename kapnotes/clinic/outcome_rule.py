"""By which figures a change of a score counts: one rule per scale, and its named variants.

Facts marked [S] were read in the source named, [B] are background: confirm before relying on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kapnotes.clinic.bounds import refuse
from kapnotes.clinic.refusals import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRule:
    """How totals of one scale are compared; None is "no such figure is published".

    Percentages are of the baseline. `remission_at_most` and `well_at_most` bound a total, points
    are the smallest change that counts: `reliable` is more than error of measurement,
    `meaningful` matters to a patient. With `needs_impression` a response and a remission also take
    the clinician's global impression (CGI); with `lasting_days` both have to last that long.
    """

    scale: str
    version: str
    variant: str = ""
    title: str = ""
    response_percent: int | None = None
    partial_percent: int | None = None
    remission_at_most: int | None = None
    well_at_most: int | None = None
    reliable_points: int | None = None
    meaningful_points: int | None = None
    needs_impression: bool = False
    lasting_days: int | None = None


# Response 35 %, remission 14, wellness 12 [S: Farris 2013, PMC3959901]; partial from 25 % [B].
Y_BOCS = OutcomeRule(
    scale="y-bocs",
    version="1",
    title="Farris 2013",
    response_percent=35,
    partial_percent=25,
    remission_at_most=14,
    well_at_most=12,
)
# The international consensus: response also CGI-I 1 or 2, remission 12 with CGI-S 1 or 2, each for
# a week or more [B: Mataix-Cols 2016].
Y_BOCS_CONSENSUS = OutcomeRule(
    scale="y-bocs",
    version="1",
    variant="consensus_2016",
    title="International consensus 2016",
    response_percent=35,
    partial_percent=25,
    remission_at_most=12,
    needs_impression=True,
    lasting_days=7,
)
# Response 50 %, remission below 5, change of 5 points [B]; partial from 25 % [B]. About 20 % of the
# baseline is what patients notice [S: Kounali 2022, PMC9340848]: less than a response, not used.
PHQ_9 = OutcomeRule(
    scale="phq-9",
    version="1",
    response_percent=50,
    partial_percent=25,
    remission_at_most=4,
    meaningful_points=5,
)
# Remission at 5, response 50 % [S: ids-qids.org, B]; partial from 25 % [B].
QIDS_SR16 = OutcomeRule(
    scale="qids-sr16",
    version="1",
    response_percent=50,
    partial_percent=25,
    remission_at_most=5,
)
# Change of 4 points [B: Toussaint 2020]; response and remission [B]. About 27 % of the baseline is
# what patients notice [S: Kounali 2022], not used.
GAD_7 = OutcomeRule(
    scale="gad-7",
    version="1",
    response_percent=50,
    partial_percent=25,
    remission_at_most=4,
    meaningful_points=4,
)
# 5 points reliable, 10 meaningful [S: qxmd; from the older PCL]. No published response.
PCL_5 = OutcomeRule(scale="pcl-5", version="1", reliable_points=5, meaningful_points=10)
# Newer work asks for 15 points [B: Marx 2022].
PCL_5_MARX = OutcomeRule(
    scale="pcl-5",
    version="1",
    variant="marx_2022",
    title="Marx 2022",
    reliable_points=15,
    meaningful_points=15,
)
# 10 points of the percent scale [S: help.valant.com].
WHO_5 = OutcomeRule(scale="who-5", version="1", meaningful_points=10)
# At least 30 % is a moderate, 50 % a substantial improvement [S: Dworkin 2008, in Bandolier]; two
# points matter [S: PMC9299931].
PAIN = OutcomeRule(
    scale="pain",
    version="1",
    response_percent=50,
    partial_percent=30,
    meaningful_points=2,
)
# Watched, and not treated: a change and no response.
AUDIT_C = OutcomeRule(scale="audit-c", version="1")

RULES: Mapping[str, OutcomeRule] = MappingProxyType(
    {rule.scale: rule for rule in (Y_BOCS, PHQ_9, QIDS_SR16, GAD_7, PCL_5, WHO_5, PAIN, AUDIT_C)}
)
"""The rule in use for each scale that tells whether the treatment works, by its key."""
VARIANTS: Mapping[str, OutcomeRule] = MappingProxyType(
    {rule.variant: rule for rule in (Y_BOCS_CONSENSUS, PCL_5_MARX)}
)
"""Rules that a practice may choose instead, by their names."""


USUAL = "usual"
"""The word of a choice for the rule in use until the practice chooses another."""
_CHOSEN: Mapping[str, str] = MappingProxyType({"y-bocs": "y_bocs", "pcl-5": "pcl_5"})
"""The scales with more than one rule, each with the name of its choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChoice:
    """By which rule the practice judges each scale that has several: `usual`, or a variant."""

    y_bocs: str = USUAL
    pcl_5: str = USUAL

    def __post_init__(self) -> None:
        """Raise `BadInput` for a variant that is not one of the scale."""
        refuse(
            {
                name: "Choose from what is listed."
                for scale, name in _CHOSEN.items()
                if getattr(self, name) not in choices_of(scale)
            }
        )

    def rule(self, scale: str) -> OutcomeRule | None:
        """Return the rule by which that scale is judged; None for one that no rule judges."""
        chosen = getattr(self, _CHOSEN[scale]) if scale in _CHOSEN else USUAL
        return RULES.get(scale) if chosen == USUAL else VARIANTS[chosen]


def choices_of(scale: str) -> tuple[str, ...]:
    """Return the words from which the rule of a scale is chosen."""
    return (USUAL, *(name for name, rule in VARIANTS.items() if rule.scale == scale))


DEFAULT_CHOICE = OutcomeChoice()


def rule_of(scale: str, variant: str = "") -> OutcomeRule:
    """Return the rule of a scale, or its variant; raise `BadInput` if there is none."""
    rule = VARIANTS.get(variant) if variant else RULES.get(scale)
    if rule is None or rule.scale != scale:
        raise BadInput({"measure": "There is no such rule for this scale."})
    return rule
