"""The built-in screenings: suicide risk and alcohol.

Facts marked [S] were read in the source named, [B] are background: confirm before relying on them.
"""

from kapnotes.clinic.measure_scale import (
    Band,
    Measure,
    Part,
    TotalRule,
    parts,
)

# No total; sorted by `risk.triage` [S: Blueprint help 5208202, docsbay triage guide].
_YES = frozenset({1})
C_SSRS = Measure(
    key="c-ssrs",
    title="C-SSRS screener, suicide risk",
    short="C-SSRS",
    rule_version="1",
    recall="last month",
    parts=(
        *parts((1, 2), 1),
        *parts((3, 4, 5), 1, after="q2", answers=_YES),
        *parts((6,), 1),
        Part("q6-recent", 0, 1, "q6", _YES),
    ),
    most=0,
    rule=TotalRule.TRIAGE,
)

# Thresholds of 4 for men and 3 for women [B]. Who never drinks is not asked further.
AUDIT_C = Measure(
    key="audit-c",
    title="AUDIT-C, alcohol",
    short="AUDIT-C",
    rule_version="1",
    recall="last year",
    parts=(
        *parts((1,), 4),
        *parts((2, 3), 4, after="q1", answers=frozenset({1, 2, 3, 4})),
    ),
    most=12,
    bands=(
        Band(0, 2, "below both thresholds"),
        Band(3, 3, "at the threshold for women"),
        Band(4, 12, "at or above both thresholds"),
    ),
)
