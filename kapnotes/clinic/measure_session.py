"""The built-in scales of a dosing session: state during it, recovery, experience in hindsight.

Facts marked [S] were read in the source named, [B] are background: confirm before relying on them.
"""

from kapnotes.clinic.measure_scale import (
    Band,
    Claim,
    Direction,
    Measure,
    Part,
    Subscale,
    TotalRule,
    Values,
    names,
    parts,
)

# Items 1, 2, 6, 7, 15 and 22 of the full scale [S: Rodrigues 2021]; no published bands.
CADSS_6 = Measure(
    key="cadss-6",
    title="CADSS-6, dissociation",
    short="CADSS-6",
    rule_version="1",
    recall="this moment",
    parts=parts((1, 2, 6, 7, 15, 22), 4),
    most=24,
)

# 3 or less is moderate sedation or deeper [B]; levels [S: BMC Anesthesiology 12871-022-01788].
MOAA_S = Measure(
    key="moaa-s",
    title="MOAA/S, sedation",
    short="MOAA/S",
    rule_version="1",
    recall="now",
    parts=parts((1,), 5),
    most=5,
    direction=Direction.HIGHER_BETTER,
    bands=(
        Band(0, 3, "moderate sedation or deeper"),
        Band(4, 5, "awake or lightly sedated"),
    ),
)

# Levels [B: Sessler 2002].
RASS = Measure(
    key="rass",
    title="RASS, agitation and sedation",
    short="RASS",
    rule_version="1",
    recall="now",
    parts=(Part("q1", -5, 4),),
    least=-5,
    most=4,
    direction=Direction.NEUTRAL,
    bands=(
        Band(-5, -4, "deeply sedated"),
        Band(-3, -3, "moderately sedated"),
        Band(-2, -1, "lightly sedated"),
        Band(0, 0, "calm and alert"),
        Band(1, 4, "agitated"),
    ),
)

# Five signs of 0 to 2 [S: wjgnet, asja]; 9 or more is usual before going home [B].
ALDRETE = Measure(
    key="aldrete",
    title="Aldrete, recovery",
    short="Aldrete",
    rule_version="1",
    recall="now",
    parts=parts(range(1, 6), 2),
    most=10,
    direction=Direction.HIGHER_BETTER,
    bands=(Band(0, 8, "below 9"), Band(9, 10, "9 or more")),
    beside=frozenset({"circulation-unit"}),
)

_FACTORS = (
    Subscale(
        "mystical",
        "Mystical",
        names(4, 5, 6, 9, 14, 15, 16, 18, 20, 21, 23, 24, 25, 26, 28),
        75,
        is_percent=True,
    ),
    Subscale("positive-mood", "Positive mood", names(2, 8, 12, 17, 27, 30), 30, is_percent=True),
    Subscale(
        "transcendence",
        "Transcendence of time and space",
        names(1, 7, 11, 13, 19, 22),
        30,
        is_percent=True,
    ),
    Subscale("ineffability", "Ineffability", names(3, 10, 29), 15, is_percent=True),
)
_COMPLETE_PERCENT = 60


def _is_complete_experience(values: Values) -> bool:
    """Say whether each factor reaches 60 percent of its highest sum."""
    return all(
        sum(values[link_id] for link_id in factor.link_ids) * 100 >= _COMPLETE_PERCENT * factor.most
        for factor in _FACTORS
    )


# Items in the order of the stand-alone form, factors [B: Barrett 2015, appendix 2]; complete from
# 60 percent on all four factors [S: moreblossom on Barrett 2015].
MEQ_30 = Measure(
    key="meq-30",
    title="MEQ-30, mystical experience",
    short="MEQ-30",
    rule_version="1",
    recall="the session",
    parts=parts(range(1, 31), 5),
    most=5,
    rule=TotalRule.MEAN,
    direction=Direction.NEUTRAL,
    subscales=_FACTORS,
    claim=Claim("complete_experience", "Complete mystical experience", _is_complete_experience),
)

# Six marks of 0 to 100, their sum [S: flutter.super.site]; no published bands.
EBI = Measure(
    key="ebi",
    title="EBI, emotional breakthrough",
    short="EBI",
    rule_version="1",
    recall="the session",
    parts=parts(range(1, 7), 100),
    most=600,
    direction=Direction.NEUTRAL,
)
