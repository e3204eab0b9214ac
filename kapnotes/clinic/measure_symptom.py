"""The built-in scales of symptoms and well-being, with which a treatment is followed.

Facts marked [S] were read in the source named, [B] are background: confirm before relying on them.
"""

from kapnotes.clinic.measure_scale import (
    Band,
    Claim,
    Direction,
    Measure,
    Subscale,
    TotalRule,
    Values,
    names,
    parts,
)

# Obsessions 1 to 5 and compulsions 6 to 10; bands [S: theracharts, pbpsychiatricservices].
# Not the Y-BOCS-II, whose range and bands differ.
Y_BOCS = Measure(
    key="y-bocs",
    title="Y-BOCS, obsessions and compulsions",
    short="Y-BOCS",
    rule_version="1",
    recall="last week",
    is_rated_often=True,
    parts=parts(range(1, 11), 4),
    most=40,
    subscales=(
        Subscale("obsessions", "Obsessions", names(*range(1, 6)), 20),
        Subscale("compulsions", "Compulsions", names(*range(6, 11)), 20),
    ),
    bands=(
        Band(0, 7, "subclinical"),
        Band(8, 15, "mild"),
        Band(16, 23, "moderate"),
        Band(24, 31, "severe"),
        Band(32, 40, "extreme"),
    ),
)

# Cut points 5, 10, 15 and 20 [S: david-cook.org].
PHQ_9 = Measure(
    key="phq-9",
    title="PHQ-9, depression",
    short="PHQ-9",
    rule_version="1",
    recall="last two weeks",
    parts=parts(range(1, 10), 3),
    most=27,
    bands=(
        Band(0, 4, "minimal"),
        Band(5, 9, "mild"),
        Band(10, 14, "moderate"),
        Band(15, 19, "moderately severe"),
        Band(20, 27, "severe"),
    ),
    beside=frozenset({"function"}),
)

# The highest of the sleep items 1 to 4, of appetite and weight 6 to 9, and of 15 and 16 counts
# [S: docs.getrivet.ca, hiboop.com]; bands [S: ids-qids.org].
QIDS_SR16 = Measure(
    key="qids-sr16",
    title="QIDS-SR16, depression",
    short="QIDS-SR16",
    rule_version="1",
    recall="last seven days",
    parts=parts(range(1, 17), 3),
    most=27,
    rule=TotalRule.DOMAINS,
    domains=(
        names(1, 2, 3, 4),
        names(5),
        names(6, 7, 8, 9),
        *(names(number) for number in range(10, 15)),
        names(15, 16),
    ),
    bands=(
        Band(0, 5, "none"),
        Band(6, 10, "mild"),
        Band(11, 15, "moderate"),
        Band(16, 20, "severe"),
        Band(21, 27, "very severe"),
    ),
)

# Cut points 5, 10 and 15 [S].
GAD_7 = Measure(
    key="gad-7",
    title="GAD-7, anxiety",
    short="GAD-7",
    rule_version="1",
    recall="last two weeks",
    parts=parts(range(1, 8), 3),
    most=21,
    bands=(
        Band(0, 4, "minimal"),
        Band(5, 9, "mild"),
        Band(10, 14, "moderate"),
        Band(15, 21, "severe"),
    ),
)

_CLUSTERS = (
    Subscale("cluster-b", "Cluster B, re-experiencing", names(*range(1, 6)), 20),
    Subscale("cluster-c", "Cluster C, avoidance", names(6, 7), 8),
    Subscale("cluster-d", "Cluster D, thoughts and mood", names(*range(8, 15)), 28),
    Subscale("cluster-e", "Cluster E, arousal", names(*range(15, 21)), 24),
)
_SYMPTOMS = {"cluster-b": 1, "cluster-c": 1, "cluster-d": 2, "cluster-e": 2}
_SYMPTOM_FROM = 2


def _has_symptoms(values: Values) -> bool:
    """Say whether enough items of each cluster are rated as a symptom."""
    return all(
        sum(values[link_id] >= _SYMPTOM_FROM for link_id in cluster.link_ids)
        >= _SYMPTOMS[cluster.key]
        for cluster in _CLUSTERS
    )


# Clusters, cut 31 to 33, provisional diagnosis by one B, one C, two D and two E items of 2 or more;
# no empirical severity bands [S: betterworldhealthcare, comorbidityguidelines].
PCL_5 = Measure(
    key="pcl-5",
    title="PCL-5, post-traumatic stress",
    short="PCL-5",
    rule_version="1",
    recall="last month",
    parts=parts(range(1, 21), 4),
    most=80,
    subscales=_CLUSTERS,
    bands=(
        Band(0, 30, "below the cut of 31 to 33"),
        Band(31, 33, "at the cut of 31 to 33"),
        Band(34, 80, "above the cut of 31 to 33"),
    ),
    claim=Claim("provisional_ptsd", "Provisional diagnosis by clusters", _has_symptoms),
)

# Raw below 13, so 48 percent or less, is poor [S: help.valant.com]; 28 percent or less makes
# depression likely [B].
WHO_5 = Measure(
    key="who-5",
    title="WHO-5, well-being",
    short="WHO-5",
    rule_version="1",
    recall="last two weeks",
    parts=parts(range(1, 6), 5),
    most=100,
    rule=TotalRule.PERCENT,
    direction=Direction.HIGHER_BETTER,
    subscales=(Subscale("raw", "Raw score", names(*range(1, 6)), 25),),
    bands=(
        Band(0, 28, "very poor"),
        Band(29, 51, "poor"),
        Band(52, 100, "not poor"),
    ),
)

# Bands [B].
PAIN = Measure(
    key="pain",
    title="Pain, 0 to 10",
    short="Pain",
    rule_version="1",
    recall="now",
    parts=parts((1,), 10),
    most=10,
    bands=(
        Band(0, 0, "none"),
        Band(1, 3, "mild"),
        Band(4, 6, "moderate"),
        Band(7, 10, "severe"),
    ),
)
